"""What is said before the first step: outputs that do not match, activations that the loss has already."""

from __future__ import annotations

import pytest

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import make_classifier, not_yet
from cnnbuilder.network.edits import append, replace_block
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.project import Network
from cnnbuilder.network.removal import remove
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.network.training_conditions import Condition, training_conditions

ACTIVATIONS = [name for name, kind in KINDS.items() if kind.family == "activation"]


@pytest.fixture
def digits() -> Network:
    return TEMPLATES["digits"].make().network


def conditions(network: Network, classes: int = 10) -> tuple[Condition, ...]:
    return training_conditions(analyse(network), classes)


def mended(network: Network, condition: Condition) -> Network:
    return apply_fix(network, condition.problem, condition.problem.fixes[0])


def test_a_classifier_of_its_classes_needs_no_word(digits: Network) -> None:
    assert conditions(digits) == ()


@pytest.mark.parametrize(("outputs", "blocking"), [(3, True), (9, True), (11, False), (1024, False)])
def test_outputs_that_are_not_the_classes_are_told(digits: Network, outputs: int, blocking: bool) -> None:
    network = replace_block(digits, digits.by_id["b12"].with_fields(out_features=outputs))
    (found,) = conditions(network)
    assert found.blocking == blocking
    assert found.problem.id == "b12"
    assert f"{outputs:,} outputs for 10 classes" in found.problem.message
    assert found.problem.fixes[0].label == "Use 10 outputs"
    assert conditions(mended(network, found)) == ()
    assert not analyse(network).problems


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_every_activation_behind_the_last_linear_stops_training_but_one(digits: Network, kind: str) -> None:
    network = append(digits, KINDS[kind](id="last"))
    found = conditions(network)
    if kind == "LogSoftmax":
        assert found == ()
        return
    assert [condition.problem.id for condition in found] == ["last"]
    assert found[0].blocking
    assert mended(network, found[0]) == digits


def test_an_activation_before_the_last_linear_is_as_it_should_be(digits: Network) -> None:
    network = append(append(digits, KINDS["ReLU"](id="act")), KINDS["Linear"](id="out", out_features=10))
    assert conditions(network) == ()


def test_dropout_between_does_not_hide_it(digits: Network) -> None:
    network = append(append(digits, KINDS["Softmax"](id="act")), KINDS["Dropout"](id="drop"))
    (found,) = conditions(network)
    assert found.problem.message.startswith("Softmax is in the loss already")


def test_problems_come_first(digits: Network) -> None:
    broken = replace_block(digits, digits.by_id["b2"].with_fields(kernel_size=(50, 50)))
    assert conditions(broken, 3) == ()


def without_its_end(name: str) -> Network:
    network = TEMPLATES[name].make().network
    return remove(network, [network.blocks[-1].id])


@pytest.mark.parametrize("name", ["digits", "lenet5"])
@pytest.mark.parametrize("classes", [10, 47, 1200])
def test_a_network_that_ends_in_anything_else_gets_its_linear(name: str, classes: int) -> None:
    network = without_its_end(name)
    (found,) = conditions(network, classes)
    end = network.blocks[-1]
    assert found.problem.id == end.id
    assert "outputs for" in found.words
    assert [fix.label for fix in found.problem.fixes] == [f"Add Linear ({classes:,})"]
    whole = mended(network, found)
    assert analyse(whole).output.sizes == (classes,)
    assert conditions(whole, classes) == ()
    assert not analyse(whole).problems


def test_wide_features_may_train_and_an_activation_at_the_end_may_not() -> None:
    assert [found.blocking for found in conditions(without_its_end("digits"))] == [False]
    assert [found.blocking for found in conditions(without_its_end("lenet5"))] == [True]


@pytest.mark.parametrize("last", [None, "Dropout", "Softmax", "LogSoftmax"])
def test_the_linear_at_the_end_is_changed_whatever_keeps_its_outputs(
    digits: Network, last: str | None
) -> None:
    network = replace_block(digits, digits.by_id["b12"].with_fields(out_features=3))
    if last:
        network = append(network, KINDS[last](id="last"))
    assert "give the last Linear 10 outputs" in (not_yet(analyse(network), 10) or "")
    whole = make_classifier(network, 10)
    assert len(whole.blocks) == len(network.blocks)
    assert analyse(whole).output.sizes == (10,)
    assert any(fix.label == "Use 10 outputs" for found in conditions(network) for fix in found.problem.fixes)
