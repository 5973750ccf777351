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


def place(network: Network) -> dict[str, Box]:
    """The box of every block, at 100 %; larger text enlarges the whole drawing.

    Blocks with a position stand there, their strips below them. The others are stacked below what feeds them; where
    that was moved aside, below what feeds that, so that the stack closes behind a block that was taken out of it.
    """
    column = CARD_WIDTH + COLUMN_GAP
    boxes: dict[str, Box] = {}
    above: dict[str, str] = {}
    aside: set[str] = set()
    order, cyclic = execution_order(network)
    loose_bottom = 0.0
    heads = 0
    for id_ in (*order, *cyclic):
        block = network.by_id[id_]
        sources = [wire.from_ for wire in network.incoming[id_] if wire.from_ in boxes]
        strip = is_strip(network, block)
        if sources:
            above[id_] = max(sources, key=lambda source: boxes[source].bottom)
        if block.position is not None:
            x, y = block.position
            aside.add(id_)
        elif not sources:
            # The first head begins the stack; what hangs on nothing stands to its left.
            x, y = (0.0, 0.0) if not heads else (-float(column), loose_bottom)
            heads += 1
        elif strip:
            x, y = boxes[above[id_]].x, boxes[above[id_]].bottom
            if above[id_] in aside:
                aside.add(id_)
        else:
            upper = boxes[_in_the_stack(above, aside, above[id_])]
            x, y = upper.x + column * _branch(network, id_), upper.bottom + GAP
        boxes[id_] = Box(x, y, CARD_WIDTH, STRIP_HEIGHT if strip else CARD_HEIGHT, strip)
        if x < 0:
            loose_bottom = max(loose_bottom, boxes[id_].bottom + GAP)
    return boxes


def _in_the_stack(above: dict[str, str], aside: set[str], id_: str) -> str:
    """This block, or the nearest before it that stands in the stack; itself again where none does."""
    here: str | None = id_
    while here in aside:
        here = above.get(here)
    return here if here is not None else id_


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
