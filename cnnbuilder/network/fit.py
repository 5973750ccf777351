"""The two ends of a network that depend on its data: the Input's sizes, and the number of outputs."""

from __future__ import annotations

from msgspec.structs import replace

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.project import Network


def input_shape(network: Network) -> tuple[int, int, int] | None:
    """What the Input block takes, C × H × W, or None where there is not exactly one."""
    inputs = [block for block in network.blocks if isinstance(block, Input)]
    return (inputs[0].channels, inputs[0].height, inputs[0].width) if len(inputs) == 1 else None


def fit(analysis: Analysis, shape: tuple[int, int, int], classes: int) -> Network:
    """The network with its Input set to C × H × W and its last Linear to so many outputs; itself where they are so."""
    network, last = analysis.network, _last_linear(analysis)
    channels, height, width = shape

    def fitted(block: Block) -> Block:
        if isinstance(block, Input):
            features = (channels * height * width,) if block.features else None
            return replace(block, channels=channels, height=height, width=width, features=features)
        return replace(block, out_features=classes) if block is last else block

    blocks = tuple(fitted(block) for block in network.blocks)
    return network if blocks == network.blocks else replace(network, blocks=blocks)


def _last_linear(analysis: Analysis) -> Linear | None:
    """The Linear that nothing follows, where the network ends in one."""
    outgoing = analysis.network.outgoing
    ends = [row.block for row in analysis.rows.values() if row.connected and not outgoing[row.block.id]]
    return ends[0] if len(ends) == 1 and isinstance(ends[0], Linear) else None
