"""Wires to and from blocks that a person has moved: the first of a few simple ways that runs through no card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from cnnbuilder.network.layout.geometry import PORT, Box, Point, Route
from cnnbuilder.network.project import Wire

TURN = 12.0
"""How far from a card a wire turns."""
BESIDE = 20.0
SPREAD = 14.0
"""Between two wires that enter a card from above."""
BAND = 128.0
"""The height of the bands by which cards near a wire are found."""


def free_routes(boxes: Mapping[str, Box], wires: Sequence[Wire]) -> dict[Wire, Route]:
    """A route for each wire; where none of the simple ways is free, the most direct one."""
    cards = _Cards(boxes)
    entering: dict[str, int] = defaultdict(int)
    found: dict[Wire, Route] = {}
    for wire in sorted(wires, key=lambda wire: (wire.to, wire.input)):
        source, target = boxes[wire.from_], boxes[wire.to]
        # Not below a card's right end, however many come.
        into = target.x + min(PORT + SPREAD * entering[wire.to], target.width - PORT)
        entering[wire.to] += 1
        ways = list(_ways((source.x + PORT, source.bottom), (into, target.y), source, target))
        found[wire] = next((way for way in ways if not cards.touched_by(way)), ways[0])
    return found


def _ways(start: Point, end: Point, source: Box, target: Box) -> Iterable[Route]:
    """Ways from a card's lower edge to another's upper edge, the most direct one first."""
    (x, y), (into, top) = start, end
    if top - y >= 2 * TURN:
        if abs(into - x) < 1:
            yield (start, (x, top))
        for level in (top - TURN, y + TURN, (y + top) / 2):
            yield (start, (x, level), (into, level), end)
    for beside in (
        min(source.x, target.x) - BESIDE,
        max(source.right, target.right) + BESIDE,
        (source.right + target.x) / 2 if source.right < target.x else (target.right + source.x) / 2,
    ):
        yield (
            start, (x, y + TURN), (beside, y + TURN), (beside, top - TURN), (into, top - TURN), end,
        )  # fmt: skip


class _Cards:
    """Finds the cards that a route would run through."""

    def __init__(self, boxes: Mapping[str, Box]) -> None:
        self._near: dict[int, list[Box]] = defaultdict(list)
        for box in boxes.values():
            for band in _bands(box.y, box.bottom):
                self._near[band].append(box)

    def touched_by(self, route: Route) -> bool:
        """Whether any piece runs through a card; to touch an edge is none."""
        for (ax, ay), (bx, by) in pairwise(route):
            left, right = min(ax, bx), max(ax, bx)
            upper, lower = min(ay, by), max(ay, by)
            for band in _bands(upper, lower):
                for box in self._near.get(band, ()):
                    if (
                        left < box.right - 0.5
                        and right > box.x + 0.5
                        and upper < box.bottom - 0.5
                        and lower > box.y + 0.5
                    ):
                        return True
        return False


def _bands(upper: float, lower: float) -> range:
    return range(int(upper // BAND), int(lower // BAND) + 1)
