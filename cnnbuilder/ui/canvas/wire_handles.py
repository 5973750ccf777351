"""Where a wire can be taken hold of, and where the end of one that is drawn would go. Pure geometry, in the scene."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.network.layout import PORT, Box
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.removal import OutputRef
from cnnbuilder.network.wire_edits import Behind, Into, Onto, Target
from cnnbuilder.ui.canvas.arrangement import Arrangement
from cnnbuilder.ui.canvas.style import label_width
from cnnbuilder.ui.canvas.wires import LABEL_HEIGHT, LABEL_LEFT

NEAR = 24.0
"""So near to a block its ports are shown."""
HIT = 12.0
"""So near to a port it is meant: the area is twice as wide."""
INSIDE = 4.0
"""So far within a card its port is meant: what is further in takes hold of the card."""
WIRE_HIT = 5.0
"""So near to a wire it is meant by a press."""
DROP = 24.0
"""So near to a wire it is meant by what is let go."""


class Handle(NamedTuple):
    """What a press takes hold of, at (x, y)."""

    x: float
    y: float
    value: OutputRef | None = None
    """A new wire from this value."""
    wire: Wire | None = None
    """The end of this wire."""
    input: tuple[str, int] | None = None
    """A new wire into this free input."""


def near_block(arrangement: Arrangement, x: float, y: float, reach: float) -> str | None:
    """The block that is nearest to a point within reach; the one under it first."""
    best: tuple[float, str] | None = None
    for id_, box in arrangement.boxes.items():
        away = max(box.x - x, x - box.right, 0.0) + max(box.y - y, y - box.bottom, 0.0)
        if away <= reach and (best is None or away < best[0]):
            best = (away, id_)
    return best[1] if best is not None else None


def handle_at(arrangement: Arrangement, x: float, y: float, scale: float) -> Handle | None:
    """What a press at a point of the scene takes hold of; None: no wire. `scale`: pixels for one of the scene."""
    hit = HIT / min(1.0, scale)
    id_ = near_block(arrangement, x, y, hit)
    port = _port_at(arrangement, id_, x, y, hit) if id_ is not None else None
    if port is not None:
        return port
    if arrangement.block_at(x, y) is not None:
        return None
    for key, placed in arrangement.lines.items():
        line = placed.line
        if line.label and _on_label(x - placed.x, y - placed.y, line.label_y(), line.label):
            return Handle(placed.x, placed.y, value=_value_of(key, placed.source))
    wire = arrangement.wire_near(x, y, WIRE_HIT / min(1.0, scale), bent=False)
    return Handle(x, y, value=(wire[0].from_, wire[0].output)) if wire is not None else None


def handle_of(arrangement: Arrangement, id_: str) -> Handle:
    """The port at the side of a block, where a wire of its value begins."""
    box = arrangement.boxes[id_]
    return Handle(box.right, box.y + box.height / 2, value=_free_value(arrangement.network, id_))


def free_input_of(arrangement: Arrangement, id_: str) -> Handle:
    """The first free input of a block that takes several values."""
    box = arrangement.boxes[id_]
    return Handle(box.x + PORT, box.y, input=(id_, len(arrangement.network.incoming[id_])))


def _port_at(arrangement: Arrangement, id_: str, x: float, y: float, hit: float) -> Handle | None:
    box, network = arrangement.boxes[id_], arrangement.network
    middle = box.y + box.height / 2
    if -INSIDE <= x - box.right <= hit and abs(y - middle) <= min(hit, box.height / 2):
        return Handle(box.right, middle, value=_free_value(network, id_))
    routes = arrangement.layout.routes
    if id_ not in arrangement.above and -hit <= y - box.y <= INSIDE:
        for wire in network.incoming[id_]:
            if wire not in routes:  # part of a circle, which is drawn without it
                continue
            end_x, end_y = routes[wire][-1]
            # Half way down a wire its upper end is meant: there the next value begins.
            if abs(x - end_x) <= hit and 0 <= end_y - y <= hit:
                return Handle(end_x, end_y, wire=wire)
        if not network.incoming[id_] and network.layers[id_].arity[1] != 0 and abs(x - box.x - PORT) <= hit:
            return Handle(box.x + PORT, box.y, input=(id_, 0))
    if id_ not in arrangement.strip_of and -INSIDE <= y - box.bottom <= hit and abs(x - box.x - PORT) <= hit:
        return Handle(box.x + PORT, box.bottom, value=_free_value(network, id_))
    return None


def _on_label(x: float, y: float, middle: float, label: str) -> bool:
    return LABEL_LEFT - 4 <= x <= LABEL_LEFT + label_width(label) + 4 and abs(y - middle) <= LABEL_HEIGHT / 2


def _value_of(key: Wire | str, source: str) -> OutputRef:
    return (source, 0) if isinstance(key, str) else (key.from_, key.output)


def _free_value(network: Network, id_: str) -> OutputRef:
    """What leaves a block; of several pieces the first that nothing reads yet."""
    read = {wire.output for wire in network.outgoing[id_]}
    pieces = network.by_id[id_].pieces() or 1
    return id_, next((number for number in range(pieces) if number not in read), 0)


def target_at(
    arrangement: Arrangement, x: float, y: float, scale: float, new: frozenset[str]
) -> Target | None:
    """Where a wire that is let go here would end: at a block, in another wire, behind the last block. None: nowhere.

    `new`: blocks that are only shown because the wire would bring them; nothing ends at those.
    """
    id_ = arrangement.block_at(x, y)
    network = arrangement.network
    if id_ is not None and id_ not in new:
        box, entering = arrangement.boxes[id_], network.incoming[id_]
        most = network.layers[id_].arity[1]
        if most is None or not entering or abs(x - box.x - PORT) <= DROP:
            return Onto(id_, _input_near(arrangement, id_, box, x))
    best: tuple[float, Target] | None = None
    for key, placed in arrangement.lines.items():
        ends = {key} if isinstance(key, str) else {key.from_, key.to}
        if ends & new:
            continue
        line = placed.line
        away = line.distance(x - placed.x, y - placed.y)
        if line.label and _on_label(x - placed.x, y - placed.y, line.label_y(), line.label):
            away = 0.0
        if away <= DROP / min(1.0, scale) and (best is None or away < best[0]):
            best = away, Behind(key) if isinstance(key, str) else Into(key)
    return best[1] if best is not None else None


def _input_near(arrangement: Arrangement, id_: str, box: Box, x: float) -> int:
    """The input of a block whose wire ends nearest."""
    routes = arrangement.layout.routes
    entering = [wire for wire in arrangement.network.incoming[id_] if wire in routes]
    nearest = min(entering, key=lambda wire: abs(routes[wire][-1][0] - x), default=None)
    return nearest.input if nearest is not None else 0


def value_at(arrangement: Arrangement, x: float, y: float) -> OutputRef | None:
    """The value that is meant by a point: of the block there, or on the wire there."""
    id_ = arrangement.block_at(x, y)
    if id_ is not None:
        return _free_value(arrangement.network, id_)
    wire = arrangement.wire_near(x, y, DROP, bent=False)
    return (wire[0].from_, wire[0].output) if wire is not None else None
