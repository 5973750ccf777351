"""The mouse's gestures as objects: each begins, moves, and ends or is cancelled; the view runs one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.view import CanvasView


class Gesture:
    """One thing done with the mouse. Points are pixels of the viewport.

    Nothing a gesture does before `end` touches the document. After `cancel` all is as before it began.
    """

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def move(self, at: QPointF) -> None:
        """The pointer is here now."""

    def end(self, at: QPointF) -> None:
        """The button was released here."""

    def cancel(self) -> None:
        """Escape, a lost window, a lost release: put everything back."""

    def document_changed(self) -> None:
        """The document changed under the gesture: go on with what is there now, or ask the view to cancel."""


class Pan(Gesture):
    """Drags the ground: middle button, or Space held."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: CanvasView, at: QPointF) -> None:
        super().__init__(view)
        self._last = at

    def move(self, at: QPointF) -> None:
        delta = at - self._last
        self._last = at
        self.view.camera.pan(delta.x(), delta.y())


class RubberBand(Gesture):
    """Draws a rectangle on empty ground and selects what it touches."""

    def __init__(self, view: CanvasView, at: QPointF, kept: frozenset[str], toggle: bool) -> None:
        super().__init__(view)
        self._start = view.camera.scene_point(at)
        self._pressed = at
        self._kept = kept
        self._toggle = toggle
        self._before = view.selection.ids
        self._drawn = False

    def move(self, at: QPointF) -> None:
        if not self._drawn and (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        self._drawn = True
        area = QRectF(self._start, self.view.camera.scene_point(at)).normalized()
        self.view.show_band(area)
        touched = self.view.canvas.blocks_in(area)
        self.view.selection.select(self._kept ^ touched if self._toggle else self._kept | touched)

    def end(self, at: QPointF) -> None:
        self.view.show_band(None)
        if not self._drawn:
            # A click on empty ground; with Shift or Ctrl held the selection stays.
            self.view.selection.select(self._kept)

    def cancel(self) -> None:
        self.view.show_band(None)
        present = self.view.document.project.network.by_id
        self.view.selection.select(id_ for id_ in self._before if id_ in present)


class Press(Gesture):
    """The button is down on a block: a click so far, a move once the pointer travels."""

    def __init__(self, view: CanvasView, at: QPointF, id_: str, modifiers: Qt.KeyboardModifier) -> None:
        super().__init__(view)
        self._at = at
        self._id = id_
        self._plain = not modifiers & (
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        )
        selection = view.selection
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            selection.select(selection.ids ^ {id_})
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            selection.select(selection.ids | {id_})
        elif id_ not in selection.ids:
            selection.select([id_])

    def move(self, at: QPointF) -> None:
        if (at - self._at).manhattanLength() >= QApplication.startDragDistance():
            self.view.hands.begin_move(self._id, self._at, at)

    def end(self, at: QPointF) -> None:
        if self._plain:
            # Pressed inside a selection of several, which stood in case they were to be moved.
            self.view.selection.select([self._id])
            self.view.overlays.open_problem_of(self._id)

    def document_changed(self) -> None:
        if self._id not in self.view.document.project.network.by_id:
            self.view.cancel_gesture()
