"""One run as the window remembers it: the project it trains and every point of its curves."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine.messages import AnyEvent, Epoch, Finished, Started, Step, Tested
from cnnbuilder.network.project import Project
from cnnbuilder.text import _

CAPACITY = 2_048
"""Reports kept of a run, more than a plot has pixel columns. Beyond it neighbours are merged: a run of a week
takes the memory, and the time to draw, of a run of two minutes."""
SMOOTHING = 0.006
"""The smoothed curve looks back over about this share of the run."""
FURTHEST_BACK = 0.3
"""And over no more epochs than this: in a run of thousands it would otherwise trail far behind the steps."""


def clock(at: datetime) -> str:
    """A time today as "14:02", an earlier one with its day."""
    today = at.date() == datetime.now().astimezone().date()
    return f"{at:%H:%M}" if today else f"{at:%Y-%m-%d %H:%M}"


class Report(NamedTuple):
    """One point of the training curves, as it was reported and smoothed."""

    position: float
    """In epochs."""
    loss: float
    accuracy: float
    smooth_loss: float
    smooth_accuracy: float
    reports: int = 1
    """How many reports are merged in it."""


class Record:
    """The project of a run, as it was when Train was pressed, and what was measured since."""

    def __init__(self, project: Project, at: datetime, *, quick: bool = False) -> None:
        self.project = project
        """As it was drawn; a quick try trains one epoch of it."""
        self.at = at
        self.quick = quick
        self.started: Started | None = None
        self.reports: list[Report] = []
        self._merge = 1
        """So many reports become one point."""
        self.epochs: list[Epoch] = []
        self.best: Epoch | None = None
        self.result: Finished | None = None
        self.peak_bytes: int | None = None
        """The measured peak of one step."""
        self.run: str | None = None
        """The run folder, while there is one."""
        self.tested: Tested | None = None
        """What the test images gave, where they were asked on an earlier day."""
        self.source: str | None = None
        """Where the weights come from, where they were not trained here; there are no curves then."""

    @property
    def clock(self) -> str:
        """What the run is called: when Train was pressed."""
        return clock(self.at)

    @property
    def number(self) -> int | None:
        """Its place among the runs of its project, from 1; None before it has a folder."""
        name = Path(self.run).name if self.run else ""
        return int(name) if name.isdigit() else None

    @property
    def name(self) -> str:
        """What the list of runs calls it, "Run 5"; before it has a folder, when Train was pressed."""
        return self.clock if self.number is None else _("Run {number}").format(number=self.number)

    @property
    def length(self) -> int:
        """How many epochs the run is to have."""
        if self.started:
            return self.started.epochs
        return 1 if self.quick else self.project.training.epochs

    @property
    def position(self) -> float:
        """How far the run is, in epochs."""
        done = float(self.epochs[-1].epoch) if self.epochs else 0.0
        return max(done, self.reports[-1].position) if self.reports else done

    def resumed(self) -> Record:
        """The same run, to be gone on with: its points so far, and no end."""
        record = Record(self.project, self.at, quick=self.quick)
        record.reports, record.epochs, record.best = [*self.reports], [*self.epochs], self.best
        record._merge = self._merge
        record.run = self.run
        return record

    def add(self, events: Iterable[AnyEvent]) -> None:
        """Remembers what belongs to the curves; every other event passes by."""
        for event in events:
            match event:
                case Step():
                    self.peak_bytes = event.peak_bytes or self.peak_bytes
                    self._append(event)
                case Epoch():
                    self.epochs.append(event)
                    if event.best and event.epoch > 0:
                        self.best = event
                case Started():
                    self.started = event
                    self.run = event.run
                case Finished():
                    self.result = event
                    self.run = event.run

    def _append(self, step: Step) -> None:
        smooth_loss, smooth_accuracy = step.loss, step.accuracy
        if self.reports:
            last = self.reports[-1]
            # An average that forgets by the distance travelled, so that it looks alike at any report rate.
            back = min(FURTHEST_BACK, SMOOTHING * self.length)
            share = 1 - math.exp(-max(0.0, step.position - last.position) / back)
            smooth_loss = _towards(last.smooth_loss, step.loss, share)
            smooth_accuracy = _towards(last.smooth_accuracy, step.accuracy, share)
        new = Report(step.position, step.loss, step.accuracy, smooth_loss, smooth_accuracy)
        if self.reports and self.reports[-1].reports < self._merge:
            self.reports[-1] = _merged(self.reports[-1], new)
            return
        self.reports.append(new)
        if len(self.reports) >= CAPACITY:
            pairs = zip(self.reports[::2], self.reports[1::2], strict=True)
            self.reports = [_merged(a, b) for a, b in pairs]
            self._merge *= 2


def _towards(before: float, now: float, share: float) -> float:
    moved = before + share * (now - before)
    return moved if math.isfinite(moved) else now  # after a loss that is no number, begin anew


def _merged(a: Report, b: Report) -> Report:
    """Two neighbours as one: the mean of what was reported, the later of what is smoothed already."""
    both = a.reports + b.reports
    return b._replace(
        loss=(a.loss * a.reports + b.loss * b.reports) / both,
        accuracy=(a.accuracy * a.reports + b.accuracy * b.reports) / both,
        reports=both,
    )
