"""How large a tensor is drawn in a figure: solids of one scale, vectors as thin bars that stand upright."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from cnnbuilder.blocks.base import Shape
from cnnbuilder.ui.canvas.solids import ACROSS, DEPTH_POWER, SIDE_POWER, Scale, Solid, form

TALLEST = 92.0
DEEPEST = 64.0
SIDE_AT_32, DEPTH_AT_64 = 72.0, 30.0
"""Lengths in pixels: a network smaller than 32×32 or 64 channels is not blown up to fill the page."""
LONGEST_BAR, BAR_AT_100 = 72.0, 40.0
BAR_POWER = 0.4
"""Vectors have from two to tens of thousands of features: their bars shrink once more."""
SHORTEST_BAR = 8.0
BAR = 7.0
BAR_BACK = 9.0


class Sizes:
    """The one scale of a figure, on which its largest image, deepest tensor and longest vector have their place."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        shapes = list(shapes)
        images = [shape.sizes for shape in shapes if shape.is_image]
        side = max([32, *(size for sizes in images for size in sizes[1:])])
        depth = max([64, *(sizes[0] for sizes in images)])
        longest = max([100, *(shape.count for shape in shapes if not shape.is_image)])
        self._images = Scale(
            min(SIDE_AT_32 / 32**SIDE_POWER, TALLEST / side**SIDE_POWER),
            min(DEPTH_AT_64 / 64**DEPTH_POWER, DEEPEST / depth**DEPTH_POWER),
        )
        self._bar = min(BAR_AT_100 / 100**BAR_POWER, LONGEST_BAR / longest**BAR_POWER)

    def solid(self, shape: Shape) -> Solid:
        """The solid of a tensor; that of a vector is a thin bar with its features upwards."""
        found = form(shape, self._images) if shape.is_image else None
        return (
            found if isinstance(found, Solid) else _bar(max(SHORTEST_BAR, self._bar * shape.count**BAR_POWER))
        )


def _bar(tall: float) -> Solid:
    away = QPointF(*(BAR_BACK * part for part in ACROSS))
    upper = -(tall + away.y()) / 2
    a, b = QPointF(0, upper), QPointF(BAR, upper)
    c, d = QPointF(BAR, upper + tall), QPointF(0, upper + tall)
    return Solid(
        QPolygonF([a, b, c, d]),
        QPolygonF([a, a + away, b + away, b]),
        QPolygonF([b, b + away, c + away, c]),
        QRectF(0, upper + away.y(), BAR + away.x(), tall - away.y()),
    )
