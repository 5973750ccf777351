"""A card that lies over the window and explains what was pressed; the focus stays where it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from cnnbuilder.ui.widgets.theme import theme

WIDTH = 360
GAP = 4
EDGE = 8


class OverCard(QFrame):
    """Escape or a click elsewhere closes it, and so do another size of the window and another theme."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self.setProperty("role", "explaining")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 12)
        self._column.setSpacing(6)
        theme.changed.connect(self.close_up)
        self.hide()

    def open_beside(self, beside: QRect) -> None:
        """Opens above `beside` (in the window's pixels), or below where there is more room."""
        self._place(beside)
        if not self.isVisible():
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
            self.show()
        self.raise_()

    def _place(self, beside: QRect) -> None:
        window = self._owner.window()
        width = min(theme.px(WIDTH), window.width() - 2 * EDGE)
        self.setFixedWidth(width)
        height = min(self._column.totalHeightForWidth(width), window.height() - 2 * EDGE)
        self.setFixedHeight(height)
        x = max(EDGE, min(beside.right() - width, window.width() - width - EDGE))
        above = beside.top() - GAP - height
        y = above if above >= EDGE else min(beside.bottom() + GAP, window.height() - height - EDGE)
        self.move(x, y)

    def close_up(self) -> None:
        """Goes away."""
        if self.isVisible():
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if kind == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if kind == QEvent.Type.KeyPress:
                self.close_up()
                return True
        moved = watched is self.parentWidget() and kind in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate)
        if moved or (kind == QEvent.Type.MouseButtonPress and self._is_elsewhere(watched)):
            self.close_up()
        return super().eventFilter(watched, event)

    def _is_elsewhere(self, watched: QObject) -> bool:
        """Whether this is a widget that is part neither of the card nor of what it belongs to."""
        return isinstance(watched, QWidget) and not any(
            part is watched or part.isAncestorOf(watched) for part in (self, self._owner)
        )
