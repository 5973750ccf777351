"""Which document a window shows: new ones, templates, files, what is dropped on it, what a crash left behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.recovery import Leftover
from cnnbuilder.ui.window.files import SOURCE, dropped_file

if TYPE_CHECKING:
    from cnnbuilder.ui.window.window import Window


class Opening(QObject):
    """Puts another document into one window. What is unsaved, or under way, is asked about first."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._files = window.files

    def new(self) -> None:
        """An empty document."""
        if self._may_leave():
            self._begin(Project())

    def begin_template(self, name: str) -> None:
        """A template's project."""
        if self.may_replace():
            self._begin(TEMPLATES[name].make())

    def new_window(self) -> None:
        """Another window with an empty document."""
        if self._window.windows is not None:
            self._window.windows.show_empty(self._window)

    def open(self) -> None:
        """Asks for a file and opens it."""
        path = self._files.ask_path()
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> bool:
        """Opens a file here, or raises the window that has it. False where it cannot be opened."""
        path = path.absolute()
        if path.suffix == SOURCE:
            return self._window.importer.read_file(path)
        if path != self._window.document.path and self._files.raise_other(path):
            return True
        project = self._files.read(path)
        if project is None or not self.may_replace():
            return False
        self._leave()
        self._files.take(path, project)
        self._window.area.take_focus()
        return True

    def take(self, project: Project, id_: str | None = None) -> bool:
        """A network that was read elsewhere, as a new document. False where its person keeps the present one."""
        if not self.may_replace():
            return False
        self._leave()
        self._files.begin(project, id_)
        self._window.canvas.fit()
        self._window.canvas.setFocus()
        return True

    def restore(self, leftover: Leftover) -> None:
        """Takes up unsaved work of a crash."""
        if self.may_replace():
            self._leave()
            self._files.restore(leftover.project, leftover.path)
            self._window.recovery.keep_now()
            leftover.discard()
            self._window.area.take_focus()

    def may_replace(self) -> bool:
        """Whether another document may come now: this one holds nothing yet, or its person lets it go."""
        return self._files.untouched or self._may_leave()

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
            QTimer.singleShot(0, self, lambda: self.open_path(path))

    def _begin(self, project: Project) -> None:
        self._leave()
        self._files.begin(project)
        # What had the focus may be gone with the document before.
        self._window.area.take_focus()

    def _may_leave(self) -> bool:
        return self._files.settle_edits() and self._window.control.may_leave()

    def _leave(self) -> None:
        """Before another document comes: nothing of the present one stays selected."""
        self._window.selection.select([])
        self._window.bottom.drop_unsaved_runs()
