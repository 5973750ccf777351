"""Opens a file of PyTorch source, or a notebook, to be read."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.network.importing import CannotReadError, Reading
from cnnbuilder.network.importing.source_files import beside, text_of
from cnnbuilder.storage import reason_of
from cnnbuilder.text import _


def open_source(path: Path) -> Reading:
    """The networks in a file. Raises `CannotReadError` with one sentence that names the file."""
    try:
        return Reading(_text(path), beside(path))
    except CannotReadError as refused:
        raise CannotReadError(_("{name}: {reason}").format(name=path.name, reason=refused)) from None


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise CannotReadError(_("This is a folder; choose a .py file in it."))
        return text_of(path)
    except UnicodeDecodeError:
        raise CannotReadError(_("This is not a text file. Choose a .py file.")) from None
    except OSError as error:
        raise CannotReadError(
            _("The file cannot be read: {reason}.").format(reason=reason_of(error))
        ) from None
