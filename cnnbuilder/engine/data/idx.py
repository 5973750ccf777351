"""Reads the IDX files of MNIST and its relatives, packed with gzip, and checks what it reads."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbuilder.engine.data.source import (
    DataProblem,
    DataSetInfo,
    LoadCode,
    Originals,
    Pictures,
    Report,
    damaged,
)
from cnnbuilder.resources import resource
from cnnbuilder.text import _, number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_IMAGES, _LABELS = "{part}-images-idx3-ubyte.gz", "{part}-labels-idx1-ubyte.gz"
_PARTS = ("train", "t10k")
_GZIP = 31  # zlib's word for: with gzip's header, its checksum verified
_BYTES_OF_ONE_PICTURE = 4096  # far more packed bytes than the first picture takes

_READ = '''\
def read_idx(path):
    """The array in a gzipped IDX file: its sizes, then its bytes."""
    content = gzip.decompress(path.read_bytes())
    sizes = np.frombuffer(content, ">i4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(sizes)).reshape(sizes)


def load(folder):
    """The images to learn from, N×{shape} from 0 to 255, and their classes."""
    images, labels = "{images}", "{labels}"
    places = [folder, folder / "{name}" / "raw"]  # the second is torchvision's
    found = [place for place in places if (place / images).is_file()]
    if not found:
        print(f"{{images}} is not in {{folder}}: downloading {name} into it.")
        try:
            from torchvision.datasets import {name}

            {name}(folder, download=True)
        except (ImportError, OSError, RuntimeError) as error:
            raise SystemExit(f"{name} cannot be downloaded: {{error}}") from None
        found = places[1:]
    labels = read_idx(found[0] / labels).astype(np.int64)
    return read_idx(found[0] / images)[:, None], labels
'''


class IdxDataSet(DataSetInfo, frozen=True, kw_only=True):
    """Four files in a folder of resources/: pictures and classes, to train and to test with."""

    folder: str
    torchvision: str
    """The class in torchvision.datasets that downloads the same files."""

    def path(self, name: str) -> Path:
        """Where a file of this data set is."""
        return resource(self.folder) / name

    def missing(self) -> str | None:
        """Names the first file that is not there."""
        for pattern in (_IMAGES, _LABELS):
            for part in _PARTS:
                path = self.path(pattern.format(part=part))
                if not path.is_file():
                    return _("{title} is not here: {path} is missing. {remedy}").format(
                        title=self.title, path=path, remedy=damaged(self.title)
                    )
        return None

    def licence_text(self) -> str:
        """The note that stands beside the files."""
        try:
            return self.path("README.md").read_text(encoding="utf-8")
        except OSError:
            return self.licence

    def fingerprint(self) -> str:
        """Made of gzip's checksums of what is inside, which stand at the end of the files: nothing is unpacked."""
        self.require()
        ends = []
        for pattern in (_IMAGES, _LABELS):
            for part in _PARTS:
                ends.append(_end(self.path(pattern.format(part=part))).hex())
        return f"{self.name} {' '.join(ends)}"

    def read(self, report: Report) -> Originals:
        """All pictures, as 1×H×W each."""
        self.require()
        train = self._pictures("train", self.train_images + self.val_images)
        report(0.8)
        test = self._pictures("t10k", self.test_images)
        report(1.0)
        return Originals(train, test)

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """Unpacks no more than the beginning of the two training files."""
        import numpy as np

        self.require()
        _channels, height, width = self.shape
        beginnings = []
        for pattern in (_IMAGES, _LABELS):
            path = self.path(pattern.format(part="train"))
            try:
                with path.open("rb") as file:
                    beginnings.append(zlib.decompressobj(_GZIP).decompress(file.read(_BYTES_OF_ONE_PICTURE)))
            except (OSError, zlib.error) as error:
                raise _unreadable(path, self.title) from error
        image = np.frombuffer(beginnings[0], np.uint8, height * width, 16).reshape(height, width, 1)
        return image, beginnings[1][8]

    def load_code(self) -> LoadCode:
        """From the files that are published, wherever they are; else torchvision fetches them."""
        images, labels = (pattern.format(part="train") for pattern in (_IMAGES, _LABELS))
        size = "×".join(map(str, self.shape))
        code = _READ.format(name=self.torchvision, shape=size, images=images, labels=labels)
        return LoadCode(code, ("import gzip",), f"{self.title}'s .gz files")

    def _pictures(self, part: str, count: int) -> Pictures:
        import numpy as np

        channels, height, width = self.shape
        images = read_idx(self.path(_IMAGES.format(part=part)), (count, height, width), self.title)
        path = self.path(_LABELS.format(part=part))
        labels = read_idx(path, (count,), self.title)
        if int(labels.max()) >= len(self.classes):
            raise DataProblem(
                _("{file} names class {found}, but there are only {classes}. {remedy}").format(
                    file=path.name, found=labels.max(), classes=len(self.classes), remedy=damaged(self.title)
                )
            )
        return Pictures(images.reshape(count, channels, height, width), labels.astype(np.int64))


def read_idx(path: Path, shape: tuple[int, ...], title: str) -> NDArray[np.uint8]:
    """The bytes of a gzipped IDX file as an array of the shape that is expected.

    Format: http://yann.lecun.com/exdb/mnist/. Raises `DataProblem` where the file is missing, damaged, cut
    short, of another kind or of another shape.
    """
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, title) from error
    return unpacked_idx(packed, path, shape, title)


def unpacked_idx(packed: bytes, path: Path, shape: tuple[int, ...], title: str) -> NDArray[np.uint8]:
    """The same of a file's bytes. `path` names it in the sentences."""
    import numpy as np

    try:
        content = zlib.decompress(packed, _GZIP, bufsize=16 + int(np.prod(shape)))
    except zlib.error as error:
        raise _unreadable(path, title) from error
    header = 4 + 4 * len(shape)
    magic = bytes((0, 0, 8, len(shape)))  # 8: unsigned bytes
    if content[:4] != magic:
        raise DataProblem(
            _("{file} is not what it should be: it begins with {found}, not {expected}. {remedy}").format(
                file=path.name,
                found=content[:4].hex() or "nothing",
                expected=magic.hex(),
                remedy=damaged(title),
            )
        )
    found = tuple(int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(len(shape)))
    if found != shape:
        raise DataProblem(
            _("{file} should hold {expected} values but says {found}. {remedy}").format(
                file=path.name, expected=_by(shape), found=_by(found), remedy=damaged(title)
            )
        )
    if len(content) != header + int(np.prod(shape)):
        raise DataProblem(
            _("{file} says {expected} values but holds {found}. {remedy}").format(
                file=path.name,
                expected=_by(shape),
                found=number(len(content) - header),
                remedy=damaged(title),
            )
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _end(path: Path) -> bytes:
    """Checksum and length of what is inside: a gzip file's last eight bytes."""
    try:
        with path.open("rb") as file:
            file.seek(-8, 2)
            return file.read()
    except OSError as error:
        raise _unreadable(path, path.parent.name) from error


def _unreadable(path: Path, title: str) -> DataProblem:
    return DataProblem(
        _("{path} cannot be read: it is damaged or cut short. {remedy}").format(
            path=path, remedy=damaged(title)
        )
    )


def _by(shape: tuple[int, ...]) -> str:
    return " × ".join(number(size) for size in shape)
