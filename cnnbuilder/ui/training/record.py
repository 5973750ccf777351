"""One run as the window remembers it: the project it trains and every point of its curves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from cnnbuilder.engine.messages import AnyEvent, Epoch, Finished, Started, Step
from cnnbuilder.network.project import Project

CAPACITY = 2_048
"""Reports kept of a run, more than a plot has pixel columns. Beyond it neighbours are merged: a run of a week
takes the memory, and the time to draw, of a run of two minutes."""
SMOOTHING = 0.01
"""The smoothed curve looks back over about this share of the run."""


class Report(NamedTuple):
    """One point of the training curves, as it was reported and smoothed."""

    position: float
    """In epochs."""
    loss: float
    accuracy: float
    smooth_loss: float
    smooth_accuracy: float


class Record:
    """The project of a run, as it was when Train was pressed, and what was measured since."""

    def __init__(self, project: Project, at: datetime, *, quick: bool = False) -> None:
        self.project = project
        """As it was drawn; a quick try trains one epoch of it."""
        self.at = at
        self.quick = quick
        self.started: Started | None = None
        self.reports: list[Report] = []
        self.epochs: list[Epoch] = []
        self.best: Epoch | None = None
        self.result: Finished | None = None
        self.run: str | None = None
        """The run folder, while there is one."""

    @property
    def clock(self) -> str:
        """What the run is called: the time of day at which Train was pressed, "14:02"."""
        return f"{self.at:%H:%M}"

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

    def add(self, events: Iterable[AnyEvent]) -> None:
        """Remembers what belongs to the curves; every other event passes by."""
        for event in events:
            match event:
                case Step():
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
            share = 1 - math.exp(-max(0.0, step.position - last.position) / (SMOOTHING * self.length))
            smooth_loss = _towards(last.smooth_loss, step.loss, share)
            smooth_accuracy = _towards(last.smooth_accuracy, step.accuracy, share)
        self.reports.append(Report(step.position, step.loss, step.accuracy, smooth_loss, smooth_accuracy))
        if len(self.reports) > CAPACITY:
            self.reports = _halved(self.reports)


def _towards(before: float, now: float, share: float) -> float:
    moved = before + share * (now - before)
    return moved if math.isfinite(moved) else now  # after a loss that is no number, begin anew


def _halved(reports: Sequence[Report]) -> list[Report]:
    """Every two neighbours as one: the mean of what was reported, the later of what is smoothed already."""
    pairs = zip(reports[::2], reports[1::2], strict=False)
    merged = [b._replace(loss=(a.loss + b.loss) / 2, accuracy=(a.accuracy + b.accuracy) / 2) for a, b in pairs]
    return [*merged, reports[-1]] if len(reports) % 2 else merged
