"""Branches drawn without a gesture: chosen blocks are joined by a new one, or parted by cutting a wire."""

from __future__ import annotations

from collections.abc import Collection

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import execution_order
from cnnbuilder.network.edits import append, new_id
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.removal import OutputRef

MERGE_KINDS = tuple(name for name, kind in KINDS.items() if kind.arity[0] > 1)
"""The kinds that take several values."""


def join(network: Network, kind: str, ids: Collection[str]) -> tuple[Network, str | None]:
    """A new block of a kind in `MERGE_KINDS` that takes what leaves the chosen blocks; returns the network and its id.

    It stands behind the one that runs last, before what followed there; the values enter in the order in which they
    run. So two blocks of one line make a skip past what lies between. Unchanged, with None, for fewer than two.
    """
    order, cyclic = execution_order(network)
    chosen = [id_ for id_ in (*order, *cyclic) if id_ in ids]
    if len(chosen) < 2:
        return network, None
    values = [_value(network, id_) for id_ in chosen]
    block = KINDS[kind](id=new_id(network))
    joined = append(network, block, chosen[-1])
    # Appending gave it the value that went on there; it takes all of them anew, in their order.
    entering = joined.incoming[block.id][0]
    values[-1] = (entering.from_, entering.output)
    rest = tuple(wire for wire in joined.wires if wire.to != block.id)
    taken = tuple(Wire(from_, block.id, place, output) for place, (from_, output) in enumerate(values))
    return Network(joined.blocks, (*rest, *taken)), block.id


def _value(network: Network, id_: str) -> OutputRef:
    """What leaves a block; of several pieces the first that nothing reads yet."""
    read = {wire.output for wire in network.outgoing[id_]}
    pieces = network.by_id[id_].pieces() or 1
    return id_, next((number for number in range(pieces) if number not in read), 0)


def wire_between(network: Network, ids: Collection[str]) -> Wire | None:
    """The wire that joins two chosen blocks; None where there is none, or where other than two are chosen."""
    if len(ids) != 2:
        return None
    return next(
        (wire for id_ in ids if id_ in network.by_id for wire in network.outgoing[id_] if wire.to in ids),
        None,
    )
