"""A hidden folder beside the place of a new file: what is exported grows there, and moves out once it is whole.

So a cancelled export, or a window that closes, leaves what was there before; and whether the place can be written is
known at once.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from cnnbuilder.storage import AtomicOutput, reason_of
from cnnbuilder.text import _


class CannotWriteError(Exception):
    """The place cannot be written, for the reason that is given in one sentence."""


class ExportOutput:
    """Where one file, or one folder of files, is made."""

    def __init__(self, out: Path) -> None:
        """`out`: where it is to be in the end. Raises `CannotWriteError`."""
        self.out = out
        try:
            _may_replace(out)
            self._output = AtomicOutput(out)
        except OSError as error:
            raise self._refusal(error) from None

    @property
    def path(self) -> Path:
        """Where to write."""
        return self._output.path

    def deliver(self) -> None:
        """Moves what was made to its place. Raises `CannotWriteError`; what was there is there still."""
        try:
            self._output.deliver()
        except OSError as error:
            raise self._refusal(error) from None

    def discard(self) -> None:
        """Takes away what was made and not delivered."""
        self._output.discard()

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
