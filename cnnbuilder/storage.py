"""Writes files, and folders of files, whole or not at all: the one way in which the program puts something on the disk.

A reader, a full disk, a killed process and a power cut all find the old content or the new one, never a part. What is
not finished lies beside its target under a hidden name that ends in `.unfinished`.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cnnbuilder.folders import data_folder
from cnnbuilder.text import _

UNFINISHED = ".unfinished"
_ON_WINDOWS = os.name == "nt"
_ATTEMPTS, _PAUSE_SECONDS = 40, 0.05
_NAME_BYTES = 140
"""Of the target's name, as many go into the hidden one: some encrypted file systems take no more than 143."""


def write_atomically(path: Path, content: bytes) -> None:
    """Makes `content` the file's whole content, in one step; see `replacing`. Raises `OSError`."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file to write and read, which takes the place of `path` at the end of the block.

    Whatever is raised in the block or at its end leaves what was there, and nothing else. A symbolic link is followed
    and stays one; the permissions of a file that was there are kept. Raises `OSError`.
    """
    target = _behind_links(path)
    unfinished = _unfinished(target, target.parent)
    try:
        with unfinished.open("x+b") as file:
            yield file
            file.flush()
            _sync(file.fileno())
        _take_permissions(unfinished, target)
        _replace(unfinished, target)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    _sync_folder(target.parent)


def write_together(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files into one folder, which is made where it is missing; what else lies in it stays.

    None of them takes its place before all are on the disk. Raises `OSError`.
    """
    output = AtomicOutput(folder)
    try:
        output.path.mkdir()
        for name, content in files.items():
            with (output.path / name).open("xb") as file:
                file.write(content)
                file.flush()
                _sync(file.fileno())
        output.deliver()
    finally:
        output.discard()


class AtomicOutput:
    """A hidden folder beside the target, where a file, or a folder of files, grows until it is delivered whole.

    For what is written by others: a caller that writes by itself has `replacing` and `write_together`.
    """

    def __init__(self, target: Path) -> None:
        """`target`: where it is to be in the end; a link is followed. Raises `OSError`: the place cannot be written."""
        self._target = _behind_links(target)
        # In a folder that is there, and not beside it: it may be a disk of its own, or its parent closed to us.
        near = self._target if self._target.is_dir() else self._target.parent
        self._folder = _unfinished(self._target, near)
        self._folder.mkdir()

    @property
    def path(self) -> Path:
        """Where to write; what is written beside it comes along."""
        return self._folder / self._target.name

    def deliver(self) -> None:
        """Moves what was made to its place. Raises `OSError`; what was there is then there still."""
        try:
            for made in self._folder.iterdir():
                _move(made, self._target.parent / made.name)
        finally:
            self.discard()
        for folder in (self._target, self._target.parent):
            if folder.is_dir():
                _sync_folder(folder)

    def discard(self) -> None:
        """Takes away what was made and not delivered."""
        shutil.rmtree(self._folder, ignore_errors=True)


def remove_unfinished(folder: Path, name: str = "") -> None:
    """Removes what a process that was killed in mid-writing left of files whose names begin with `name`."""
    beginning = _shortened(name)
    for path in folder.glob(f"*{UNFINISHED}"):
        if path.name.removeprefix(".").startswith(beginning):
            with suppress(OSError):
                path.unlink()


def reason_of(error: OSError) -> str:
    """Why the system refused, in a few words for people."""
    reasons = {
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk quota is used up"),
        errno.EACCES: _("you may not write there") if error.filename is None else _("access is not allowed"),
        errno.EPERM: _("access is not allowed"),
        errno.EROFS: _("the folder is read-only"),
        errno.ENOENT: _("there is no such file or folder"),
        errno.ENOTDIR: _("its folder is not a folder"),
        errno.EISDIR: _("it is a folder"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.EIO: _("the disk reports a fault"),
    }
    return reasons.get(error.errno or 0, error.strerror or str(error))


def _behind_links(path: Path) -> Path:
    """The file itself, so that writing through a link changes what it points to."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():  # links that lead to one another
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return target


def _unfinished(target: Path, folder: Path) -> Path:
    """Where to write until all is there."""
    return folder / f".{_shortened(target.name)}.{secrets.token_hex(4)}{UNFINISHED}"


def _shortened(name: str) -> str:
    """A name that leaves room for what is put around it."""
    room = _NAME_BYTES - len(f"..{'x' * 8}{UNFINISHED}")
    return name.encode(errors="ignore")[:room].decode(errors="ignore")


def _take_permissions(new: Path, old: Path) -> None:
    """A file that replaces another may be read and written by the same people; a new one is as the system makes it.

    In the program's own data folder a file is its user's alone: unsaved work, and what was trained with it.
    """
    with suppress(OSError):  # nothing was there, or the file system has no permissions
        if old.is_relative_to(data_folder()):
            new.chmod(0o600)
        else:
            new.chmod(old.stat().st_mode & 0o777)


def _move(made: Path, to: Path) -> None:
    """A file takes another's place; the files of a folder go into one that is there."""
    if made.is_dir() and not to.is_dir():
        try:
            _replace(made, to)
        except OSError:
            if not to.is_dir():  # else another process made it in the meantime
                raise
        else:
            return
    if made.is_dir():
        for file in made.iterdir():
            _move(file, to / file.name)
        return
    _take_permissions(made, to)
    _replace(made, to)


def _replace(new: Path, old: Path) -> None:
    """Windows refuses for a moment while a virus scanner or a reader has the old file open."""
    for _attempt in range(_ATTEMPTS):
        try:
            new.replace(old)
        except PermissionError:
            if not _ON_WINDOWS or old.is_dir():
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
    new.replace(old)


def _sync(descriptor: int) -> None:
    """To the disk itself: else a power cut leaves the new name with nothing behind it."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (
            errno.EINVAL,
            errno.ENOTSUP,
            errno.ENOSYS,
        ):  # some network file systems have none
            raise


def _sync_folder(folder: Path) -> None:
    """The new name as well. Windows has no such call; what fails here fails after the file is in its place."""
    if _ON_WINDOWS:
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
