"""Bars above the canvas: one sentence with its buttons, for what needs a word but no dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.questions import show_details

Choice = tuple[str, Callable[[], object]]
"""A button: its text, and what it does. The bar closes first."""


class Bar(QFrame):
    """One sentence, its buttons, and a cross."""

    closed = Signal()

    def __init__(
        self, message: str, choices: Sequence[Choice], details: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAccessibleName(message)
        self.label = QLabel(message)
        # A file's name, or a word from a file, may look like HTML.
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.label, 1)
        for text, act in choices:
            button = QPushButton(text, self)
            button.clicked.connect(lambda _checked=False, act=act: self._choose(act))
            row.addWidget(button)
            self.buttons.append(button)
        if details:
            button = QPushButton(_("Details"), self)
            button.clicked.connect(lambda: show_details(self.window(), message, details))
            row.addWidget(button)
            self.buttons.append(button)
        cross = QToolButton(self)
        cross.setIcon(icon("close", "secondary"))
        cross.setIconSize(QSize(16, 16))
        cross.setAccessibleName(_("Close this message"))
        cross.setToolTip(_("Close this message"))
        cross.clicked.connect(self.closed)
        row.addWidget(cross)

    def _choose(self, act: Callable[[], object]) -> None:
        self.closed.emit()
        act()


class MessageBars(QWidget):
    """The bars that are open, each under a key: a new bar of the same key takes the old one's place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: dict[str, Bar] = {}
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.hide()

    def show_message(self, key: str, message: str, choices: Sequence[Choice] = (), details: str = "") -> Bar:
        """Shows a bar."""
        self.close_message(key)
        bar = Bar(message, choices, details, self)
        bar.closed.connect(lambda: self.close_message(key))
        self._bars[key] = bar
        self._column.addWidget(bar)
        bar.show()
        self.show()
        # Screen readers say it at once.
        QAccessible.updateAccessibility(QAccessibleEvent(bar, QAccessible.Event.Alert))
        return bar

    def close_message(self, key: str) -> None:
        """Takes a bar away, where it is open."""
        bar = self._bars.pop(key, None)
        if bar is not None:
            bar.hide()
            self._column.removeWidget(bar)
            bar.deleteLater()
        self.setVisible(bool(self._bars))

    def close_all(self) -> None:
        """Takes every bar away."""
        for key in list(self._bars):
            self.close_message(key)

    def bar(self, key: str) -> Bar | None:
        """The open bar of a key."""
        return self._bars.get(key)
