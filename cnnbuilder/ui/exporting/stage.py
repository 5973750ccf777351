"""A hidden folder beside the place of a new file: what is exported grows there, and moves out once it is whole.

So a cancelled export, or a window that closes, leaves what was there before; and whether the place can be written is
known at once.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from cnnbuilder.network.file import reason_of
from cnnbuilder.text import _


class CannotWriteError(Exception):
    """The place cannot be written, for the reason that is given in one sentence."""


class Stage:
    """Where one file, or one folder of files, is made."""

    def __init__(self, out: Path) -> None:
        """`out`: where it is to be in the end. Raises `CannotWriteError`."""
        self.out = out
        # A link is followed, so that exporting through one changes the file it points to.
        self._target = Path(os.path.realpath(out))
        try:
            _may_replace(self._target)
            self._folder = Path(tempfile.mkdtemp(prefix=".cnnbuilder-", dir=self._target.parent))
        except OSError as error:
            raise self._refusal(error) from None

    @property
    def path(self) -> Path:
        """Where to write."""
        return self._folder / self._target.name

    def deliver(self) -> None:
        """Moves what was made to its place. Raises `CannotWriteError`; what was there is there still."""
        try:
            for made in self._folder.iterdir():
                _move(made, self._target.parent / made.name)
        except OSError as error:
            raise self._refusal(error) from None
        finally:
            self.discard()

    def discard(self) -> None:
        """Takes away what was made and not delivered."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _refusal(self, error: OSError) -> CannotWriteError:
        return CannotWriteError(
            _("{name} cannot be written: {reason}. Choose another place.").format(
                name=self.out.name, reason=reason_of(error)
            )
        )


def _may_replace(target: Path) -> None:
    """A file that is read-only is meant to stay, though its folder would let it be replaced. Raises `OSError`."""
    if target.is_file() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EPERM, "", str(target))


def _move(made: Path, to: Path) -> None:
    """A file takes another's place; the files of a folder go into one that is there."""
    if made.is_dir() and to.is_dir():
        for file in made.iterdir():
            _move(file, to / file.name)
    else:
        made.replace(to)
