"""What stands between prepared data and the disk: a lock, so that work is done once, and words for a full disk."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.text import _, bytes_text, number

_POLL_SECONDS = 0.05


@contextmanager
def held(path: Path, while_waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the lock of that file, waiting for it as long as it takes.

    `while_waiting` is called twenty times a second and may raise to give up. Where the file system cannot lock,
    nothing is held: the work is then done twice at worst.
    """
    lock = FileLock(path)
    try:
        while not lock.is_locked:
            try:
                lock.acquire(timeout=_POLL_SECONDS, poll_interval=_POLL_SECONDS)
            except Timeout:
                while_waiting()
            except (OSError, NotImplementedError):
                break
        yield
    finally:
        lock.release()


def cannot_write(error: OSError, title: str, shape: Shape, folder: Path, needed: int) -> Exception:
    """The sentence for a disk that is full or closed to us; any other error stays what it is."""
    said = {
        "title": title,
        "shape": " × ".join(map(number, shape)),
        "needed": bytes_text(needed),
        "folder": folder,
    }
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DataProblem(
            _(
                "The disk is full: {title} at {shape} takes {needed} in {folder}. Free that much, "
                "or make the Input smaller."
            ).format(**said)
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return DataProblem(
            _("{title} cannot be prepared: the folder {folder} cannot be written to.").format(**said)
        )
    return error
