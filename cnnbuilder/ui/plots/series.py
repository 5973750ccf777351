"""What the curves of a run are: which quantity, its values over the epochs, its scale, its table. Pure, without Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from cnnbuilder.engine.messages import Epoch
from cnnbuilder.text import _
from cnnbuilder.ui.plots.scale import Scale, accuracy_scale, loss_scale
from cnnbuilder.ui.session.run_record import Record, Report
from cnnbuilder.ui.session.run_text import percent

Kind = Literal["raw", "training", "validation", "earlier"]
"""As it was reported, the same smoothed, after each epoch, and another run's validation."""


def short(value: float) -> str:
    """A loss in three figures: 0.0364 -> '0.036', 2.302 -> '2.30'."""
    if not math.isfinite(value):
        return _("no number")
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}" if value >= 0.001 else f"{value:.1g}"


class Quantity(NamedTuple):
    """What one plot shows: how it is called, written, scaled and read from a run."""

    title: str
    percent: bool
    write: Callable[[float], str]
    scale: Callable[[Sequence[float], Sequence[float], float, bool], Scale]
    """(training values, validation values, guessing, logarithmic) → scale."""
    raw: Callable[[Report], float]
    smooth: Callable[[Report], float]
    validation: Callable[[Epoch], float]


LOSS = Quantity(
    _("Loss"), False, short,
    lambda training, validation, guess, log: loss_scale([*training, *validation], guess, logarithmic=log),
    lambda report: report.loss, lambda report: report.smooth_loss, lambda epoch: epoch.val_loss,
)  # fmt: skip
ACCURACY = Quantity(
    _("Accuracy"), True, percent,
    lambda training, validation, guess, _log: accuracy_scale([*training, guess], validation),
    lambda report: report.accuracy, lambda report: report.smooth_accuracy, lambda epoch: epoch.val_accuracy,
)  # fmt: skip


class EarlierRun(NamedTuple):
    """A run before the one that is shown, and its number among the runs, which decides its colour."""

    record: Record
    number: int


@dataclass(frozen=True)
class Series:
    """One curve: values over positions in epochs, rising."""

    name: str
    kind: Kind
    epochs: tuple[float, ...]
    values: tuple[float, ...]
    number: int = 0
    """Of an earlier run: its number among the runs, which decides its colour."""


@dataclass(frozen=True)
class PlotSeries:
    """Everything that one plot shows, for whoever draws, writes or reads it elsewhere."""

    quantity: Quantity
    run: str
    """What the run is called."""
    length: int
    """How many epochs the run is to have."""
    series: tuple[Series, ...]
    guess: float | None = None
    """What guessing among the classes gives."""
    best: tuple[float, float] | None = None
    """The best epoch, and its validation value."""
    logarithmic: bool = False

    def of(self, kind: Kind) -> list[Series]:
        """The curves of one kind."""
        return [one for one in self.series if one.kind == kind]

    @property
    def scale(self) -> Scale:
        """The vertical axis that all of it fits on."""
        training = [value for one in self.of("training") for value in one.values]
        validation = [value for one in [*self.of("validation"), *self.of("earlier")] for value in one.values]
        guess = self.guess if self.guess is not None else 0.0 if self.quantity.percent else 1.0
        return self.quantity.scale(training, validation, guess, self.logarithmic)


def plot_series(
    quantity: Quantity,
    record: Record,
    earlier: Sequence[EarlierRun] = (),
    guess: float | None = None,
    *,
    logarithmic: bool = False,
) -> PlotSeries:
    """What a plot of this quantity shows of a run and of the runs before it."""
    positions = tuple(report.position for report in record.reports)
    series = [
        Series(_("training"), "raw", positions, tuple(map(quantity.raw, record.reports))),
        Series(_("training, smoothed"), "training", positions, tuple(map(quantity.smooth, record.reports))),
        validation_series(quantity, record, _("validation"), "validation", record.length),
    ]
    series += [
        replace(validation_series(quantity, run, run.name, "earlier", record.length), number=number)
        for run, number in earlier
    ]
    best = record.best
    return PlotSeries(
        quantity, record.name, record.length, tuple(one for one in series if one.values), guess,
        (float(best.epoch), quantity.validation(best)) if best is not None else None, logarithmic,
    )  # fmt: skip


def validation_series(quantity: Quantity, record: Record, name: str, kind: Kind, length: int) -> Series:
    """What a run measured after its epochs, as far as an axis of so many epochs goes."""
    epochs = [epoch for epoch in record.epochs if epoch.epoch <= length]
    return Series(
        name, kind, tuple(float(epoch.epoch) for epoch in epochs), tuple(map(quantity.validation, epochs))
    )


class Table(NamedTuple):
    """Values as rows below the names of their columns; None where a curve has no value there."""

    columns: tuple[str, ...]
    rows: tuple[tuple[float | None, ...], ...]


def table(shown: PlotSeries) -> Table:
    """Every value: a row for each position at which any curve has one."""
    curves = [dict(zip(one.epochs, one.values, strict=True)) for one in shown.series]
    positions = sorted({position for curve in curves for position in curve})
    return _table(shown.series, positions, curves)


def epoch_table(shown: PlotSeries) -> Table:
    """A row for each epoch that was measured, training beside it as smoothed then; every value before the first."""
    positions = sorted({epoch for one in shown.of("validation") for epoch in one.epochs})
    series = [one for one in shown.series if one.kind != "raw"]
    if len(positions) < 2:
        return table(shown)
    curves = []
    for one in series:
        curve = dict(zip(one.epochs, one.values, strict=True))
        if one.kind == "training":
            curve = {position: _last_before(one, position) for position in positions if position > 0}
        curves.append(curve)
    return _table(series, positions, curves)


def _last_before(curve: Series, position: float) -> float:
    """Smoothing looks back, so the last value up to a position is the one to read there."""
    upto = [value for epoch, value in zip(curve.epochs, curve.values, strict=True) if epoch <= position]
    return upto[-1] if upto else curve.values[0]


def _table(
    series: Sequence[Series], positions: Sequence[float], curves: Sequence[dict[float, float]]
) -> Table:
    rows = tuple((position, *(curve.get(position) for curve in curves)) for position in positions)
    return Table((_("epoch"), *(one.name for one in series)), rows)
