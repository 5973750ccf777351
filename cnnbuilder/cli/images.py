"""Which images a command line names: files, folders with all that is in them, and patterns such as "*.jpg"."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine.data.natural_order import natural
from cnnbuilder.text import _

ENDINGS = frozenset(
    (
        ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp",
        ".pbm", ".pgm", ".ppm", ".pnm", ".avif", ".avifs", ".heic", ".heif",
    )
)  # fmt: skip
"""What is taken for an image in a folder; a file that is named is opened whatever its name."""


class NamedImage(NamedTuple):
    """An image as it was named, or why there is none of that name."""

    name: str
    reason: str | None = None


def named_images(names: Iterable[str]) -> Iterator[NamedImage]:
    """All that is named, in that order; what a folder or a pattern stands for in natural order."""
    for name in names:
        if Path(name).is_dir():
            yield from _found(name, Path(name).rglob("*"))
        elif not Path(name).exists() and glob.has_magic(name):
            paths = glob.iglob(name, recursive=True)  # noqa: PTH207  Path.glob takes no absolute pattern
            yield from _found(name, map(Path, paths), any_ending=True)
        else:
            yield NamedImage(name)


def _found(name: str, paths: Iterable[Path], *, any_ending: bool = False) -> Iterator[NamedImage]:
    """Hidden files and folders are passed over: they are the system's."""
    beginning = len(Path(name).parts) if Path(name).is_dir() else 0
    images = [
        str(path)
        for path in paths
        if (any_ending or path.suffix.lower() in ENDINGS)
        and not any(part.startswith(".") and part != ".." for part in path.parts[beginning:])
        and path.is_file()
    ]
    if not images:
        reason = _("There is no image in the folder.") if beginning else _("No file has such a name.")
        yield NamedImage(name, reason)
    yield from map(NamedImage, sorted(images, key=natural))
