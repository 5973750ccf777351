"""The network as the layout sees it: cards with the strips joined below them, and the rows in which they stand."""

from __future__ import annotations

from cnnbuilder.blocks.base import Block
from cnnbuilder.network.analysis import execution_order
from cnnbuilder.network.project import Network, Wire

CARD_HEIGHT = 30.0
STRIP_HEIGHT = 22.0


class Group:
    """A card and the strips joined below it. It stands as a whole; wires enter at its card and leave its last block."""

    __slots__ = (
        "below",
        "column",
        "depth",
        "height",
        "ids",
        "into",
        "number",
        "out",
        "row",
        "straight",
        "topped",
    )

    def __init__(self, number: int, id_: str) -> None:
        self.number = number
        """Its place in the order in which values flow."""
        self.ids = [id_]
        self.row = 0
        self.column = -1
        """0 for the line through the network, 1, 2, … to its left; -1: none yet."""
        self.depth = -1
        """How many lines it stands away from the one through the network; -1: in none yet."""
        self.into: list[Edge] = []
        self.out: list[Edge] = []
        self.below = 0.0
        """The height of the longest line that it begins."""
        self.height = CARD_HEIGHT
        """Of its card."""
        self.topped = False
        """A wire enters from above."""
        self.straight: int | None = None
        """The output whose wire runs straight down."""

    @property
    def total(self) -> float:
        """The height of card and strips."""
        return self.height + STRIP_HEIGHT * (len(self.ids) - 1)


class Edge:
    """A wire between two groups, or from one back to itself."""

    __slots__ = ("forward", "source", "target", "wire")

    def __init__(self, wire: Wire, source: Group, target: Group, forward: bool) -> None:
        self.wire = wire
        self.source = source
        self.target = target
        self.forward = forward
        """Values flow down it; a wire that closes a circle goes back up."""


def is_joined(network: Network, block: Block) -> bool:
    """Whether a block belongs to the card above as long as it has no place of its own."""
    if not block.keeps_shape:
        return False
    wires = network.incoming[block.id]
    return len(wires) == 1 and len(network.outgoing[wires[0].from_]) == 1


def components(network: Network) -> list[list[Group]]:
    """The groups that hang together, in the order in which values flow; the part with the Input comes first."""
    order, cyclic = execution_order(network)
    sequence = [*order, *cyclic]
    rank = {id_: number for number, id_ in enumerate(sequence)}
    by_id, incoming = network.by_id, network.incoming
    group_of: dict[str, Group] = {}
    groups: list[Group] = []
    entering: list[tuple[Group, tuple[Wire, ...]]] = []
    for id_ in sequence:
        wires = incoming[id_]
        block = by_id[id_]
        if (
            block.keeps_shape
            and len(wires) == 1
            and rank[wires[0].from_] < rank[id_]
            and is_joined(network, block)
        ):
            group = group_of[wires[0].from_]
            group.ids.append(id_)
        else:
            group = Group(len(groups), id_)
            groups.append(group)
            if wires:
                entering.append((group, wires))
        group_of[id_] = group
    for group, wires in entering:
        own = rank[group.ids[0]]
        for wire in wires:
            source = group_of[wire.from_]
            edge = Edge(wire, source, group, rank[wire.from_] < own)
            source.out.append(edge)
            group.into.append(edge)
            if edge.forward and source.row >= group.row:
                group.row = source.row + 1
    found = _hanging_together(groups)
    begin = next((group_of[block.id] for block in network.blocks if block.family == "input"), None)
    if begin is not None:
        # The part with the Input is the network; others stand beside it.
        found.sort(key=lambda part: begin not in part)
    return found


def _hanging_together(groups: list[Group]) -> list[list[Group]]:
    found: list[list[Group]] = []
    seen: set[int] = set()
    for first in groups:
        if first.number in seen:
            continue
        seen.add(first.number)
        part = [first]
        for group in part:
            for edge in (*group.into, *group.out):
                for other in (edge.source, edge.target):
                    if other.number not in seen:
                        seen.add(other.number)
                        part.append(other)
        part.sort(key=lambda group: group.number)
        found.append(part)
    return found
