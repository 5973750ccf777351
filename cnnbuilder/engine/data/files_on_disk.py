"""The files and folders below a folder, as people see them: without hidden ones, and ending in spite of links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine.data.natural_order import natural

_NO_IMAGES = frozenset({"thumbs.db", "desktop.ini", "__macosx", "__pycache__"})
"""What file managers and systems leave in folders."""


class FileOnDisk(NamedTuple):
    """One file below a folder."""

    file: str
    """Relative, with "/"."""
    size: int
    changed: int
    """Nanoseconds."""


def files_below(folder: Path, *around: Path) -> Iterator[FileOnDisk]:
    """Every file below a folder, at any depth. Hidden ones are passed over, and no folder is entered twice.

    `around`: folders that it lies in, into which no link leads back.
    """
    entered = {(status.st_dev, status.st_ino) for status in map(Path.stat, around) if status.st_ino}
    waiting = [(str(folder), "")]
    while waiting:
        path, relative = waiting.pop()
        try:
            status = os.stat(path)  # noqa: PTH116  Path would cost more than the call
            entries = list(os.scandir(path))
        except OSError:  # gone meanwhile, or not ours to read
            continue
        if (status.st_dev, status.st_ino) in entered and status.st_ino:
            continue  # a link leads back
        entered.add((status.st_dev, status.st_ino))
        for entry in entries:
            if is_hidden(entry.name):
                continue
            try:
                if entry.is_dir():
                    waiting.append((entry.path, f"{relative}{entry.name}/"))
                elif entry.is_file():
                    known = entry.stat()
                    yield FileOnDisk(f"{relative}{entry.name}", known.st_size, known.st_mtime_ns)
            except OSError:  # a link that leads nowhere
                continue


def is_hidden(name: str) -> bool:
    """Whether people and programs are not meant to look at it."""
    return name.startswith(".") or name.casefold() in _NO_IMAGES


def folders_in(folder: Path) -> list[str]:
    """The names of the folders in a folder, in natural order, without hidden ones."""
    with os.scandir(folder) as entries:
        return sorted((e.name for e in entries if not is_hidden(e.name) and _is_folder(e)), key=natural)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def files_in(folder: Path) -> list[str]:
    """The names of the files right in a folder, in natural order."""
    with os.scandir(folder) as entries:
        return sorted((e.name for e in entries if not is_hidden(e.name) and not _is_folder(e)), key=natural)
