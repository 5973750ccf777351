"""What is typed into a field, read as a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from cnnbuilder.blocks import KINDS
from cnnbuilder.ui.fields.entries import Entry, entry_for


def _entry(kind: str, field: str) -> Entry:
    info = next(info for info in KINDS[kind].fields() if info.name == field)
    return entry_for(info.field.usual, inspect.type_info(info.type))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", (3, 3)),
        ("3, 5", (3, 5)),
        ("3x5", (3, 5)),
        ("3×5", (3, 5)),
        ("(3, 5)", (3, 5)),
        (" 3  5 ", (3, 5)),
        ("0", None),
        ("3, 0", None),
        ("3, 5, 7", None),
        ("three", None),
        ("-3", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_a_pair_is_read_as_people_write_it(text: str, value: tuple[int, int] | None) -> None:
    assert _entry("Conv2d", "kernel_size").read(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("64", 64), ("1,024", 1024), (" 8 ", 8), ("0", None), ("65537", None), ("2.5", None), ("", None)],
)
def test_a_whole_number_is_read_with_its_range(text: str, value: int | None) -> None:
    assert _entry("Conv2d", "out_channels").read(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.25", 0.25), ("0,25", 0.25), ("1", 1.0), ("1.5", None), ("nan", None), ("inf", None)],
)
def test_a_fraction_is_read_with_its_range(text: str, value: float | None) -> None:
    assert _entry("Dropout", "p").read(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5; -0.4; 2", (0.5, -0.4, 2.0)),
        ("0.5, -0.4, 2", (0.5, -0.4, 2.0)),
        ("0,5; 0,4; 2", (0.5, 0.4, 2.0)),
        ("(1 2 3)", (1.0, 2.0, 3.0)),
        ("2", (2.0, 2.0, 2.0)),
        ("1; 2", None),
        ("1; 2; 101", None),
        ("", None),
    ],
)
def test_three_fractions_are_read_as_people_write_them(text: str, value: tuple[float, ...] | None) -> None:
    entry = _entry("Rescale", "scale")
    assert entry.read(text) == value
    assert value is None or entry.read(entry.show(value)) == value


@pytest.mark.parametrize(("text", "value"), [("-1", -1), ("−2", -2), ("3", 3), ("-4", None), ("--1", None)])
def test_a_whole_number_may_be_below_zero(text: str, value: int | None) -> None:
    assert _entry("Flatten", "end_dim").read(text) == value


def test_a_number_that_need_not_be_there_may_be_emptied() -> None:
    divisor = _entry("AvgPool2d", "divisor_override")
    assert divisor.reads("") and divisor.read("") is None
    assert divisor.reads("4") and not divisor.reads("four")
    assert divisor.refusal() == "A whole number from 1 to 65,536. Or leave it empty."
    assert not _entry("Conv2d", "padding").reads("")


def test_a_whole_word_is_not_unfinished() -> None:
    padding = _entry("Conv2d", "padding")
    assert not padding.unfinished("same") and padding.unfinished("3,")


def test_a_refusal_names_the_range() -> None:
    assert _entry("Conv2d", "out_channels").refusal() == "A whole number from 1 to 65,536."
    assert _entry("Dropout", "p").refusal() == "A number from 0 to 1."
    assert "above 0" in _entry("BatchNorm2d", "eps").refusal()


@given(st.integers(1, 65_536), st.integers(1, 65_536))
def test_a_pair_that_is_shown_reads_back(height: int, width: int) -> None:
    entry = _entry("Conv2d", "kernel_size")
    assert entry.read(entry.show((height, width))) == (height, width)


@given(st.floats(0, 1))
def test_a_fraction_that_is_shown_reads_back(value: float) -> None:
    entry = _entry("Dropout", "p")
    assert entry.read(entry.show(value)) == value


def test_steps_stay_in_range() -> None:
    pair = _entry("Conv2d", "kernel_size")
    assert pair.step((3, 5), 1) == (4, 6)
    assert pair.step((1, 5), -1) == (1, 5)
    share = _entry("Dropout", "p")
    assert share.step(0.5, 1) == 0.6
    assert share.step(0.1, -1) == 0.09
    assert share.step(1.0, 1) == 1.0
    assert share.step(0.0, 1) == 0.1


def test_page_keys_go_from_one_usual_value_to_the_next() -> None:
    filters = _entry("Conv2d", "out_channels")
    assert filters.next_usual(32, 1) == 64
    assert filters.next_usual(33, -1) == 32
    assert filters.next_usual(256, 1) == 256


def test_padding_takes_numbers_and_the_word_same() -> None:
    padding = _entry("Conv2d", "padding")
    assert padding.read("same") == padding.read(" SAME ") == "same"
    assert padding.read("1, 2") == (1, 2)
    assert padding.read("sam") is None
    assert padding.show("same") == "same"
    assert padding.step("same", 1) == "same"
    assert padding.step((1, 1), 1) == (2, 2)
    assert padding.refusal().endswith("Or: same.")


def test_four_sides_are_typed_with_commas_or_as_one_number() -> None:
    border = _entry("ZeroPad2d", "padding")
    assert border.read("0, 1, 0, 1") == (0, 1, 0, 1)
    assert border.read("2") == (2, 2, 2, 2)
    assert border.read("1, 2, 3") is None
    assert border.show((0, 1, 0, 1)) == "0, 1, 0, 1"
