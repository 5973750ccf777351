"""Mends what a problem names, as its fix says."""

from __future__ import annotations

import msgspec

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.fixes import (
    AddInput,
    CutWire,
    Fix,
    InsertBefore,
    OwnWeights,
    Remove,
    Replace,
    SetFields,
)
from cnnbuilder.network.edits import append, insert_on_wire, new_id, replace_block
from cnnbuilder.network.project import Network, Problem
from cnnbuilder.network.removal import remove


def apply_fix(network: Network, problem: Problem, fix: Fix) -> Network:
    """The network with a problem mended. Unchanged where the problem is no longer there."""
    match fix:
        case AddInput():
            return append(network, KINDS["Input"](id=new_id(network)))
        case CutWire(from_, to, input_):
            return Network(
                network.blocks,
                tuple(w for w in network.wires if (w.from_, w.to, w.input) != (from_, to, input_)),
            )
        case SetFields(changes, _label, of):
            block = network.by_id.get(of or problem.id or "")
            return network if block is None else replace_block(network, block.with_fields(**dict(changes)))
        case Replace(source):
            return _replaced(network, network.by_id.get(problem.id or ""), source)
        case OwnWeights():
            layer = network.layers.get(problem.id or "")
            return network if layer is None else replace_block(network, layer)
        case Remove():
            return remove(network, [problem.id or ""])
        case InsertBefore(kind):
            wires = network.incoming.get(problem.id or "", ())
            if not wires:
                return network
            return insert_on_wire(network, KINDS[kind](id=new_id(network)), wires[0])


def _replaced(network: Network, block: Block | None, source: str) -> Network:
    """The network with a line of PyTorch in a block's place; unchanged where the line makes no block."""
    # Here, so that the window starts without its 16 ms.
    from cnnbuilder.network.importing import CannotReadError, read_fragment

    try:
        made = read_fragment(source).network.blocks
    except CannotReadError:
        return network
    if block is None or len(made) != 2:
        return network
    return replace_block(
        network, msgspec.structs.replace(made[1], id=block.id, name=block.name, position=block.position)
    )
