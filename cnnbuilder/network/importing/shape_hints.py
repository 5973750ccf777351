"""What source says of what arrives beside what does arrive, and blocks said in one way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.signature import ShapeHint
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.edits import replace_block
from cnnbuilder.network.project import Network
from cnnbuilder.text import _


class Remark(NamedTuple):
    """Something worth saying about a line of the source; `block`: the id of the block it is about."""

    line: int
    message: str
    block: str | None = None


class LineHints(NamedTuple):
    """What a line of the source says of what arrives at a block."""

    line: int
    hints: tuple[ShapeHint, ...]


def disagreements(analysis: Analysis, said: Mapping[str, LineHints]) -> Iterator[Remark]:
    """What the source says of what arrives, where something else does."""
    for id_, (line, hints) in said.items():
        row = analysis.rows[id_]
        shape = row.inputs[0] if row.inputs else None
        if shape is None:
            continue
        for parameter, number, axis in hints:
            arriving = shape.count if axis is None else shape.sizes[axis]
            if arriving != number:
                message = _(
                    "{name} says {argument} = {number}, but {arriving} arrive; it takes what arrives."
                )
                text = message.format(name=row.name, argument=parameter, number=number, arriving=arriving)
                yield Remark(line, text, id_)


def settled(network: Network, ids: Collection[str] | None = None) -> Network:
    """Blocks that can be said in several ways, a LayerNorm of a flat vector, said in one. `ids`: only these."""
    several = [
        block
        for block in network.blocks
        if type(block).canonical is not Block.canonical and (ids is None or block.id in ids)
    ]
    if not several:
        return network
    rows = analyse(network).rows
    for block in several:
        shapes = [shape for shape in rows[block.id].inputs if shape is not None]
        if shapes and len(shapes) == len(rows[block.id].inputs):
            network = replace_block(network, block.canonical(*shapes))
    return network
