"""Where something that is carried would go: into a wire, to a free end, or nowhere in particular. Pure geometry."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.network.layout import GAP
from cnnbuilder.network.project import Wire
from cnnbuilder.ui.canvas.arrangement import Arrangement, PlacedLine, WireKey

BESIDE = 24.0
"""So far beside the cards a wire between them is still meant."""
BELOW = 72.0
"""So far below a block that nothing follows it is meant before all that lies lower."""
SEAM, STRIP_SEAM = 5.0, 11.0
"""Half the height of the zone between a card and the strip joined to it, for cards and for strips that are carried."""
SHARP, CURVE = 7.0, 22.0
"""So near to a wire that runs beside the cards it is meant before the one between them; so near it is meant at all."""


class IntoWire(NamedTuple):
    """The wire opens and takes it in."""

    wire: Wire


class AtEnd(NamedTuple):
    """It follows a block; None: it is the first of all."""

    after: str | None


class Stay(NamedTuple):
    """It stays where it is now: the pointer is over its own ghost, or where it came from."""


class Free(NamedTuple):
    """It stands by itself, with its upper left corner at (x, y)."""

    x: float
    y: float


Target = IntoWire | AtEnd | Stay | Free


def target_at(
    arrangement: Arrangement, x: float, y: float, carried: frozenset[str], strip: bool, sticky: bool
) -> IntoWire | AtEnd | Stay | None:
    """What a point of the shown arrangement means, or None for nothing near.

    `carried` are shown as ghosts. `sticky`: they sit in the chain now, so the wires beside them mean `Stay`; else these
    wires mean nothing. `strip`: what is carried keeps its input's shape and may go between a card and its strip.
    """
    bent = arrangement.wire_near(x, y, CURVE, bent=True)
    if bent is not None and bent[1] <= SHARP and arrangement.block_at(x, y) is None:
        return _meant(bent[0], arrangement.lines[bent[0]], carried, sticky)
    seam = _seam_at(arrangement, x, y, STRIP_SEAM if strip else SEAM)
    if seam is not None:
        if not _touches(seam, carried):
            return IntoWire(seam)
        if sticky:
            return Stay()
    for key, placed in arrangement.lines.items():
        if placed.line.straight and _means(arrangement, key, placed, x, y):
            found = _meant(key, placed, carried, sticky)
            if found is not None:
                return found
    if bent is not None:
        return _meant(bent[0], arrangement.lines[bent[0]], carried, sticky)
    end = _end_above(arrangement, x, y, carried, sticky)
    return _meant(end, arrangement.lines[end], carried, sticky) if end is not None else None


def _end_above(
    arrangement: Arrangement, x: float, y: float, carried: frozenset[str], sticky: bool
) -> str | None:
    """The free end that a point below it means: the lowest in the same column, else that of the line."""
    ends = []
    for key, placed in arrangement.lines.items():
        if not isinstance(key, str) or (key in carried and not sticky):
            continue
        box = arrangement.boxes[placed.source]
        # What sits in the chain now stays there as long as the pointer is below what it hangs on.
        lowest = arrangement.boxes[arrangement.head(key)].y - GAP if key in carried else box.bottom
        if y >= lowest:
            ends.append((_over(box.x, box.width, x), box.bottom, key))
    meant = [end for end in ends if end[0] or end[2] in arrangement.layout.line]
    return max(meant)[2] if meant else None


def _meant(
    key: WireKey, placed: PlacedLine, carried: frozenset[str], sticky: bool
) -> IntoWire | AtEnd | Stay | None:
    ends = {placed.source} if isinstance(key, str) else {key.from_, key.to}
    if ends & carried:
        return Stay() if sticky else None
    return AtEnd(key) if isinstance(key, str) else IntoWire(key)


def _touches(wire: Wire, carried: frozenset[str]) -> bool:
    return wire.from_ in carried or wire.to in carried


def _seam_at(arrangement: Arrangement, x: float, y: float, reach: float) -> Wire | None:
    for upper, lower in arrangement.strip_of.items():
        box = arrangement.boxes[lower]
        if abs(y - box.y) <= reach and box.x - BESIDE <= x <= box.x + box.width + BESIDE:
            return arrangement.network.outgoing[upper][0]
    return None


def _means(arrangement: Arrangement, key: Wire | str, placed: PlacedLine, x: float, y: float) -> bool:
    source = arrangement.boxes[placed.source]
    middle = _group_middle(arrangement, placed.source)
    if isinstance(key, str):
        return _over(source.x, source.width, x) and middle <= y <= source.bottom + BELOW
    upper = middle if arrangement.network.incoming[arrangement.head(placed.source)] else source.y - BESIDE
    return _over(source.x, source.width, x) and upper <= y < _group_middle(arrangement, key.to)


def _over(left: float, width: float, x: float) -> bool:
    return left - BESIDE <= x <= left + width + BESIDE


def _group_middle(arrangement: Arrangement, id_: str) -> float:
    """The middle of a card with its strips: above it the wire above is meant, below it the wire below."""
    top = arrangement.boxes[arrangement.head(id_)].y
    return (top + arrangement.boxes[arrangement.tail(id_)].bottom) / 2
