"""What the window remembers of a run."""

from __future__ import annotations

import math
from datetime import datetime

from cnnbuilder.network.project import Project
from cnnbuilder.ui.session.run_record import CAPACITY, Record
from tests.ui.runs import epoch, finished, started, step


def record() -> Record:
    made = Record(Project(), datetime(2026, 1, 5, 14, 2))
    made.add([started("/runs/0001")])
    return made


def test_it_is_called_by_the_time_of_day() -> None:
    assert Record(Project(), datetime.now().astimezone().replace(hour=14, minute=2)).clock == "14:02"
    assert record().clock == "2026-01-05 14:02"


def test_the_run_its_best_epoch_and_its_end_are_kept() -> None:
    made = record()
    made.add([epoch(0), step(0.5), epoch(1), epoch(2, best=False), finished("/runs/0001")])
    assert made.run == "/runs/0001"
    assert made.best is not None
    assert made.best.epoch == 1
    assert made.position == 2
    assert made.length == 5


def test_smoothing_follows_the_distance_and_starts_at_the_first_value() -> None:
    made = record()
    made.add([step(0.01, loss=2.0), step(0.02, loss=1.0), step(3.0, loss=1.0)])
    first, second, third = made.reports
    assert first.smooth_loss == 2.0
    assert 1.0 < second.smooth_loss < 2.0
    assert abs(third.smooth_loss - 1.0) < 1e-6


def test_in_a_run_of_thousands_the_smoothed_curve_does_not_trail_epochs_behind() -> None:
    made = Record(Project(), datetime(2026, 1, 5, 14, 2))
    made.add([started("/runs/0001", epochs=5000)])
    made.add([step(0.01, loss=2.0), *(step(0.01 * n, loss=0.2) for n in range(2, 101))])
    assert made.reports[-1].smooth_loss < 0.3


def test_a_loss_that_is_no_number_does_not_stay() -> None:
    made = record()
    made.add([step(0.1, loss=1.0), step(0.2, loss=math.nan), step(0.3, loss=0.9)])
    assert made.reports[-1].smooth_loss == 0.9


def test_a_long_run_takes_no_more_room_and_keeps_its_ends() -> None:
    made = record()
    count = 5 * CAPACITY
    made.add([step(5 * n / count, loss=n / count) for n in range(1, count + 1)])
    assert len(made.reports) <= CAPACITY
    assert made.reports[-1].position == 5.0
    positions = [report.position for report in made.reports]
    assert positions == sorted(positions)
    assert all(abs(report.loss - report.position / 5) < 0.01 for report in made.reports)


def test_a_quick_try_has_one_epoch_from_the_start() -> None:
    assert Record(Project(), datetime(2026, 1, 5), quick=True).length == 1


def test_a_run_is_called_by_its_number_once_it_has_a_folder() -> None:
    record = Record(Project(), datetime(2026, 1, 5, 14, 2))
    assert (record.number, record.name) == (None, "2026-01-05 14:02")
    record.add([started("lenet.runs/0012")])
    assert (record.number, record.name) == (12, "Run 12")
