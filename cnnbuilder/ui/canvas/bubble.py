"""The bubble beside a block with a problem: one sentence, and a button for each way to mend it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks.base import Fix
from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.inks import inks
from cnnbuilder.ui.theme import RADIUS, theme

GAP = 14
POINTER = 8
WIDTH = 272


class Bubble(QWidget):
    """A widget beside the scene, not in it, so that its buttons are real ones: for keys and screen readers too."""

    fix_chosen = Signal(object, object)
    """(problem, fix)."""
    left = Signal()
    """Escape was pressed in it, or its focused button goes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.problem: Problem | None = None
        self._pointer: QPoint | None = None
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(14 + POINTER, 11, 14, 12)
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
        width = max(width, min(2 * width, buttons + 28 + POINTER))
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
        size = QSize(self.width(), self.height())
        x, y = block.right() + GAP, block.center().y() - size.height() // 2
        pointing = True
        if x + size.width() > area.right() - 8:
            # No room beside: below the card, then above it.
            pointing = False
            x = min(max(block.left() + GAP, area.left() + 8), area.right() - size.width() - 8)
            y = block.bottom() + GAP // 2
            if y + size.height() > area.bottom() - 8:
                y = block.top() - size.height() - GAP // 2
        y = min(max(y, area.top() + 8), max(area.top() + 8, area.bottom() - size.height() - 8))
        self._pointer = (
            QPoint(0, min(max(block.center().y() - y, 14), size.height() - 14)) if pointing else None
        )
        self.move(x, y)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = inks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink.broken)
        painter.setBrush(ink.raised)
        area = QRectF(self.rect()).adjusted(POINTER + 1, 1, -1, -1)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        if self._pointer is not None:
            y, left = float(self._pointer.y()), float(POINTER + 1)
            tip = [QPointF(left + 1.5, y - 7), QPointF(2, y), QPointF(left + 1.5, y + 7)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(QPolygonF(tip))
            painter.setPen(ink.broken)
            painter.drawPolyline(QPolygonF(tip))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # It stands on the canvas: turning the wheel over it scrolls the canvas.
        event.ignore()

    def event(self, event: QEvent) -> bool:
        # Presses between sentence and button must not fall through to the canvas behind.
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            event.accept()
            return True
        return super().event(event)
