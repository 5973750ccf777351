"""Where a popup stands beside what it speaks of: whole, inside an area, and never over it. Pure geometry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from PySide6.QtCore import QRect, QSize

GAP = 8
"""Pixels between the two; half of it above and below, where cards stand close."""

Side = Literal["right", "left", "below", "above"]


class Placement(NamedTuple):
    """A place, and on which side of what it speaks of it lies."""

    area: QRect
    side: Side


def placement(size: QSize, beside: QRect, area: QRect) -> Placement:
    """The first side with room: right, left, below, above. Where none has, the one on which least is hidden."""
    places = list(_places(size, beside, area))
    return next(
        (place for place in places if not place.area.intersects(beside)),
        min(places, key=lambda place: _shared(place.area, beside)),
    )


def _places(size: QSize, beside: QRect, area: QRect) -> Iterator[Placement]:
    width, height = size.width(), size.height()
    middle, left = beside.center().y() - height // 2, beside.left() + GAP
    wishes: tuple[tuple[int, int, Side], ...] = (
        (beside.right() + GAP, middle, "right"),
        (beside.left() - GAP - width, middle, "left"),
        (left, beside.bottom() + GAP // 2, "below"),
        (beside.right() - width, beside.top() - height - GAP // 2, "above"),
    )
    for x, y, side in wishes:
        inside_x = max(area.left(), min(x, area.right() + 1 - width))
        inside_y = max(area.top(), min(y, area.bottom() + 1 - height))
        yield Placement(QRect(inside_x, inside_y, width, height), side)


def _shared(one: QRect, other: QRect) -> int:
    common = one.intersected(other)
    return max(0, common.width()) * max(0, common.height())
