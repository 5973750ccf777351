"""A file that the operating system holds locked for as long as this process lives: the sign that it still does.

A process id may be given to another program after a crash; a lock is gone with its process, whatever ended it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


class Lock:
    """One lock file. `take` succeeds for one holder at a time, also among windows of one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Takes the lock; false where somebody else has it, or the folder cannot be written."""
        if self._descriptor is not None:
            return True
        try:
            # Not inheritable (Python's rule): the engine's child must not hold it after the window died.
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Gives the lock back and removes its file."""
        if self._descriptor is None:
            return
        # Windows refuses to remove an open file, so it is closed first; elsewhere the order does not matter.
        os.close(self._descriptor)
        self._descriptor = None
        self.path.unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
