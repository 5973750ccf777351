"""Clothes: photographs of many forms in ten uneven classes, with parts of their own."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cnnbuilder.engine.data.fit_rules import Shape
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
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ARCHIVE = "clothes.zip"
_FOLDERS = (
    "dress", "hat", "longsleeve", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt",
)  # fmt: skip
"""A class's folder in the archive, in the order of the classes."""
_PARTS = ("train", "validation", "test")
_DIRECTORY_END = 22  # bytes of a zip file's last record, which says where its directory is
_TOLD_EVERY = 50

_READ = '''\
def cut(file):
    """A photograph with its shorter side at {side} pixels, then its centre: {shape}."""
    image = Image.open(file, formats=["JPEG"])
    width, height = image.size
    if width <= height:
        width, height = {side}, max(1, int({side} * height / width))
    else:
        width, height = max(1, int({side} * width / height)), {side}
    left, top = round((width - {width}) / 2), round((height - {height}) / 2)
    image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image)[top : top + {height}, left : left + {width}].transpose(2, 0, 1)


def load(folder):
    """The images to learn from, N×{shape} from 0 to 255, and their classes."""
    path = folder / "{archive}"
    if not path.is_file():
        raise SystemExit(f"{{path}} is missing: it comes with cnnbuilder.")
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.startswith("test/")]
        images = np.stack([cut(archive.open(name)) for name in names])
    classes = [name.split("/")[1] for name in names]  # the folder of each
    return images, np.unique(classes, return_inverse=True)[1]
'''


class Clothes(DataSetInfo, frozen=True, kw_only=True):
    """One archive in resources/, `part/class/file.jpg`. Each photograph is read at the size that is asked for."""

    def path(self) -> Path:
        """Where the archive is."""
        return resource("data/clothes") / _ARCHIVE

    def missing(self) -> str | None:
        """Names the archive where it is not there."""
        if self.path().is_file():
            return None
        return _("{title} is not here: {path} is missing. {remedy}").format(
            title=self.title, path=self.path(), remedy=damaged(self.title)
        )

    def licence_text(self) -> str:
        """The note that stands beside the archive."""
        try:
            return self.path().with_name("README.md").read_text(encoding="utf-8")
        except OSError:
            return self.licence

    def at(self, shape: Shape) -> Clothes:
        """From the photographs themselves, so that nothing is resized twice."""
        return replace(self, shape=(3, *shape[1:]))

    def shorter_side(self, shape: Shape) -> int:
        """As long as the longer side of what is cut out: the photograph always fills it."""
        return max(shape[1:])

    def fingerprint(self) -> str:
        """Made of the archive's directory, which has a checksum of every photograph: none is read."""
        self.require()
        try:
            with self.path().open("rb") as file:
                file.seek(-_DIRECTORY_END, 2)
                end = file.read()
                file.seek(int.from_bytes(end[16:20], "little"))
                directory = file.read(int.from_bytes(end[12:16], "little"))
        except OSError as error:
            raise self._unreadable() from error
        return f"{self.name} {zlib.crc32(directory):08x} {len(directory)}"

    def read(self, report: Report) -> Originals:
        """All photographs, cut to `shape`; the validation part behind the training part."""
        import numpy as np

        self.require()
        counts = (self.train_images, self.val_images, self.test_images)
        images = np.empty((sum(counts), *self.shape), np.uint8)
        labels = np.empty(len(images), np.int64)
        try:
            with zipfile.ZipFile(self.path()) as archive:
                names = archive.namelist()
                self._check(names, counts)
                for place, name in enumerate(names):
                    images[place] = self._cut(archive.read(name))
                    labels[place] = _FOLDERS.index(name.split("/")[1])
                    if place % _TOLD_EVERY == 0:
                        report(place / len(names))
        except (OSError, zipfile.BadZipFile, zlib.error) as error:
            raise self._unreadable() from error
        learnable = self.train_images + self.val_images
        return Originals(
            Pictures(images[:learnable], labels[:learnable]), Pictures(images[learnable:], labels[learnable:])
        )

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """Unpacks no more than the first photograph."""
        self.require()
        try:
            with zipfile.ZipFile(self.path()) as archive:
                name = archive.namelist()[0]
                image = self._cut(archive.read(name))
        except (OSError, zipfile.BadZipFile, zlib.error, IndexError) as error:
            raise self._unreadable() from error
        return image.transpose(1, 2, 0), _FOLDERS.index(name.split("/")[1])

    def load_code(self) -> LoadCode:
        """The same, with Pillow's arithmetic: equal bit by bit."""
        _channels, height, width = self.shape
        code = _READ.format(
            archive=_ARCHIVE,
            side=self.shorter_side(self.shape),
            shape="×".join(map(str, self.shape)),
            height=height,
            width=width,
        )
        return LoadCode(code, ("import zipfile", "from PIL import Image"), _ARCHIVE)

    def _cut(self, content: bytes) -> NDArray[np.uint8]:
        """C×H×W."""
        import numpy as np
        from PIL import Image

        from cnnbuilder.engine.data.crop import centre

        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            return centre(np.asarray(image), self.shape, self.shorter_side(self.shape))

    def _check(self, names: list[str], counts: tuple[int, int, int]) -> None:
        """The archive's order is that of the parts, and each class's folder is known."""
        parts = [part for part, count in zip(_PARTS, counts, strict=True) for _place in range(count)]
        folders = [tuple(name.split("/")[:2]) for name in names]
        if [part for part, *_rest in folders] != parts or not {f[-1] for f in folders} <= set(_FOLDERS):
            raise self._unreadable()

    def _unreadable(self) -> DataProblem:
        return DataProblem(
            _("{path} cannot be read: it is damaged or cut short. {remedy}").format(
                path=self.path(), remedy=damaged(self.title)
            )
        )


SOURCE = Clothes(
    name="clothes",
    title=_("Clothes"),
    summary=_("Photographs of clothes as people have them at home, of any form, in uneven classes."),
    classes=(
        _("dress"), _("hat"), _("long-sleeved top"), _("outerwear"), _("trousers"),
        _("shirt"), _("shoes"), _("shorts"), _("skirt"), _("T-shirt"),
    ),
    shape=(3, 64, 64),
    train_images=3_068,
    val_images=341,
    test_images=372,
    own_validation=True,
    licence="CC0 1.0",
    bytes=14_345_380,
    place=4,
)  # fmt: skip
