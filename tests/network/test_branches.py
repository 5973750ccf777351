"""Edits of networks with branches: what is deleted, moved, copied and joined leaves a network behind that makes sense."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.network import clipboard, edits
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.equality import equal
from cnnbuilder.network.file import dumps, loads
from cnnbuilder.network.layout import arrange
from cnnbuilder.network.merge_edits import join, wire_between
from cnnbuilder.network.project import Network, Project, Wire
from cnnbuilder.network.removal import cut, ends_of
from tests.network.graphs import graphs
from tests.network.literature import EVERY, Sketch, inception, mobilenet, resnet, shufflenet


def residual() -> Network:
    """An Input, a residual block (b5 to b10) between two convolutions, and an end."""
    sketch = Sketch(8, 16)
    value = sketch.conv(sketch.image, 8)
    body = sketch.conv(sketch.conv(value, 8), 8, act="")
    value = sketch.put("ReLU", sketch.put("Add", body, value))
    return sketch.classify(sketch.conv(value, 8), 10)


def by_kind(network: Network, kind: str) -> list[str]:
    return [block.id for block in network.blocks if block.kind() == kind]


def values_into(network: Network, id_: str) -> list[tuple[str, int]]:
    return [(wire.from_, wire.output) for wire in network.incoming[id_]]


def test_a_block_deleted_inside_a_branch_rejoins_it() -> None:
    network = edits.remove(residual(), ["b5", "b6", "b7"])
    assert not analyse(network).problems
    assert values_into(network, "b8") == [("b4", 0)]
    assert values_into(network, by_kind(network, "Add")[0]) == [("b9", 0), ("b4", 0)]


def test_a_skip_goes_with_all_that_it_led_past() -> None:
    network = edits.remove(residual(), ["b5", "b6", "b7", "b8", "b9"])
    assert not by_kind(network, "Add")
    assert not analyse(network).problems
    assert edits.is_chain(network)


def test_an_add_deleted_leaves_the_line_and_no_skip() -> None:
    network = edits.remove(residual(), ["b10"])
    assert not analyse(network).problems
    assert edits.is_chain(network)
    assert values_into(network, "b11") == [("b9", 0)]


def test_a_gate_is_taken_off_with_its_product() -> None:
    network = mobilenet(2)
    product = by_kind(network, "Multiply")[0]
    gate = network.incoming[product][0].from_
    scaled = network.incoming[product][1].from_
    after = edits.remove(network, [product])
    # The line goes on from what was scaled, not from the gate.
    assert [wire.from_ for wire in after.incoming[network.outgoing[product][0].to]] == [scaled]
    assert not after.outgoing[gate]


def test_a_branch_of_several_leaves_a_shorter_concat_with_its_inputs_counted_anew() -> None:
    network = inception(1)
    concat = by_kind(network, "Concat")[0]
    first = [network.incoming[concat][0].from_]
    while len(network.outgoing[network.incoming[first[-1]][0].from_]) == 1:
        first.append(network.incoming[first[-1]][0].from_)
    shared = network.incoming[first[-1]][0].from_
    once = edits.remove(network, first)
    # The value itself takes the branch's place: a branch of nothing.
    assert (shared, 0) in values_into(once, concat)
    assert not analyse(once).problems
    pool = next(
        id_ for id_ in by_kind(network, "MaxPool2d") if len(network.outgoing[id_]) == 1 and id_ > shared
    )
    line = [pool]
    while line[-1] != concat:
        line.append(once.outgoing[line[-1]][0].to)
    twice = edits.remove(once, line[:-1])
    assert [wire.input for wire in twice.incoming[concat]] == [0, 1, 2]
    assert len(set(values_into(twice, concat))) == 3


def test_a_chunk_deleted_gives_both_readers_the_whole() -> None:
    network = shufflenet(1)
    chunk = by_kind(network, "Chunk")[0]
    source = network.incoming[chunk][0].from_
    after = edits.remove(network, [chunk])
    assert len(after.outgoing[source]) == 2
    assert {wire.output for wire in after.outgoing[source]} == {0}


def test_a_new_block_behind_one_that_several_read_is_read_by_all_of_them() -> None:
    network = edits.append(residual(), KINDS["Dropout"](id="new"), "b4")
    assert values_into(network, "new") == [("b4", 0)]
    assert {wire.to for wire in network.outgoing["new"]} == {"b5", "b10"}
    assert not analyse(network).problems


def test_two_blocks_of_a_line_make_a_skip() -> None:
    sketch = Sketch(8, 16)
    first = sketch.conv(sketch.image, 8)
    network = sketch.classify(sketch.conv(sketch.conv(first, 8), 8), 10)
    joined, new = join(network, "Add", {"b10", "b4"})
    assert new is not None
    assert values_into(joined, new) == [("b4", 0), ("b10", 0)]
    assert {wire.to for wire in joined.outgoing["b10"]} == {new}
    assert not analyse(joined).problems
    # And back again.
    wire = wire_between(joined, {"b4", new})
    assert wire is not None
    assert equal(cut(joined, wire), network)


def test_what_does_not_fit_says_so() -> None:
    network = EVERY["resnet18"]()
    first, last = network.blocks[1].id, network.blocks[-4].id
    joined, new = join(network, "Add", {first, last})
    problem = analyse(joined).problems[0]
    assert problem.id == new
    assert "equal shape" in problem.message


def test_the_piece_of_a_chunk_that_nothing_reads_is_joined() -> None:
    sketch = Sketch(8, 16)
    whole = sketch.conv(sketch.image, 8)
    half = sketch.put("Chunk", whole)
    network = sketch.classify(sketch.conv(half, 4), 10)
    joined, new = join(network, "Concat", {half[0], "b8"})
    assert new is not None
    assert values_into(joined, new) == [(half[0], 1), ("b8", 0)]
    assert analyse(joined).rows[new].output == analyse(joined).rows[half[0]].inputs[0]


def test_fewer_than_two_are_not_joined() -> None:
    network = residual()
    assert join(network, "Add", {"b4"}) == (network, None)
    assert join(network, "Add", {"nobody", "b4"}) == (network, None)


@pytest.mark.parametrize("ids", [("b5", "b6", "b7", "b8", "b9", "b10", "b11"), ("b10",)])
def test_a_residual_block_is_copied_with_its_skip(ids: tuple[str, ...]) -> None:
    network = residual()
    copied, new = edits.duplicate(network, ids)
    assert len(new) == len(ids)
    assert not analyse(copied).problems
    add = next(id_ for id_ in new if copied.by_id[id_].kind() == "Add")
    assert len(copied.incoming[add]) == 2


def test_a_part_with_branches_goes_through_text() -> None:
    network = resnet((1, 1, 1, 1), bottleneck=False)
    add = by_kind(network, "Add")[1]
    body = [
        block.id
        for block in network.blocks
        if int(by_kind(network, "Add")[0][1:]) + 1 < int(block.id[1:]) <= int(add[1:])
    ]
    text = clipboard.copy_text(network, body)
    pasted = clipboard.paste(network, text, network.outgoing[add][0].to)
    assert not analyse(pasted.network).problems
    assert len(pasted.ids) == len(body)
    assert len(by_kind(pasted.network, "Add")) == 5


def test_a_residual_block_moves_as_a_whole() -> None:
    network = residual()
    inside = ["b5", "b6", "b7", "b8", "b9", "b10", "b11"]
    ends = ends_of(network, inside)
    assert ends is not None and (ends.entry, ends.exit) == (("b4", 0), ("b11", 0))
    wire = next(wire for wire in network.wires if wire.from_ == "b1")
    moved = edits.move_to_wire(network, inside, wire)
    assert not analyse(moved).problems
    assert values_into(moved, "b10") == [("b9", 0), ("b1", 0)]
    assert values_into(moved, "b2") == [("b11", 0)]
    assert values_into(moved, "b12") == [("b4", 0)]


def test_a_block_moves_into_a_skip_and_out_of_it() -> None:
    network = residual()
    skip = Wire("b4", "b10", 1)
    moved = edits.move_to_wire(network, ["b12"], skip)
    assert values_into(moved, "b10") == [("b9", 0), ("b12", 0)]
    assert values_into(moved, "b12") == [("b4", 0)]
    back = edits.move_to_wire(moved, ["b12"], Wire("b11", "b13"))
    assert equal(back, network)


def test_a_residual_block_moves_behind_the_end() -> None:
    network = residual()
    last = network.blocks[-1].id
    moved = edits.move_behind(network, ["b5", "b6", "b7", "b8", "b9", "b10", "b11"], last)
    assert values_into(moved, "b10") == [("b9", 0), (last, 0)]
    assert values_into(moved, "b12") == [("b4", 0)]
    assert not moved.outgoing["b11"]


def test_an_add_moved_along_keeps_its_skip() -> None:
    network = residual()
    moved = edits.move_to_wire(network, ["b10"], Wire("b12", "b13"))
    assert not analyse(moved).problems
    assert values_into(moved, "b10") == [("b12", 0), ("b4", 0)]
    assert values_into(moved, "b11") == [("b9", 0)]


def sound(network: Network) -> None:
    """No wire ends nowhere, the inputs of every block are counted without a gap, and all of it can be shown."""
    for wire in network.wires:
        assert {wire.from_, wire.to} <= set(network.by_id)
        assert wire.from_ != wire.to
    for id_ in network.by_id:
        assert [wire.input for wire in network.incoming[id_]] == list(range(len(network.incoming[id_])))
    analyse(network)
    layout = arrange(network)
    assert set(layout.boxes) == set(network.by_id)


@settings(max_examples=300, deadline=None)
@given(graphs(longest=9), st.data())
def test_whatever_is_done_to_a_graph_it_stays_sound(network: Network, data: st.DataObject) -> None:
    sound(network)
    for _step in range(3):
        ids = st.sampled_from([block.id for block in network.blocks])
        some = data.draw(st.sets(ids, max_size=5))
        match data.draw(st.sampled_from(["remove", "join", "duplicate", "move", "append", "cut", "file"])):
            case "remove":
                network = edits.remove(network, some - {"b1"})
            case "join":
                network = join(network, data.draw(st.sampled_from(["Add", "Concat"])), some)[0]
            case "duplicate":
                network = edits.duplicate(network, some)[0]
            case "move" if network.wires:
                network = edits.move_to_wire(network, some, data.draw(st.sampled_from(network.wires)))
            case "append":
                network = edits.append(network, edits.create("ReLU", network), data.draw(ids))
            case "cut" if network.wires:
                network = cut(network, data.draw(st.sampled_from(network.wires)))
            case "file":
                placed = edits.set_positions(network, {data.draw(ids): (48.0, -8.0)})
                network = loads(dumps(Project(placed))).network
                assert network == placed
        sound(network)


@settings(max_examples=300, deadline=None)
@given(graphs(longest=9), st.data())
def test_deleting_several_blocks_leaves_no_break(network: Network, data: st.DataObject) -> None:
    """What was joined to the Input stays so, unless the Input itself goes."""
    ids = [block.id for block in network.blocks if block.id != "b1"]
    if not ids:
        return
    gone = data.draw(st.sets(st.sampled_from(ids), min_size=1))
    after = edits.remove(network, gone)
    rows = analyse(after).rows
    assert all(row.connected for row in rows.values())
    assert not set(after.by_id) & gone


def test_deleting_a_thousand_blocks_of_a_graph_is_quick() -> None:
    network = EVERY["long"]()
    start = time.process_time()
    edits.remove(network, list(network.by_id)[1:])
    # 20 ms measured.
    assert time.process_time() - start < 0.3
