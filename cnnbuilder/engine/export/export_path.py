"""Where an export goes: which form the name asks for, and files that appear whole or not at all. Without torch."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from cnnbuilder.engine import runs
from cnnbuilder.network.nearest import nearest
from cnnbuilder.storage import reason_of, write_atomically, write_together
from cnnbuilder.text import _

PROGRAMS = (".py", ".ipynb")
FIGURES = (".svg", ".png", ".pdf")
TABLES = (".csv", ".md", ".tex")
WEIGHTED = (".onnx", ".pt2", ".safetensors")
ENDINGS = (*PROGRAMS, *WEIGHTED, *FIGURES, *TABLES)
FOLDER = ""
"""The form of a name without an ending: a folder of files."""
MODEL, WEIGHTS, LABELS, PREDICT = "model.py", "model.safetensors", "labels.txt", "predict.py"
"""The files of that folder."""
_LIKE = 0.8
"""How like an ending one must be for a slip of the hand: .onxx is, .jpg is no .png."""


class ExportProblem(Exception):  # noqa: N818  the program's word for what is wrong and can be mended
    """What cannot be exported, or not there. Carries one sentence."""


def form_of(out: str) -> str:
    """The ending that says what is written, one of `ENDINGS`, or `FOLDER`. Raises `ExportProblem`."""
    path = Path(out)
    if not out.strip():
        raise ExportProblem(_("The export has no name: name a file or a folder."))
    if out == "-":
        raise ExportProblem(
            _("An export goes to a file or a folder, not to -; cnnbuilder code prints the network.")
        )
    if path.name in ENDINGS:
        raise ExportProblem(_("{path} is an ending alone: put a name before it.").format(path=path))
    if out.endswith(("/", os.sep)):
        return FOLDER
    ending = path.suffix.lower()
    if ending in ENDINGS:
        if path.is_dir():
            raise ExportProblem(
                _("{path} is a folder: name a file in it, or write {path}/ to fill the folder.").format(
                    path=path
                )
            )
        return ending
    if not ending or path.is_dir():
        return FOLDER
    near = nearest(ending, ENDINGS, _LIKE)
    known = " ".join(ENDINGS)
    if near is not None:
        raise ExportProblem(
            _(
                "There is no export to {ending}: {near}? The endings are {known}; a name without one, or with / behind "
                "it, makes a folder."
            ).format(ending=ending, near=near, known=known)
        )
    raise ExportProblem(
        _(
            "There is no export to {ending}: the endings are {known}; a name without one, or with / behind it, makes "
            "a folder."
        ).format(ending=ending, known=known)
    )


def require_place(path: Path) -> None:
    """Raises `ExportProblem` where no file can be written, before any work is done for it."""
    folder = path.absolute().parent
    if not folder.exists():
        raise ExportProblem(_("There is no folder {folder}: make it first.").format(folder=path.parent))
    if not folder.is_dir():
        raise ExportProblem(_("{folder} is a file, not a folder.").format(folder=path.parent))
    if path.name.lower() in runs.FILES and (folder / runs.INFO).exists():
        raise ExportProblem(_("{path} belongs to a run: choose another folder.").format(path=path))
    if path.exists() and not os.access(path, os.W_OK):
        raise ExportProblem(_("{path} is read-only: choose another name.").format(path=path))
    if not os.access(folder, os.W_OK):
        raise ExportProblem(
            _("You may not write in the folder {folder}: choose another one.").format(folder=path.parent)
        )


def require_folder(folder: Path) -> None:
    """Raises `ExportProblem` where the folder can neither be used nor made."""
    if folder.is_dir():
        require_place(folder / MODEL)
    elif folder.exists():
        raise ExportProblem(_("{path} is a file, not a folder: choose another name.").format(path=folder))
    else:
        require_place(folder)


def write_file(path: Path, content: bytes) -> None:
    """Writes one file, replacing another in one step; through a link, the file behind it. Raises `ExportProblem`."""
    try:
        write_atomically(path, content)
    except OSError as error:
        raise ExportProblem(cannot_write(path, error)) from error


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Writes files into a folder, all or none; what else lies in it stays. Raises `ExportProblem`."""
    try:
        write_together(folder, files)
    except OSError as error:
        raise ExportProblem(cannot_write(folder, error)) from error


def cannot_write(path: Path, error: OSError) -> str:
    """Why nothing was written there, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _("The disk is full: {path} was not written; free some space and try again.").format(path=path)
    return _("{path} cannot be written: {reason}.").format(path=path, reason=reason_of(error))
