"""When the canvas still shows the network that a run trains."""

from __future__ import annotations

from msgspec.structs import replace

from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.edits import append, create
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.network_diff import same_network, same_training

PROJECT = TEMPLATES["digits"].make()


def renamed(network: Network) -> Network:
    """The same network with other ids."""
    blocks = tuple(replace(block, id=f"new-{block.id}") for block in network.blocks)
    wires = tuple(replace(wire, from_=f"new-{wire.from_}", to=f"new-{wire.to}") for wire in network.wires)
    return Network(blocks, wires)


def test_places_and_ids_do_not_matter() -> None:
    moved = tuple(replace(block, position=(1.0, 2.0)) for block in PROJECT.network.blocks)
    assert same_training(PROJECT, replace(PROJECT, network=replace(PROJECT.network, blocks=moved)))
    assert same_training(PROJECT, replace(PROJECT, network=renamed(PROJECT.network)))


def test_fields_settings_and_data_do() -> None:
    changed = tuple(
        block.with_fields(out_channels=7) if block.kind() == "Conv2d" else block
        for block in PROJECT.network.blocks
    )
    assert not same_training(PROJECT, replace(PROJECT, network=replace(PROJECT.network, blocks=changed)))
    assert not same_training(PROJECT, replace(PROJECT, training=replace(PROJECT.training, epochs=9)))
    assert not same_training(PROJECT, replace(PROJECT, data=Data(Inside("shapes"))))


def test_a_large_network_is_compared_quickly() -> None:
    network = PROJECT.network
    for _n in range(200):
        network = append(network, create("ReLU", network, None), None)
    assert same_network(network, Network(tuple(reversed(network.blocks)), network.wires))
    assert not same_network(network, renamed(network))
