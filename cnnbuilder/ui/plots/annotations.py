"""The words in a plot: values and names at the curves' ends, guessing, the best epoch, and the crosshair's values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from cnnbuilder.ui.plots.end_labels import Box, place
from cnnbuilder.ui.plots.style import DOT, EARLIER, GAP, THICK
from cnnbuilder.ui.widgets.theme import LARGE, SMALL, theme

APART = 8.0
"""Nearer to another word it would be read as one with it: "guessing 16.2 %"."""
DASH = 8.0
"""The piece of line before a name or a value that says which curve it belongs to."""


class End(NamedTuple):
    """Where a curve ends, and what is written there."""

    position: float
    """In epochs."""
    value: float
    text: str
    color: QColor
    big: bool = False
    dash: bool = False
    """A piece of the curve's line stands before the text, which is a name."""


class Word(NamedTuple):
    """A text in its place: `area` is what it covers."""

    area: QRectF
    text: str
    color: QColor
    big: bool = False
    dash: QColor | None = None


class Reading(NamedTuple):
    """One value under the crosshair: whose it is, its text, the point of the curve it belongs to, the curve's line."""

    name: str
    text: str
    position: float
    value: float
    color: QColor
    thick: bool = False


def place_ends(ends: Sequence[tuple[End, QPointF]], area: QRectF, width: float) -> list[Word]:
    """The words at the ends (with their places) of the curves in a plot so many pixels wide, the most important first.

    They stand right of their ends, or over the last stretch where there is no room; none lies over another.
    """
    boxes = []
    for end, at in ends:
        wide = end_width(end)
        left = min(at.x() + GAP, width - 2 - wide)
        boxes.append(Box(left, at.y(), wide, QFontMetricsF(_font(end.big)).height()))
    placed = place(boxes, area.top() - DOT, area.bottom() + DOT)
    return [
        Word(
            QRectF(box.left, box.middle - box.height / 2, box.width, box.height), end.text,
            theme.color("secondary") if end.dash else end.color, end.big, end.color if end.dash else None,
        )
        for (end, _at), box in zip(ends, placed, strict=True)
        if box is not None
    ]  # fmt: skip


def place_beside(text: str, corners: Sequence[QPointF], words: Sequence[Word], room: QRectF) -> Word | None:
    """A small word with its top left in the first of the corners where it fits in and covers no other word."""
    metrics = QFontMetricsF(theme.font(SMALL))
    for corner in corners:
        area = QRectF(corner, metrics.size(Qt.TextFlag.TextSingleLine, text))
        if room.contains(area) and not any(
            word.area.intersects(area.adjusted(-APART, -1, APART, 1)) for word in words
        ):
            return Word(area, text, theme.color("secondary"))
    return None


def paint_words(painter: QPainter, words: Sequence[Word]) -> None:
    """Words that stay readable where a curve passes behind them."""
    for word in words:
        area, left = word.area, word.area.left()
        painter.fillRect(area.adjusted(-2, 1, 2, -1), theme.color("window", 205))
        if word.dash is not None:
            painter.setPen(QPen(word.dash, EARLIER + 0.5))
            painter.drawLine(QLineF(left, area.center().y(), left + DASH, area.center().y()))
            left += DASH + 4
        painter.setFont(_font(word.big))
        painter.setPen(word.color)
        middle = area.center().y() + QFontMetricsF(painter.font()).capHeight() / 2
        painter.drawText(QPointF(left, middle), word.text)


def paint_readings(
    painter: QPainter, area: QRectF, width: float, x: float, heading: str, readings: Sequence[Reading]
) -> None:
    """In a box right of the crosshair, or left of it where there is no room; as many as the plot is high."""
    painter.setFont(theme.font(SMALL))
    metrics = QFontMetricsF(painter.font())
    line = metrics.height()
    lines = [
        (f"{one.name} {one.text}", one) for one in readings[: max(1, int((area.height() - 12) / line) - 1)]
    ]
    texts = [metrics.horizontalAdvance(text) + DASH + 5 for text, _one in lines]
    wide = max([metrics.horizontalAdvance(heading), *texts]) + 16
    box = QRectF(x + 10, area.top() + 2, wide, (len(lines) + 1) * line + 12)
    if box.right() > width - 2:
        box.moveRight(max(wide + 2, x - 10))
    painter.setPen(QPen(theme.color("field_border"), 1))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(box, 6, 6)
    left, y = box.left() + 8, box.top() + 6
    painter.setPen(theme.color("secondary"))
    painter.drawText(QPointF(left, y + metrics.ascent()), heading)
    for text, one in lines:
        y += line
        painter.setPen(QPen(one.color, THICK if one.thick else EARLIER))
        painter.drawLine(QLineF(left, y + line / 2, left + DASH, y + line / 2))
        painter.setPen(theme.color("ink"))
        painter.drawText(QPointF(left + DASH + 5, y + metrics.ascent()), text)


def paint_mark(painter: QPainter, at: QPointF, color: QColor) -> None:
    """Where the crosshair meets a curve."""
    painter.setPen(QPen(theme.color("window"), 1.5))
    painter.setBrush(color)
    painter.drawEllipse(at, DOT + 1, DOT + 1)


def paint_band(painter: QPainter, band: QRectF) -> None:
    """The box that a drag is about to zoom into."""
    painter.setPen(QPen(theme.color("ink"), 1))
    painter.setBrush(theme.color("ink", 24))
    painter.drawRect(band)


def end_width(end: End) -> float:
    """How wide what is written at an end is."""
    return QFontMetricsF(_font(end.big)).horizontalAdvance(end.text) + (DASH + 4) * end.dash


def _font(big: bool) -> QFont:
    return theme.font(LARGE, bold=True) if big else theme.font(SMALL)
