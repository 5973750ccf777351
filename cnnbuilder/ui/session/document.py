"""One open project: the present value, its undo stack, its file. One signal says what changed."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4
from weakref import finalize, ref

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.project import Network, Project


class _Edit(QUndoCommand):
    """One step: the project before and after. Never merged: PySide6 leaks merged commands."""

    def __init__(self, document: Document, title: str, before: Project, after: Project) -> None:
        super().__init__(title)
        self._document = ref(document)
        self._before = before
        self._after = after

    def redo(self) -> None:
        self._show(self._after)

    def undo(self) -> None:
        self._show(self._before)

    def _show(self, project: Project) -> None:
        document = self._document()
        if document is not None:
            document._show(project)


class Document(QObject):
    """Holds the project. Views listen to `changed(before, after)` and repaint what differs."""

    changed = Signal(object, object)
    """(before, after): two `Project` values."""
    path_changed = Signal()

    def __init__(
        self, project: Project | None = None, path: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project or Project()
        self._analysis = analyse(self._project.network)
        self._path = path
        self._id = uuid4().hex
        self.undo_stack = QUndoStack()
        # Collected together, the stack took steps down that were gone already, and the program with them.
        finalize(self, self.undo_stack.clear).atexit = False

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._project

    @property
    def analysis(self) -> Analysis:
        """What follows from the network as it is now."""
        return self._analysis

    @property
    def path(self) -> Path | None:
        """The file it was opened from or saved to last."""
        return self._path

    @property
    def id(self) -> str:
        """Names the document for as long as it is open, also before it has a file; another document, another id."""
        return self._id

    def set_path(self, path: Path | None) -> None:
        """Names the file that the project now belongs to."""
        self._path = path
        self.path_changed.emit()

    def edit(self, title: str, project: Project) -> None:
        """One undoable step, named for the Edit menu ("Add Conv2d"). An edit that changes nothing is none."""
        if project != self._project:
            self.undo_stack.push(_Edit(self, title, self._project, project))

    def edit_network(self, title: str, network: Network) -> None:
        """One undoable step that changes the network alone."""
        self.edit(title, replace(self._project, network=network))

    def replace(self, project: Project, path: Path | None, id_: str | None = None) -> None:
        """Another document takes this one's place (opened or new): the undo stack begins anew.

        `id_`: the id that it has already, because runs were made for it.
        """
        self.undo_stack.clear()
        self._id = id_ or uuid4().hex
        self._show(project)
        self.undo_stack.setClean()
        self.set_path(path)

    def _show(self, project: Project) -> None:
        before, self._project = self._project, project
        if project.network is not before.network:
            self._analysis = analyse(project.network, self._analysis)
        self.changed.emit(before, project)
