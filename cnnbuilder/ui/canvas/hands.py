"""What mouse and keys do on the canvas: begins, feeds and ends gestures, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from cnnbuilder.ui.canvas.carrying import Carry, Move, PaletteDrag
from cnnbuilder.ui.canvas.gestures import Gesture, Pan, Press, RubberBand
from cnnbuilder.ui.canvas.keyboard_navigation import Direction, next_block

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.view import CanvasView

ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}
HAND = Qt.CursorShape.OpenHandCursor
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
PAGE = 0.85
"""How much of the viewport Page Up and Page Down scroll."""
WHEEL_PAN = 0.6
"""Pixels for a unit of the wheel: a notch of 120 is three lines of cards."""
WHEEL_ZOOM = 1.0018
"""Zoom for a unit of the wheel: a notch is about a quarter more."""


class Hands(QObject):
    """The gesture in progress, if any, and the Space bar."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.gesture: Gesture | None = None
        self._space_held = False
        self._space_used = False
        view.camera.edge_scrolled.connect(self._keep_up)

    @property
    def carrying(self) -> bool:
        """Whether blocks are on their way: what is shown is a preview."""
        return isinstance(self.gesture, Carry)

    def begin(self, gesture: Gesture) -> None:
        """Another gesture, if any, is put back first."""
        self.cancel()
        self.gesture = gesture
        self._view.canvas.show_hovered(None)
        if not isinstance(gesture, PaletteDrag):
            self._view.viewport().setCursor(gesture.cursor)
        self._view.overlays.refresh()

    def end(self, at: QPointF) -> None:
        """The button was released."""
        # Out of the way before it edits: the change that follows is no longer one in mid-gesture.
        gesture, self.gesture = self.gesture, None
        self._show_cursor()
        if gesture is not None:
            gesture.end(at)
            self._view.overlays.refresh()

    def cancel(self) -> None:
        """Puts back whatever is being done."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            self._show_cursor()
            gesture.cancel()
            self._view.overlays.refresh()

    def let_go(self) -> None:
        """The window lost the keyboard. The palette watches its own drag."""
        self._space_held = False
        if not isinstance(self.gesture, PaletteDrag):
            self.cancel()

    def begin_move(self, id_: str, pressed: QPointF, at: QPointF) -> None:
        """The pressed block is carried off: with the others that are selected, or with its strips."""
        arrangement = self._view.canvas.arrangement
        if arrangement is None or id_ not in arrangement.boxes:
            return
        selected = self._view.selection.ids
        ids = arrangement.group(id_)
        if id_ in selected and len(selected) > 1:
            ids = tuple(other for other in arrangement.boxes if other in selected)
        self.begin(Move(self._view, ids, self._view.camera.scene_point(pressed)))
        assert self.gesture is not None
        self.gesture.move(at)

    def _keep_up(self) -> None:
        if isinstance(self.gesture, Carry):
            self.gesture.keep_up()

    def _show_cursor(self) -> None:
        if self._space_held:
            self._view.viewport().setCursor(HAND)
        else:
            self._view.viewport().unsetCursor()

    # --- mouse ---------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """A second button during a gesture puts it back."""
        if self.gesture is not None:
            self.cancel()
            return
        at, button = event.position(), event.button()
        left = button == Qt.MouseButton.LeftButton
        if button == Qt.MouseButton.MiddleButton or (left and self._space_held):
            self._space_used = True
            self.begin(Pan(self._view, at))
            return
        id_ = self._view.canvas.block_at(self._view.camera.scene_point(at))
        selection = self._view.selection
        if left:
            self.begin(self._band(event) if id_ is None else Press(self._view, at, id_, event.modifiers()))
        elif button == Qt.MouseButton.RightButton and id_ not in selection.ids:
            # On a wire the two blocks that it joins are meant: the menu cuts it, or puts a block between.
            wire = self._view.canvas.wire_at(self._view.camera.scene_point(at)) if id_ is None else None
            selection.select([id_] if id_ is not None else [wire.from_, wire.to] if wire is not None else [])

    def _band(self, event: QMouseEvent) -> RubberBand:
        toggle = bool(event.modifiers() & CONTROL)
        adding = toggle or bool(event.modifiers() & SHIFT)
        kept = self._view.selection.ids if adding else frozenset()
        return RubberBand(self._view, event.position(), kept, toggle)

    def move(self, event: QMouseEvent) -> None:
        """Feeds the gesture, or shows what is under the pointer."""
        if isinstance(self.gesture, PaletteDrag):
            return
        if self.gesture is None:
            point = self._view.camera.scene_point(event.position())
            self._view.canvas.show_hovered(self._view.canvas.block_at(point))
        elif event.buttons() == Qt.MouseButton.NoButton:
            # The release went elsewhere: what was meant is unknown, so nothing is done.
            self.cancel()
        else:
            self.gesture.move(event.position())

    def release(self, event: QMouseEvent) -> None:
        """Ends the gesture."""
        if self.gesture is not None and not isinstance(self.gesture, PaletteDrag):
            self.end(event.position())

    def wheel(self, event: QWheelEvent) -> None:
        """Scrolls; with Ctrl zooms to the pointer."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        camera = self._view.camera
        if event.modifiers() & CONTROL:
            at = self._view.viewport().mapFromGlobal(event.globalPosition().toPoint())
            camera.zoom_to(camera.zoom * WHEEL_ZOOM ** (angle.y() or angle.x()), QPointF(at))
        elif not pixels.isNull():
            camera.pan(pixels.x(), pixels.y())
        else:
            dx, dy = angle.x() * WHEEL_PAN, angle.y() * WHEEL_PAN
            if event.modifiers() & SHIFT:
                dx, dy = dx or dy, 0.0
            camera.pan(dx, dy)
        self._keep_up()

    # --- keys ----------------------------------------------------------------------------------------

    def wants(self, event: QKeyEvent) -> bool:
        """Keys that are read here and not as shortcuts: Space held moves the ground, Escape puts back, Enter edits."""
        if event.key() == Qt.Key.Key_Escape:
            return self.gesture is not None
        return event.key() == Qt.Key.Key_Space or _is_enter(event)

    def key_press(self, event: QKeyEvent) -> bool:
        """Whether the key means something here."""
        key, modifiers = event.key(), event.modifiers()
        if key == Qt.Key.Key_Escape:
            self._escape()
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held, self._space_used = True, False
                if self.gesture is None:
                    self._show_cursor()
        elif _is_enter(event):
            self._view.commands.edit_block.trigger()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            page = self._view.viewport().height() * PAGE
            self._view.camera.pan(0, page if key == Qt.Key.Key_PageUp else -page)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._select_end(last=key == Qt.Key.Key_End)
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
        held, self._space_held = self._space_held, False
        if self.gesture is None:
            self._show_cursor()
            if held and not self._space_used:
                self._view.commands.add_block.trigger()
        return True

    def forget_space(self) -> None:
        """The focus went elsewhere: its release will not be seen."""
        self._space_held = False
        if self.gesture is None:
            self._show_cursor()

    def _escape(self) -> None:
        if self.gesture is not None:
            self.cancel()
        else:
            self._view.selection.select([])

    def _select_end(self, last: bool) -> None:
        rows = [id_ for id_, row in self._view.document.analysis.rows.items() if row.connected]
        if rows and self.gesture is None:
            self._view.selection.select([rows[-1 if last else 0]])
            self._view.show_block(rows[-1 if last else 0])

    def _walk(self, direction: Direction, extend: bool) -> None:
        arrangement = self._view.canvas.arrangement
        if arrangement is None or self.gesture is not None:
            return
        selection = self._view.selection
        found = next_block(arrangement, selection.ids, direction)
        if found is not None:
            selection.select(selection.ids | {found} if extend else [found])
            self._view.show_block(found)


def _is_enter(event: QKeyEvent) -> bool:
    """Return or Enter; with Ctrl they train, wherever the focus is."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & CONTROL
