"""What a plot draws: which quantity of a run, its curve as points on the screen, and what stands at its end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from cnnbuilder.engine.messages import Epoch
from cnnbuilder.text import _
from cnnbuilder.ui.plots.scale import Scale
from cnnbuilder.ui.session.run_record import Report

Item = TypeVar("Item")
DOT = 3.5
THIN, THICK = 1.25, 2.25


class Quantity(NamedTuple):
    """What one plot shows: how it is called, written, scaled and read from a run."""

    title: str
    percent: bool
    write: Callable[[float], str]
    scale: Callable[[Sequence[float], float, bool], Scale]
    """(values seen, guessing, logarithmic) → scale."""
    raw: Callable[[Report], float]
    smooth: Callable[[Report], float]
    training: Callable[[Epoch], float | None]
    validation: Callable[[Epoch], float]


class Trace(Generic[Item]):
    """A curve as points on the screen. Only what is new is computed, so a report costs the same in any run."""

    def __init__(self, position: Callable[[Item], float], value: Callable[[Item], float]) -> None:
        self._position = position
        self._value = value
        self._items: Sequence[Item] = ()
        self._key: object = None
        self._points: list[QPointF] = []

    def points(self, items: Sequence[Item], area: QRectF, scale: Scale, length: int) -> list[QPointF]:
        """The curve within an area that is `length` epochs wide. Not to be changed."""
        key = (area.getRect(), scale, length)
        if items is not self._items or key != self._key:  # another run, merged neighbours, or other axes
            self._items, self._key, self._points = items, key, []
        del self._points[-1:]  # later reports may have been merged into the last point
        left, width, bottom, tall = area.left(), area.width() / length, area.bottom(), area.height()
        for item in items[len(self._points) :]:
            place = scale.height(self._value(item))
            self._points.append(QPointF(left + width * self._position(item), bottom - tall * place))
        return self._points


class Extent:
    """The least and the largest finite value seen so far; each value is looked at once."""

    def __init__(self) -> None:
        self.values: tuple[float, ...] = ()
        """Nothing, or the least and the largest."""
        self._of: object = None
        self._seen = 0

    def take(self, of: object, items: Sequence[Item], value: Callable[[Item], float]) -> None:
        """Looks at what is new of a growing list that belongs to `of`; its last item may be another than before."""
        if self._of is not of:
            self._of, self._seen, self.values = of, 0, ()
        for item in items[max(0, min(self._seen, len(items)) - 1) :]:
            here = value(item)
            if math.isfinite(here):
                low, high = self.values or (here, here)
                self.values = (min(low, here), max(high, here))
        self._seen = len(items)


def spaced(points: Sequence[QPointF], least: float) -> QPolygonF:
    """The points as a line that is worth drawing: with thousands of epochs, not every one has a pixel."""
    if len(points) < 2 or points[-1].x() - points[0].x() >= least * len(points):
        return QPolygonF(list(points))
    every = math.ceil(least * len(points) / max(1.0, points[-1].x() - points[0].x()))
    return QPolygonF([*points[::every], points[-1]])


def short(value: float) -> str:
    """A loss in three figures: 0.0364 -> '0.036', 2.302 -> '2.30'."""
    if not math.isfinite(value):
        return _("no number")
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}" if value >= 0.001 else f"{value:.1g}"
