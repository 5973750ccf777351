"""Blocks that hang on nothing: how they come to, and how one hears of it."""

from __future__ import annotations

import pytest

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.edits import create, place_loose
from cnnbuilder.network.loose import in_the_middle, loose_text, take_out
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import TEMPLATES
from tests.network.literature import densenet, inception

HERE = (900.0, 40.0)


@pytest.fixture
def digits() -> Network:
    return TEMPLATES["digits"].make().network


def with_loose(network: Network, *kinds: str) -> Network:
    for kind in kinds:
        network = place_loose(network, create(kind, network), HERE)
    return network


def test_nothing_is_said_while_all_hangs_together(digits: Network) -> None:
    assert loose_text(analyse(digits)) is None


def test_one_two_and_many_loose_blocks_are_told(digits: Network) -> None:
    one = with_loose(digits, "Dropout")
    assert loose_text(analyse(one)) == "dropout is not joined to the network"
    two = with_loose(one, "Tanh")
    assert loose_text(analyse(two)) == "dropout and tanh1 are not joined to the network"
    assert loose_text(analyse(with_loose(two, "Sigmoid"))) == "3 blocks are not joined to the network"


def test_without_an_input_there_is_nothing_to_be_joined_to() -> None:
    assert loose_text(analyse(with_loose(Network(), "Conv2d"))) is None


def test_the_first_and_the_last_block_are_not_in_the_middle(digits: Network) -> None:
    assert [id_ for id_ in digits.by_id if not in_the_middle(digits, [id_])] == ["b1", "b12"]
    assert not in_the_middle(digits, digits.by_id)


def graphs() -> dict[str, Network]:
    """Networks with and without branches."""
    found = {name: template.make().network for name, template in TEMPLATES.items()}
    return found | {"densenet": densenet(), "inception": inception()}


@pytest.mark.parametrize("name", graphs())
def test_what_is_taken_out_is_loose_and_what_stays_hangs_together(name: str) -> None:
    network = graphs()[name]
    for id_ in list(network.by_id)[:40]:
        if not in_the_middle(network, [id_]):
            continue
        after = take_out(network, [id_])
        assert after.by_id.keys() == network.by_id.keys()
        assert not after.incoming[id_] and not after.outgoing[id_]
        assert [row.block.id for row in analyse(after).loose] == [id_]
