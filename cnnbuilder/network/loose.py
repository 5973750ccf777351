"""Blocks that hang on nothing: taking some out of the network that way, and saying that there are some."""

from __future__ import annotations

from collections.abc import Collection

from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.project import Network
from cnnbuilder.network.removal import splice_out
from cnnbuilder.text import _, ngettext


def in_the_middle(network: Network, ids: Collection[str]) -> bool:
    """Whether other blocks feed these and others go on from them."""
    inside = set(ids)
    feeds = any(wire.from_ not in inside for id_ in inside for wire in network.incoming[id_])
    follows = any(wire.to not in inside for id_ in inside for wire in network.outgoing[id_])
    return feeds and follows


def take_out(network: Network, ids: Collection[str]) -> Network:
    """The network with these blocks loose, the wires among them kept; what they stood in closes."""
    inside = {id_ for id_ in ids if not isinstance(network.by_id[id_], Input)}
    rest = splice_out(network, inside)
    kept = tuple(wire for wire in network.wires if wire.from_ in inside and wire.to in inside)
    return Network(network.blocks, (*rest.wires, *kept))


def loose_text(analysis: Analysis) -> str | None:
    """ "dropout1 is not joined to the network"; None where every block is, or there is no Input to be joined to."""
    names = [row.name for row in analysis.loose]
    if not names or not any(isinstance(block, Input) for block in analysis.network.blocks):
        return None
    if len(names) == 1:
        return _("{name} is not joined to the network").format(name=names[0])
    if len(names) == 2:
        return _("{first} and {last} are not joined to the network").format(first=names[0], last=names[1])
    return ngettext(
        "{count} block is not joined to the network",
        "{count} blocks are not joined to the network",
        len(names),
    ).format(count=len(names))
