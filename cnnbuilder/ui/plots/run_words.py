"""What the curves of a run say in words: at their ends, and under the crosshair."""

from __future__ import annotations

from collections.abc import Sequence

from cnnbuilder.text import _
from cnnbuilder.ui.plots.annotations import End, Reading
from cnnbuilder.ui.plots.series import EarlierRun, Quantity
from cnnbuilder.ui.plots.style import run_color
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.widgets.theme import theme

NEAR = 0.1
"""The crosshair reads the training value within this share of the run."""


def run_ends(q: Quantity, record: Record | None, earlier: Sequence[EarlierRun]) -> list[End]:
    """What is written at the ends of the curves: the last values, and earlier runs' names; what matters most first."""
    found: list[End] = []
    # The untrained network's value is the guess beside it.
    if record is not None and record.epochs and record.epochs[-1].epoch > 0:
        value = q.validation(record.epochs[-1])
        found.append(End(record.position, value, q.write(value), theme.color("validation"), big=True))
    if record is not None and record.reports:
        value = q.smooth(record.reports[-1])
        found.append(End(record.position, value, q.write(value), theme.color("ink")))
    length = record.length if record is not None else 1
    for run, number in reversed(earlier):
        shown = [epoch for epoch in run.epochs if epoch.epoch <= length]
        if len(shown) > 1:
            value = q.validation(shown[-1])
            found.append(End(shown[-1].epoch, value, run.name, run_color(number), dash=True))
    return found


def run_readings(q: Quantity, record: Record, earlier: Sequence[EarlierRun], at: float) -> list[Reading]:
    """The value of each curve near a position in epochs: training, validation, earlier runs."""
    found: list[Reading] = []
    report = min(record.reports, key=lambda one: abs(one.position - at), default=None)
    if report is not None and abs(report.position - at) < NEAR * record.length:
        value = q.smooth(report)
        found.append(Reading(_("training"), q.write(value), report.position, value, theme.color("ink")))
    runs = [(_("validation"), theme.color("validation"), record)]
    runs += [(run.name, run_color(number), run) for run, number in earlier]
    for name, color, run in runs:
        epoch = min(run.epochs, key=lambda one: abs(one.epoch - at), default=None)
        if epoch is not None and (run is record or abs(epoch.epoch - at) <= 0.5):
            value = q.validation(epoch)
            found.append(Reading(name, q.write(value), epoch.epoch, value, color, thick=run is record))
    return found
