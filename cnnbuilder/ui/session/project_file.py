"""The file of one document: what it is called, whether there is work that it does not hold, reading and writing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnbuilder.network.file import FileProblemError, load, save
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document

SUFFIX = ".cnn"


def fingerprint(path: Path) -> bytes | None:
    """What a file holds now, or None where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return None


class ProjectFile(QObject):
    """One document's file. Asks nobody anything: what is to be asked first, the window asks."""

    used = Signal(object)
    """This path was opened, or saved to."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._on_disk: bytes | None = fingerprint(document.path) if document.path else None
        """What the file held when it was last read or written here."""
        self._declined: Project | None = None

    @property
    def name(self) -> str:
        """The file's name, or what stands in its place."""
        return self._document.path.name if self._document.path else _("Untitled")

    @property
    def edited(self) -> bool:
        """Whether there is work that no file holds."""
        return not self._document.undo_stack.isClean()

    @property
    def untouched(self) -> bool:
        """Whether the document holds nothing yet, so that a file may open in its place."""
        return self._document.path is None and not self.edited and not self._document.project.network.blocks

    @property
    def declined(self) -> bool:
        """Whether the person has said that the work, as it is now, need not be saved."""
        return self._declined is self._document.project

    def decline(self) -> None:
        """The work as it is now need not be saved."""
        self._declined = self._document.project

    @property
    def changed_outside(self) -> bool:
        """Whether another program has written something else into the file since it was read or written here."""
        path = self._document.path
        now = fingerprint(path) if path else None
        if path is None or now is None or now == self._on_disk:
            return False
        try:
            return load(path) != self._document.project
        except FileProblemError:
            return True

    def begin(self, project: Project, id_: str | None = None) -> None:
        """Another project without a file takes the document's place."""
        self._on_disk = None
        self._document.replace(project, None, id_)

    def take(self, path: Path, project: Project) -> None:
        """A project that was read from this file takes the document's place."""
        path = path.absolute()
        self._on_disk = fingerprint(path)
        self._document.replace(project, path)
        self.used.emit(path)

    def restore(self, project: Project, path: Path | None, id_: str | None = None) -> None:
        """Unsaved work as an edit of the file as it is on the disk: undo leads back to the file.

        `id_`: the id that the document had, so that runs of one without a file are found.
        """
        base = Project()
        if path is not None:
            try:
                base = load(path)
            except FileProblemError:
                # The file is gone or spoilt: the work that was kept is all there is, and saving writes it anew.
                base = Project()
        self._on_disk = fingerprint(path) if path else None
        self._document.replace(base, path, id_)
        self._document.edit(_("Restore unsaved work"), project)

    def write(self, path: Path) -> None:
        """Saves to this path, which is the document's file from then on.

        Raises `FileProblemError` with one sentence; the document's file stays what it was.
        """
        path = path.absolute()
        save(self._document.project, path)
        self._on_disk = fingerprint(path)
        self._document.undo_stack.setClean()
        self._document.set_path(path)
        self.used.emit(path)
