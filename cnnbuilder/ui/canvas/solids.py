"""The form of a volume: a solid for channels × height × width, a bar for a flat vector, all on one scale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF, QTransform

from cnnbuilder.blocks.base import Shape

SIDE_POWER = 0.6
DEPTH_POWER = 0.5
"""Sizes run from 1 to thousands; drawn in proportion, the last ones would be dots. These powers keep their order and
their relation: what is twice as deep looks deeper by the same factor everywhere in one network."""
LARGEST_SIDE = 48.0
LARGEST_DEPTH = 116.0
SIDE_AT_32, DEPTH_AT_64 = 48.0, 37.0
"""Lengths in pixels at 100 %. A network smaller than 32×32 or 64 channels is not blown up to fill the lane."""
LONGEST_BAR = 150.0
BAR = 5.0
ACROSS = (0.60, -0.25)
"""Where the image's width points: to the right and back. Its height points down, its channels to the right."""


class Scale(NamedTuple):
    """Pixels for a side of 1 and for a depth of 1, raised to the powers above."""

    side: float
    depth: float

    def height(self, size: int) -> float:
        """How long a side of the image is drawn."""
        return float(self.side * size**SIDE_POWER)

    def length(self, size: int) -> float:
        """How deep so many channels are drawn."""
        return float(self.depth * size**DEPTH_POWER)


def volume(shape: Shape) -> tuple[int, int, int] | None:
    """Channels, height and width of an image, in whatever order its axes stand; None where it is none."""
    if sorted(shape.axes) != ["C", "H", "W"]:
        return None
    sizes = dict(zip(shape.axes, shape.sizes, strict=True))
    return sizes["C"], sizes["H"], sizes["W"]


def scale_for(shapes: Iterable[Shape]) -> Scale:
    """The one scale on which all these fit the lane."""
    side, depth = 32, 64
    for shape in shapes:
        sizes = volume(shape)
        if sizes is not None:
            channels, height, width = sizes
            side = max(side, height, width)
            depth = max(depth, channels)
    return Scale(
        min(SIDE_AT_32 / 32**SIDE_POWER, LARGEST_SIDE / side**SIDE_POWER),
        min(DEPTH_AT_64 / 64**DEPTH_POWER, LARGEST_DEPTH / depth**DEPTH_POWER),
    )


class Solid(NamedTuple):
    """Where the faces lie; the origin is the middle of the left edge."""

    side: QPolygonF
    """Channels × height, towards the reader."""
    top: QPolygonF
    """Channels × width."""
    face: QPolygonF
    """Height × width: what an image is."""
    bounds: QRectF

    def image_transform(self, width: int, height: int) -> QTransform | None:
        """Lays a picture of this size on the face, in perspective."""
        picture = QPolygonF([QPointF(0, 0), QPointF(width, 0), QPointF(width, height), QPointF(0, height)])
        laid = QTransform()
        return laid if QTransform.quadToQuad(picture, self.face, laid) else None


class Bar(NamedTuple):
    """A flat vector. `cut` where it is longer than the lane and drawn with a break."""

    area: QRectF
    cut: bool
    bounds: QRectF


def form(shape: Shape, scale: Scale) -> Solid | Bar:
    """The solid or the bar of a shape."""
    sizes = volume(shape)
    if sizes is None:
        length = scale.length(shape.count)
        cut = length > LONGEST_BAR
        area = QRectF(0, -BAR / 2, max(BAR, min(length, LONGEST_BAR)), BAR)
        return Bar(area, cut, area)
    channels, height, width = sizes
    # Not below what a hand can point at and an eye can tell from a line.
    deep = max(4.0, scale.length(channels))
    tall = max(5.0, scale.height(height))
    right, back = scale.height(width) * ACROSS[0], scale.height(width) * ACROSS[1]
    upper, lower = -(tall + back) / 2, (tall - back) / 2
    a, b = QPointF(0, upper), QPointF(deep, upper)
    c, d = QPointF(deep, lower), QPointF(0, lower)
    away = QPointF(right, back)
    return Solid(
        QPolygonF([a, b, c, d]),
        QPolygonF([a, a + away, b + away, b]),
        QPolygonF([b, b + away, c + away, c]),
        QRectF(0, upper + back, deep + right, tall - back),
    )
