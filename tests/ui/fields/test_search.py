"""The palette's search: names, words for what a block does, and slips of the pen."""

from __future__ import annotations

import re

import pytest

from cnnbuilder.blocks import KINDS
from cnnbuilder.ui.fields.search import SEARCHED, elsewhere, find, nearest


def _names(query: str) -> list[str]:
    return [kind.kind() for kind in find(query, KINDS.values())]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("conv", "Conv2d"),
        ("CONV2D", "Conv2d"),
        ("deeper", "Conv2d"),
        ("shrink", "MaxPool2d"),
        ("dense", "Linear"),
        ("pool", "MaxPool2d"),
        ("batch", "BatchNorm2d"),
        ("relu", "ReLU"),
        ("keeps peaks", "MaxPool2d"),
    ],
)
def test_a_word_finds_its_block(query: str, first: str) -> None:
    assert _names(query)[0] == first


@pytest.mark.parametrize(
    ("query", "first"),
    [
        *(("add", "Add"), ("sum", "Add"), ("skip", "Add"), ("residual", "Add"), ("shortcut", "Add")),
        *(
            ("join", "Add"),
            ("merge", "Add"),
            ("concat", "Concat"),
            ("cat", "Concat"),
            ("multiply", "Multiply"),
        ),
        *(("deconv", "ConvTranspose2d"), ("upsample", "Upsample")),
    ],
)
def test_what_people_type_is_answered(query: str, first: str) -> None:
    assert first in [kind.kind() for kind in find(query, SEARCHED)]


LEADING_ELSEWHERE = (
    "draw", "digit", "folder", "pictures", "own images", "history", "resume", "continue", "compare", "help",
    "why", "learn",
)  # fmt: skip


@pytest.mark.parametrize("word", LEADING_ELSEWHERE)
def test_a_word_that_is_no_block_leads_where_its_thing_is(word: str) -> None:
    place = elsewhere(word)
    assert place is not None
    assert re.search(r"Ctrl\+\d|F\d", place), "it names the key that leads there"


def test_a_block_is_found_once() -> None:
    for kind in KINDS.values():
        if kind.offered:
            found = find(kind.kind(), SEARCHED)
            assert found.count(kind) == 1
            assert elsewhere(kind.kind()) is None


@pytest.mark.parametrize("word", ["help", "draw a digit", "history", "why", "resume", "zzz"])
def test_what_is_nothing_like_a_block_is_answered_with_none(word: str) -> None:
    assert nearest(word, SEARCHED) is None


def test_every_word_must_match() -> None:
    assert _names("pool mean") == ["AvgPool2d", "AdaptiveAvgPool2d", "ChannelMean"]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("Covn2d", "Conv2d"), ("lineer", "Linear"), ("flaten", "Flatten"), ("maxpol", "MaxPool2d")],
)
def test_a_slip_finds_nothing_but_has_a_nearest(slip: str, meant: str) -> None:
    assert _names(slip) == []
    found = nearest(slip, KINDS.values())
    assert found is not None
    assert found.kind() == meant


def test_nonsense_has_no_nearest() -> None:
    assert nearest("qqqqqqqq", KINDS.values()) is None
