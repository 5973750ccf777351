"""A class that is added half is refused by name when the program starts; it never falls through to something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block, Call, Family, Shape, Weights
from cnnbuilder.blocks.declaration import IncompleteBlockError, complete


class Whole(Block, frozen=True, kw_only=True):
    """Everything that a kind must say."""

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = "changes nothing"
    summary: ClassVar[str] = "Passes on what arrives."
    when: ClassVar[str] = "Never."
    keywords: ClassVar[str] = "nothing"
    icon: ClassVar[str] = "minus"
    name_prefix: ClassVar[str] = "whole"
    layers: ClassVar[Mapping[str, str]] = {"Whole": ""}

    def output(self, *inputs: Shape) -> Shape:
        return inputs[0]

    def call(self, *inputs: Shape) -> Call:
        return Call("nn.Identity()")


def changed(**attributes: Any) -> type[Block]:
    """The same kind with something else said."""
    return type("Whole", (Whole,), attributes, frozen=True, kw_only=True)


def test_all_that_is_there_is_whole() -> None:
    assert complete(KINDS.values()) == list(KINDS.values())
    assert complete([Whole]) == [Whole]


@pytest.mark.parametrize("word", ["title", "summary", "when", "keywords", "icon", "family", "name_prefix"])
def test_a_kind_that_does_not_say_what_it_is_is_refused(word: str) -> None:
    with pytest.raises(IncompleteBlockError, match=f"Whole has no {word}; say it in the class"):
        complete([changed(**{word: ""})])


@pytest.mark.parametrize(
    ("attributes", "lack"),
    [
        ({"family": "nonsense"}, 'has the family "nonsense", which is none of input, convolution'),
        ({"output": Block.output}, "has no shape rule; define output"),
        ({"call": Block.call}, "has no code; define call"),
        ({"layers": {}}, "cannot be read back from code"),
        ({"arity": (2, None)}, "takes several values, so it needs an operator or a function"),
        ({"macs": lambda self, output, *inputs: 1}, "must define both macs and macs_formulas, or neither"),
        ({"learns": True}, "must set learns where it defines weights"),
    ],
)
def test_a_kind_that_does_half_of_its_work_is_refused(attributes: dict[str, Any], lack: str) -> None:
    with pytest.raises(IncompleteBlockError, match=lack.replace("(", r"\(")):
        complete([changed(**attributes)])


def test_weights_need_a_formula_that_counts_them() -> None:
    def weights(self: Block, *inputs: Shape) -> Weights:
        return {"weight": (1,)}

    with pytest.raises(IncompleteBlockError, match="must define both weights and count_formulas"):
        complete([changed(weights=weights, learns=True)])


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(IncompleteBlockError, match=r"Whole belongs to .* and .*; only one kind can have it"):
        complete([Whole, changed()])


def test_two_kinds_of_one_constructor_are_refused() -> None:
    other = type("Other", (Whole,), {}, frozen=True, kw_only=True)
    with pytest.raises(IncompleteBlockError, match="Whole belongs to"):
        complete([Whole, other])
