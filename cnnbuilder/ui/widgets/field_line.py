"""The line inside a typed editor: its keys, its small buttons, and its manners with undo and the wheel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from cnnbuilder.ui.widgets.icons import renderer
from cnnbuilder.ui.widgets.theme import theme


class SideButton(QAbstractButton):
    """A small button inside a field. Not in the tab order: the field's own keys do the same."""

    def __init__(self, icon: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isDown() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("border" if self.isDown() else "sunken"))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        side = theme.px(12)
        colour = theme.tokens.ink if self.underMouse() else theme.tokens.secondary
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        renderer(self._icon, colour).render(painter, place)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


class FieldLine(QLineEdit):
    """The line inside a typed editor. Undo goes to the project once everything typed has been taken."""

    left = Signal()
    entered = Signal()
    stepped = Signal(int)
    leaped = Signal(int)
    opened = Signal()
    escaped = Signal()
    focused = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pending = False
        self.sides: list[SideButton] = []

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._is_undo(event)
        ):
            event.ignore()
            return False
        return super().event(event)

    def _is_undo(self, event: QKeyEvent) -> bool:
        undo = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
        return undo and not self.pending

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        leaps = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if self._is_undo(event):
            event.ignore()
        elif key == Qt.Key.Key_F4 or (alt and key == Qt.Key.Key_Down):
            self.opened.emit()
        elif key in steps and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.stepped.emit(steps[Qt.Key(key)])
        elif key in leaps:
            self.leaped.emit(leaps[Qt.Key(key)])
        elif key == Qt.Key.Key_Escape and self.pending:
            self.escaped.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling past a field must not change it.
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_sides()

    def place_sides(self) -> None:
        """The small buttons at the right end, and the room that the text leaves them."""
        side = side_width()
        x = self.width() - 3 - side * len(self.sides)
        self.setTextMargins(0, 0, max(0, self.width() - x - 12), 0)
        for button in self.sides:
            button.setGeometry(x, 1, side, self.height() - 2)
            x += side


def side_width() -> int:
    """The width of a button inside a field."""
    return theme.px(24)
