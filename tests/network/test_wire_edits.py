"""Wires drawn by hand, on any network: never a circle, one new meaning at a time, and what is said is what comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.merge_edits import MERGE_KINDS
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.network.wire_edits import Behind, Into, Onto, Target, above, branch_off, drawn, shapes_behind
from tests.network.graphs import graphs

DIGITS = TEMPLATES["digits"].make().network


@st.composite
def wires_by_hand(draw: st.DrawFn) -> tuple[Network, tuple[str, int], Target, str]:
    network = draw(graphs(8))
    ids = [block.id for block in network.blocks]
    value = draw(st.sampled_from(ids)), 0
    targets: list[Target] = [Onto(id_, 0) for id_ in ids] + [Into(wire) for wire in network.wires]
    targets += [Behind(id_) for id_ in ids if not network.outgoing[id_]]
    return network, value, draw(st.sampled_from(targets)), draw(st.sampled_from(MERGE_KINDS))


@given(wires_by_hand())
def test_a_wire_never_closes_a_circle_and_loses_no_block(
    drawing: tuple[Network, tuple[str, int], Target, str],
) -> None:
    network, value, target, kind = drawing
    analysis = analyse(network)
    done = drawn(analysis, value, target, kind)
    if done.network is None:
        assert done.words and not done.new and not done.fits
        return
    assert not done.network.order[1]
    assert network.by_id.keys() <= done.network.by_id.keys()
    assert done.network.by_id.keys() - network.by_id.keys() == done.new
    after = analyse(done.network)
    joined = (
        target.block
        if isinstance(target, Onto)
        else next(id_ for id_ in done.new if done.network.by_id[id_].kind() == kind)
    )
    assert done.fits == (after.rows[joined].problem is None)
    read = {wire.from_ for wire in done.network.incoming[joined]}
    point = {id_ for id_ in done.new if id_ != joined}
    assert value[0] in read or point & read
    # What another block got before it still gets, but for the one input that the wire took.
    for wire in network.wires:
        kept = wire in done.network.wires
        moved = (isinstance(target, Into) and wire == target.wire) or wire.to == joined
        assert kept or moved


@given(graphs(8), st.data())
def test_what_is_above_cannot_be_reached(network: Network, data: st.DataObject) -> None:
    id_ = data.draw(st.sampled_from([block.id for block in network.blocks]))
    analysis = analyse(network)
    for other in above(network, id_):
        assert drawn(analysis, (id_, 0), Onto(other)).network is None


@pytest.mark.parametrize("kind", MERGE_KINDS)
def test_a_convolution_comes_with_a_skip_whose_shapes_differ(kind: str) -> None:
    wire = next(wire for wire in DIGITS.wires if wire.from_ == "b6")
    done = drawn(analyse(DIGITS), ("b3", 0), Into(wire), kind)
    assert done.network is not None and done.fits
    assert not analyse(done.network).problems
    assert sorted(done.network.by_id[id_].kind() for id_ in done.new) == sorted([kind, "Conv2d"])
    assert "16 × 32 × 32 and 32 × 16 × 16" in done.words


def test_what_cannot_be_matched_is_said_and_joins_all_the_same() -> None:
    wire = next(wire for wire in DIGITS.wires if wire.to == "b12")
    done = drawn(analyse(DIGITS), ("b9", 0), Into(wire))
    assert done.network is not None and not done.fits
    assert done.words == "64 × 8 × 8 and 1,024"


def test_an_occupied_input_swaps_its_wire() -> None:
    done = drawn(analyse(DIGITS), ("b3", 0), Onto("b5"))
    assert done.network is not None
    assert done.network.incoming["b5"] == (Wire("b3", "b5"),)
    assert not done.network.outgoing["b4"]


def test_the_value_that_is_there_already_is_refused() -> None:
    analysis = analyse(DIGITS)
    assert drawn(analysis, ("b4", 0), Onto("b5")).words == "conv2 has this value already"
    assert drawn(analysis, ("b4", 0), Into(Wire("b4", "b5"))).words == "Both would be the same value"
    assert drawn(analysis, ("b4", 0), Onto("b1")).words == "Input takes no wire"


def test_shapes_behind_a_value_are_those_that_come() -> None:
    analysis = analyse(DIGITS)
    found = shapes_behind(analysis, ("b4", 0), 10)
    assert "Linear" not in found and "Add" not in found and "Input" not in found
    for kind, shape in found.items():
        network, new = branch_off(analysis, ("b4", 0), kind, 10, (0.0, 0.0))
        assert str(analyse(network).rows[new].output) == shape
        assert network.incoming[new] == (Wire("b4", new),)
    assert found["MaxPool2d"] == "16 × 8 × 8"


def test_behind_a_value_that_nothing_reads_a_block_stands_in_the_stack() -> None:
    network, new = branch_off(analyse(DIGITS), ("b12", 0), "ReLU", 10, (5.0, 5.0))
    assert network.by_id[new].position is None
    assert KINDS["ReLU"] is type(network.by_id[new])
