"""The popup beside a block with a problem: one sentence, and a button for each way to mend it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.popup_placement import Side, placement
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.widgets.elided_button import ElidedButton
from cnnbuilder.ui.widgets.flow_row import FlowRow
from cnnbuilder.ui.widgets.theme import RADIUS, theme

POINTER, INSET = 8, 14
WIDTHS = (280, 330, 420, 560)
EDGE = 8
"""Pixels that stay free between it and the canvas' edge."""


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
        self._fixes: tuple[Fix, ...] = ()
        self._side: Side = "below"
        self._edge: Literal["broken", "selected"] = "broken"
        self._tip = 0
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._buttons = FlowRow()
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET + POINTER, 11, INSET + POINTER, 12)
        column.setSpacing(9)
        column.addWidget(self._sentence)
        column.addWidget(self._buttons)
        self._rows: list[QPushButton] = []
        self._measured: tuple[QSize, ...] = ()
        self._measured_for: tuple[float, int] | None = None
        self.hide()

    def show_condition(self, condition: Problem) -> None:
        """Says what is to be said of a block before training: without the colour of problems."""
        self._edge = "selected"
        self._show(condition, condition.fixes)

    def show_problem(self, problem: Problem | None, fixes: tuple[Fix, ...] = ()) -> None:
        """Says this problem, with a button for each of the fixes, or hides."""
        self._edge = "broken"
        self._show(problem, fixes)

    def _show(self, problem: Problem | None, fixes: tuple[Fix, ...]) -> None:
        if (problem, fixes) == (self.problem, self._fixes):
            return
        self.problem, self._fixes = problem, fixes
        self._measured_for = None
        if any(button.hasFocus() for button in self._rows):
            self.left.emit()  # before the button goes: else its focus lands wherever the tab order leads
        for button in self._rows:
            button.hide()
            button.deleteLater()
        self._rows = []
        if problem is None:
            self.hide()
            return
        # A shape is read as one word.
        self._sentence.setText(problem.message.replace(" × ", "\u00a0×\u00a0"))
        self.setAccessibleName(_("Problem") if self._edge == "broken" else _("Before training"))
        self.setAccessibleDescription(problem.message)
        for fix in fixes:
            self._rows.append(self._button(problem, fix))
        self._buttons.setVisible(bool(self._rows))

    def _button(self, problem: Problem, fix: Fix) -> QPushButton:
        button = ElidedButton(fix.label)
        button.setProperty("role", "primary" if not self._rows else "")
        button.set_tip(_("Mends it, as one step that can be undone"))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.fix_chosen.emit(problem, fix))
        self._buttons.add(button)
        return button

    def _sizes(self, most: int) -> tuple[QSize, ...]:
        """The sizes that its sentence and buttons can take at the text size in use, at most so wide; narrow first."""
        wanted = (theme.scale, most)
        if wanted != self._measured_for:
            self._measured_for = wanted
            self.setFont(theme.font())
            for part in (self, self._sentence, *self._rows):
                part.ensurePolished()
            layout = self.layout()
            assert layout is not None
            layout.invalidate()
            widest = max((button.sizeHint().width() for button in self._rows), default=0)
            least = widest + 2 * (INSET + POINTER)
            widths = dict.fromkeys(min(max(theme.px(width), least), most) for width in WIDTHS)
            self._measured = tuple(QSize(width, layout.totalHeightForWidth(width)) for width in widths)
        return self._measured

    def focus_fix(self) -> None:
        """Puts the focus on the first button."""
        if self._rows:
            self._rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self, block: QRect, area: QRect) -> None:
        """Stands beside a block's card, inside the area; hides when the card is out of sight."""
        if self.problem is None or not area.intersects(block):
            self.hide()
            return
        inner = area.adjusted(EDGE, EDGE, -EDGE, -EDGE)
        places = [placement(size, block, inner) for size in self._sizes(inner.width())]
        # Wider it is lower: room for that may be above or below the card.
        place, self._side = next((found for found in places if not found.area.intersects(block)), places[0])
        self.setFixedSize(place.size())
        self._tip = min(max(block.center().y() - place.y(), 14), place.height() - 14)
        self.move(place.topLeft())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        style = canvas_style()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = style.broken if self._edge == "broken" else style.selected
        painter.setPen(frame)
        painter.setBrush(style.raised)
        area = QRectF(self.rect()).adjusted(POINTER + 1, 1, -POINTER - 1, -1)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        if self._side in ("right", "left"):
            # Towards the card: it stands on the other side of where the popup is.
            edge, out = (area.left(), -1.0) if self._side == "right" else (area.right(), 1.0)
            y = float(self._tip)
            inner, outer = edge - out * 1.5, edge + out * (POINTER - 1)
            tip = QPolygonF([QPointF(inner, y - 7), QPointF(outer, y), QPointF(inner, y + 7)])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(tip)
            painter.setPen(frame)
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
