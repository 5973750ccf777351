"""Equal networks: the same graph, fields and names, whatever ids and positions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from cnnbuilder.blocks.activation import ReLU
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.equality import counterparts, equal
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.templates import TEMPLATES
from tests.network.graphs import graphs

NETWORKS = {name: template.make().network for name, template in TEMPLATES.items()}


def renamed(network: Network) -> Network:
    """The same drawing with other ids and places, its blocks and wires in another order."""
    blocks = tuple(
        replace(block, id=f"x{block.id}", position=(1.0, 2.0)) for block in reversed(network.blocks)
    )
    wires = tuple(replace(wire, from_=f"x{wire.from_}", to=f"x{wire.to}") for wire in reversed(network.wires))
    return Network(blocks, wires)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_ids_places_and_order_do_not_matter(network: Network) -> None:
    assert equal(network, renamed(network))


def test_templates_differ_from_each_other() -> None:
    for name, network in NETWORKS.items():
        assert [other for other in NETWORKS if equal(network, NETWORKS[other])] == [name]


def test_every_field_and_name_matters() -> None:
    network = NETWORKS["digits"]
    for index, block in enumerate(network.blocks):
        changed = replace(block, name="another")
        blocks = (*network.blocks[:index], changed, *network.blocks[index + 1 :])
        assert not equal(network, Network(blocks, network.wires))
    other = network.blocks[1].with_fields(out_channels=17)
    assert not equal(network, Network((network.blocks[0], other, *network.blocks[2:]), network.wires))


def test_the_order_in_a_chain_matters() -> None:
    blocks = (Conv2d(id="a"), ReLU(id="b"))
    assert not equal(Network(blocks, (Wire("a", "b"),)), Network(blocks, (Wire("b", "a"),)))
    assert not equal(Network(blocks, (Wire("a", "b"),)), Network(blocks))


def test_a_shared_branch_is_not_two_equal_ones() -> None:
    blocks = (Conv2d(id="a"), Conv2d(id="b"), ReLU(id="c"), ReLU(id="d"))
    shared = Network(blocks, (Wire("a", "c"), Wire("a", "d")))
    apart = Network(blocks, (Wire("a", "c"), Wire("b", "d")))
    assert not equal(shared, apart)
    assert equal(shared, renamed(shared))


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_each_block_has_its_counterpart_in_an_equal_network(network: Network) -> None:
    other = renamed(network)
    found = counterparts(analyse(network), analyse(other))
    assert found is not None
    assert set(found) == {block.id for block in network.blocks}
    wires = {(found[wire.from_], wire.output, found[wire.to], wire.input) for wire in network.wires}
    assert wires == {(wire.from_, wire.output, wire.to, wire.input) for wire in other.wires}
    for one, same in found.items():
        assert replace(other.by_id[same], id=one, position=None) == replace(network.by_id[one], position=None)


def test_networks_that_differ_have_no_counterparts() -> None:
    for name, network in NETWORKS.items():
        for other, second in NETWORKS.items():
            assert (counterparts(analyse(network), analyse(second)) is None) == (name != other)
