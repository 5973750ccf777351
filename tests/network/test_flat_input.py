"""A network that takes a flat vector: written [F], and pictures of as many values are laid out flat for it."""

from __future__ import annotations

import json

import torch

from cnnbuilder.blocks.base import flat
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.network import file
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import not_yet
from cnnbuilder.network.code import source
from cnnbuilder.network.fit import fit
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.project import Network, Project, Training
from cnnbuilder.network.table import as_csv, as_markdown
from cnnbuilder.network.templates import chain
from tests.network.test_against_torch import build


def perceptron(**sizes: int) -> Network:
    return chain(Input(id="", features=(784,), **{"height": 28, "width": 28, **sizes}), Linear(id=""))  # type: ignore[arg-type]


def test_a_linear_follows_at_once_and_nothing_is_said_of_pixels() -> None:
    analysis = analyse(perceptron())
    assert not analysis.problems
    assert analysis.rows["b1"].output == flat(784)
    assert analysis.params == 7850
    assert analysis.rows["b2"].receptive_field is None
    assert analysis.rows["b1"].block.label_text() == "784 numbers"
    assert training_memory(analysis, Training()) > 0
    assert "784" in as_csv(analysis, Training()) and "784" in as_markdown(analysis, Training())


def test_code_takes_vectors_and_pictures_of_as_many_values_alike() -> None:
    for style in ("module", "sequential"):
        net = build(source(perceptron(), style).text)  # type: ignore[arg-type]
        pictures = torch.rand(2, 1, 28, 28)
        assert torch.equal(net(pictures), net(pictures.reshape(2, 784)))


def test_the_file_has_the_number_in_brackets_and_only_where_it_is_flat() -> None:
    text = file.dumps(Project(perceptron()))
    assert json.loads(text)["network"]["blocks"][0]["features"] == [784]
    assert file.loads(text).network == perceptron()
    assert "features" not in json.loads(file.dumps(Project(chain(Input(id="")))))["network"]["blocks"][0]


def test_pictures_of_another_number_of_values_are_a_condition_of_training() -> None:
    assert not_yet(analyse(perceptron()), 10) is None
    said = not_yet(analyse(perceptron(height=32, width=32)), 10)
    assert said is not None
    assert "takes 784 numbers, but its pictures of 1 × 32 × 32 have 1,024" in said
    assert not analyse(perceptron(height=32, width=32)).problems


def test_data_of_another_size_fits_it() -> None:
    fitted = fit(analyse(perceptron()), (3, 32, 32), 100)
    assert fitted.blocks[0].output() == flat(3072)
    assert not_yet(analyse(fitted), 100) is None
