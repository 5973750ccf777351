"""What stands at the ends of the curves: the last values and the earlier runs' names, moved apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from cnnbuilder.ui.plots.scale import apart
from cnnbuilder.ui.plots.traces import DOT
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme


class End(NamedTuple):
    """Where a curve ends on the screen, and what is written there."""

    x: float
    y: float
    text: str
    bold: bool = False


def paint_ends(
    painter: QPainter,
    area: QRectF,
    width: float,
    own: Sequence[End],
    names: Sequence[End],
    *,
    from_above: bool,
) -> None:
    """Writes the run's `own` values and the `names` of others; what would overlap shares one column.

    Texts stand right of their curves; where the plot, `width` wide, has no room there, over the curves' last
    stretch, on the side that they left: losses come `from_above`, accuracies from below.
    """
    left = min((_left(end, width) for end in own), default=0.0)
    right = max((_right(end, width) for end in own), default=0.0)
    near = [name for name in names if _left(name, width) < right and _right(name, width) > left]
    _paint_column(painter, area, width, [*own, *near], from_above)
    _paint_column(painter, area, width, [name for name in names if name not in near], from_above)


def _paint_column(
    painter: QPainter, area: QRectF, width: float, ends: Sequence[End], from_above: bool
) -> None:
    if not ends:
        return
    distance = QFontMetricsF(theme.font(SMALL)).height() + 1
    wanted = [end.y for end in ends]
    low, high = area.top() + 2, area.bottom() - 3
    if any(_left(end, width) < end.x + DOT for end in ends):
        low, high = (low, min(wanted) - distance) if from_above else (max(wanted) + distance, high)
    for end, y in zip(ends, apart(wanted, distance, low, high), strict=True):
        painter.setFont(_font(end))
        _write(painter, QPointF(_left(end, width), y + _metrics(end).capHeight() / 2), end)


def _write(painter: QPainter, at: QPointF, end: End) -> None:
    """Text that stays readable where a curve passes behind it."""
    metrics = _metrics(end)
    tall = metrics.capHeight()
    ground = QRectF(at.x() - 2, at.y() - tall - 2, metrics.horizontalAdvance(end.text) + 4, tall + 4)
    painter.fillRect(ground, theme.color("window", 190))
    painter.setPen(theme.color("ink" if end.bold else "secondary"))
    painter.drawText(at, end.text)


def _left(end: End, width: float) -> float:
    return min(end.x + DOT + 6, width - 2 - _metrics(end).horizontalAdvance(end.text))


def _right(end: End, width: float) -> float:
    return _left(end, width) + _metrics(end).horizontalAdvance(end.text)


def _font(end: End) -> QFont:
    return theme.font(NORMAL, bold=True) if end.bold else theme.font(SMALL)


def _metrics(end: End) -> QFontMetricsF:
    return QFontMetricsF(_font(end))
