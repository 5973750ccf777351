"""What a run's curves are: values over epochs, and the tables made of them."""

from __future__ import annotations

import math
from datetime import datetime

from msgspec.structs import replace

from cnnbuilder.network.project import Project
from cnnbuilder.ui.plots.series import ACCURACY, LOSS, EarlierRun, epoch_table, plot_series, short, table
from cnnbuilder.ui.session.run_record import Record
from tests.ui.runs import epoch, started, step


def record(epochs: int = 2, number: int = 2) -> Record:
    found = Record(Project(), datetime(2026, 1, 5, 14, 2))
    found.add([started(f"runs/{number:04}", 5), epoch(0)])
    for n in range(1, epochs + 1):
        found.add([step(n - 0.5, loss=1 / n), step(n, loss=0.8 / n), epoch(n)])
    return found


def test_losses_are_written_in_three_figures() -> None:
    assert [short(value) for value in (2.302, 0.0364, 123.4, 0.00012, math.nan)] == [
        "2.30", "0.036", "123", "0.0001", "no number",
    ]  # fmt: skip


def test_a_plot_shows_training_as_reported_and_smoothed_validation_and_earlier_runs() -> None:
    earlier = EarlierRun(record(3, number=1), 1)
    shown = plot_series(LOSS, record(), [earlier], math.log(10), logarithmic=True)
    assert [(one.kind, one.epochs) for one in shown.series] == [
        ("raw", (0.5, 1.0, 1.5, 2.0)),
        ("training", (0.5, 1.0, 1.5, 2.0)),
        ("validation", (0.0, 1.0, 2.0)),
        ("earlier", (0.0, 1.0, 2.0, 3.0)),
    ]
    assert shown.of("raw")[0].values == (1.0, 0.8, 0.5, 0.4)
    assert (shown.of("earlier")[0].name, shown.of("earlier")[0].number) == ("Run 1", 1)
    assert shown.best == (2.0, 0.07)
    assert shown.scale.goal == 0


def test_an_earlier_run_is_shown_as_far_as_the_axis_goes() -> None:
    short_run, long_run = record(), record(4)
    short_run.started = replace(started("run", 5), epochs=2)
    shown = plot_series(ACCURACY, short_run, [EarlierRun(long_run, 2)])
    assert shown.of("earlier")[0].epochs == (0.0, 1.0, 2.0)


def test_a_run_without_a_point_has_no_curves() -> None:
    shown = plot_series(LOSS, Record(Project(), datetime(2026, 1, 5)))
    assert shown.series == ()
    assert table(shown).rows == ()


def test_a_table_has_every_value_once() -> None:
    shown = plot_series(LOSS, record())
    values = table(shown)
    assert values.columns == ("epoch", "training", "training, smoothed", "validation")
    assert [row[0] for row in values.rows] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert values.rows[0] == (0.0, None, None, 2.303)
    assert values.rows[1][3] is None
    for one, column in zip(shown.series, range(1, 4), strict=True):
        assert tuple(row[column] for row in values.rows if row[column] is not None) == one.values


def test_the_table_to_read_has_a_row_an_epoch_with_training_beside_validation() -> None:
    shown = plot_series(LOSS, record())
    smooth = shown.of("training")[0].values
    values = epoch_table(shown)
    assert values.columns == ("epoch", "training, smoothed", "validation")
    assert values.rows == ((0.0, None, 2.303), (1.0, smooth[1], 0.07), (2.0, smooth[3], 0.07))


def test_before_the_first_epoch_the_table_has_the_reports() -> None:
    running = record(0)
    running.add([step(0.2), step(0.4)])
    assert [row[0] for row in epoch_table(plot_series(LOSS, running)).rows] == [0.0, 0.2, 0.4]
