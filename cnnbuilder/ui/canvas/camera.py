"""How the canvas is looked at: zoom to the pointer, pan, fit. What is kept in view when the window changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from cnnbuilder.ui.canvas.edge_scroll import EdgeScroll
from cnnbuilder.ui.widgets.theme import theme

SMALLEST, LARGEST = 0.02, 4.0
MARGIN = 14.0
"""Pixels around the content when it is fitted."""
READABLE = 0.75
"""A network is not opened smaller than this: better its beginning readable than all of it not."""
BARELY = 0.6
"""But this small, if no branch is cut at the side then."""
KEPT = 80.0
"""So many pixels of the content stay in view however far one pans."""


class Camera(QObject):
    """Sets the view's transform and scroll position. Zoom 1.0 is 100 %; the theme's text size comes on top."""

    zoom_percent_changed = Signal(int)
    moved = Signal()
    """What is shown where has changed: overlays follow."""

    edge_scrolled = Signal()
    """The canvas scrolled by itself: what is carried must keep up."""

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        self._zoom = 1.0
        self._floor = READABLE
        self._content = QRectF()
        self._line_left = 0.0
        self.untouched = True
        """Nobody has zoomed or panned since the network was opened: it is fitted anew when the window grows."""
        self._edge_scroll = EdgeScroll(self)
        self._edge_scroll.step.connect(self._scroll_on)

    @property
    def zoom(self) -> float:
        """1.0 at 100 %."""
        return self._zoom

    @property
    def percent(self) -> int:
        """The zoom as a person reads it."""
        return round(self._zoom * 100)

    @property
    def scale(self) -> float:
        """Pixels of the screen for one of the canvas."""
        return self._zoom * theme.scale

    def set_content(self, content: QRectF, line_left: float) -> None:
        """Says where the content is, so that one cannot pan away from it, and where the line through it begins."""
        self._line_left = line_left
        if content != self._content:
            self._content = content
            self._limit()

    def _limit(self) -> None:
        viewport = self._view.viewport().rect()
        wide = max(0.0, (viewport.width() - KEPT) / self.scale)
        high = max(0.0, (viewport.height() - KEPT) / self.scale)
        self._view.setSceneRect(self._content.adjusted(-wide, -high, wide, high))

    def _apply(self, zoom: float, scene: QPointF, at: QPointF) -> None:
        """Shows the scene's point `scene` at the viewport's point `at`."""
        zoom = min(LARGEST, max(SMALLEST, zoom))
        changed = zoom != self._zoom
        self._zoom = zoom
        scale = self.scale
        self._view.setTransform(QTransform.fromScale(scale, scale))
        self._limit()
        self._view.horizontalScrollBar().setValue(round(scene.x() * scale - at.x()))
        self._view.verticalScrollBar().setValue(round(scene.y() * scale - at.y()))
        if changed:
            self.zoom_percent_changed.emit(self.percent)
        self.moved.emit()

    def _center(self) -> QPointF:
        return QPointF(self._view.viewport().rect().center())

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zooms so that what is under `at` (the middle of the viewport without) stays there."""
        at = at if at is not None else self._center()
        self.untouched = False
        self._apply(zoom, self.scene_point(at), at)

    def scene_point(self, at: QPointF) -> QPointF:
        """Like mapToScene, without rounding to pixels first."""
        left = self._view.horizontalScrollBar().value()
        top = self._view.verticalScrollBar().value()
        scale = self._view.transform().m11()
        return QPointF((left + at.x()) / scale, (top + at.y()) / scale)

    def viewport_point(self, position: QPoint) -> QPointF:
        """Where in the viewport a point of the whole screen is."""
        return QPointF(self._view.viewport().mapFromGlobal(position))

    def viewport_height(self) -> int:
        """How much is seen at once, in pixels of the screen."""
        return self._view.viewport().height()

    def viewport_area(self) -> QRect:
        """The viewport, in pixels of the canvas widget."""
        return self._view.viewport().geometry()

    def sees(self, at: QPointF) -> bool:
        """Whether a point of the viewport lies in it."""
        return self._view.viewport().rect().contains(at.toPoint())

    def viewport_rect(self, area: QRectF) -> QRect:
        """Where an area of the scene is seen, in pixels of the viewport."""
        return self._view.mapFromScene(area).boundingRect()

    def widget_area(self, area: QRectF) -> QRect:
        """Where an area of the scene is seen, in pixels of the canvas widget, whose frame lies around the viewport."""
        return self.viewport_rect(area).translated(self._view.viewport().pos())

    def zoom_in(self) -> None:
        """One step nearer, to a round number."""
        self.zoom_to(_next_step(self._zoom, up=True))

    def zoom_out(self) -> None:
        """One step further away."""
        self.zoom_to(_next_step(self._zoom, up=False))

    def pan(self, dx: float, dy: float) -> None:
        """Moves what is seen by so many pixels of the screen."""
        self.untouched = False
        horizontal, vertical = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        horizontal.setValue(horizontal.value() - round(dx))
        vertical.setValue(vertical.value() - round(dy))

    def fit(self) -> None:
        """Shows everything, at most at 100 %."""
        self._floor = SMALLEST
        self._frame()

    def open(self) -> None:
        """Shows a network that was just opened: all of it where it stays readable, else its beginning."""
        self._floor = READABLE
        self._frame()

    def refit(self) -> None:
        """After the window or the text size changed: fits again unless somebody has looked elsewhere since."""
        if self.untouched:
            self._frame()
        else:
            self._apply(self._zoom, self.scene_point(QPointF(0, 0)), QPointF(0, 0))

    def _frame(self) -> None:
        self.untouched = True
        viewport = self._view.viewport().rect()
        content = self._content
        if content.isEmpty() or viewport.isEmpty():
            self._apply(1.0, QPointF(0, 0), QPointF(MARGIN, MARGIN))
            return
        room_x, room_y = viewport.width() - 2 * MARGIN, viewport.height() - 2 * MARGIN
        fitting = min(room_x / content.width(), room_y / content.height()) / theme.scale
        across = room_x / content.width() / theme.scale
        least = min(self._floor, across) if across >= BARELY else self._floor
        zoom = max(min(1.0, fitting), least)
        scale = zoom * theme.scale
        spare_x = max(0.0, room_x - content.width() * scale) / 2
        spare_y = max(0.0, room_y - content.height() * scale) / 2
        # Where it is too wide to be seen whole, the line through the network is, with its volumes at its right.
        left = min(
            max(content.left(), content.right() - room_x / scale), max(content.left(), self._line_left)
        )
        # A little above the middle looks level to the eye.
        self._apply(zoom, QPointF(left, content.top()), QPointF(MARGIN + spare_x, MARGIN + spare_y * 0.6))

    def show_area(self, area: QRectF) -> None:
        """Scrolls as little as needed to bring an area into view."""
        margin = round(MARGIN)
        self._view.ensureVisible(area, margin, margin)
        self.moved.emit()

    def follow_edge(self, at: QPointF | None) -> None:
        """Something is dragged, and the pointer is here: near an edge the canvas scrolls; None: it was let go."""
        if at is None:
            self._edge_scroll.end()
        else:
            self._edge_scroll.follow(at, self._view.viewport().rect())

    def _scroll_on(self, dx: int, dy: int) -> None:
        self.pan(dx, dy)
        self.edge_scrolled.emit()


def _next_step(zoom: float, up: bool) -> float:
    far = (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.25, 0.35, 0.5, 0.67, 0.75, 0.9)
    steps = (*far, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
    if up:
        return next((step for step in steps if step > zoom * 1.02), LARGEST)
    return next((step for step in reversed(steps) if step < zoom * 0.98), SMALLEST)
