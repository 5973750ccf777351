"""How the network on the canvas differs from the one that a run trains. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from cnnbuilder.network.project import Network, Project


def same_training(a: Project, b: Project) -> bool:
    """Whether two projects train alike: where blocks stand on the canvas does not matter."""
    return a is b or (
        a.data == b.data and a.training == b.training and _unplaced(a.network) == _unplaced(b.network)
    )


def _unplaced(network: Network) -> tuple[frozenset[object], frozenset[object]]:
    blocks = frozenset(replace(block, position=None) for block in network.blocks)
    return blocks, frozenset(network.wires)
