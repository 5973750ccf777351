"""What a figure of volumes is made of: solids, words, lines, dots and signs, each in its place, and their painting."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from cnnbuilder.ui.canvas.solids import Solid
from cnnbuilder.ui.canvas.wires import paint_solid
from cnnbuilder.ui.figures.paper import CENTRED, moved, print_style
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL

FAMILIES = (
    "Inter",
    "Helvetica Neue",
    "Segoe UI",
    "Helvetica",
    "Arial",
    "Liberation Sans",
    "Nimbus Sans",
    "Noto Sans",
)
"""What journals and slides are set in, or near it; where none is there, the system's font."""
LINE = 15.0
"""From one line of text to the next."""
CORNER = 8.0
DOT = 2.5
SIGN = 8.0
"""Radius of the sign where values are added or multiplied."""
ARROW = 5.0


class Words(NamedTuple):
    """One line of text; `x` is its middle, `y` its baseline."""

    x: float
    y: float
    text: str
    strong: bool

    @property
    def bounds(self) -> QRectF:
        """What it covers."""
        width = text_width(self.text, self.strong)
        return QRectF(self.x - width / 2, self.y - NORMAL, width, NORMAL + 4)


class Volume(NamedTuple):
    """A solid; (x, y) is the middle of its left edge."""

    x: float
    y: float
    solid: Solid
    family: str

    @property
    def bounds(self) -> QRectF:
        """What it covers."""
        return self.solid.bounds.translated(self.x, self.y).adjusted(-1, -1, 1, 1)


class Way(NamedTuple):
    """A line through points, round at its corners; `arrow` where it ends in a head."""

    points: tuple[tuple[float, float], ...]
    arrow: bool

    @property
    def bounds(self) -> QRectF:
        """What it covers."""
        xs, ys = [x for x, _y in self.points], [y for _x, y in self.points]
        return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).adjusted(-3, -3, 3, 3)


class Dot(NamedTuple):
    """Where a line divides, or two meet."""

    x: float
    y: float

    @property
    def bounds(self) -> QRectF:
        """What it covers."""
        return QRectF(self.x - DOT, self.y - DOT, 2 * DOT, 2 * DOT)


class Sign(NamedTuple):
    """A sign in a ring: + or ×."""

    x: float
    y: float
    sign: str

    @property
    def bounds(self) -> QRectF:
        """What it covers."""
        return QRectF(self.x - SIGN, self.y - SIGN, 2 * SIGN, 2 * SIGN).adjusted(-1, -1, 1, 1)


Mark = Words | Volume | Way | Dot | Sign


def shifted(mark: Mark, dx: float, dy: float) -> Mark:
    """The same mark elsewhere."""
    if isinstance(mark, Way):
        return mark._replace(points=tuple((x + dx, y + dy) for x, y in mark.points))
    return mark._replace(x=mark.x + dx, y=mark.y + dy)


def extent(marks: Iterable[Mark]) -> QRectF:
    """The area that marks cover together."""
    area = QRectF()
    for mark in marks:
        area |= mark.bounds
    return area


@cache
def font(strong: bool) -> QFont:
    """The figure's two voices: what is said first, and what is added."""
    font = QFont(CENTRED)
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPixelSize(NORMAL if strong else SMALL + 1)
    font.setWeight(QFont.Weight.Bold if strong else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _measure(strong: bool) -> QFontMetricsF:
    return QFontMetricsF(font(strong))


def text_width(text: str, strong: bool) -> float:
    """How wide a line of text is."""
    return _measure(strong).horizontalAdvance(text)


def paint_marks(painter: QPainter, marks: Iterable[Mark]) -> None:
    """Lines first, then solids from left to right, then what stands over them."""
    style = print_style()
    marks = list(marks)
    line = QPen(style.secondary, 1.2)
    line.setCapStyle(Qt.PenCapStyle.FlatCap)
    line.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    for mark in marks:
        if isinstance(mark, Way):
            painter.setPen(line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_path(mark))
            if mark.arrow:
                _paint_head(painter, mark)
    for mark in sorted((m for m in marks if isinstance(m, Volume)), key=lambda m: (m.y, m.x)):
        with moved(painter, mark.x, mark.y):
            paint_solid(painter, mark.solid, mark.family, None, style)
    for mark in marks:
        if isinstance(mark, Words):
            painter.setFont(font(mark.strong))
            painter.setPen(style.ink if mark.strong else style.secondary)
            painter.drawText(QPointF(mark.bounds.left(), mark.y), mark.text)
        elif isinstance(mark, Dot):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.secondary)
            painter.drawEllipse(QPointF(mark.x, mark.y), DOT, DOT)
        elif isinstance(mark, Sign):
            _paint_sign(painter, mark)


def _path(way: Way) -> QPainterPath:
    points = [QPointF(x, y) for x, y in way.points]
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path.lineTo(_towards(corner, before))
        path.quadTo(corner, _towards(corner, after))
    end = points[-1]
    path.lineTo(_towards(end, points[-2], ARROW - 1) if way.arrow else end)
    return path


def _towards(start: QPointF, goal: QPointF, most: float = CORNER) -> QPointF:
    """The point at most so far from `start` on the way to `goal`, and not past its middle."""
    length = abs(goal.x() - start.x()) + abs(goal.y() - start.y())
    return start + (goal - start) * min(0.5, most / length) if length else start


def _paint_head(painter: QPainter, way: Way) -> None:
    (x0, y0), (x, y) = way.points[-2:]
    length = max(abs(x - x0) + abs(y - y0), 1e-6)
    along, across = (
        QPointF((x - x0) / length, (y - y0) / length),
        QPointF((y0 - y) / length, (x - x0) / length),
    )
    tip = QPointF(x, y)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(print_style().secondary)
    painter.drawPolygon([tip, tip - along * ARROW + across * 2.6, tip - along * ARROW - across * 2.6])


STROKES = {"+": ((1, 0), (0, 1)), "×": ((0.75, 0.75), (-0.75, 0.75)), "−": ((1, 0),)}
"""The strokes of each sign that joins values, through its middle: how far across and down."""


def _paint_sign(painter: QPainter, mark: Sign) -> None:
    style = print_style()
    pen = QPen(style.ink, 1.2)
    painter.setPen(pen)
    painter.setBrush(style.canvas)
    center = QPointF(mark.x, mark.y)
    painter.drawEllipse(center, SIGN, SIGN)
    arm = SIGN * 0.52
    for across, down in STROKES[mark.sign]:
        half = QPointF(arm * across, arm * down)
        painter.drawLine(center - half, center + half)
