"""One problem: the sentence, and a button for each way to mend it."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.mends import offered
from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets.elided_button import ElidedButton
from cnnbuilder.ui.widgets.flow_row import FlowRow


class ProblemCard(QFrame):
    """The sentence with its numbers, the block's name, and the fixes as buttons; a fix is one undo step."""

    chosen = Signal()
    """A person clicked the card, or pressed Enter on it."""

    def __init__(
        self, document: Document, problem: Problem, *, place: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self.problem = problem
        self.fixes = offered(document.analysis, problem)
        self.setProperty("role", "problem-card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # Not Fixed: that would cut what needs more lines in a narrow column than in a wide one.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(_("Problem: {message}").format(message=problem.message))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        if place:
            where = QLabel(place)
            where.setProperty("role", "mono")
            column.addWidget(where)
        # A shape must not break over two lines.
        sentence = QLabel(re.sub(r"(?<=\d) × (?=\d)", "\u00a0×\u00a0", problem.message))
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        self.buttons: list[QPushButton] = []
        row = FlowRow()
        for fix in self.fixes:
            button = ElidedButton(fix.label)
            button.setProperty("role", "primary" if not self.buttons else "")
            button.clicked.connect(lambda _checked=False, fix=fix: self._mend(fix))
            row.add(button)
            self.buttons.append(button)
        if self.buttons:
            column.addWidget(row)

    def says(self, problem: Problem) -> bool:
        """Whether it says this problem of the present network, with what mends it there."""
        return problem == self.problem and offered(self._document.analysis, problem) == self.fixes

    def set_choosable(self) -> None:
        """Makes the card itself something to click, or to reach by Tab and press Enter on."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.focusPolicy() != Qt.FocusPolicy.NoFocus and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.chosen.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hasFocus():
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def _mend(self, fix: Fix) -> None:
        network = apply_fix(self._document.project.network, self.problem, fix)
        self._document.edit_network(fix.label, network)
