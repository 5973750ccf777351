"""Writes a file of a run whole or not at all."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces the file in one step: readers, a full disk and a killed process see the old one or the new one.

    Raises `OSError`.
    """
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.unfinished")
    try:
        unfinished.write_bytes(content)
        _replace(unfinished, path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> None:
    """Removes what a process that was killed in mid-writing left."""
    for path in folder.glob("*.unfinished"):
        with suppress(OSError):
            path.unlink()


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
