"""Where blocks stand on the canvas: a stack from top to bottom, thin strips joined to the card above."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.blocks.base import Block
from cnnbuilder.network.analysis import execution_order
from cnnbuilder.network.project import Network

CARD_WIDTH = 400
CARD_HEIGHT = 32
STRIP_HEIGHT = 22
GAP = 26
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


def place(network: Network, scale: float = 1.0) -> dict[str, Box]:
    """The box of every block. Blocks with a position stand there; the others are stacked below what feeds them.

    `scale` makes room for larger text; positions that the user gave are kept in unscaled units and grow with it.
    """
    width, height, strip_height, gap = (scale * size for size in (CARD_WIDTH, CARD_HEIGHT, STRIP_HEIGHT, GAP))
    column = width + scale * COLUMN_GAP
    boxes: dict[str, Box] = {}
    order, cyclic = execution_order(network)
    loose_bottom = 0.0
    heads = 0
    for id_ in (*order, *cyclic):
        block = network.by_id[id_]
        sources = [boxes[wire.from_] for wire in network.incoming[id_] if wire.from_ in boxes]
        strip = is_strip(network, block)
        if block.position is not None:
            x, y = (scale * value for value in block.position)
        elif not sources:
            # The first head begins the stack; what hangs on nothing stands to its left.
            x, y = (0.0, 0.0) if not heads else (-column, loose_bottom)
            heads += 1
        else:
            above = max(sources, key=lambda box: box.bottom)
            x = above.x + column * _branch(network, id_)
            y = above.bottom if strip else above.bottom + gap
        boxes[id_] = Box(x, y, width, strip_height if strip else height, strip)
        if x < 0:
            loose_bottom = max(loose_bottom, boxes[id_].bottom + gap)
    return boxes


def is_strip(network: Network, block: Block) -> bool:
    """Whether a block is drawn as a thin strip joined to the card above."""
    if not block.keeps_shape or block.position is not None:
        return False
    wires = network.incoming[block.id]
    return len(wires) == 1 and len(network.outgoing.get(wires[0].from_, ())) == 1


def _branch(network: Network, id_: str) -> int:
    """0 on the main line, 1 and so on for the branches beside it."""
    wire = network.incoming[id_][0]
    return [other.to for other in network.outgoing[wire.from_]].index(id_)
