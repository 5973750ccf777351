"""Where the runs of a document stand: beside its file, or in the user's data folder while it has none."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnbuilder import folders
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document


def unsaved(document_id: str) -> Path:
    """The runs of a document without a file."""
    return folders.data_folder() / "runs" / document_id


def beside(path: Path) -> Path:
    """The runs of a saved document: NAME.runs beside NAME.cnn."""
    return path.with_suffix(".runs")


def _apart(path: Path) -> Path:
    """The runs of a file whose folder cannot be written: under the same name at the next opening too."""
    return unsaved("of-" + hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:24])


def writable(folder: Path) -> bool:
    """Whether a folder of runs can be made or written there."""
    existing = folder if folder.is_dir() else folder.parent
    return os.access(existing, os.W_OK | os.X_OK)


class RunDirectory(QObject):
    """Follows a document: names its folder of runs, and moves unsaved runs beside the file at the first save."""

    moved = Signal(object, object)
    """(before, after): two folders."""
    word = Signal(str)
    """One sentence, where the runs could not come along."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._id = document.id
        self._path = document.path
        self._stays: Path | None = None
        self._held = False
        document.path_changed.connect(self._follow)

    @property
    def folder(self) -> Path:
        """Where the next run is made."""
        if self._stays is not None:
            return self._stays
        path = self._path
        if path is None:
            return unsaved(self._id)
        return beside(path) if writable(beside(path)) else _apart(path)

    def has_runs(self) -> bool:
        """Whether runs of this document are kept."""
        folder = self.folder
        return folder.is_dir() and any(folder.iterdir())

    def hold(self, held: bool) -> None:
        """While a run writes into its folder nothing is moved; it is moved once the run is over."""
        self._held = held
        if not held:
            self._move()

    def discard(self) -> None:
        """Deletes the runs of a document that was closed without being saved."""
        if self._path is None:
            shutil.rmtree(unsaved(self._id), ignore_errors=True)

    def _follow(self) -> None:
        path = self._document.path
        if self._document.id != self._id:  # another document was opened, or a new one begun
            self._id, self._stays = self._document.id, None
            self._path = path
            return
        first_save = self._path is None and path is not None
        self._path = path
        if first_save:
            self._move()
        else:
            self._stays = None  # Save As begins an empty list of runs

    def _move(self) -> None:
        """Moves the unsaved runs beside the file, if there are any and there is one."""
        old = unsaved(self._id)
        if self._path is None or not old.is_dir():
            return
        if self._held:
            self._stays = old
            return
        self._stays = None
        new = beside(self._path)
        try:
            new.mkdir(exist_ok=True)
            for run in sorted(old.iterdir()):
                shutil.move(run, _free(new, run.name))
            old.rmdir()
        except OSError:
            self._stays = old
            self.word.emit(
                _("The folder of the file cannot be written, so its runs stay in {folder}.").format(
                    folder=old
                )
            )
            return
        self.moved.emit(old, new)


def _free(folder: Path, name: str) -> Path:
    """A name for a run that is not taken: its own, else the next number."""
    if not (folder / name).exists():
        return folder / name
    taken = [int(run.name) for run in folder.iterdir() if run.name.isdigit()]
    return folder / f"{max(taken, default=0) + 1:04}"
