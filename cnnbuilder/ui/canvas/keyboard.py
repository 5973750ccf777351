"""What keys do on the canvas, beside the shortcuts of its commands: walking, scrolling, Space, Enter, Escape."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.interaction import InteractionController
from cnnbuilder.ui.canvas.keyboard_navigation import Direction, next_block

ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PAGE = 0.85
"""How much of the viewport Page Up and Page Down scroll."""


class Keyboard(QObject):
    """Reads the keys of one canvas."""

    add_requested = Signal()
    """Space: a block is to be searched for and added."""
    edit_requested = Signal()
    """Enter: the fields of what is selected are wanted."""

    def __init__(self, context: CanvasContext, interaction: InteractionController) -> None:
        super().__init__(context)
        self._context = context
        self._interaction = interaction

    def wants(self, event: QKeyEvent) -> bool:
        """Keys that are read here and not as shortcuts: Space held moves the ground, Escape puts back, Enter edits."""
        gesture = self._interaction.gesture
        if event.key() == Qt.Key.Key_Escape:
            return gesture is not None
        if gesture is not None and gesture.reads_letters and event.text().isalpha():
            return True
        return event.key() == Qt.Key.Key_Space or _is_enter(event)

    def key_press(self, event: QKeyEvent) -> bool:
        """Whether the key means something here."""
        key, modifiers = event.key(), event.modifiers()
        gesture = self._interaction.gesture
        if key == Qt.Key.Key_Escape:
            self._escape()
        elif gesture is not None and gesture.key(event):
            return True
        elif gesture is not None and gesture.hanging and _is_enter(event):
            self._interaction.finish()
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._interaction.arm_pan()
        elif _is_enter(event):
            self.edit_requested.emit()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            page = self._context.camera.viewport_height() * PAGE
            self._context.camera.pan(0, page if key == Qt.Key.Key_PageUp else -page)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._select_end(-1 if key == Qt.Key.Key_End else 0)
        elif key in ARROWS and not modifiers & CONTROL:
            self._walk(ARROWS[key], bool(modifiers & SHIFT))
        else:
            return False
        return True

    def key_release(self, event: QKeyEvent) -> bool:
        """Space, pressed and released with nothing between, asks for a block."""
        if event.key() != Qt.Key.Key_Space:
            return False
        if event.isAutoRepeat():
            return True
        if self._interaction.disarm_pan() and self._interaction.gesture is None:
            self.add_requested.emit()
        return True

    def _escape(self) -> None:
        if self._interaction.gesture is not None:
            self._interaction.cancel()
        else:
            self._context.selection.select([])

    def _select_end(self, index: int) -> None:
        rows = [id_ for id_, row in self._context.analysis.rows.items() if row.connected]
        if rows and self._interaction.gesture is None:
            self._context.select([rows[index]])

    def _walk(self, direction: Direction, extend: bool) -> None:
        arrangement = self._context.scene.arrangement
        if arrangement is None or self._interaction.gesture is not None:
            return
        selection = self._context.selection
        found = next_block(arrangement, selection.ids, direction)
        if found is not None:
            selection.select(selection.ids | {found} if extend else [found])
            self._context.show_block(found)


def _is_enter(event: QKeyEvent) -> bool:
    """Return or Enter; with Ctrl they train, wherever the focus is."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & CONTROL
