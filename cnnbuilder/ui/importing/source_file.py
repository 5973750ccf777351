"""Reads a file of PyTorch source."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.network.importing import MOST_CHARACTERS, CannotReadError, Imported, read
from cnnbuilder.storage import reason_of
from cnnbuilder.text import _


def read_file(path: Path) -> Imported:
    """The network in a file. Raises `CannotReadError` with one sentence that names the file."""
    try:
        return read(_text(path))
    except CannotReadError as refused:
        raise CannotReadError(_("{name}: {reason}").format(name=path.name, reason=refused)) from None


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise CannotReadError(_("This is a folder; choose a .py file in it."))
        with path.open(encoding="utf-8") as file:
            return file.read(MOST_CHARACTERS + 1)
    except UnicodeDecodeError:
        raise CannotReadError(_("This is not a text file. Choose a .py file.")) from None
    except OSError as error:
        raise CannotReadError(
            _("The file cannot be read: {reason}.").format(reason=reason_of(error))
        ) from None
