"""Vertical axes: heights, bounds, ticks, and labels that keep apart."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.ui.plots.scale import Scale, accuracy_scale, apart, epoch_ticks, loss_scale, ticks

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
        accuracy_scale(seen, logarithmic=logarithmic),
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


def test_logarithmic_accuracy_tells_99_from_99_9() -> None:
    scale = accuracy_scale([0.999], logarithmic=True)
    assert scale.height(0.999) - scale.height(0.99) > 0.2
    assert {"90", "99"} <= {tick.text for tick in ticks(scale, 4, percent=True)}


def test_epochs_are_whole() -> None:
    assert epoch_ticks(5, 6) == [0, 1, 2, 3, 4, 5]
    assert epoch_ticks(100, 6) == [0, 20, 40, 60, 80, 100]
    assert epoch_ticks(1, 6) == [0, 1]


@given(st.lists(st.floats(0, 100), max_size=6))
def test_labels_keep_their_order_and_their_distance(wanted: list[float]) -> None:
    placed = apart(wanted, 10, 0, 100)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    for above, below in pairwise(order):
        assert placed[below] - placed[above] >= 10 - 1e-9
    assert all(-1e-9 <= place <= 100 + 1e-9 for place in placed)
