"""Whether two networks are equal: the same graph, fields and names, whatever their ids and positions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from msgspec.structs import replace

from cnnbuilder.network.project import Network


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
    return {
        block.id: names.setdefault(replace(block, id="", position=None), len(names))
        for block in network.blocks
    }


def _refined(network: Network, colors: dict[str, int], names: dict[Hashable, int]) -> dict[str, int]:
    """The next colour of each block, from its own and those at the other ends of its wires."""
    refined = {}
    for block in network.blocks:
        before = sorted((w.input, w.output, colors.get(w.from_, -1)) for w in network.incoming[block.id])
        after = sorted((w.input, w.output, colors.get(w.to, -1)) for w in network.outgoing[block.id])
        key = (colors[block.id], tuple(before), tuple(after))
        refined[block.id] = names.setdefault(key, len(names))
    return refined
