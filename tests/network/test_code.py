"""The source reads as if written by hand, and nothing that a project says can slip into it."""

from __future__ import annotations

import ast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import CannotGenerateError, line_of, source
from cnnbuilder.network.names import RESERVED, identifier
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.network.chains import chains

DIGITS = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = self.pool(x)
        x = F.relu(self.conv2(x))
        x = self.pool(x)
        x = F.relu(self.conv3(x))
        x = self.pool(x)
        x = torch.flatten(x, 1)
        x = self.fc1(x)
        return x
"""

SETTINGS = {
    *("same", "reflect", "replicate", "circular"),
    *("tanh", "row", "batch", "nearest", "bilinear"),
}
"""The only words that a source writes as text: a setting of a layer, never a word of the project."""


def test_digits_reads_like_the_lesson() -> None:
    assert source(TEMPLATES["digits"].make().network).text == DIGITS


def test_each_block_knows_its_lines() -> None:
    lines = source(TEMPLATES["digits"].make().network).lines
    text = DIGITS.splitlines()
    assert [text[n - 1].strip() for n in lines["b5"]] == [
        "self.conv2 = nn.Conv2d(16, 32, 3, padding=1)",
        "x = F.relu(self.conv2(x))",
    ]
    assert [text[n - 1].strip() for n in lines["b6"]] == ["x = F.relu(self.conv2(x))"]


def test_what_equals_the_default_is_left_out() -> None:
    conv = KINDS["Conv2d"](id="", out_channels=8, kernel_size=(3, 5), stride=(2, 1), bias=False)
    network = chain(KINDS["Input"](id=""), conv)
    line = line_of(analyse(network), "b2")
    assert line == "self.conv1 = nn.Conv2d(1, 8, (3, 5), stride=(2, 1), bias=False)"


def test_different_pools_get_different_names() -> None:
    pools = [KINDS["MaxPool2d"](id=""), KINDS["MaxPool2d"](id="", stride=(1, 1)), KINDS["MaxPool2d"](id="")]
    analysis = analyse(chain(KINDS["Input"](id=""), *pools))
    assert [row.name for row in analysis.rows.values()] == ["input1", "pool1", "pool2", "pool1"]


def test_a_network_with_problems_has_no_code() -> None:
    with pytest.raises(CannotGenerateError, match="Linear needs a flat vector"):
        source(chain(KINDS["Input"](id=""), KINDS["Linear"](id="")))


def test_a_value_read_twice_keeps_a_name_of_its_own() -> None:
    blocks = (KINDS["Input"](id="a"), KINDS["ReLU"](id="b"), KINDS["Conv2d"](id="c"), KINDS["Conv2d"](id="d"))
    network = Network(blocks, (Wire("a", "b"), Wire("b", "c"), Wire("b", "d")))
    # Two ends are a problem, so a person cannot come here yet; the branch is still refused in one sentence.
    with pytest.raises(CannotGenerateError, match="ends in several places"):
        source(network)


names = st.one_of(
    st.text(max_size=30), st.sampled_from(sorted(RESERVED)), st.sampled_from(["class", "match", "lambda"])
)


@settings(max_examples=300)
@given(names)
def test_every_name_becomes_a_safe_identifier(name: str) -> None:
    safe = identifier(name)
    ast.parse(f"self.{safe} = 1")
    assert safe.isidentifier()
    assert safe.isascii()
    assert safe not in RESERVED


@given(chains(), st.lists(names, min_size=9, max_size=9))
def test_any_names_give_code_that_parses_with_nothing_of_them_in_strings(
    network: Network, given_names: list[str]
) -> None:
    named = tuple(
        msgspec.structs.replace(block, name=name)
        for block, name in zip(network.blocks, given_names, strict=False)
    )
    network = Network(named, network.wires)
    analysis = analyse(network)
    if analysis.problems:
        return
    for style in ("module", "sequential"):
        tree = ast.parse(source(network, style).text)  # type: ignore[arg-type]
        strings = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert set(strings) <= SETTINGS
    weighted = [row.name for row in analysis.rows.values() if row.weights]
    assert len(weighted) == len(set(weighted))
