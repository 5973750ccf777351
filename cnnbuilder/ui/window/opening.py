"""Which document a session shows: new ones, files, what is dropped on the window, what a crash left behind."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from cnnbuilder.network.file_kinds import SOURCES
from cnnbuilder.network.project import Project
from cnnbuilder.ui.importing.importer import Importer
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.window.files import Files, dropped_file
from cnnbuilder.ui.window.own_images import OwnImages, holds_images


class Opening(QObject):
    """Puts another document into one session. What is unsaved, or under way, is asked about first."""

    def __init__(self, session: Session, files: Files, importer: Importer, images: OwnImages) -> None:
        super().__init__(session)
        self._session = session
        self._files = files
        self._importer = importer
        self._images = images

    def new(self) -> None:
        """An empty document."""
        self._session.begin(Project())

    def open(self) -> None:
        """Asks for a file and opens it."""
        path = self._files.ask_path()
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> bool:
        """Opens a file here, or raises the window that has it. False where it cannot be opened."""
        path = path.absolute()
        if path.suffix.lower() in SOURCES:
            return self._importer.read_file(path)
        if path != self._session.document.path and self._files.raise_other(path):
            return True
        project = self._files.read(path)
        return project is not None and self._session.open(path, project)

    def drag_enters(self, event: QDragEnterEvent) -> None:
        """Something is dragged over the window."""
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropped(self, event: QDropEvent) -> None:
        """Something was dropped on the window."""
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            # Not within the drop: a question would hold up the program that the file comes from.
            QTimer.singleShot(0, self, lambda: self._take(path))

    def _take(self, path: Path) -> None:
        """Images are looked at, all else is opened, or says what it is."""
        if holds_images(path):
            self._images.look_at(path)
        else:
            self.open_path(path)
