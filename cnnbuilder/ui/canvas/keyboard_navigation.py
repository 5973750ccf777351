"""Walking over the canvas with the arrow keys: along wires up and down, to neighbours left and right."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from cnnbuilder.ui.canvas.arrangement import Arrangement

Direction = Literal["up", "down", "left", "right"]


def next_block(arrangement: Arrangement, selected: Collection[str], direction: Direction) -> str | None:
    """The block to select next, or None where there is none that way. Without a selection: the first block."""
    boxes = arrangement.boxes
    here = [id_ for id_ in selected if id_ in boxes]
    if not here:
        return next(iter(arrangement.analysis.rows), None)
    lowest = direction == "down"
    start = max(here, key=lambda id_: boxes[id_].y if lowest else -boxes[id_].y)
    if direction == "down":
        return _along(arrangement, start, [wire.to for wire in arrangement.network.outgoing[start]])
    if direction == "up":
        return _along(arrangement, start, [wire.from_ for wire in arrangement.network.incoming[start]])
    return _beside(arrangement, start, 1 if direction == "right" else -1)


def _along(arrangement: Arrangement, start: str, joined: list[str]) -> str | None:
    """Of the blocks at the other ends of some wires the one straight above or below, else the nearest."""
    boxes = arrangement.boxes
    here = boxes[start]
    return min(
        joined,
        key=lambda id_: (
            abs(boxes[id_].x - here.x) > 1,
            abs(boxes[id_].x - here.x),
            abs(boxes[id_].y - here.y),
        ),
        default=None,
    )


def _beside(arrangement: Arrangement, start: str, sign: int) -> str | None:
    here = arrangement.boxes[start]
    found = [
        (abs(box.y - here.y) + abs(box.x - here.x) / 4, id_)
        for id_, box in arrangement.boxes.items()
        if sign * (box.x - here.x) > here.width / 4
    ]
    return min(found)[1] if found else None
