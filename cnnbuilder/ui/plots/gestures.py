"""What the mouse does in a plot: pointing, a click that pins, a box to zoom into, moving, the wheel."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from cnnbuilder.ui.plots.axes import Axes

WHEEL = 1.0015
"""A wheel's click of 120 units zooms by a fifth."""


class Zoomed(Protocol):
    """What a gesture does with the view that it is made over; points are the view's pixels."""

    axes: Axes

    @property
    def zoomed(self) -> bool: ...
    def position_at(self, point: QPointF) -> float | None: ...
    def pan(self, dx: float, dy: float) -> None: ...
    def zoom(self, factor: float, around: QPointF | None = None) -> None: ...
    def zoom_to(self, box: QRectF) -> None: ...
    def show_band(self, band: QRectF | None) -> None: ...


class PlotGestures(QObject):
    """Hears of the mouse over a view. Drag: a box to zoom into; with Shift, or the middle button: move.

    The view hands its events over. (An event filter that fails lets the event through, and PySide6 crashes where
    another Python method then handles it.)
    """

    pointed = Signal(object)
    """The position under the mouse in epochs, or None."""
    clicked = Signal(object)
    """The position that was clicked, or None beside the curves."""
    double_clicked = Signal()
    menu_asked = Signal(object)
    """At this place of the screen."""
    pressed = Signal()

    def __init__(self, view: Zoomed, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._from: QPointF | None = None
        self._last = QPointF()
        self._moves = False
        self._dragged = False

    def press(self, event: QMouseEvent) -> None:
        """A button goes down: perhaps a drag begins."""
        self.pressed.emit()
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._moves = shift or event.button() == Qt.MouseButton.MiddleButton
        self._from = self._last = event.position()
        self._dragged = False

    def move(self, at: QPointF) -> None:
        """The mouse is at a point of the view."""
        if self._from is None:
            self.pointed.emit(self._view.position_at(at))
            return
        way = at - self._from
        self._dragged = self._dragged or way.manhattanLength() >= QApplication.startDragDistance()
        if not self._dragged:
            return
        if self._moves:
            self._view.pan(at.x() - self._last.x(), at.y() - self._last.y())
            self._last = at
        else:
            self._view.show_band(QRectF(self._from, at).normalized().intersected(self._view.axes.area))

    def release(self, event: QMouseEvent) -> None:
        """A drag ends, or it was a click."""
        start, self._from = self._from, None
        if start is None:
            return
        self._view.show_band(None)
        if not self._dragged:
            self.clicked.emit(self._view.position_at(event.position()))
        elif not self._moves:
            self._view.zoom_to(QRectF(start, event.position()))

    def cancel(self) -> bool:
        """Gives up a drag under way; whether there was one."""
        found, self._from = self._from is not None and self._dragged, None
        self._view.show_band(None)
        return found

    def turn(self, event: QWheelEvent) -> None:
        """The wheel zooms; turned sideways it moves."""
        turned = event.angleDelta()
        if not self._view.zoomed and (turned.y() < 0 or not turned.y()):
            event.ignore()  # nothing is left to zoom out of: the page around it scrolls
            return
        event.accept()
        if abs(turned.x()) > abs(turned.y()):
            self._view.pan(turned.x() / 3, 0.0)
        else:
            self._view.zoom(WHEEL ** -turned.y(), event.position())
