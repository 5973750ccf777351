"""Photographs of many sizes in archives: each is read at the size that is asked for, its centre cut out."""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from cnnbuilder.engine.data.download import Download, Remote
from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.source import DataSetInfo, LoadCode, Originals, Pictures, Report

if TYPE_CHECKING:
    import tarfile

    import numpy as np
    from numpy.typing import NDArray

_FORMATS = ("JPEG", "PNG", "PPM")
_TOLD_EVERY = 50

CUT = '''\
def cut(image):
    """A photograph with its shorter side at {side} pixels, then its centre: {shape}."""
    width, height = image.size
    if width <= height:
        width, height = {side}, max(1, int({side} * height / width))
    else:
        width, height = max(1, int({side} * width / height)), {side}
    left, top = round((width - {width}) / 2), round((height - {height}) / 2)
    image = image.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image)[top : top + {height}, left : left + {width}].transpose(2, 0, 1)
'''

_LOAD = '''

def load(folder):
    """The images to learn from, N×{shape} from 0 to 255, and their classes."""
    images, labels = [], []
{loop}
    return np.stack(images), np.array(labels)
'''

Set = TypeVar("Set", bound=DataSetInfo)


def at(info: Set, shape: Shape) -> Set:
    """The set as it is read for an Input: from the photographs themselves, so that nothing is resized twice."""
    return replace(info, shape=(3, *shape[1:]))


def shorter_side(shape: Shape) -> int:
    """As long as the longer side of what is cut out: the photograph always fills it."""
    return max(shape[1:])


def cut(content: bytes, shape: Shape) -> NDArray[np.uint8]:
    """The centre of a photograph, C×H×W. Raises what Pillow raises for damaged files."""
    import numpy as np
    from PIL import Image

    from cnnbuilder.engine.data.crop import centre

    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        return centre(np.asarray(image.convert("RGB")), shape, shorter_side(shape))


def cut_code(shape: Shape) -> str:
    """Python that defines `cut`, which does the same with a Pillow image: equal bit by bit."""
    _channels, height, width = shape
    return CUT.format(side=shorter_side(shape), shape="×".join(map(str, shape)), height=height, width=width)


class PhotographArchives(Download, frozen=True, kw_only=True):
    """Photographs in .tar.gz or .zip files."""

    script: tuple[str, str]
    """How a training script goes through them: what it imports of torchvision, and the loop's head."""

    @abstractmethod
    def rows(self) -> list[tuple[str, int]]:
        """The name in the archives and the class of each: training, validation, test. Raises `DataProblem`."""

    @abstractmethod
    def archives(self) -> tuple[Remote, ...]:
        """Those of the files that have photographs in them."""

    def at(self, shape: Shape) -> PhotographArchives:
        """Read anew for each Input."""
        return at(self, shape)

    def shorter_side(self, shape: Shape) -> int:
        """The photograph always fills what is cut out."""
        return shorter_side(shape)

    def read(self, report: Report) -> Originals:
        """All photographs, cut to `shape`."""
        import numpy as np

        rows = self.rows()
        places = {name: place for place, (name, _label) in enumerate(rows)}
        learnable = self.train_images + self.val_images
        if len(places) != len(rows) or len(rows) != learnable + self.test_images:
            raise self.damaged(self.files[0])
        images = np.empty((len(rows), *self.shape), np.uint8)
        labels = np.array([label for _name, label in rows], np.int64)
        done = 0
        for remote in self.archives():
            for name, content in members(self, remote):
                place = places.get(name)
                if place is None:
                    continue
                images[place] = self._cut(remote, content())
                done += 1
                if done % _TOLD_EVERY == 0:
                    report(done / len(rows))
        if done != len(rows):
            raise self.damaged(self.archives()[0])
        return Originals(
            Pictures(images[:learnable], labels[:learnable]), Pictures(images[learnable:], labels[learnable:])
        )

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """Goes through the archive until the first photograph comes."""
        wanted, label = self.rows()[0]
        for remote in self.archives():
            for name, content in members(self, remote):
                if name == wanted:
                    return self._cut(remote, content()).transpose(1, 2, 0), label
        raise self.damaged(self.files[0])

    def load_code(self) -> LoadCode:
        """With torchvision, which downloads the same files."""
        imported, loop = self.script
        code = cut_code(self.shape) + _LOAD.format(shape="×".join(map(str, self.shape)), loop=loop)
        imports = (f"from torchvision.datasets import {imported}", "from PIL import Image")
        return LoadCode(code, imports, f"{self.title}'s archives")

    def _cut(self, remote: Remote, content: bytes) -> NDArray[np.uint8]:
        try:
            return cut(content, self.shape)
        except (OSError, SyntaxError, ValueError) as error:
            raise self.damaged(remote) from error


def members(info: Download, remote: Remote) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """All files in an archive, each with its name and a way to its content, in their order there.

    Raises `DataProblem`.
    """
    import tarfile
    import zipfile
    import zlib

    path = info.checked(remote)
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    yield name, partial(packed.read, name)
            return
        with tarfile.open(path, "r|*") as stream:
            for member in stream:
                if member.isfile():
                    yield member.name.removeprefix("./"), partial(_content, stream, member)
    except (OSError, zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
        raise info.damaged(remote) from error


def _content(stream: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = stream.extractfile(member)
    assert file is not None
    return file.read()


def read_member(info: Download, remote: Remote, name: str) -> bytes:
    """One file in an archive. Raises `DataProblem`."""
    for found, content in members(info, remote):
        if found == name:
            return content()
    raise info.damaged(remote)
