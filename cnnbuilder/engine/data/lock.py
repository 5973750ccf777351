"""A lock between processes that is gone when its holder is: the operating system keeps it, not a file's existence."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_POLL_SECONDS = 0.05
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _give(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def held(path: Path, while_waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the lock of that file (made where missing, never removed), waiting for it as long as it takes.

    `while_waiting` is called twenty times a second and may raise to give up. Where the file system cannot lock,
    nothing is held: the work is then done twice at worst. Raises `OSError` where the file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        locked = _wait(descriptor, while_waiting)
        try:
            yield
        finally:
            if locked:
                _give(descriptor)
    finally:
        os.close(descriptor)


def _wait(descriptor: int, while_waiting: Callable[[], None]) -> bool:
    while True:
        try:
            _take(descriptor)
        except OSError as error:
            if error.errno not in _HELD:
                return False
        else:
            return True
        while_waiting()
        time.sleep(_POLL_SECONDS)
