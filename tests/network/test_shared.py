"""A layer used twice: one set of weights, one attribute in code, whatever is moved, copied, deleted or saved."""

from __future__ import annotations

import json

import pytest
import torch
from msgspec.structs import replace

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network import clipboard, file
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import CannotGenerateError, source
from cnnbuilder.network.edits import duplicate, move_to_wire, selected_part
from cnnbuilder.network.equality import counterparts, equal
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.memory import kept_for_backward
from cnnbuilder.network.number_formulas import parameter_formulas
from cnnbuilder.network.project import Network, Project
from cnnbuilder.network.removal import remove
from cnnbuilder.network.snippet import snippet
from cnnbuilder.network.templates import chain
from tests.network.test_against_torch import build
from tests.network.test_memory import measured


def twice(*more: Block) -> Network:
    """Input, conv, ReLU, the same conv again, and more behind it."""
    conv = Conv2d(id="", out_channels=3, padding=(1, 1))
    return chain(
        KINDS["Input"](id="", channels=3, height=8, width=8),
        conv, KINDS["ReLU"](id=""), Shared(id="", of="b2"), *more,
    )  # fmt: skip


def test_its_weights_are_counted_once_and_it_computes_as_much_again() -> None:
    rows = analyse(twice()).rows
    assert not analyse(twice()).problems
    assert (rows["b2"].params, rows["b4"].params, analyse(twice()).params) == (84, 0, 84)
    assert rows["b2"].macs == rows["b4"].macs == 3 * 3 * 9 * 64
    assert rows["b4"].receptive_field == (5, 5)
    assert rows["b4"].name == rows["b2"].name == "conv1"
    assert (rows["b4"].kind, rows["b4"].block.kind()) == ("Shared", "Conv2d")
    (formula,) = parameter_formulas(rows["b4"])
    assert formula.numbers == "0" and "conv1" in formula.letters


def test_code_has_one_attribute_and_torch_computes_the_same() -> None:
    written = source(twice())
    assert written.text.count("nn.Conv2d") == 1
    assert written.prefixes == {"b2": "conv1"}
    assert set(written.lines["b2"]) & set(written.lines["b4"])
    net = build(written.text)
    x = torch.rand(2, 3, 8, 8)
    assert torch.equal(net(x), net.conv1(torch.relu(net.conv1(x))))
    assert sum(weight.numel() for weight in net.parameters()) == 84
    with pytest.raises(CannotGenerateError, match=r"used again cannot be written as nn\.Sequential"):
        source(twice(), "sequential")


def test_normalisation_that_is_shared_has_one_set_of_statistics() -> None:
    network = chain(
        KINDS["Input"](id="", channels=3), KINDS["BatchNorm2d"](id=""), KINDS["ReLU"](id=""), Shared(id="", of="b2")
    )  # fmt: skip
    assert not analyse(network).problems
    net = build(source(network).text)
    net(torch.rand(2, 3, 8, 8))
    assert net.bn1.num_batches_tracked == 2


def test_frozen_it_is_frozen_everywhere() -> None:
    network = twice()
    frozen = network.with_blocks(tuple(replace(b, frozen=b.id == "b2") for b in network.blocks))
    assert analyse(frozen).trainable == 0
    assert source(frozen).text.count("requires_grad_(False)") == 1


def test_it_may_run_before_the_block_that_has_the_weights() -> None:
    network = chain(
        KINDS["Input"](id="", channels=3, height=8, width=8), Shared(id="", of="b3"),
        Conv2d(id="", out_channels=3, padding=(1, 1)),
    )  # fmt: skip
    assert not analyse(network).problems
    net = build(source(network).text)
    x = torch.rand(2, 3, 8, 8)
    assert torch.equal(net(x), net.conv1(net.conv1(x)))


def test_other_channels_than_the_weights_are_made_for_are_a_problem_with_a_fix() -> None:
    network = chain(KINDS["Input"](id=""), Conv2d(id="", out_channels=8), Shared(id="", of="b2"))
    (problem,) = analyse(network).problems
    assert problem.id == "b3"
    assert "made for 1 × 32 × 32, but 8 × 30 × 30 arrives" in problem.message
    mended = apply_fix(network, problem, problem.fixes[0])
    assert not analyse(mended).problems
    assert [block.kind() for block in mended.blocks] == ["Input", "Conv2d", "Conv2d"]


@pytest.mark.parametrize("of", ["b9", "", "b1", "b3"])
def test_weights_of_no_layer_are_a_problem_and_nothing_is_guessed(of: str) -> None:
    network = chain(KINDS["Input"](id=""), KINDS["ReLU"](id=""), Shared(id="", of=of))
    (problem,) = analyse(network).problems
    assert problem.id == "b3"
    assert "is no layer of the network" in problem.message
    assert [b.id for b in apply_fix(network, problem, problem.fixes[0]).blocks] == ["b1", "b2"]


def test_the_file_names_the_block_and_nothing_else() -> None:
    text = file.dumps(Project(twice()))
    (line,) = [line for line in text.splitlines() if '"Shared"' in line]
    content = json.loads(line.strip().rstrip(","))
    assert content == {"id": "b4", "block": "Shared", "name": None, "position": None, "of": "b2"}
    assert file.loads(text).network == twice()


def test_deleting_the_first_use_hands_its_weights_to_the_next() -> None:
    network = twice(Shared(id="", of="b2"))
    after = remove(network, ["b2"])
    heir, rest = after.by_id["b4"], after.by_id["b5"]
    assert isinstance(heir, Conv2d)
    assert (heir.out_channels, heir.padding) == (3, (1, 1))
    assert isinstance(rest, Shared) and rest.of == "b4"
    assert not analyse(after).problems
    assert analyse(after).params == 84
    assert not analyse(remove(after, ["b4"])).problems
    assert remove(network, ["b4", "b5"]).by_id["b2"] == network.by_id["b2"]


def test_moving_the_first_use_leaves_its_weights_with_it() -> None:
    network = twice(KINDS["ReLU"](id=""))
    moved = move_to_wire(network, ["b2"], network.wires[-1])
    assert moved.by_id["b4"] == network.by_id["b4"]
    assert not analyse(moved).problems


def test_copies_of_both_share_with_each_other_and_one_alone_gets_its_own() -> None:
    network = twice()
    copied, ids = duplicate(network, ["b2", "b3", "b4"])
    assert [copied.by_id[id_].kind() for id_ in ids] == ["Conv2d", "ReLU", "Shared"]
    assert copied.by_id[ids[2]].of == ids[0]  # type: ignore[attr-defined]
    assert analyse(copied).params == 2 * 84
    alone = selected_part(network, ["b4"])
    assert [block.kind() for block in alone.blocks] == ["Conv2d"]
    text = clipboard.copy_text(network, ["b2", "b3", "b4"])
    pasted = clipboard.paste(network, text, None)
    assert not analyse(pasted.network).problems
    assert analyse(pasted.network).params == 2 * 84
    again, (one,) = duplicate(network, ["b4"])
    assert isinstance(again.by_id[one], Shared)
    assert analyse(again).params == 84


def test_copied_as_source_it_is_one_attribute() -> None:
    text = snippet(analyse(twice()), ["b2", "b3", "b4"])
    assert text.count("nn.Conv2d") == 1
    assert text.count("self.conv1(") == 2


def test_networks_that_share_differently_are_not_equal() -> None:
    network = chain(
        KINDS["Input"](id="", channels=3), Conv2d(id="", out_channels=3), Conv2d(id="", out_channels=3),
        Shared(id="", of="b2"),
    )  # fmt: skip
    other = network.with_blocks(
        tuple(replace(b, of="b3") if isinstance(b, Shared) else b for b in network.blocks)
    )
    own = apply_fix_own(network)
    renamed = file.loads(file.dumps(Project(network)).replace('"b4"', '"b9"')).network
    assert equal(network, renamed)
    assert not equal(network, other)
    assert not equal(network, own)
    assert counterparts(analyse(network), analyse(renamed)) == {
        "b1": "b1",
        "b2": "b2",
        "b3": "b3",
        "b4": "b9",
    }
    assert counterparts(analyse(network), analyse(other)) is None
    assert counterparts(analyse(network), analyse(own)) is None


def apply_fix_own(network: Network) -> Network:
    """Every use with weights of its own."""
    return network.with_blocks(tuple(network.layers.values()))


def test_the_forecast_keeps_what_torch_keeps() -> None:
    network = twice(KINDS["Flatten"](id=""), KINDS["Linear"](id=""))
    kept = 4 * sum(kept_for_backward(analyse(network)).values())
    assert kept == pytest.approx(measured(network), rel=0.1)
