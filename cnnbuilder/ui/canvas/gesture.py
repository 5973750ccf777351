"""What is done with the mouse is an object: it begins, moves, and ends or is cancelled. The ground, panned."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from cnnbuilder.ui.canvas.context import CanvasContext


class Gesture:
    """One thing done with the mouse. Points are pixels of the viewport.

    Nothing a gesture does before `end` touches the document. After `cancel` all is as before it began.
    """

    cursor = Qt.CursorShape.ArrowCursor
    from_outside = False
    """Whether another widget's mouse feeds it: then the canvas' own mouse neither moves it nor sets the cursor."""

    reads_letters = False
    """Whether letters mean something to it, and no command."""
    hanging = False
    """Whether it goes on with no button down: from click to click."""

    def __init__(self, context: CanvasContext) -> None:
        self.context = context

    def begin(self) -> None:
        """It is the one in progress from now on."""

    def move(self, at: QPointF) -> Gesture | None:
        """The pointer is here now. Another gesture where this one turns out to be that."""

    def scrolled(self) -> None:
        """The canvas scrolled under the pointer."""

    def hangs(self, at: QPointF) -> bool:
        """The button was released here: whether it goes on all the same, until the next click."""
        return False

    def key(self, event: QKeyEvent) -> bool:
        """A key was pressed: whether it means something here."""
        return False

    def end(self, at: QPointF) -> None:
        """The button was released here."""

    def cancel(self) -> None:
        """Escape, a lost window, a lost release: put everything back."""

    def document_changed(self) -> bool:
        """The document changed under the gesture: goes on with what is there now, or says that it cannot."""
        return True


class Pan(Gesture):
    """Drags the ground: middle button, or Space held."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, context: CanvasContext, at: QPointF) -> None:
        super().__init__(context)
        self._last = at

    def move(self, at: QPointF) -> Gesture | None:
        delta = at - self._last
        self._last = at
        self.context.camera.pan(delta.x(), delta.y())
        return None
