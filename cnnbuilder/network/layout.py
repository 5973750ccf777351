"""Where blocks stand on the canvas: a stack from top to bottom, thin strips joined to the card above."""

from __future__ import annotations

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

    Each block has a place in the stack, below what feeds it. A block with a position stands there instead, with its
    strips below it, and leaves its place in the stack free: moving one block moves no other.
    """
    column = CARD_WIDTH + COLUMN_GAP
    boxes: dict[str, Box] = {}
    stacked: dict[str, Box] = {}
    order, cyclic = execution_order(network)
    loose_bottom = 0.0
    heads = 0
    for id_ in (*order, *cyclic):
        block = network.by_id[id_]
        sources = [wire.from_ for wire in network.incoming[id_] if wire.from_ in boxes]
        joined = bool(sources) and _is_joined(network, block)
        height = STRIP_HEIGHT if joined else CARD_HEIGHT
        source = (
            sources[0] if len(sources) == 1 else max(sources, key=lambda id_: stacked[id_].bottom, default="")
        )
        if sources:
            above = stacked[source]
            x, y = above.x + column * _branch(network, id_), above.bottom + (0 if joined else GAP)
        elif block.position is not None:
            x, y = block.position
        else:
            # The first head begins the stack; what hangs on nothing stands to its left.
            x, y = (0.0, 0.0) if not heads else (-float(column), loose_bottom)
            heads += 1
        box = home = Box(x, y, CARD_WIDTH, height, joined)
        if block.position is not None:
            box = Box(block.position[0], block.position[1], CARD_WIDTH, CARD_HEIGHT)
        elif joined:
            box = home._replace(x=boxes[source].x, y=boxes[source].bottom)
        boxes[id_], stacked[id_] = box, home
        if box.x < 0:
            loose_bottom = max(loose_bottom, box.bottom + GAP)
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


def _branch(network: Network, id_: str) -> int:
    """0 on the main line, 1 and so on for the branches beside it."""
    wire = network.incoming[id_][0]
    return [other.to for other in network.outgoing.get(wire.from_, (wire,))].index(id_)
