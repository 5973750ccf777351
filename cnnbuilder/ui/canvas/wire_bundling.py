"""Wires of one value run on one line until they part: where the part begins that each draws itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnnbuilder.network.layout import Point, Route


class BundleEnd(NamedTuple):
    """The corners of a route, its start not counted, that another draws, and the point at which they part."""

    corners: int
    at: Point


def bundle_end(route: Route, drawn: Sequence[Route], back: float) -> BundleEnd | None:
    """Where a route leaves the one of `drawn` that it follows furthest; None where it follows none.

    The point lies `back` before the end of the bundle, since the other may turn there in a round corner.
    """
    best: tuple[int, float] = (0, 0.0)
    for other in drawn:
        best = max(best, _together(route, other))
    piece, along = best
    if not along:
        if not piece:
            return None
        # They turn different ways in a corner.
        piece -= 1
        along = _length(route[piece], route[piece + 1])
    (ax, ay), (bx, by) = route[piece], route[piece + 1]
    share = max(0.0, along - back) / _length(route[piece], route[piece + 1])
    return BundleEnd(piece, (ax + (bx - ax) * share, ay + (by - ay) * share))


def _together(route: Route, other: Route) -> tuple[int, float]:
    """How many pieces two routes have in common, and how far they run together on the next."""
    if route[0] != other[0]:
        return 0, 0.0
    for piece in range(min(len(route), len(other)) - 1):
        a, b, c = route[piece], route[piece + 1], other[piece + 1]
        if b == c:
            continue
        one, two = (b[0] - a[0], b[1] - a[1]), (c[0] - a[0], c[1] - a[1])
        if one[0] * two[0] > 0 or one[1] * two[1] > 0:
            return piece, min(abs(one[0] + one[1]), abs(two[0] + two[1]))
        return piece, 0.0
    return min(len(route), len(other)) - 1, 0.0


def _length(a: Point, b: Point) -> float:
    return abs(b[0] - a[0]) + abs(b[1] - a[1])
