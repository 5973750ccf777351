"""The palette's drag, a mouse gesture of our own: QDrag is refused by some platforms and cannot be tested."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from cnnbuilder.ui.build.palette_card import Card


class DragGesture(QObject):
    """Watches cards: press and move picks the card's kind up; release drops it; Escape lets go.

    Began always comes first, and ended or cancelled last. All points are global.
    """

    began = Signal(str, QPoint)
    moved = Signal(QPoint)
    ended = Signal(QPoint)
    cancelled = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._kinds: dict[Card, str] = {}
        self._pressed: tuple[Card, QPoint] | None = None
        self._dragging = False
        self._shadow: QLabel | None = None

    @property
    def active(self) -> bool:
        """Whether something is in the hand now."""
        return self._dragging

    def watch(self, card: Card, kind: str) -> None:
        """From now on this card can be picked up."""
        self._kinds[card] = kind
        card.installEventFilter(self)
        card.destroyed.connect(lambda: self._kinds.pop(card, None))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._dragging:
            return self._while_dragging(event)
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and watched in self._kinds:
            assert isinstance(event, QMouseEvent) and isinstance(watched, Card)
            left = event.button() == Qt.MouseButton.LeftButton
            self._pressed = (watched, event.globalPosition().toPoint()) if left else None
        elif kind == QEvent.Type.MouseMove and self._pressed is not None:
            assert isinstance(event, QMouseEvent)
            self._perhaps_begin(event)
        elif kind in (QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick):
            self._pressed = None
        return False

    def _perhaps_begin(self, event: QMouseEvent) -> None:
        assert self._pressed is not None
        card, start = self._pressed
        here = event.globalPosition().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._pressed = None
        elif (here - start).manhattanLength() >= QApplication.startDragDistance():
            self._dragging = True
            self._show_shadow(card, here)
            # The whole application, because Escape goes to whatever has the focus.
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
            QApplication.setOverrideCursor(Qt.CursorShape.ClosedHandCursor)
            self.began.emit(self._kinds[card], here)

    def _while_dragging(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            here = event.globalPosition().toPoint()
            self._move_shadow(here)
            self.moved.emit(here)
            return True
        if kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            if event.button() == Qt.MouseButton.LeftButton:
                self._finish()
                self.ended.emit(event.globalPosition().toPoint())
                return True
        elif kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.accept()  # the override, so that no shortcut takes the key itself, which comes next
                if kind == QEvent.Type.KeyPress:
                    self.cancel()
                return True
        elif kind == QEvent.Type.MouseButtonPress or kind in (
            QEvent.Type.WindowDeactivate,
            QEvent.Type.ApplicationDeactivate,
        ):
            self.cancel()
            return kind == QEvent.Type.MouseButtonPress
        return False

    def cancel(self) -> None:
        """Lets go of what is in the hand, without dropping it."""
        if self._dragging:
            self._finish()
            self.cancelled.emit()

    def _finish(self) -> None:
        self._dragging = False
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        QApplication.restoreOverrideCursor()
        if self._pressed is not None:
            card = self._pressed[0]
            card.setDown(False)
            # The pointer left while the card held the mouse, and no event said so.
            card.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
            card.update()
        self._pressed = None
        if self._shadow is not None:
            self._shadow.deleteLater()
            self._shadow = None

    def _show_shadow(self, card: Card, here: QPoint) -> None:
        """A picture of the card that follows the pointer over the window."""
        self._shadow = QLabel(card.window())
        self._shadow.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._shadow.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._shadow.setPixmap(card.picture())
        self._shadow.adjustSize()
        self._shadow.show()
        self._shadow.raise_()
        self._move_shadow(here)

    def _move_shadow(self, here: QPoint) -> None:
        if self._shadow is not None:
            # Beside the pointer, so that the canvas' own preview under it stays visible.
            self._shadow.move(self._shadow.window().mapFromGlobal(here) + QPoint(14, 10))
