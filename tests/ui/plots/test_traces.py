"""Curves as points: each report is looked at once, whatever the length of the run."""

from __future__ import annotations

import math
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF

from cnnbuilder.network.project import Project
from cnnbuilder.ui.plots.scale import Scale
from cnnbuilder.ui.plots.traces import Extent, Trace, short, spaced
from cnnbuilder.ui.session.run_record import CAPACITY, Record
from tests.ui.runs import step

AREA, SCALE = QRectF(0, 0, 100, 50), Scale(0.0, 2.0)


def loss_trace() -> Trace:
    return Trace(lambda report: report.position, lambda report: report.loss)


def test_a_trace_that_grew_equals_one_made_at_once() -> None:
    grown, record = loss_trace(), Record(Project(), datetime(2026, 1, 5))
    for n in range(3 * CAPACITY):
        record.add([step(5 * n / (3 * CAPACITY), loss=2 - n / (3 * CAPACITY))])
        if n % 97 == 0:
            grown.points(record.reports, AREA, SCALE, 5)
    expected = loss_trace().points(record.reports, AREA, SCALE, 5)
    assert grown.points(record.reports, AREA, SCALE, 5) == expected


def test_other_axes_move_every_point() -> None:
    record = Record(Project(), datetime(2026, 1, 5))
    record.add([step(1.0, loss=1.0), step(2.0, loss=0.5)])
    trace = loss_trace()
    assert trace.points(record.reports, AREA, SCALE, 4)[0] == QPointF(25, 25)
    assert trace.points(record.reports, AREA, SCALE, 2)[0] == QPointF(50, 25)


def test_the_extent_looks_at_each_value_once_and_forgets_with_the_run() -> None:
    looked: list[float] = []

    def value(item: float) -> float:
        looked.append(item)
        return item

    extent, items = Extent(), [1.0, math.nan, 3.0]
    extent.take("run", items, value)
    items.append(0.5)
    extent.take("run", items, value)
    assert extent.values == (0.5, 3.0)
    assert len(looked) == 5  # the last one of before may have been another
    extent.take("other run", [2.0], value)
    assert extent.values == (2.0, 2.0)


def test_thousands_of_points_are_thinned_and_keep_their_ends() -> None:
    points = [QPointF(x / 100, 1) for x in range(10_000)]
    line = spaced(points, 0.5)
    assert line.size() < 250
    assert (line.first(), line.last()) == (points[0], points[-1])
    assert spaced(points[:1], 0.5).size() == 1
    assert spaced([], 0.5).size() == 0


def test_losses_are_written_in_three_figures() -> None:
    assert [short(value) for value in (2.302, 0.0364, 123.4, 0.00012, math.nan)] == [
        "2.30", "0.036", "123", "0.0001", "no number",
    ]  # fmt: skip
