"""Taking blocks out of any graph so that what stays hangs together, and where a set of blocks begins and ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network.analysis import execution_order
from cnnbuilder.network.project import Network, Wire

OutputRef = tuple[str, int]
"""A block's id and the number of its output."""


class Ends(NamedTuple):
    """A set of blocks as one: the value that it goes on from, and the value that goes on from it."""

    entry: OutputRef | None
    """Outside the set; None where it begins by itself."""
    exit: OutputRef
    """Inside the set."""


def splice_out(network: Network, gone: Collection[str]) -> Network:
    """The network without some blocks. What fed one feeds what it fed.

    Where several values fed it, the longest way goes on, but past a gate the value that it scaled. Wires keep the
    numbers of their inputs.
    """
    network_without, _spliced = _splice_out(network, {id_ for id_ in gone if id_ in network.by_id})
    return network_without


def remove(network: Network, ids: Collection[str]) -> Network:
    """Takes blocks out and closes the gaps, as `splice_out` does.

    A block that joins values goes as well where that leaves it the same value twice, or one alone: the skip past what
    was deleted has lost its meaning. Inputs are numbered anew where one is missing.
    """
    gone = {id_ for id_ in ids if id_ in network.by_id}
    if not gone:
        return network
    while True:
        spliced, new = _splice_out(network, gone)
        kept, touched = _without_doubles(network, spliced, new)
        idle = {id_ for id_ in touched if len(kept.incoming[id_]) == 1 < kept.by_id[id_].arity[0]}
        if not idle:
            return handed_over(network, numbered_anew(kept, touched))
        gone |= idle


def handed_over(before: Network, after: Network) -> Network:
    """The network after an edit in which the weights of layers that went are handed to the next use of each."""
    orphans = [block for block in after.blocks if isinstance(block, Shared) and block.of not in after.by_id]
    if not orphans:
        return after
    order, cyclic = execution_order(after)
    heirs: dict[str, str] = {}
    for id_ in (*order, *cyclic):
        block = after.by_id[id_]
        if isinstance(block, Shared) and block.of in before.by_id and block.of not in after.by_id:
            heirs.setdefault(block.of, id_)
    return after.with_blocks(tuple(_heir(before, block, heirs) for block in after.blocks))


def _heir(before: Network, block: Block, heirs: Mapping[str, str]) -> Block:
    if not isinstance(block, Shared) or block.of not in heirs:
        return block
    if heirs[block.of] != block.id:
        return replace(block, of=heirs[block.of])
    return replace(before.by_id[block.of], id=block.id, position=block.position)


def cut(network: Network, wire: Wire) -> Network:
    """Takes a wire away. A block that joins values goes as well where one alone is left."""
    rest = Network(network.blocks, tuple(old for old in network.wires if old != wire))
    block = rest.by_id.get(wire.to)
    if block is None or block.arity[0] < 2:
        return rest
    if len(rest.incoming[block.id]) == 1:
        return remove(rest, [block.id])
    return numbered_anew(rest, {block.id})


def ends_of(network: Network, ids: Collection[str]) -> Ends | None:
    """Where a set of blocks begins and ends; None where several of its values go on outside."""
    inside = set(ids)
    leaving = {
        (wire.from_, wire.output) for id_ in inside for wire in network.outgoing[id_] if wire.to not in inside
    }
    if len(leaving) > 1:
        return None
    if leaving:
        exit_ = next(iter(leaving))
    else:
        order, cyclic = execution_order(network)
        last = [id_ for id_ in (*order, *cyclic) if id_ in inside]
        if not last:
            return None
        exit_ = (last[-1], 0)
    return Ends(_Ways(network, inside).before(*exit_), exit_)


class _Ways:
    """Which value stands in for another once some blocks are gone."""

    def __init__(self, network: Network, gone: set[str]) -> None:
        self._network = network
        self._gone = gone
        self._depths: dict[str, int] | None = None

    def before(self, id_: str, output: int) -> OutputRef | None:
        """The first value upwards that stays; None where there is none, or only a circle."""
        seen: set[str] = set()
        while id_ in self._gone:
            if id_ in seen:
                return None
            seen.add(id_)
            wire = self._main_wire(id_)
            if wire is None:
                return None
            id_, output = wire.from_, wire.output
        return id_, output

    def _main_wire(self, id_: str) -> Wire | None:
        wires = self._network.incoming[id_]
        if len(wires) <= 1:
            return wires[0] if wires else None
        depths = self._depth()
        gate = self._network.by_id[id_].is_gate
        pick = min if gate else max
        return pick(wires, key=lambda wire: (depths[wire.from_], wire.input if gate else -wire.input))

    def _depth(self) -> dict[str, int]:
        """How many blocks lead to each, by the longest way."""
        if self._depths is None:
            order, cyclic = execution_order(self._network)
            depths: dict[str, int] = {}
            for id_ in (*order, *cyclic):
                depths[id_] = 1 + max(
                    (depths.get(wire.from_, 0) for wire in self._network.incoming[id_]), default=0
                )
            self._depths = depths
        return self._depths


def _splice_out(network: Network, gone: set[str]) -> tuple[Network, set[Wire]]:
    """The network without some blocks, and the wires that are new in it."""
    ways = _Ways(network, gone)
    wires: list[Wire] = []
    new: set[Wire] = set()
    for wire in network.wires:
        if wire.to in gone:
            continue
        if wire.from_ not in gone:
            wires.append(wire)
            continue
        value = ways.before(wire.from_, wire.output)
        # A circle would leave a block that feeds itself: such a wire goes as well.
        if value is not None and value[0] != wire.to and wire.to in network.by_id:
            spliced = Wire(value[0], wire.to, wire.input, value[1])
            wires.append(spliced)
            new.add(spliced)
    return Network(tuple(block for block in network.blocks if block.id not in gone), tuple(wires)), new


def _without_doubles(before: Network, spliced: Network, new: set[Wire]) -> tuple[Network, set[str]]:
    """The network without new wires that bring a block what it has already; and the blocks that lost an input."""
    doubles: set[Wire] = set()
    for id_ in {wire.to for wire in new}:
        values = {(wire.from_, wire.output) for wire in spliced.incoming[id_] if wire not in new}
        for wire in spliced.incoming[id_]:
            if wire in new:
                if (wire.from_, wire.output) in values:
                    doubles.add(wire)
                values.add((wire.from_, wire.output))
    kept = Network(spliced.blocks, tuple(wire for wire in spliced.wires if wire not in doubles))
    touched = {id_ for id_ in kept.by_id if len(kept.incoming[id_]) < len(before.incoming[id_])}
    return kept, touched


def numbered_anew(network: Network, ids: Collection[str]) -> Network:
    """The network with the inputs of some blocks numbered 0, 1, 2, … in their order."""
    if not ids:
        return network
    number = {wire: place for id_ in ids for place, wire in enumerate(network.incoming[id_])}
    wires = tuple(
        Wire(wire.from_, wire.to, number[wire], wire.output) if wire in number else wire
        for wire in network.wires
    )
    return Network(network.blocks, wires)
