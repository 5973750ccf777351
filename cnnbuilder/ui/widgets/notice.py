"""A strip with one sentence and its buttons, between the run's bar and the curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

Choice = tuple[str, Callable[[], object]]
"""A button: its text, and what it does."""


class Notice(QFrame):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sunken")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 4, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self.label, 1)
        self._said: tuple[str, tuple[str, ...]] = ("", ())
        self.hide()

    def say(self, sentence: str, choices: Sequence[Choice] = ()) -> None:
        """Shows a sentence with its buttons, or hides with an empty one."""
        said = (sentence, tuple(text for text, _act in choices))
        self.setVisible(bool(sentence))
        if said == self._said:
            return
        self._said = said
        self.label.setText(sentence)
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for text, act in choices:
            button = QPushButton(text, self)
            button.setProperty("role", "link")
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._row.addWidget(button)
            button.show()
            self.buttons.append(button)
