"""The values under the mouse, written beside the crosshair or above a small plot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from cnnbuilder.ui.plots.traces import THICK, THIN
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

Line = tuple[str, str]
"""The token of the curve that a value belongs to, or nothing; and the text."""


def paint_above(painter: QPainter, area: QRectF, width: float, lines: Sequence[Line]) -> None:
    """In a small plot: in the title's place, where they hide no curve."""
    painter.fillRect(QRectF(0, 0, width, area.top() - 6), theme.color("window"))
    painter.setFont(theme.font(SMALL))
    metrics = QFontMetricsF(painter.font())
    x, baseline = area.left(), QFontMetricsF(theme.font(NORMAL, bold=True)).ascent() + 3
    for token, text in lines:
        middle = baseline - metrics.capHeight() / 2
        painter.setPen(QPen(theme.color(token), THICK if token == "activation" else THIN))
        painter.drawLine(QLineF(x, middle, x + 8, middle))
        painter.setPen(theme.color("ink"))
        value = text.partition(" ")[2]
        painter.drawText(QPointF(x + 12, baseline), value)
        x += metrics.horizontalAdvance(value) + 22


def paint_beside(painter: QPainter, area: QRectF, width: float, x: float, lines: Sequence[Line]) -> None:
    """In a large plot: in a box right of the crosshair, or left of it where there is no room."""
    painter.setFont(theme.font(SMALL))
    metrics = QFontMetricsF(painter.font())
    wide = max(metrics.horizontalAdvance(text) for _token, text in lines) + 28
    box = QRectF(x + 10, area.top() + 2, wide, len(lines) * metrics.height() + 12)
    if box.right() > width - 2:
        box.moveRight(max(wide + 2, x - 10))
    painter.setPen(QPen(theme.color("border"), 1))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(box, 6, 6)
    y = box.top() + 6
    for token, text in lines:
        if token:
            painter.setPen(QPen(theme.color(token), THICK if token == "activation" else THIN))
            middle = y + metrics.height() / 2
            painter.drawLine(QLineF(box.left() + 7, middle, box.left() + 15, middle))
        painter.setPen(theme.color("ink" if token else "secondary"))
        painter.drawText(QPointF(box.left() + (20 if token else 7), y + metrics.ascent()), text)
        y += metrics.height()
