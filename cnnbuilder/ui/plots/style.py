"""How plots look: pens, sizes and the room around the curves, from the theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from cnnbuilder.ui.widgets.theme import LARGE, SMALL, theme

THIN, EARLIER, THICK = 1.0, 1.25, 2.25
"""Widths of lines: training, earlier runs, validation. A curve of 2,000 points takes 0.5 ms to draw when one pixel of
the screen wide, antialiased or not, and 17 to 70 ms when any wider: only what has few points is."""
DOT = 3.5
"""Radius of the dot of an epoch."""
RIM = 6.0
"""Around the axes there is so much room that no dot on them is cut."""
GAP = 7.0
"""From a curve's end to its label."""
NARROW = 240
"""Below this width, at 100 % text, labels stand over the curves and ticks are bare numbers."""
LABELS_AT_MOST = 0.3
"""Of the width; a longer name of a run stands over its curve."""


def pen(color: QColor, width: float) -> QPen:
    """A line of so many pixels of the screen, whatever the axes are; opaque, since pyqtgraph draws those faster."""
    line = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    line.setCosmetic(True)
    return line


def dashed(color: QColor, width: float, *pattern: float) -> QPen:
    """A dashed or dotted line; the pattern is in widths."""
    line = pen(color, width)
    line.setCapStyle(Qt.PenCapStyle.FlatCap)
    line.setDashPattern(list(pattern))
    return line


def faint(token: str, share: float) -> QColor:
    """That much of a colour over the ground, opaque."""
    front, back = theme.color(token), theme.color("window")
    pairs = ((front.red(), back.red()), (front.green(), back.green()), (front.blue(), back.blue()))
    return QColor(*(round(share * one + (1 - share) * other) for one, other in pairs))


def run_color(number: int) -> QColor:
    """The colour of a run that is compared with another, by its number: in plots and in lists."""
    colors = theme.tokens.runs
    return QColor(colors[number % len(colors)])


def tick_width(texts: Sequence[str]) -> float:
    """The room that the ticks of the vertical axis need; that of usual ones at least, so that it seldom moves."""
    metrics = QFontMetricsF(theme.font(SMALL))
    return max(metrics.horizontalAdvance(text) for text in [*texts, "99.5 %"]) + 2


def label_width(labels: Sequence[float], width: float) -> float:
    """The room right of the axes for the labels at the curves' ends, which are so wide."""
    if width < theme.px(NARROW):
        return 0.0
    own = QFontMetricsF(theme.font(LARGE, bold=True)).horizontalAdvance("99.9 %")
    return min(LABELS_AT_MOST * width, max([own, *labels])) + 2


def axes_area(size: QSize, tick_room: float, label_room: float) -> QRectF:
    """Where the curves are, in the pixels of a plot of this size: ticks left and below, labels right."""
    small = QFontMetricsF(theme.font(SMALL))
    left, top = tick_room + RIM + 4, max(RIM, small.height() / 2) + 1
    right = max(RIM + 2, label_room + GAP)
    bottom = small.height() + RIM + 4
    return QRectF(left, top, max(10.0, size.width() - left - right), max(10.0, size.height() - top - bottom))
