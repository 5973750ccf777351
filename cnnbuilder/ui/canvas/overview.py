"""The network from far away: where the size of its image changes is written beside the lane of volumes."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from cnnbuilder.ui.canvas.arrangement import Arrangement
from cnnbuilder.ui.canvas.solids import volume
from cnnbuilder.ui.canvas.style import CanvasStyle, fonts
from cnnbuilder.ui.widgets.theme import theme

LINE = 17.0
"""Pixels of the screen from one text to the next, at least."""
AWAY = 8.0


def paint_overview(painter: QPainter, arrangement: Arrangement, style: CanvasStyle) -> None:
    """Writes shapes at the size of the screen's text, from the top, as many as have room."""
    to_screen = painter.worldTransform()
    area = painter.viewport()
    type_ = fonts()
    painter.save()
    painter.resetTransform()
    painter.scale(theme.scale, theme.scale)
    painter.setFont(type_.mono)
    painter.setPen(style.secondary)
    lowest, before = float("-inf"), None
    for placed in sorted(arrangement.tensors.values(), key=lambda placed: placed.y):
        sizes = volume(placed.shape)
        size = sizes[1:] if sizes is not None else placed.shape.sizes
        if size == before:
            continue
        right = placed.x + placed.tensor.form.bounds.right()
        at = to_screen.map(QPointF(right, placed.y)) / theme.scale
        if at.y() < lowest + LINE:
            continue
        before, lowest = size, at.y()
        if -LINE < at.y() * theme.scale < area.height() + LINE:
            painter.drawText(QPointF(at.x() + AWAY, at.y() + type_.mono_rise), str(placed.shape))
    painter.restore()
