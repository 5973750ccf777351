"""Where blocks stand: a straight stack, branches beside it, nothing on top of anything."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN_GAP, GAP, STRIP_HEIGHT, is_strip, place
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.templates import chain
from tests.network.chains import blocks, chains
from tests.network.graphs import graphs


@given(chains())
def test_a_chain_is_one_stack_with_its_strips_joined(network: Network) -> None:
    y = 0.0
    for number, (block, box) in enumerate(zip(network.blocks, place(network).values(), strict=True)):
        strip = block.keeps_shape and number > 0
        y += 0 if strip or not number else GAP
        assert (box.x, box.y, box.width, box.strip) == (0, y, CARD_WIDTH, strip)
        assert box.height == (STRIP_HEIGHT if strip else CARD_HEIGHT)
        y = box.bottom


@settings(max_examples=300, deadline=None)
@given(graphs(longest=25))
def test_in_any_network_values_flow_down_and_no_two_blocks_meet(network: Network) -> None:
    boxes = place(network)
    assert list(boxes) == list(dict.fromkeys(boxes))
    assert set(boxes) == set(network.by_id)
    for wire in network.wires:
        above, below = boxes[wire.from_], boxes[wire.to]
        assert below.y >= above.bottom
        if below.strip:
            assert (below.x, below.y) == (above.x, above.bottom)
    columns: dict[float, list[tuple[float, float]]] = {}
    for box in boxes.values():
        columns.setdefault(box.x, []).append((box.y, box.bottom))
    for column in columns.values():
        column.sort()
        assert all(upper[1] <= lower[0] for upper, lower in pairwise(column))
    # The first line is straight and without gaps from the Input to the lowest block.
    main = sorted((box for box in boxes.values() if box.x == 0), key=lambda box: box.y)
    for upper, lower in pairwise(main):
        assert lower.y - upper.bottom == (0 if lower.strip else GAP)
    assert main[-1].bottom == max(box.bottom for box in boxes.values())


wires = st.builds(Wire, st.sampled_from("abcdefx"), st.sampled_from("abcdefx"), st.integers(0, 3))
positions = st.one_of(st.none(), st.tuples(st.floats(-900, 900), st.floats(-900, 900)))


@settings(max_examples=300)
@given(st.lists(st.tuples(blocks(), positions), max_size=6), st.lists(wires, max_size=12))
def test_whatever_was_drawn_has_a_place(drawn: list, joined: list[Wire]) -> None:
    placed = tuple(
        replace(block, id="abcdef"[index], position=position) for index, (block, position) in enumerate(drawn)
    )
    network = Network(placed, tuple(joined))
    boxes = place(network)
    assert set(boxes) == {block.id for block in placed}
    for block in placed:
        if block.position is not None:
            assert (boxes[block.id].x, boxes[block.id].y) == block.position
        if boxes[block.id].strip:
            assert is_strip(network, block)


@settings(max_examples=300, deadline=None)
@given(graphs(longest=15), st.data())
def test_moving_one_block_moves_no_other_but_its_strips(network: Network, data: st.DataObject) -> None:
    before = place(network)
    id_ = data.draw(st.sampled_from([block.id for block in network.blocks[1:]] or ["b1"]))
    if id_ == "b1":
        return
    moved = replace(network.by_id[id_], position=(-700.0, 55.0))
    after = place(Network(tuple(moved if b.id == id_ else b for b in network.blocks), network.wires))
    for other, box in after.items():
        assert other == id_ or before[other].strip or box == before[other]


def test_loose_blocks_stand_to_the_left() -> None:
    network = chain(KINDS["Input"](id=""), KINDS["Conv2d"](id=""))
    network = Network((*network.blocks, KINDS["Conv2d"](id="x"), KINDS["Conv2d"](id="y")), network.wires)
    boxes = place(network)
    assert boxes["x"].x == boxes["y"].x == -(CARD_WIDTH + COLUMN_GAP)
    assert boxes["y"].y == boxes["x"].bottom + GAP


def residual(blocks_: int) -> Network:
    """A network of the size and form of ResNet-50 with 16 blocks."""
    conv, norm, relu, add = (KINDS[kind] for kind in ("Conv2d", "BatchNorm2d", "ReLU", "Add"))
    made = [KINDS["Input"](id="0", channels=64, height=56, width=56)]
    wired: list[Wire] = []

    def put(block, *sources: str) -> str:
        id_ = str(len(made))
        made.append(replace(block, id=id_))
        wired.extend(Wire(source, id_, i) for i, source in enumerate(sources))
        return id_

    here = "0"
    for number in range(blocks_):
        skip = here
        for size in (1, 3, 1):
            here = put(
                conv(id="-", out_channels=64, kernel_size=(size, size), padding=(size // 2,) * 2), here
            )
            here = put(norm(id="-"), here)
            here = put(relu(id="-"), here) if size == 3 else here
        if number % 4 == 0:
            skip = put(norm(id="-"), put(conv(id="-", out_channels=64, kernel_size=(1, 1)), skip))
        here = put(relu(id="-"), put(add(id="-"), here, skip))
    return Network(tuple(made), tuple(wired))


def test_resnet_50_has_a_straight_trunk_with_its_projections_in_one_column() -> None:
    network = residual(16)
    start = time.process_time()
    boxes = place(network)
    seconds = time.process_time() - start
    xs = [boxes[block.id].x for block in network.blocks]
    assert set(xs) == {0, CARD_WIDTH + COLUMN_GAP}
    assert sum(x > 0 for x in xs) == 8
    # 3 ms measured; the aim is 100.
    assert seconds < 0.1


@pytest.mark.parametrize("branches", [2, 4])
def test_branches_side_by_side_have_a_column_each(branches: int) -> None:
    conv, concat = KINDS["Conv2d"], KINDS["Concat"](id="z")
    made = [KINDS["Input"](id="a"), *(conv(id=str(n), padding=(1, 1)) for n in range(branches)), concat]
    wired = [Wire("a", str(n)) for n in range(branches)] + [Wire(str(n), "z", n) for n in range(branches)]
    boxes = place(Network(tuple(made), tuple(wired)))
    assert len({boxes[str(n)].x for n in range(branches)}) == branches
    assert len({boxes[str(n)].y for n in range(branches)}) == 1
    assert boxes["a"].x == boxes["z"].x == 0
