"""Where blocks stand on the canvas: a stack from top to bottom with branches beside it, strips joined to their card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnnbuilder.blocks.base import Block
from cnnbuilder.network.analysis import execution_order
from cnnbuilder.network.project import Network

CARD_WIDTH = 400
CARD_HEIGHT = 30
STRIP_HEIGHT = 22
GAP = 24
"""Between cards: room for the wire and the shape on it."""
COLUMN_GAP = 48


class Box(NamedTuple):
    """The place of a block in canvas pixels; y grows downwards."""

    x: float
    y: float
    width: float
    height: float
    strip: bool = False

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height


def place(network: Network) -> dict[str, Box]:
    """The box of every block, at 100 %; larger text enlarges the whole drawing.

    Each block has a place in the layout: below all that feeds it, the longest line straight, branches in columns to its
    right, what hangs on nothing to its left. A block with a position stands there instead, with its strips below it,
    and leaves its place free: moving one block moves no other.
    """
    graph = _Graph(network)
    homes = _homes(graph, network)
    boxes: dict[str, Box] = {}
    for id_ in graph.sequence:
        home = homes[id_]
        position = network.by_id[id_].position
        if position is not None:
            boxes[id_] = Box(position[0], position[1], CARD_WIDTH, CARD_HEIGHT)
        elif home.strip:
            above = boxes[graph.sources[id_][0]]
            boxes[id_] = home._replace(x=above.x, y=above.bottom)
        else:
            boxes[id_] = home
    return boxes


def is_strip(network: Network, block: Block) -> bool:
    """Whether a block is drawn as a thin strip joined to the card above."""
    return block.position is None and _is_joined(network, block)


def _is_joined(network: Network, block: Block) -> bool:
    """Whether a block belongs to the card above as long as it has no place of its own."""
    if not block.keeps_shape:
        return False
    wires = network.incoming[block.id]
    return len(wires) == 1 and len(network.outgoing.get(wires[0].from_, ())) == 1


class _Graph:
    """The blocks in an order in which values flow, how deep each stands and how much follows it.

    Wires that close a circle are left out. Heights are in canvas pixels, from the first block of each part down.
    """

    def __init__(self, network: Network) -> None:
        order, cyclic = execution_order(network)
        self.sequence = (*order, *cyclic)
        rank = {id_: number for number, id_ in enumerate(self.sequence)}
        self.sources: dict[str, list[str]] = {}
        self.targets: dict[str, list[str]] = {id_: [] for id_ in self.sequence}
        self.joined: set[str] = set()
        self.top: dict[str, float] = {}
        self.bottom: dict[str, float] = {}
        for id_ in self.sequence:
            feeding = dict.fromkeys(wire.from_ for wire in network.incoming[id_])
            sources = [source for source in feeding if rank[source] < rank[id_]]
            self.sources[id_] = sources
            for source in sources:
                self.targets[source].append(id_)
            if sources and _is_joined(network, network.by_id[id_]):
                self.joined.add(id_)
            gap = 0 if id_ in self.joined else GAP
            self.top[id_] = max((self.bottom[source] + gap for source in sources), default=0.0)
            self.bottom[id_] = self.top[id_] + (STRIP_HEIGHT if id_ in self.joined else CARD_HEIGHT)
        self.below: dict[str, float] = {}
        """The height of the longest line that a block begins."""
        for id_ in reversed(self.sequence):
            following = (
                self.below[target] + self.top[target] - self.bottom[id_] for target in self.tight(id_)
            )
            self.below[id_] = self.bottom[id_] - self.top[id_] + max(following, default=0.0)

    def tight(self, id_: str) -> Iterator[str]:
        """The followers that stand right below a block, not further down because of another source."""
        for target in self.targets[id_]:
            if self.top[target] - self.bottom[id_] <= GAP:
                yield target

    def line(self, id_: str, placed: dict[str, int]) -> list[str]:
        """The longest line from a block downwards through blocks that have no column yet."""
        line = [id_]
        while free := [target for target in self.tight(line[-1]) if target not in placed]:
            line.append(max(free, key=lambda target: self.below[target]))
        return line

    def parts(self) -> list[list[str]]:
        """The blocks that hang together, each part in the order of the sequence."""
        part_of: dict[str, list[str]] = {}
        for id_ in self.sequence:
            known = {id(part_of[source]): part_of[source] for source in self.sources[id_]}
            part, *others = known.values() or ([],)
            for other in others:
                part.extend(other)
                part_of.update(dict.fromkeys(other, part))
            part.append(id_)
            part_of[id_] = part
        rank = {id_: number for number, id_ in enumerate(self.sequence)}
        unique = {id(part): part for part in part_of.values()}
        return sorted(
            (sorted(part, key=rank.__getitem__) for part in unique.values()), key=lambda p: rank[p[0]]
        )


def _homes(graph: _Graph, network: Network) -> dict[str, Box]:
    """The place of each block in the layout, wherever the user has put it."""
    column_width = CARD_WIDTH + COLUMN_GAP
    homes: dict[str, Box] = {}
    beside_bottom = 0.0
    begun = False
    for part in graph.parts():
        columns = _columns(graph, part)
        position = network.by_id[part[0]].position
        if position is not None:
            left, top = position
        elif begun:
            left, top = -float(column_width * (1 + max(columns.values()))), beside_bottom
        else:
            # The first part is the network; others stand to its left.
            left, top = 0.0, 0.0
            begun = True
        for id_ in part:
            strip = id_ in graph.joined
            x, y = left + column_width * columns[id_], top + graph.top[id_]
            homes[id_] = Box(x, y, CARD_WIDTH, STRIP_HEIGHT if strip else CARD_HEIGHT, strip)
            if x < 0:
                beside_bottom = max(beside_bottom, homes[id_].bottom + GAP)
    return homes


def _columns(graph: _Graph, part: list[str]) -> dict[str, int]:
    """The column of each block: 0 for the longest line, for branches the nearest one to the right that is free."""
    columns: dict[str, int] = dict.fromkeys(graph.line(part[0], {}), 0)
    taken: list[list[tuple[float, float]]] = [[(-float("inf"), float("inf"))]]
    for id_ in part:
        if id_ in columns:
            continue
        line = graph.line(id_, columns)
        sources = [columns[source] for source in graph.sources[id_] if source in columns]
        # A branch keeps its column until the value is read, so that the wire down runs free.
        first = graph.top[id_] - GAP
        last = max([graph.bottom[line[-1]], *(graph.top[target] for target in graph.targets[line[-1]])])
        column = max(1, *sources) if sources else 1
        while column < len(taken) and any(first < end and begin < last for begin, end in taken[column]):
            column += 1
        while column >= len(taken):
            taken.append([])
        taken[column].append((first, last))
        columns.update(dict.fromkeys(line, column))
    return columns
