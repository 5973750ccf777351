"""Whether two networks are equal (the same graph, fields and names, whatever ids and positions), and how they match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from msgspec.structs import replace

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.project import Network
from cnnbuilder.network.rows import Row


def equal(first: Network, second: Network) -> bool:
    """Whether both draw the same network.

    Colour refinement (Weisfeiler and Leman, 1968): every block gets a colour from its fields, then again and again from
    its colour and its neighbours', until no more blocks come apart. Networks with the same colours are taken as equal.
    """
    if len(first.blocks) != len(second.blocks) or len(first.wires) != len(second.wires):
        return False
    names: dict[Hashable, int] = {}
    both = [_fields(network, names) for network in (first, second)]
    count = 0
    while len({color for colors in both for color in colors.values()}) > count:
        count = len({color for colors in both for color in colors.values()})
        both = [
            _refined(network, colors, names) for network, colors in zip((first, second), both, strict=True)
        ]
    return Counter(both[0].values()) == Counter(both[1].values())


def _fields(network: Network, names: dict[Hashable, int]) -> dict[str, int]:
    """A colour for each block from what it is, without id and position."""
    return {block.id: names.setdefault(_without_ids(block), len(names)) for block in network.blocks}


def _without_ids(block: Block) -> Block:
    """What a block is, wherever it stands."""
    bare = replace(block, id="", position=None)
    return replace(bare, of="") if isinstance(bare, Shared) else bare


def _refined(network: Network, colors: dict[str, int], names: dict[Hashable, int]) -> dict[str, int]:
    """The next colour of each block, from its own and those at the other ends of its wires."""
    refined = {}
    uses: dict[str, list[int]] = {}
    for block in network.blocks:
        if isinstance(block, Shared):
            uses.setdefault(block.of, []).append(colors[block.id])
    for block in network.blocks:
        before = sorted((w.input, w.output, colors.get(w.from_, -1)) for w in network.incoming[block.id])
        after = sorted((w.input, w.output, colors.get(w.to, -1)) for w in network.outgoing[block.id])
        owner = colors.get(block.of, -1) if isinstance(block, Shared) else None
        key = (colors[block.id], tuple(before), tuple(after), owner, tuple(sorted(uses.get(block.id, ()))))
        refined[block.id] = names.setdefault(key, len(names))
    return refined


def counterparts(first: Analysis, second: Analysis) -> dict[str, str] | None:
    """The id in `second` of each block that is part of `first`, or None where the two do not compute the same.

    Equal networks may list their blocks and wires in different orders, and then name them differently in code
    ("conv1" for "conv2"). Both are walked back from their ends, input by input, so that nothing has to be guessed.
    """
    end, other_end = _end(first), _end(second)
    if end is None or other_end is None:
        return None
    found: dict[str, str] = {}
    waiting = [(end, other_end)]
    while waiting:
        one, other = waiting.pop()
        if found.setdefault(one, other) != other:
            return None
        wires, others = first.network.incoming[one], second.network.incoming[other]
        same = _plain(first.rows[one]) == _plain(second.rows[other])
        if not same or [(w.input, w.output) for w in wires] != [(w.input, w.output) for w in others]:
            return None
        waiting += [(w.from_, o.from_) for w, o in zip(wires, others, strict=True) if w.from_ not in found]
    for one, other in found.items():
        owner, others_owner = first.rows[one].shares, second.rows[other].shares
        if (None if owner is None else found.get(owner)) != others_owner:
            return None
    return found if len(set(found.values())) == len(found) else None


def _end(analysis: Analysis) -> str | None:
    """The one block that the network ends in."""
    outgoing = analysis.network.outgoing
    ends = [id_ for id_, row in analysis.rows.items() if row.connected and not outgoing[id_]]
    return ends[0] if len(ends) == 1 else None


def _plain(row: Row) -> Block:
    """What the block is, without id and position."""
    return replace(row.block, id="", position=None)
