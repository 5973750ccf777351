"""Selecting with the mouse: a press on a block, which may become a drag of it, and the rubber band."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from cnnbuilder.ui.canvas.block_drag import drag_of
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.gesture import Gesture
from cnnbuilder.ui.canvas.presenter import Presenter

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class RubberBand(Gesture):
    """Draws a rectangle on empty ground and selects what it touches. Shift adds to the selection, Ctrl toggles."""

    def __init__(self, context: CanvasContext, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        super().__init__(context)
        self._start = context.camera.scene_point(at)
        self._pressed = at
        self._toggle = bool(modifiers & CONTROL)
        self._before = context.selection.ids
        self._kept = self._before if modifiers & (CONTROL | SHIFT) else frozenset()
        self._drawn = False

    def move(self, at: QPointF) -> Gesture | None:
        if not self._drawn and (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return None
        self._drawn = True
        area = QRectF(self._start, self.context.camera.scene_point(at)).normalized()
        self.context.scene.show_rubber_band(area)
        touched = self.context.scene.blocks_in(area)
        self.context.selection.select(self._kept ^ touched if self._toggle else self._kept | touched)
        return None

    def end(self, at: QPointF) -> None:
        self.context.scene.show_rubber_band(None)
        if not self._drawn:
            # A click on empty ground; with Shift or Ctrl held the selection stays.
            self.context.selection.select(self._kept)

    def cancel(self) -> None:
        self.context.scene.show_rubber_band(None)
        self.context.selection.select(self._before)

    def document_changed(self) -> bool:
        # What was selected before may be gone by now.
        present = self.context.network.by_id.keys()
        self._before, self._kept = self._before & present, self._kept & present
        return True


class Press(Gesture):
    """The button is down on a block: a click so far, a drag once the pointer travels."""

    def __init__(
        self,
        context: CanvasContext,
        presenter: Presenter,
        at: QPointF,
        id_: str,
        modifiers: Qt.KeyboardModifier,
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self._at = at
        self._id = id_
        self._modifiers = modifiers

    def begin(self) -> None:
        selection = self.context.selection
        if self._modifiers & CONTROL:
            selection.select(selection.ids ^ {self._id})
        elif self._modifiers & SHIFT:
            selection.select(selection.ids | {self._id})
        elif self._id not in selection.ids:
            selection.select([self._id])

    def move(self, at: QPointF) -> Gesture | None:
        if (at - self._at).manhattanLength() < QApplication.startDragDistance():
            return None
        return drag_of(self.context, self._presenter, self._id, self._at)

    def end(self, at: QPointF) -> None:
        if not self._modifiers & (SHIFT | CONTROL):
            # Pressed inside a selection of several, which stood in case they were to be moved.
            self.context.selection.select([self._id])
            self.context.block_clicked.emit(self._id)

    def document_changed(self) -> bool:
        return self._id in self.context.network.by_id
