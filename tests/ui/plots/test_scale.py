"""Axes: heights, bounds, and ticks."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.ui.plots.scale import Scale, accuracy_scale, epoch_ticks, loss_scale, spaced, ticks

GUESS = math.log(10)
losses = st.lists(st.floats(1e-4, 50), max_size=20)
fractions = st.lists(st.floats(0, 1), max_size=20)


@given(losses, st.booleans())
def test_losses_up_to_three_times_guessing_are_inside(seen: list[float], logarithmic: bool) -> None:
    scale = loss_scale(seen, GUESS, logarithmic=logarithmic)
    for loss in seen:
        if loss <= 3 * GUESS:
            assert scale.low <= loss <= scale.high * 1.001


@given(fractions, st.booleans(), st.floats(0, 1))
def test_height_and_value_are_inverse(seen: list[float], logarithmic: bool, height: float) -> None:
    for scale in (
        accuracy_scale(seen, seen),
        loss_scale(seen, GUESS, logarithmic=logarithmic),
    ):
        assert scale.height(scale.value(height)) == pytest.approx(height, abs=1e-6)


@given(losses, st.booleans(), st.integers(2, 8))
def test_ticks_are_few_rising_inside_and_told_apart(seen: list[float], logarithmic: bool, about: int) -> None:
    scale = loss_scale(seen, GUESS, logarithmic=logarithmic)
    marks = ticks(scale, about, percent=False)
    values = [mark.value for mark in marks]
    assert values == sorted(values)
    assert len({mark.text for mark in marks}) == len(marks)
    assert all(scale.low * 0.99 <= value <= scale.high * 1.01 for value in values)
    if not logarithmic:
        assert len(marks) <= about + 1


def test_a_loss_that_is_no_number_is_drawn_at_the_top() -> None:
    assert Scale(0.0, 2.5).height(math.nan) == 1.0
    assert loss_scale([math.nan, math.inf], GUESS, logarithmic=False).high == 2.5


def test_the_axis_does_not_move_with_every_report() -> None:
    assert loss_scale([2.1], GUESS, logarithmic=False) == loss_scale(
        [2.1, 0.3, 1.7], GUESS, logarithmic=False
    )


def test_accuracy_near_100_tells_99_from_99_9() -> None:
    scale = accuracy_scale([0.999], [0.999])
    assert scale.height(0.999) - scale.height(0.99) > 0.2
    assert {"90", "99"} <= {tick.text for tick in ticks(scale, 4, percent=True)}


def test_accuracy_far_from_100_has_the_room() -> None:
    scale = accuracy_scale([0.2], [0.33])
    assert scale.height(0.33) > 0.2
    assert {"0", "20", "40"} <= {tick.text for tick in ticks(scale, 6, percent=True)}


def test_training_that_is_far_ahead_does_not_squeeze_validation() -> None:
    scale = accuracy_scale([1.0], [0.9])
    assert scale.height(0.9) > 0.5
    assert scale.height(1.0) == 1.0


def test_what_is_always_right_stands_at_the_top_and_is_called_100() -> None:
    scale = accuracy_scale([1.0], [1.0])
    assert scale.height(1.0) == 1.0
    marks = ticks(scale, 6, percent=True)
    assert (marks[-1].text, marks[-1].value) == ("100", scale.high)
    assert "100" not in {tick.text for tick in ticks(accuracy_scale([0.99], [0.98]), 6, percent=True)}


@given(fractions, fractions)
def test_every_validated_accuracy_is_inside(training: list[float], validation: list[float]) -> None:
    scale = accuracy_scale(training, validation)
    # What is never wrong has no place of its own: it stands at the top, with what is hardly ever wrong.
    least = 1e-3 if 1.0 in validation or 1.0 in training else 1e-4
    assert all(value <= scale.high + 1e-12 for value in validation if value <= 1 - least)
    assert scale.reached is (max([0.0, *training, *validation]) > 1 - 1e-4)


@given(fractions, st.floats(0, 1), st.floats(0.001, 1), st.integers(2, 8))
def test_ticks_of_any_part_of_an_axis_rise_inside_and_are_told_apart(
    seen: list[float], foot: float, share: float, about: int
) -> None:
    for whole, percent in (
        (accuracy_scale(seen, seen), True),
        (loss_scale(seen, GUESS, logarithmic=True), False),
        (loss_scale(seen, GUESS, logarithmic=False), False),
    ):
        top = foot + share * (1 - foot)
        if top - foot < 1 / 400:
            continue
        part = Scale(whole.value(foot), whole.value(top), whole.goal)
        marks = ticks(part, about, percent=percent)
        values = [mark.value for mark in marks]
        assert values == sorted(values)
        assert len({mark.text for mark in marks}) == len(marks)
        room = part.high - part.low
        assert all(part.low - 0.01 * room <= value <= part.high + 0.01 * room for value in values)


@given(losses, st.booleans(), st.floats(20, 400))
def test_texts_of_ticks_never_touch(seen: list[float], logarithmic: bool, height: float) -> None:
    scale = loss_scale(seen, GUESS, logarithmic=logarithmic)
    marks = spaced(ticks(scale, 6, percent=False), scale, height, 15)
    at = [height * scale.height(mark.value) for mark in marks]
    assert all(above - below >= 15 for below, above in pairwise(at))
    assert marks


def test_epochs_are_whole() -> None:
    def texts(first: float, last: float, about: int) -> list[str]:
        return [tick.text for tick in epoch_ticks(first, last, about)]

    assert texts(0, 5, 6) == ["0", "1", "2", "3", "4", "5"]
    assert texts(0, 100, 6) == ["0", "20", "40", "60", "80", "100"]
    assert texts(0, 1, 6) == ["0", "1"]
    assert texts(1.5, 4.5, 9) == ["2", "3", "4"]
    assert texts(2.4, 3.6, 6) == ["2.4", "2.6", "2.8", "3.0", "3.2", "3.4", "3.6"]


@given(st.floats(0, 100), st.floats(0.01, 1000), st.integers(1, 12))
def test_epochs_rise_inside_and_are_told_apart(first: float, length: float, about: int) -> None:
    marks = epoch_ticks(first, first + length, about)
    values = [mark.value for mark in marks]
    assert values == sorted(values)
    assert len({mark.text for mark in marks}) == len(marks)
    assert all(first - 0.01 * length <= value <= first + 1.01 * length for value in values)
