"""Values as arrays: each report is read once, whatever the length of the run; and where they stand on an axis."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.network.project import Project
from cnnbuilder.ui.plots.points import Points, extent, places, within
from cnnbuilder.ui.plots.scale import Scale, accuracy_scale, loss_scale
from cnnbuilder.ui.session.run_record import CAPACITY, Record, Report
from tests.ui.runs import step

GUESS = math.log(10)


def loss_points() -> Points[Report]:
    return Points(lambda report: report.position, lambda report: report.loss)


def test_points_that_grew_equal_those_read_at_once() -> None:
    grown, record = loss_points(), Record(Project(), datetime(2026, 1, 5))
    for n in range(3 * CAPACITY):
        record.add([step(5 * n / (3 * CAPACITY), loss=2 - n / (3 * CAPACITY))])
        if n % 97 == 0:
            grown.of(record.reports)
    np.testing.assert_array_equal(grown.of(record.reports), loss_points().of(record.reports))


def test_each_value_is_read_once_and_forgotten_with_the_run() -> None:
    read: list[float] = []

    def value(item: float) -> float:
        read.append(item)
        return item

    points, items = Points[float](value), [1.0, math.nan, 3.0]
    points.of(items)
    items.append(0.5)
    assert extent(points.of(items)) == (0.5, 3.0)
    assert len(read) == 5  # the last one of before may have been another
    assert extent(points.of([2.0])) == (2.0, 2.0)
    assert extent(points.of([])) == ()


def test_positions_are_float64_whatever_the_items_hold() -> None:
    assert Points[int](lambda item: item).of([1, 2, 3]).dtype == np.float64


@given(st.lists(st.floats(1e-9, 50), min_size=1, max_size=20), st.booleans())
def test_losses_stand_where_the_scale_says(losses: list[float], logarithmic: bool) -> None:
    scale = loss_scale(losses, GUESS, logarithmic=logarithmic)
    expected = [scale.place(loss) for loss in losses]
    assert places(scale, np.array(losses)) == pytest.approx(expected, abs=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_accuracies_stand_where_the_scale_says(accuracies: list[float]) -> None:
    scale = accuracy_scale([], accuracies)
    expected = [scale.place(accuracy) for accuracy in accuracies]
    assert places(scale, np.array(accuracies)) == pytest.approx(expected, abs=1e-6)


def test_other_axes_move_every_point() -> None:
    losses = np.array([1.0, 0.5])
    assert list(within(Scale(0.0, 2.0), losses)) == [1.0, 0.5]
    assert list(within(Scale(0.1, 2.0, goal=0.0), losses)) == pytest.approx([0.0, math.log10(0.5)])


def test_on_a_logarithmic_axis_zero_is_left_out_and_no_number_stands_at_the_top() -> None:
    scale = Scale(0.01, 10.0, goal=0.0)
    zero, nothing, endless, one = within(scale, np.array([0.0, math.nan, math.inf, 1.0]))
    assert math.isnan(zero)
    assert (nothing, endless, one) == (1.0, 1.0, 0.0)


def test_what_lies_outside_stands_at_the_edge_or_a_little_beyond() -> None:
    scale, values = Scale(0.0, 2.0), np.array([5.0, 1.0])
    assert list(within(scale, values)) == [2.0, 1.0]
    assert list(within(scale, values, beyond=1.0)) == [4.0, 1.0]
