"""The popup beside a block with a problem: one sentence, and a button for each way to mend it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.widgets.theme import RADIUS, theme

GAP = 8
POINTER = 8
WIDTH = 280
EDGE = 8

Side = Literal["right", "left", "none"]
"""On which side of the card it stands; "none": above or below, and then it has no tip."""


class ProblemPopup(QWidget):
    """A widget beside the scene, not in it, so that its buttons are real ones: for keys and screen readers too."""

    fix_chosen = Signal(object, object)
    """(problem, fix)."""
    left = Signal()
    """Escape was pressed in it, or its focused button goes."""
    wheel_turned = Signal(object)
    """A `QWheelEvent` over it, which is meant for the canvas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.problem: Problem | None = None
        self._side: Side = "none"
        self._tip = 0
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(14 + POINTER, 11, 14 + POINTER, 12)
        column.setSpacing(9)
        column.addWidget(self._sentence)
        column.addLayout(self._buttons)
        self._rows: list[QPushButton] = []
        self.hide()

    def show_problem(self, problem: Problem | None) -> None:
        """Says this problem, or hides."""
        if problem == self.problem:
            return
        self.problem = problem
        if any(button.hasFocus() for button in self._rows):
            self.left.emit()  # before the button goes: else its focus lands wherever the tab order leads
        for button in self._rows:
            self._buttons.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._rows = []
        while self._buttons.count():
            self._buttons.takeAt(0)
        if problem is None:
            self.hide()
            return
        # A shape is read as one word.
        self._sentence.setText(problem.message.replace(" × ", "\u00a0×\u00a0"))
        self.setAccessibleName(_("Problem"))
        self.setAccessibleDescription(problem.message)
        for fix in problem.fixes:
            self._rows.append(self._button(problem, fix))
        self._buttons.addStretch(1)
        self.fit()

    def _button(self, problem: Problem, fix: Fix) -> QPushButton:
        button = QPushButton(fix.label)
        button.setProperty("role", "primary" if not self._rows else "")
        button.setToolTip(_("Mends it, as one step that can be undone"))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.fix_chosen.emit(problem, fix))
        self._buttons.addWidget(button)
        return button

    def fit(self) -> None:
        """Takes the size that the sentence needs at the text size in use."""
        width = theme.px(WIDTH)
        self.setFont(theme.font())
        buttons = sum(button.sizeHint().width() + 8 for button in self._rows)
        width = max(width, min(2 * width, buttons + 28 + 2 * POINTER))
        self.setFixedWidth(width)
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        self.setFixedHeight(
            layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        )

    def focus_fix(self) -> None:
        """Puts the focus on the first button."""
        if self._rows:
            self._rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self, block: QRect, area: QRect) -> None:
        """Stands beside a block's card, inside the area; hides when the card is out of sight."""
        if self.problem is None or not area.intersects(block):
            self.hide()
            return
        width, height = self.width(), self.height()
        inner = area.adjusted(EDGE, EDGE, -EDGE, -EDGE)
        x, y, self._side = self._beside(block, inner)
        x = max(inner.left(), min(x, inner.right() - width))
        y = max(inner.top(), min(y, inner.bottom() - height))
        self._tip = min(max(block.center().y() - y, 14), height - 14)
        self.move(x, y)
        self.show()
        self.raise_()
        self.update()

    def _beside(self, block: QRect, inner: QRect) -> tuple[int, int, Side]:
        """Right of the card where there is room, else left of it, else below or above, where it hides least."""
        middle = block.center().y() - self.height() // 2
        if block.right() + GAP + self.width() <= inner.right():
            return block.right() + GAP, middle, "right"
        if block.left() - GAP - self.width() >= inner.left():
            return block.left() - GAP - self.width(), middle, "left"
        if block.bottom() + GAP + self.height() <= inner.bottom():
            return block.left() + GAP, block.bottom() + GAP // 2, "none"
        return block.right() - self.width(), block.top() - self.height() - GAP // 2, "none"

    def paintEvent(self, event: QPaintEvent) -> None:
        style = canvas_style()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(style.broken)
        painter.setBrush(style.raised)
        area = QRectF(self.rect()).adjusted(POINTER + 1, 1, -POINTER - 1, -1)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        if self._side != "none":
            # Towards the card: it stands on the other side of where the popup is.
            edge, out = (area.left(), -1.0) if self._side == "right" else (area.right(), 1.0)
            y = float(self._tip)
            inner, outer = edge - out * 1.5, edge + out * (POINTER - 1)
            tip = QPolygonF([QPointF(inner, y - 7), QPointF(outer, y), QPointF(inner, y + 7)])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(tip)
            painter.setPen(style.broken)
            painter.drawPolyline(tip)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # It stands on the canvas: turning the wheel over it scrolls the canvas.
        self.wheel_turned.emit(event)
        event.accept()

    def event(self, event: QEvent) -> bool:
        # Presses between sentence and button must not fall through to the canvas behind.
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            event.accept()
            return True
        return super().event(event)
