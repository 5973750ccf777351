"""Scrolling while something is dragged: the canvas goes on under a pointer that rests near its edge."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRect, QTimer, Signal

EDGE, SPEED, INTERVAL = 32, 14, 16
"""So near to the edge it scrolls, by so many pixels, every so many milliseconds."""
INSIDE = 2 * EDGE
"""So far from every edge the pointer must have been first: what is dragged in comes over an edge."""
REST = 350
"""Milliseconds."""
STILL = 12.0
"""Pixels that a resting hand may stray."""


class EdgeScroll(QObject):
    """Begins once the pointer has been well inside and has then rested near an edge; stops when it goes away."""

    step = Signal(int, int)
    """Scroll by so many pixels."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._been_inside = False
        self._rest_at: QPointF | None = None
        self._direction = (0, 0)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._scroll = QTimer(self, interval=INTERVAL)
        self._rest.timeout.connect(self._scroll.start)
        self._scroll.timeout.connect(self._step)

    @property
    def scrolling(self) -> bool:
        """Whether the canvas goes on by itself now."""
        return self._scroll.isActive()

    def follow(self, at: QPointF, viewport: QRect) -> None:
        """The pointer is here now, dragging something."""
        inside = viewport.adjusted(INSIDE, INSIDE, -INSIDE, -INSIDE)
        near = viewport.adjusted(-EDGE, -EDGE, EDGE, EDGE).contains(at.toPoint())
        self._been_inside = self._been_inside or inside.contains(at.toPoint())
        self._direction = (_toward(at.x(), viewport.width()), _toward(at.y(), viewport.height()))
        if not self._been_inside or not near or self._direction == (0, 0):
            self._halt()
        elif self.scrolling:
            return
        elif self._rest_at is None or (at - self._rest_at).manhattanLength() > STILL:
            self._rest_at = at
            self._rest.start()

    def end(self) -> None:
        """Nothing is dragged any longer."""
        self._halt()
        self._been_inside = False

    def _halt(self) -> None:
        self._rest.stop()
        self._scroll.stop()
        self._rest_at = None

    def _step(self) -> None:
        self.step.emit(*self._direction)


def _toward(at: float, length: int) -> int:
    if at < EDGE:
        return SPEED
    return -SPEED if at > length - EDGE else 0
