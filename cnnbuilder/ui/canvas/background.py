"""The canvas' ground: a quiet grid of dots that moves with the network."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from cnnbuilder.ui.canvas.style import CanvasStyle

SPACING = 24.0
CLOSEST = 14.0
"""Pixels between dots below which every second one is left out."""


def paint_background(painter: QPainter, style: CanvasStyle) -> None:
    """Fills the exposed area; the painter's transform says where the scene is seen, and how large."""
    seen = painter.worldTransform()
    origin, scale = seen.map(QPointF(0, 0)).toPoint(), seen.m11()
    ratio = painter.device().devicePixelRatioF()
    step = SPACING * scale
    while step < CLOSEST:
        step *= 2
    painter.save()
    painter.resetTransform()
    painter.setBrushOrigin(origin)
    area = painter.clipBoundingRect() if painter.hasClipping() else painter.viewport()
    # A brush of one dot: thousands of dots cost as much as one.
    painter.fillRect(area, _tile(round(step * ratio), ratio, style.tokens.canvas, style.tokens.dot))
    painter.restore()


@lru_cache(64)
def _tile(pixels: int, ratio: float, ground: str, dot: str) -> QPixmap:
    tile = QPixmap(pixels, pixels)
    tile.fill(QColor(ground))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(dot))
    painter.drawEllipse(QPointF(pixels / 2, pixels / 2), 1.2 * ratio, 1.2 * ratio)
    painter.end()
    tile.setDevicePixelRatio(ratio)
    return tile
