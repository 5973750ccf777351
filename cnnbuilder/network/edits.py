"""Every way to change a network. Pure: each returns a new one, whatever the old one looks like."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network.analysis import execution_order
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.removal import Ends, OutputRef, ends_of, handed_over, numbered_anew, splice_out
from cnnbuilder.network.removal import remove as remove

Position = tuple[float, float]


def new_id(network: Network) -> str:
    """The first of b1, b2, … behind all that are taken."""
    numbers = [
        int(id_[1:]) for id_ in network.by_id if id_[:1] == "b" and id_[1:].isdecimal() and len(id_) < 12
    ]
    return f"b{max(numbers, default=0) + 1}"


def create(kind: str, network: Network, after: str | None = None, classes: int = 10) -> Block:
    """A new block of this kind with what people use where it is put: behind `after`, or at the end.

    `classes`: how many the data has.
    """
    return KINDS[kind].usual(new_id(network), _before(network, after or end_of_chain(network)), classes)


def _before(network: Network, here: str | None) -> Iterator[Block]:
    """A block and those ahead of it along the first wires, the nearest first."""
    seen: set[str] = set()
    while here is not None and here not in seen and here in network.by_id:
        seen.add(here)
        yield network.by_id[here]
        wires = network.incoming[here]
        here = wires[0].from_ if wires else None


def end_of_chain(network: Network) -> str | None:
    """The last block that hangs on the Input (or on the first block, where there is no Input)."""
    inputs = [block for block in network.blocks if isinstance(block, Input)]
    source = next(iter(inputs or network.blocks), None)
    if source is None:
        return None
    reached, last = {source.id}, source.id
    for id_ in execution_order(network)[0]:
        if any(wire.from_ in reached for wire in network.incoming[id_]):
            reached.add(id_)
            last = id_
    return last


def append(network: Network, block: Block, after: str | None = None) -> Network:
    """Puts a block behind another, before what followed it; behind the end where `after` is None."""
    after = after if after in network.by_id else end_of_chain(network)
    if isinstance(block, Input):
        return _put_first(network, block)
    if after is None:
        return Network((*network.blocks, block), network.wires)
    following = network.outgoing[after]
    if len(following) == 1:
        return insert_on_wire(network, block, following[0])
    # Where several blocks read the value, all of them read what comes of it.
    output = following[0].output if following else 0
    wires = tuple(
        Wire(block.id, wire.to, wire.input) if (wire.from_, wire.output) == (after, output) else wire
        for wire in network.wires
    )
    return Network(_after(network.blocks, after, block), (*wires, Wire(after, block.id, 0, output)))


def _put_first(network: Network, block: Block) -> Network:
    """An Input goes before the first block that lacks one, unless there is an Input already."""
    if any(isinstance(other, Input) for other in network.blocks):
        return Network((*network.blocks, block), network.wires)
    heads = [other for other in network.blocks if not network.incoming[other.id]]
    wires = (Wire(block.id, heads[0].id), *network.wires) if heads else network.wires
    return Network((block, *network.blocks), wires)


def insert_on_wire(network: Network, block: Block, wire: Wire) -> Network:
    """Puts a block into a wire. An Input takes no wire in, so it is put loose."""
    if wire not in network.wires or block.arity[1] == 0:
        return Network((*network.blocks, block), network.wires)
    halves = (Wire(wire.from_, block.id, 0, wire.output), Wire(block.id, wire.to, wire.input))
    wires = tuple(half for old in network.wires for half in (halves if old == wire else (old,)))
    return Network(_after(network.blocks, wire.from_, block), wires)


def _after(blocks: Sequence[Block], id_: str | None, *new: Block) -> tuple[Block, ...]:
    index = next((i for i, other in enumerate(blocks) if other.id == id_), len(blocks) - 1)
    return (*blocks[: index + 1], *new, *blocks[index + 1 :])


def place_loose(network: Network, block: Block, position: Position) -> Network:
    """Puts a block somewhere by itself."""
    placed = msgspec.structs.replace(block, position=position)
    return Network((*network.blocks, placed), network.wires)


def move_to_wire(network: Network, ids: Collection[str], wire: Wire) -> Network:
    """Moves blocks into a wire; what they stood in closes where they were.

    Blocks that begin with one value and end in one move as they are, with all that joins them; what else they take
    from outside stays theirs. Others follow each other in the order in which they run.
    """
    moving = [
        id_ for id_ in execution_order(network)[0] if id_ in ids and not isinstance(network.by_id[id_], Input)
    ]
    if wire.from_ in moving or wire.to in moving or not moving:
        return network
    ends = ends_of(network, moving)
    if ends is not None and ends.entry is not None:
        return _moved(network, moving, ends, (wire.from_, wire.output), wire)
    blocks = [network.by_id[id_] for id_ in moving]
    network = splice_out(network, moving)
    for block in blocks:
        network = insert_on_wire(network, msgspec.structs.replace(block, position=None), wire)
        wire = Wire(block.id, wire.to, wire.input)
    return network


def move_behind(network: Network, ids: Collection[str], after: str | None) -> Network:
    """Moves blocks behind one that nothing follows, or (None) to the end, as `move_to_wire` does."""
    moving = [id_ for id_ in execution_order(network)[0] if id_ in ids]
    if not moving or after in moving:
        return network
    ends = ends_of(network, moving)
    if after is not None and ends is not None and ends.entry is not None:
        return _moved(network, moving, ends, (after, 0), None)
    rest = splice_out(network, moving)
    for id_ in moving:
        rest = append(rest, msgspec.structs.replace(network.by_id[id_], position=None), after)
        after = id_
    return rest


def _moved(network: Network, moving: list[str], ends: Ends, behind: OutputRef, into: Wire | None) -> Network:
    """Blocks with one beginning and one end, moved behind a value and, where there is one, into a wire of it."""
    inside = set(moving)
    wires: list[Wire] = []
    for wire in network.wires:
        enters, leaves = wire.to in inside, wire.from_ in inside
        if wire == into:
            wires.append(Wire(*_at(ends.exit, wire.to, wire.input)))
        elif enters and not leaves and (wire.from_, wire.output) == ends.entry:
            wires.append(Wire(*_at(behind, wire.to, wire.input)))
        elif leaves and not enters and ends.entry is not None:
            if wire.to != ends.entry[0]:
                wires.append(Wire(*_at(ends.entry, wire.to, wire.input)))
        else:
            wires.append(wire)
    placed = tuple(msgspec.structs.replace(network.by_id[id_], position=None) for id_ in moving)
    rest = [block for block in network.blocks if block.id not in inside]
    return Network(_after(rest, behind[0], *placed), tuple(wires))


def _at(value: OutputRef, to: str, input_: int) -> tuple[str, str, int, int]:
    return value[0], to, input_, value[1]


def move_in_stack(network: Network, id_: str, by: int) -> Network:
    """Moves a block one place up (-1) or down (1); unchanged where there is no such place."""
    block = network.by_id.get(id_)
    if block is None or isinstance(block, Input):
        return network
    incoming, outgoing = network.incoming[id_], network.outgoing[id_]
    if by < 0 and len(incoming) == 1:
        before = network.incoming.get(incoming[0].from_, ())
        return move_to_wire(network, [id_], before[0]) if len(before) == 1 else network
    if by > 0 and len(outgoing) == 1 and len(incoming) == 1:
        following = outgoing[0].to
        behind = network.outgoing.get(following, ())
        if len(behind) == 1:
            return move_to_wire(network, [id_], behind[0])
        if not behind:
            rest = splice_out(network, [id_])
            return append(rest, msgspec.structs.replace(block, position=None), following)
    return network


def set_positions(network: Network, positions: Mapping[str, Position | None]) -> Network:
    """Gives blocks a place of their own, or (None) back to the stack."""
    blocks = tuple(
        msgspec.structs.replace(block, position=positions[block.id]) if block.id in positions else block
        for block in network.blocks
    )
    return network.with_blocks(blocks)


def tidy(network: Network) -> Network:
    """Every block back in the stack."""
    return set_positions(network, dict.fromkeys(network.by_id))


def replace_block(network: Network, block: Block) -> Network:
    """The block with the same id gives way to this one."""
    return network.with_blocks(tuple(block if old.id == block.id else old for old in network.blocks))


def connect(network: Network, wire: Wire) -> Network:
    """Adds a wire; one that already enters that input gives way."""
    rest = tuple(old for old in network.wires if (old.to, old.input) != (wire.to, wire.input))
    return Network(network.blocks, (*rest, wire))


def add_part(network: Network, part: Network, after: str | None) -> tuple[Network, tuple[str, ...]]:
    """Adds copies of the blocks of `part` with new ids, and returns the network and these ids.

    A chain, or what hangs on an Input, goes behind `after`, anything else loose beside. Inputs are not copied where
    there is one already.
    """
    part = numbered_anew(part, part.by_id)
    has_input = any(isinstance(block, Input) for block in network.blocks)
    if has_input and any(isinstance(block, Input) for block in part.blocks):
        network, new = splice(network, part, after)
        return network, tuple(new.values())
    order, cyclic = execution_order(part)
    ids = _new_ids(network, (*order, *cyclic))
    copies = [_copy(part.by_id[id_], ids) for id_ in (*order, *cyclic)]
    if is_chain(part):
        for copy in copies:
            network = append(network, msgspec.structs.replace(copy, position=None), after)
            after = copy.id
    else:
        wires = tuple(
            Wire(ids[w.from_], ids[w.to], w.input, w.output)
            for w in part.wires
            if {w.from_, w.to} <= ids.keys()
        )
        network = Network((*network.blocks, *copies), (*network.wires, *wires))
    return network, tuple(copy.id for copy in copies)


def splice(network: Network, part: Network, after: str | None) -> tuple[Network, dict[str, str]]:
    """Puts copies of the blocks of `part`, which begins with an Input, behind `after` (None: at the end).

    What leaves `after` takes the Input's place. What followed `after` follows the part, as with `append`. Returns the
    network, and the new ids by the old ones in the order in which they run.
    """
    after = after if after in network.by_id else end_of_chain(network)
    inputs = {block.id for block in part.blocks if isinstance(block, Input)}
    order, cyclic = execution_order(part)
    moving = [id_ for id_ in (*order, *cyclic) if id_ not in inputs]
    ids = _new_ids(network, moving)
    copies = tuple(msgspec.structs.replace(_copy(part.by_id[id_], ids), position=None) for id_ in moving)
    wires = [
        Wire(ids.get(wire.from_, after or ""), ids[wire.to], wire.input, wire.output)
        for wire in part.wires
        if wire.to in ids and (wire.from_ in ids or after is not None)
    ]
    ends = [id_ for id_ in moving if not part.outgoing[id_]]
    following = network.outgoing[after] if after is not None else ()
    kept = network.wires
    if following and ends:
        output = following[0].output
        cut = [wire for wire in following if wire.output == output]
        kept = tuple(wire for wire in kept if wire not in cut)
        wires += [Wire(ids[ends[-1]], wire.to, wire.input) for wire in cut]
    return Network(_after(network.blocks, after, *copies), (*kept, *wires)), ids


def is_chain(part: Network) -> bool:
    """Whether the blocks follow each other without branch or gap."""
    return len(part.wires) == len(part.blocks) - 1 and all(
        len(part.incoming[id_]) <= 1 and len(part.outgoing[id_]) <= 1 for id_ in part.by_id
    )


def selected_part(network: Network, ids: Collection[str]) -> Network:
    """The chosen blocks and the wires among them; blocks that were neighbours through others are joined."""
    part = splice_out(network, [block.id for block in network.blocks if block.id not in ids])
    return handed_over(network, part)


def duplicate(network: Network, ids: Collection[str]) -> tuple[Network, tuple[str, ...]]:
    """Copies of the chosen blocks behind the last of them; returns the network and the new ids.

    Blocks that begin with one value and end in one are copied with all that joins them; what else they take from
    outside their copies take as well.
    """
    order = [id_ for id_ in execution_order(network)[0] if id_ in ids]
    ends = ends_of(network, order)
    if ends is None or ends.entry is None or any(isinstance(network.by_id[id_], Input) for id_ in order):
        return add_part(network, copied_part(network, ids), order[-1] if order else None)
    new = _new_ids(network, order)
    wires: list[Wire] = []
    for wire in network.wires:
        if wire.to in new:
            wires.append(wire)
            from_, output = (wire.from_, wire.output)
            if (from_, output) == ends.entry:
                from_, output = ends.exit
            elif from_ in new:
                from_ = new[from_]
            wires.append(Wire(from_, new[wire.to], wire.input, output))
        elif (wire.from_, wire.output) == ends.exit:
            wires.append(Wire(new[wire.from_], wire.to, wire.input, wire.output))
        else:
            wires.append(wire)
    copies = [msgspec.structs.replace(_copy(network.by_id[id_], new), position=None) for id_ in order]
    return Network(_after(network.blocks, order[-1], *copies), tuple(wires)), tuple(new.values())


def _copy(block: Block, ids: Mapping[str, str]) -> Block:
    """A block under its new id; where the layer whose weights it uses is copied too, it uses the copy's."""
    if isinstance(block, Shared):
        block = msgspec.structs.replace(block, of=ids.get(block.of, block.of))
    return msgspec.structs.replace(block, id=ids[block.id])


def _new_ids(network: Network, ids: Collection[str]) -> dict[str, str]:
    """New ids for copies of blocks, by the old ones."""
    first = int(new_id(network)[1:])
    return {id_: f"b{first + offset}" for offset, id_ in enumerate(ids)}


def copied_part(network: Network, ids: Collection[str]) -> Network:
    """The chosen blocks to be put elsewhere.

    Where they take one value from outside at several places, an Input stands for that value: `add_part` puts what
    goes before the copies in its place.
    """
    part = selected_part(network, ids)
    if any(isinstance(block, Input) for block in part.blocks):
        return part
    joined = {(wire.to, wire.input) for wire in part.wires}
    outside = [
        wire for id_ in part.by_id for wire in network.incoming[id_] if (id_, wire.input) not in joined
    ]
    if len(outside) < 2 or len({(wire.from_, wire.output) for wire in outside}) > 1:
        return part
    entry = Input(id=new_id(network))
    fed = tuple(Wire(entry.id, wire.to, wire.input) for wire in outside)
    return Network((entry, *part.blocks), (*fed, *part.wires))
