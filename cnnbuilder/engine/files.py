"""Writes files whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces the file in one step: readers, a full disk and a killed process see the old one or the new one.

    Raises `OSError`.
    """
    unfinished = path.with_name(_unfinished(path))
    try:
        unfinished.write_bytes(content)
        _replace(unfinished, path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into one folder, which is made where it is missing; what else lies in it stays.

    None of them takes its place before all are on the disk. Raises `OSError`.
    """
    is_new = not folder.exists()
    unfinished = (folder.parent if is_new else folder) / _unfinished(folder)
    try:
        unfinished.mkdir()
        for name, content in files.items():
            (unfinished / name).write_bytes(content)
        if is_new:
            try:
                _replace(unfinished, folder)
            except OSError:
                if not folder.is_dir():  # another process made it in the meantime
                    raise
            else:
                return
        for name in files:
            _replace(unfinished / name, folder / name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Removes what a process that was killed in mid-writing left."""
    for path in folder.glob("*.unfinished"):
        with suppress(OSError):
            path.unlink()


def _unfinished(path: Path) -> str:
    """A name to write under until all is there; the longest name that a file may have leaves no room for more."""
    return f"{path.name[:50]}.{secrets.token_hex(4)}.unfinished"


def _replace(new: Path, old: Path) -> None:
    """Windows refuses for a moment while a virus scanner or a reader has the old file open."""
    for _attempt in range(40):
        try:
            new.replace(old)
        except PermissionError:
            if os.name != "nt":
                raise
            time.sleep(0.05)
        else:
            return
    new.replace(old)
