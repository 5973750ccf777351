"""Frozen means: nothing of it changes in training, neither what is learned nor what is kept of the images seen."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.engine.module import build
from cnnbuilder.engine.optimizers import optimizer
from cnnbuilder.engine.training_step import forward_backward
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.importing import read
from cnnbuilder.network.project import Network, Training, Wire

SHAPE = (3, 6, 6)


def network_with(block: Block) -> Network | None:
    """Input, a convolution, the block, a classifier; the block on a vector where it wants one. None: neither fits."""
    for flat in (False, True):
        blocks = [
            KINDS["Input"](id="b1", channels=3, height=6, width=6),  # type: ignore[call-arg]
            *([KINDS["Flatten"](id="b2")] if flat else [KINDS["Conv2d"](id="b2", out_channels=4)]),  # type: ignore[call-arg]
            block,
            KINDS["Flatten"](id="b4"),
            KINDS["Linear"](id="b5", out_features=3),  # type: ignore[call-arg]
        ]
        if flat:
            del blocks[3]
        wires = tuple(Wire(a.id, b.id) for a, b in pairwise(blocks))
        network = Network(tuple(blocks), wires)
        if not analyse(network).problems:
            return network
    return None


def keeping() -> list[Block]:
    """A frozen block of every kind that keeps statistics, with and without weights of its own."""
    found = []
    for kind in KINDS.values():
        fields = {info.name for info in kind.fields()}
        if "track_running_stats" not in fields:
            assert not kind(id="b3").keeps_statistics, kind
            continue
        for affine in (True, False):
            found.append(kind(id="b3", frozen=True).with_fields(track_running_stats=True, affine=affine))
    return found


def test_every_kind_with_buffers_is_among_them() -> None:
    kinds = {block.kind() for block in keeping()}
    assert kinds == {"BatchNorm2d", "BatchNorm1d", "InstanceNorm2d"}
    for kind in KINDS.values():
        network = network_with(kind(id="b3"))
        row = analyse(network).rows["b3"] if network is not None else None
        assert row is None or not row.buffers or kind.kind() in kinds


@pytest.mark.parametrize("style", ["module", "sequential"])
@pytest.mark.parametrize("block", keeping(), ids=lambda block: f"{block.kind()}-{block.affine}")
def test_nothing_of_a_frozen_block_changes(block: Block, style: str) -> None:
    network = network_with(block)
    assert network is not None
    torch.manual_seed(0)
    net = build(network, style)  # type: ignore[arg-type]
    before = {name: value.clone() for name, value in net.state_dict().items()}
    steps = optimizer(net.parameters(), Training(learning_rate=0.1))
    for _step in range(3):
        net.train()
        images = torch.randn(8, *SHAPE) * 3 + 1
        forward_backward(net, images, torch.arange(8) % 3)
        steps.step(0.1)
        net.eval()
    changed = {name for name, value in net.state_dict().items() if not torch.equal(value, before[name])}
    prefix = analyse(network).rows["b3"].name if style == "module" else "features.1."
    assert changed and not any(name.startswith(prefix) for name in changed)


@pytest.mark.parametrize("block", keeping(), ids=lambda block: f"{block.kind()}-{block.affine}")
def test_training_computes_with_the_kept_statistics(block: Block) -> None:
    network = network_with(block)
    assert network is not None
    net = build(network)
    images = torch.randn(8, *SHAPE)
    with torch.no_grad():
        assert torch.equal(net.train()(images), net.eval()(images))


@pytest.mark.parametrize("style", ["module", "sequential"])
@pytest.mark.parametrize("block", keeping(), ids=lambda block: f"{block.kind()}-{block.affine}")
def test_the_code_reads_back_as_the_same_network(block: Block, style: str) -> None:
    from cnnbuilder.network.code import source
    from cnnbuilder.network.equality import equal

    network = network_with(block)
    assert network is not None
    found = read(source(network, style).text, SHAPE)  # type: ignore[arg-type]
    assert found.remarks == ()
    assert equal(found.network, network)
