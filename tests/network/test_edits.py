"""Edits: what a person does to a network, and that a chain stays a chain."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Family
from cnnbuilder.network import clipboard, edits
from cnnbuilder.network.analysis import analyse, execution_order
from cnnbuilder.network.classifier import make_classifier, not_yet
from cnnbuilder.network.layout import arrange
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.templates import TEMPLATES
from tests.network.chains import chains


def kinds(network: Network) -> str:
    """The kinds in the order in which they run, by their first letters."""
    return "".join(network.by_id[id_].kind()[0] for id_ in execution_order(network)[0])


@pytest.fixture
def digits() -> Network:
    return TEMPLATES["digits"].make().network


def test_a_new_convolution_keeps_the_size_and_doubles_the_filters(digits: Network) -> None:
    first = edits.create("Conv2d", TEMPLATES["empty"].make().network)
    assert (first.out_channels, first.kernel_size, first.padding) == (16, (3, 3), (1, 1))  # type: ignore[attr-defined]
    assert edits.create("Conv2d", digits, after="b7").out_channels == 64  # type: ignore[attr-defined]
    assert edits.create("Conv2d", digits).out_channels == 128  # type: ignore[attr-defined]


def test_appending_goes_to_the_end_or_behind_the_selected(digits: Network) -> None:
    assert kinds(edits.append(digits, edits.create("Dropout", digits))) == "ICRMCRMCRMFLD"
    assert kinds(edits.append(digits, edits.create("Dropout", digits), "b2")) == "ICDRMCRMCRMFL"


def test_the_first_block_on_an_empty_canvas_stands_alone_and_an_input_goes_before_it() -> None:
    network = edits.append(Network(), edits.create("Conv2d", Network()))
    assert kinds(network) == "C"
    network = edits.append(network, edits.create("Input", network))
    assert kinds(network) == "IC"
    assert len(network.wires) == 1


def test_deleting_heals_the_chain(digits: Network) -> None:
    assert kinds(edits.remove(digits, ["b3", "b4", "b5"])) == "ICRMCRMFL"
    assert not analyse(edits.remove(digits, ["b3", "b4", "b5"])).problems


def test_a_block_moves_up_and_down_the_stack(digits: Network) -> None:
    down = edits.move_in_stack(digits, "b3", 1)
    assert kinds(down) == "ICMRCRMCRMFL"
    assert kinds(edits.move_in_stack(down, "b3", -1)) == kinds(digits)
    assert kinds(edits.move_in_stack(digits, "b11", 1)) == "ICRMCRMCRMLF"
    assert edits.move_in_stack(digits, "b12", 1) == digits
    assert edits.move_in_stack(digits, "b2", -1) == digits
    assert edits.move_in_stack(digits, "b1", 1) == digits


def test_several_blocks_move_into_a_wire_in_their_order(digits: Network) -> None:
    moved = edits.move_to_wire(digits, ["b3", "b2"], Wire("b10", "b11"))
    assert kinds(moved) == "IMCRMCRMCRFL"
    assert edits.move_to_wire(digits, ["b2"], Wire("b2", "b3")) == digits


def test_copies_go_behind_the_last_that_was_copied(digits: Network) -> None:
    network, ids = edits.duplicate(digits, ["b2", "b3", "b4"])
    assert kinds(network) == "ICRMCRMCRMCRMFL"
    assert len(ids) == 3
    assert not analyse(network).problems


def test_blocks_travel_as_text(digits: Network) -> None:
    text = clipboard.copy_text(digits, ["b1", "b5", "b6", "b7"])
    pasted = clipboard.paste(TEMPLATES["empty"].make().network, text, None)
    assert kinds(pasted.network) == "ICRM"
    assert len(pasted.ids) == 3
    assert pasted.remarks is None
    with pytest.raises(clipboard.CannotPasteError, match="holds neither blocks nor PyTorch layers"):
        clipboard.paste(pasted.network, "hello", None)


def test_what_is_missing_to_classify_is_said_and_added() -> None:
    network = TEMPLATES["quiz-130"].make().network
    assert not_yet(analyse(network), 10) == "not yet a classifier: add Flatten and Linear (10)"
    mended = analyse(make_classifier(network, 10))
    assert not_yet(mended, 10) is None
    assert not mended.problems
    assert not_yet(mended, 100) == "10 outputs for 100 classes: give the last Linear 100 outputs"
    assert not_yet(analyse(make_classifier(mended.network, 100)), 100) is None


def test_strips_join_the_card_above_and_digits_fits_in_640_pixels(digits: Network) -> None:
    boxes = arrange(digits).boxes
    assert boxes["b3"].strip
    assert boxes["b3"].y == boxes["b2"].bottom
    assert max(box.bottom for box in boxes.values()) <= 640


@given(chains(), st.data())
def test_a_chain_stays_a_chain_whatever_is_done(network: Network, data: st.DataObject) -> None:
    ids = st.sampled_from([block.id for block in network.blocks])
    for _step in range(4):
        match data.draw(st.sampled_from(["append", "remove", "move", "wire", "duplicate"])):
            case "append":
                network = edits.append(network, edits.create("ReLU", network), data.draw(ids))
            case "remove":
                network = edits.remove(
                    network,
                    [data.draw(ids.filter(lambda id_: id_ != "b1"))] if len(network.blocks) > 1 else [],
                )
            case "move":
                network = edits.move_in_stack(network, data.draw(ids), data.draw(st.sampled_from([-1, 1])))
            case "wire" if network.wires:
                network = edits.move_to_wire(
                    network, [data.draw(ids)], data.draw(st.sampled_from(network.wires))
                )
            case "duplicate":
                network = edits.duplicate(network, [data.draw(ids)])[0]
        ids = st.sampled_from([block.id for block in network.blocks])
        assert edits.is_chain(network)
        assert len(set(network.by_id)) == len(network.blocks)
        boxes = arrange(network).boxes
        assert set(boxes) == set(network.by_id)


def test_kinds_are_found_in_the_palettes_order() -> None:
    families = [kind.family for kind in KINDS.values()]
    assert list(dict.fromkeys(families)) == list(get_args(Family))
    assert [families.index(family) for family in families] == sorted(map(families.index, families))
    basic = [name for name, kind in KINDS.items() if kind.basic]
    assert basic == ["Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear", "Dropout"]


wires = st.builds(Wire, st.sampled_from("abcdx"), st.sampled_from("abcdx"), st.integers(0, 2))


@given(st.lists(wires, max_size=8), st.sampled_from("abcdx"), st.sampled_from("abcdx"))
def test_no_edit_of_any_graph_fails_or_leaves_a_wire_without_its_block(
    joined: list[Wire], one: str, other: str
) -> None:
    blocks = tuple(
        KINDS[kind](id=id_) for kind, id_ in zip(["Input", "ReLU", "Conv2d", "Flatten"], "abcd", strict=True)
    )
    network = Network(blocks, tuple(joined))
    for changed in (
        edits.remove(network, [one, other]),
        edits.move_in_stack(network, one, -1),
        edits.move_in_stack(network, one, 1),
        edits.duplicate(network, [one, other])[0],
        edits.append(network, edits.create("ReLU", network, one), one),
        *(edits.move_to_wire(network, [one], wire) for wire in network.wires),
    ):
        known = changed.by_id
        strays = {id_ for wire in changed.wires for id_ in (wire.from_, wire.to)} - set(known)
        assert strays <= {"x"}
        arrange(changed)
        analyse(changed)
