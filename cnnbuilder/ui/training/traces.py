"""What a plot draws: which quantity of a run, its curve as points on the screen, and what stands at its end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from cnnbuilder.engine.messages import Epoch
from cnnbuilder.text import _
from cnnbuilder.ui.training.record import Record, Report
from cnnbuilder.ui.training.scale import Scale

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


class End(NamedTuple):
    """What is written at the end of a curve."""

    position: float
    value: float
    text: str
    bold: bool = False


class Trace:
    """A curve as points on the screen. Only what is new is computed, so a report costs the same in any run."""

    def __init__(self, value: Callable[[Report], float]) -> None:
        self._value = value
        self._key: object = None
        self._points: list[QPointF] = []

    def polygon(self, record: Record, area: QRectF, scale: Scale) -> QPolygonF:
        """The curve of a run within an area."""
        reports, length = record.reports, record.length
        key = (id(record), area.getRect(), scale, length)
        if key != self._key or len(self._points) > len(reports):  # other axes, or neighbours were merged
            self._key, self._points = key, []
        del self._points[-1:]  # later reports may have been merged into the last point
        left, width, bottom, tall = area.left(), area.width() / length, area.bottom(), area.height()
        for report in reports[len(self._points) :]:
            place = scale.height(self._value(report))
            self._points.append(QPointF(left + width * report.position, bottom - tall * place))
        return QPolygonF(self._points)


def short(value: float) -> str:
    """A loss in three figures: 0.0364 -> '0.036', 2.302 -> '2.30'."""
    if not math.isfinite(value):
        return _("no number")
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}" if value >= 0.001 else f"{value:.1g}"
