"""What the mouse does on the canvas: begins, feeds and ends gestures, one at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from cnnbuilder.network.project import Project
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.gesture import Gesture, Pan
from cnnbuilder.ui.canvas.level_of_detail import MIDDLING
from cnnbuilder.ui.canvas.palette_drag import PaletteDrag
from cnnbuilder.ui.canvas.presenter import Presenter
from cnnbuilder.ui.canvas.selecting import Press, RubberBand
from cnnbuilder.ui.canvas.wire_drag import WireDrag
from cnnbuilder.ui.canvas.wire_handles import NEAR, Handle, free_input_of, handle_at, handle_of, near_block
from cnnbuilder.ui.canvas.wire_verdict import WireVerdict

HAND = Qt.CursorShape.OpenHandCursor
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
WHEEL_PAN = 0.6
"""Pixels for a unit of the wheel: a notch of 120 is three lines of cards."""
WHEEL_ZOOM = 1.0018
"""Zoom for a unit of the wheel: a notch is about a quarter more."""


class InteractionController(QObject):
    """Runs the gesture in progress, if any, and says what the pointer is over when there is none."""

    def __init__(self, context: CanvasContext, presenter: Presenter, viewport: QWidget) -> None:
        super().__init__(context)
        self.verdict = WireVerdict(viewport)
        self._context = context
        self._presenter = presenter
        self._viewport = viewport
        self.gesture: Gesture | None = None
        self._document = context.document.id
        self._pan_armed = False
        self._pan_used = False
        context.camera.edge_scrolled.connect(self._scrolled)
        context.value_for_input.connect(self._begin_wire_into)

    # --- gestures ------------------------------------------------------------------------------------

    def begin(self, gesture: Gesture) -> None:
        """Another gesture, if any, is put back first."""
        self.cancel()
        self.gesture = gesture
        self._context.scene.show_hovered(None)
        if not gesture.from_outside:
            self._viewport.setCursor(gesture.cursor)
        gesture.begin()

    def feed(self, at: QPointF) -> None:
        """The pointer is here now, in pixels of the viewport."""
        became = self.gesture.move(at) if self.gesture is not None else None
        if became is not None:
            self.begin(became)
            became.move(at)

    def end(self, at: QPointF) -> None:
        """The button was released here."""
        # Out of the way before it edits: the change that follows is no longer one in mid-gesture.
        gesture, self.gesture = self.gesture, None
        self._show_cursor()
        if gesture is not None:
            gesture.end(at)

    def cancel(self) -> None:
        """Puts back whatever is being done."""
        gesture, self.gesture = self.gesture, None
        if gesture is not None:
            self._show_cursor()
            gesture.cancel()

    def window_left(self) -> None:
        """The window lost the keyboard. Who feeds a gesture from outside watches it."""
        self._pan_armed = False
        if self.gesture is not None and not self.gesture.from_outside:
            self.cancel()

    def document_changed(self, before: Project, after: Project) -> None:
        """A gesture goes on with the network that is there now, or is put back where it cannot."""
        if self._context.document.id != self._document:
            self._document = self._context.document.id
            self.cancel()
        elif after.network is before.network and after.data == before.data:
            return
        elif self.gesture is not None and not self.gesture.document_changed():
            self.cancel()

    def arm_pan(self) -> None:
        """The left button, pressed from now on, moves the ground."""
        self._pan_armed, self._pan_used = True, False
        if self.gesture is None:
            self._show_cursor()

    def disarm_pan(self) -> bool:
        """No longer; says whether it was armed and the ground was not moved meanwhile."""
        armed, self._pan_armed = self._pan_armed, False
        if self.gesture is None:
            self._show_cursor()
        return armed and not self._pan_used

    def _scrolled(self) -> None:
        if self.gesture is not None:
            self.gesture.scrolled()

    def _show_cursor(self) -> None:
        if self._pan_armed:
            self._viewport.setCursor(HAND)
        else:
            self._viewport.unsetCursor()

    # --- a block from the palette, whose mouse feeds it ----------------------------------------------

    def begin_palette_drag(self, kind: str, position: QPoint) -> None:
        """A new block of this kind is dragged; `position` is global."""
        self.begin(PaletteDrag(self._context, self._presenter, kind))
        self.move_palette_drag(position)

    def move_palette_drag(self, position: QPoint) -> None:
        """It is here now."""
        if isinstance(self.gesture, PaletteDrag):
            self.feed(self._context.camera.viewport_point(position))

    def end_palette_drag(self, position: QPoint) -> None:
        """It is let go here."""
        if isinstance(self.gesture, PaletteDrag):
            self.end(self._context.camera.viewport_point(position))

    def cancel_palette_drag(self) -> None:
        """It is put back."""
        if isinstance(self.gesture, PaletteDrag):
            self.cancel()

    # --- mouse ---------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        """A second button during a gesture puts it back; where it hangs from click to click, the next click ends it."""
        at, button = event.position(), event.button()
        left = button == Qt.MouseButton.LeftButton
        if self.gesture is not None:
            if self.gesture.hanging and left:
                self.end(at)
            else:
                self.cancel()
            return
        if button == Qt.MouseButton.MiddleButton or (left and self._pan_armed):
            self._pan_used = True
            self.begin(Pan(self._context, at))
            return
        handle = self._handle_at(at) if left and not event.modifiers() else None
        if handle is not None:
            self.begin(WireDrag(self._context, self._presenter, handle, self.verdict))
            self.feed(at)
            return
        id_ = self.block_at(at)
        if left and id_ is None:
            self.begin(RubberBand(self._context, at, event.modifiers()))
        elif left and id_ is not None:
            self.begin(Press(self._context, self._presenter, at, id_, event.modifiers()))
        elif button == Qt.MouseButton.RightButton:
            self._select_for_menu(at, id_)

    def _select_for_menu(self, at: QPointF, id_: str | None) -> None:
        selection = self._context.selection
        if id_ is not None:
            if id_ not in selection.ids:
                selection.select([id_])
            return
        # On a wire the two blocks that it joins are meant: the menu cuts it, or puts a block between.
        wire = self._context.scene.wire_at(self._context.camera.scene_point(at))
        selection.select([wire.from_, wire.to] if wire is not None else [])

    def move(self, event: QMouseEvent) -> None:
        """Feeds the gesture, or shows what is under the pointer."""
        if self.gesture is None:
            self._hover(event.position())
        elif self.gesture.from_outside:
            return
        elif event.buttons() == Qt.MouseButton.NoButton and not self.gesture.hanging:
            # The release went elsewhere: what was meant is unknown, so nothing is done.
            self.cancel()
        else:
            self.feed(event.position())

    def release(self, event: QMouseEvent) -> None:
        """Ends the gesture, unless it goes on from click to click."""
        gesture, at = self.gesture, event.position()
        if gesture is None or gesture.from_outside or gesture.hanging or gesture.hangs(at):
            return
        self.end(at)

    def begin_wire(self, id_: str, kind: str) -> None:
        """A wire from this block, led by the arrow keys or the pointer until Enter or a click.

        `kind`: of the block that joins where it ends on a wire.
        """
        arrangement = self._context.scene.arrangement
        if arrangement is None or id_ not in arrangement.boxes:
            return
        wire = WireDrag(self._context, self._presenter, handle_of(arrangement, id_), self.verdict)
        wire.hanging = True
        self.begin(wire)
        wire.choose_kind(kind)

    def _begin_wire_into(self, id_: str) -> None:
        """A wire into the free input of this block, which hangs until its value is chosen."""
        arrangement = self._context.scene.arrangement
        if arrangement is None or id_ not in arrangement.boxes:
            return
        wire = WireDrag(self._context, self._presenter, free_input_of(arrangement, id_), self.verdict)
        wire.hanging = True
        self.begin(wire)

    def finish(self) -> None:
        """Ends a gesture that hangs as it is shown."""
        gesture = self.gesture
        if isinstance(gesture, WireDrag):
            self.gesture = None
            self._show_cursor()
            gesture.finish()

    def _handle_at(self, at: QPointF) -> Handle | None:
        """The port, or the wire, that a press takes hold of."""
        arrangement, camera = self._context.scene.arrangement, self._context.camera
        if arrangement is None or camera.scale < MIDDLING:
            return None
        point = camera.scene_point(at)
        return handle_at(arrangement, point.x(), point.y(), camera.scale)

    def _hover(self, at: QPointF) -> None:
        """Shows the ports of the block that the pointer is near, and that a press would take hold of one."""
        arrangement, camera = self._context.scene.arrangement, self._context.camera
        if arrangement is None or camera.scale < MIDDLING:
            self._context.scene.show_hovered(self.block_at(at))
            return
        point = camera.scene_point(at)
        near = near_block(arrangement, point.x(), point.y(), NEAR / camera.scale)
        self._context.scene.show_hovered(near)
        if not self._pan_armed:
            if self._handle_at(at) is not None:
                self._viewport.setCursor(Qt.CursorShape.CrossCursor)
            else:
                self._viewport.unsetCursor()

    def block_at(self, at: QPointF) -> str | None:
        """The block under a point of the viewport."""
        return self._context.scene.block_at(self._context.camera.scene_point(at))

    def wheel(self, event: QWheelEvent) -> None:
        """Scrolls; with Ctrl zooms to the pointer."""
        pixels, angle = event.pixelDelta(), event.angleDelta()
        camera = self._context.camera
        if event.modifiers() & CONTROL:
            at = camera.viewport_point(event.globalPosition().toPoint())
            camera.zoom_to(camera.zoom * WHEEL_ZOOM ** (angle.y() or angle.x()), at)
        elif not pixels.isNull():
            camera.pan(pixels.x(), pixels.y())
        else:
            dx, dy = angle.x() * WHEEL_PAN, angle.y() * WHEEL_PAN
            if event.modifiers() & SHIFT:
                dx, dy = dx or dy, 0.0
            camera.pan(dx, dy)
        self._scrolled()
