"""The workspaces of one session, each made when it is first shown: what is not seen costs no start time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from cnnbuilder.ui.build.workspace import BuildWorkspace
from cnnbuilder.ui.session.session import Session


class Workspace(Protocol):
    """What the window needs of a workspace besides being a widget."""

    def regions(self) -> tuple[QWidget, ...]: ...
    def take_focus(self) -> None: ...


def _data(session: Session) -> QWidget:
    from cnnbuilder.ui.data.workspace import DataWorkspace

    return DataWorkspace(session)


def _train(session: Session) -> QWidget:
    from cnnbuilder.ui.train.workspace import TrainWorkspace

    return TrainWorkspace(session)


MAKERS: dict[str, Callable[[Session], QWidget]] = {"data": _data, "train": _train}


class Workspaces(QStackedWidget):
    """One document, several arrangements. Selection, zoom, folds and the run survive a switch."""

    switched = Signal(str)
    """This workspace is shown now."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.build = BuildWorkspace(session)
        self._made: dict[str, QWidget] = {"build": self.build}
        self._current = self._before = "build"
        self.addWidget(self.build)

    @property
    def current(self) -> str:
        """The key of the workspace that is shown."""
        return self._current

    def made(self, key: str) -> QWidget | None:
        """A workspace, where it has been made."""
        return self._made.get(key)

    def workspace(self, key: str) -> QWidget:
        """A workspace; made now where it is not yet there."""
        if key not in self._made:
            self._made[key] = MAKERS[key](self._session)
            self.addWidget(self._made[key])
        return self._made[key]

    def open(self, key: str) -> QWidget:
        """Shows a workspace, and returns it."""
        workspace = self.workspace(key)
        if key != self._current:
            self._before, self._current = self._current, key
            self.setCurrentWidget(workspace)
            self.switched.emit(key)
        return workspace

    def toggle(self, key: str) -> None:
        """Shows a workspace; asked once more, the one before it."""
        self.open(self._before if key == self._current else key)
        present: Workspace = self.currentWidget()  # type: ignore[assignment]
        present.take_focus()

    def regions(self) -> tuple[QWidget, ...]:
        """The parts of the workspace that is shown, in reading order."""
        present: Workspace = self.currentWidget()  # type: ignore[assignment]
        return present.regions()
