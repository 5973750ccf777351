"""The source that we write, read again, is an equal network."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import Style, source
from cnnbuilder.network.equality import equal
from cnnbuilder.network.importing import read
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import TEMPLATES
from tests.network.chains import chains
from tests.network.graphs import graphs
from tests.network.test_against_torch import up_to_break


def said(network: Network) -> Network:
    """The network with what code does not tell apart said in one way."""
    rows = analyse(network).rows

    def alike(block):
        shape = rows[block.id].inputs[0] if rows[block.id].inputs else None
        if block.kind() in ("Upsample", "Slice", "LayerScale") and shape is not None:
            return block.canonical(shape)
        if block.kind() == "LayerNorm" and shape is not None:
            if len(shape.sizes) == 1 or (shape.axes[0] != "C" and block.normalized_shape == "channels"):
                over = "channels" if shape.axes == "F" else "last"
                return replace(block, normalized_shape=over)
            if len(shape.sizes) == 2 and block.normalized_shape == "channels":
                return replace(block, normalized_shape="last")
            if not block.elementwise_affine:
                return block
        return block

    return Network(tuple(alike(block) for block in network.blocks), network.wires)


def back(network: Network, style: Style) -> Network:
    shape = network.blocks[0].output().sizes
    return read(source(network, style).text, shape).network


@pytest.mark.parametrize("style", ["module", "sequential"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_comes_back(name: str, style: Style) -> None:
    network = TEMPLATES[name].make().network
    if len(network.blocks) == 1:
        return
    assert equal(back(network, style), network)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chains(), st.sampled_from(["module", "sequential"]))
def test_any_chain_comes_back(network: Network, style: Style) -> None:
    good = said(up_to_break(network))
    assume(len(good.blocks) > 1)
    assert equal(back(good, style), good), source(good, style).text


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_any_graph_comes_back(network: Network) -> None:
    network = said(network)
    assume(len(network.blocks) > 1)
    assert equal(back(network, "module"), network), source(network).text


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    graphs(longest=8), st.lists(st.sampled_from(["stem", "head", "a_b", "layer_3x3"]), min_size=9, max_size=9)
)
def test_names_come_back_where_code_has_them(network: Network, names: list[str]) -> None:
    weighted = [id_ for id_, row in analyse(network).rows.items() if row.weights]
    given_names = dict(zip(weighted, [f"{name}{i}" for i, name in enumerate(names)], strict=False))
    blocks = tuple(replace(b, name=given_names.get(b.id)) for b in network.blocks)
    named = said(Network(blocks, network.wires))
    assume(len(named.blocks) > 1 and not any(isinstance(b, Flatten) and b.name for b in blocks))
    assert equal(back(named, "module"), named), source(named).text
