"""Blocks copied as PyTorch source, and pasted again, are equal blocks."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cnnbuilder.blocks.input import Input
from cnnbuilder.network import clipboard
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import CannotGenerateError
from cnnbuilder.network.edits import selected_part
from cnnbuilder.network.equality import equal
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.snippet import snippet
from cnnbuilder.network.templates import TEMPLATES
from tests.network.chains import chains
from tests.network.graphs import graphs
from tests.network.importing.test_round_trip import said
from tests.network.test_against_torch import up_to_break

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def pasted(network: Network, text: str) -> Network:
    """The blocks that a text puts behind the network's Input."""
    only = Network((network.blocks[0],))
    found = clipboard.paste(only, text, network.blocks[0].id)
    return Network(
        tuple(found.network.by_id[id_] for id_ in found.ids), _inner(found.network, set(found.ids))
    )


def _inner(network: Network, ids: set[str]) -> tuple[Wire, ...]:
    return tuple(wire for wire in network.wires if wire.from_ in ids and wire.to in ids)


def chosen(network: Network, ids: list[str]) -> Network:
    part = selected_part(network, ids)
    return Network(tuple(replace(block, position=None) for block in part.blocks), part.wires)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_comes_back(name: str) -> None:
    network = TEMPLATES[name].make().network
    if len(network.blocks) == 1:
        with pytest.raises(CannotGenerateError, match="no layer to copy"):
            snippet(analyse(network), network.by_id)
        return
    text = snippet(analyse(network), network.by_id)
    assert text.startswith("nn.Sequential(\n    nn.Conv2d(")
    inner = chosen(network, [block.id for block in network.blocks if not isinstance(block, Input)])
    assert equal(pasted(network, text), inner)


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(st.data(), st.one_of(chains(), graphs()))
def test_any_selection_comes_back(data: st.DataObject, network: Network) -> None:
    network = said(up_to_break(network))
    inner = [block.id for block in network.blocks if not isinstance(block, Input)]
    assume(inner)
    first = data.draw(st.integers(0, len(inner) - 1))
    ids = data.draw(
        st.one_of(st.just(inner[first:]), st.lists(st.sampled_from(inner), min_size=1, unique=True))
    )
    ids = [id_ for id_ in inner if id_ in ids]
    try:
        text = snippet(analyse(network), ids)
    except CannotGenerateError as refused:
        assert str(refused).endswith(".")
        return
    assert equal(pasted(network, text), chosen(network, ids)), text


def test_one_block_is_one_line() -> None:
    analysis = analyse(TEMPLATES["lenet5"].make().network)
    assert snippet(analysis, ["b2"]) == "nn.Conv2d(1, 6, 5)\n"


def test_names_of_ones_own_come_along() -> None:
    network = TEMPLATES["lenet5"].make().network
    blocks = tuple(replace(block, name="stem") if block.id == "b2" else block for block in network.blocks)
    analysis = analyse(Network(blocks, network.wires))
    assert snippet(analysis, ["b2"]) == "self.stem = nn.Conv2d(1, 6, 5)\n"
    assert "self.stem = nn.Conv2d(1, 6, 5)" in snippet(analysis, ["b2", "b3"])


def test_blocks_that_cannot_be_written_are_refused_with_one_sentence() -> None:
    network = TEMPLATES["lenet5"].make().network
    loose = Network(network.blocks, tuple(wire for wire in network.wires if wire.to != "b3"))
    with pytest.raises(CannotGenerateError, match="not known, so it cannot be written"):
        snippet(analyse(loose), ["b3"])
