"""The Data workspace: the data sets, what is in them, and how they fit the network."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from cnnbuilder.ui.session.session import Session


class DataWorkspace(QWidget):
    """Placeholder until its own commit."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def regions(self) -> tuple[QWidget, ...]:
        return (self,)

    def take_focus(self) -> None:
        self.setFocus()
