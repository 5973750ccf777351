"""Clothes: photographs of many forms in ten uneven classes, with parts of their own."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbuilder.engine.data import photographs
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

_READ = '''{cut}

def load(folder):
    """The images to learn from, N×{shape} from 0 to 255, and their classes."""
    path = folder / "{archive}"
    if not path.is_file():
        raise SystemExit(f"{{path}} is missing: it comes with cnnbuilder.")
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.startswith("test/")]
        files = map(archive.open, names)
        images = [cut(Image.open(file, formats=["JPEG"])) for file in files]
    classes = [name.split("/")[1] for name in names]  # the folder of each
    return np.stack(images), np.unique(classes, return_inverse=True)[1]
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
        """Read anew for each Input."""
        return photographs.at(self, shape)

    def shorter_side(self, shape: Shape) -> int:
        """The photograph always fills what is cut out."""
        return photographs.shorter_side(shape)

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
                    images[place] = photographs.cut(archive.read(name), self.shape)
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
                image = photographs.cut(archive.read(name), self.shape)
        except (OSError, zipfile.BadZipFile, zlib.error, IndexError) as error:
            raise self._unreadable() from error
        return image.transpose(1, 2, 0), _FOLDERS.index(name.split("/")[1])

    def load_code(self) -> LoadCode:
        """The same, with Pillow's arithmetic: equal bit by bit."""
        shape = "×".join(map(str, self.shape))
        code = _READ.format(cut=photographs.cut_code(self.shape), shape=shape, archive=_ARCHIVE)
        return LoadCode(code, ("import zipfile", "from PIL import Image"), _ARCHIVE)

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
