"""In place of the images: why there are none, in one sentence, and the way on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class Standstill(QWidget):
    """A sentence and, where there is something to do, a button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: Callable[[], object] = lambda: None
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.button = QPushButton()
        self.button.clicked.connect(lambda _checked=False: self._act())
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 24, 0)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self.sentence)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    def offer(self, sentence: str, button: str, act: Callable[[], object]) -> None:
        """Shows a sentence with the button that comes before all others of the screen."""
        self.say(sentence, button, act)
        self._dress("primary")

    def say(self, sentence: str, button: str = "", act: Callable[[], object] = lambda: None) -> None:
        """Shows a sentence; `act` is what its button does."""
        self._dress("")
        self.sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self._act = act

    def _dress(self, role: str) -> None:
        if self.button.property("role") != role:
            self.button.setProperty("role", role)
            self.button.style().unpolish(self.button)
            self.button.style().polish(self.button)
