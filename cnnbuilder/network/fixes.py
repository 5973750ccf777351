"""Mends what a problem names, as its fix says."""

from __future__ import annotations

import msgspec

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.fixes import (
    AddInput,
    AppendBlock,
    CutWire,
    Fix,
    Insert,
    InsertBefore,
    InsertOnWires,
    JoinBlocks,
    MoveBefore,
    OwnWeights,
    Remove,
    Replace,
    SetFields,
)
from cnnbuilder.network.edits import append, insert_on_wire, move_to_wire, new_id, replace_block
from cnnbuilder.network.merge_edits import join
from cnnbuilder.network.project import Network, Problem
from cnnbuilder.network.removal import remove


def apply_fix(network: Network, problem: Problem, fix: Fix) -> Network:
    """The network with a problem mended. Unchanged where the problem is no longer there."""
    match fix:
        case AddInput():
            return append(network, KINDS["Input"](id=new_id(network)))
        case AppendBlock(kind, changes):
            return append(network, KINDS[kind](id=new_id(network)).with_fields(**dict(changes)), problem.id)
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
        case Remove(_label, of):
            return remove(network, [of or problem.id or ""])
        case InsertOnWires(inserts):
            for insert in inserts:
                network = _inserted(network, insert)
            return network
        case MoveBefore(before):
            wires = network.incoming.get(before, ())
            return move_to_wire(network, [problem.id or ""], wires[0]) if wires else network
        case JoinBlocks(kind, ids):
            return join(network, kind, ids)[0]
        case InsertBefore(kind):
            wires = network.incoming.get(problem.id or "", ())
            if not wires:
                return network
            return insert_on_wire(network, KINDS[kind](id=new_id(network)), wires[0])


def _inserted(network: Network, insert: Insert) -> Network:
    block = KINDS[insert.kind](id=new_id(network)).with_fields(**dict(insert.changes))
    for wire in network.incoming.get(insert.to, ()):
        if wire.from_ == insert.from_ and wire.input == insert.input:
            return insert_on_wire(network, block, wire)
    return network


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
