"""What letting go of a wire would do, said at the pointer before it is done; and what it could be instead."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.merge_edits import MERGE_KINDS
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.popup_placement import placement
from cnnbuilder.ui.widgets.theme import theme

AWAY = 10
"""Pixels between it and what it speaks of."""
WIDTH = 250


class WireVerdict(QFrame):
    """A small panel beside the pointer. Its buttons are for those who let the wire hang and point."""

    kind_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(_("What letting go would do"))
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.words = QLabel()
        self.words.setProperty("role", "secondary")
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 12, 9)
        column.setSpacing(3)
        column.addWidget(self.title)
        column.addWidget(self.words)
        self.buttons: dict[str, QPushButton] = {}
        for kind in MERGE_KINDS:
            text = _("{key}   {kind} instead").format(key=KINDS[kind].shortcut, kind=kind)
            button = QPushButton(text)
            button.setProperty("role", "link")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, kind=kind: self.kind_chosen.emit(kind))
            self.buttons[kind] = button
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def say(self, title: str, words: str, kind: str | None, beside: QRect, area: QRect) -> None:
        """Shows it beside something, inside the area; both in pixels of its parent.

        `kind`: of the block that comes, if one does: the others are offered instead.
        """
        self.title.setText(title)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        for name, button in self.buttons.items():
            button.setVisible(kind is not None and name != kind)
        width = min(theme.px(WIDTH), area.width())
        self.ensurePolished()
        for label in (self.title, self.words):
            label.setFixedWidth(width - 24)
        self.resize(width, self.sizeHint().height())
        around = beside.adjusted(-AWAY, -AWAY, AWAY, AWAY)
        self.move(placement(self.size(), around, area).area.topLeft())
        self.show()
        self.raise_()
