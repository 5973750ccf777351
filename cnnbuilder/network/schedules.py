"""The schedules of the learning rate: one row each. Engine, forms and exported script follow from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from cnnbuilder.network.choices import require_rows
from cnnbuilder.network.project import Training
from cnnbuilder.text import _

Rate = Callable[[int, int, float], float]
"""The learning rate of one step (from 0) of so many steps, from the rate that the settings name."""


class Schedule(NamedTuple):
    """How the learning rate goes."""

    name: str
    """As project files write it."""
    title: str
    rate: Rate | None
    """A function that stands alone: a training script takes its text. None: the rate stays as it is."""


# Up for three tenths of the steps, from a 25th of the peak; then down to a ten thousandth of that: as torch has it.
def one_cycle(step: int, steps: int, peak: float) -> float:
    """The learning rate: up half a cosine, down another (Smith and Topin, 2018)."""
    top = 0.3 * steps - 1
    if step <= top:
        start, end, done = peak / 25, peak, step / top
    else:
        start, end, done = peak, peak / 250_000, (step - top) / max(1, steps - 1 - top)
    return end + (start - end) / 2 * (1 + math.cos(math.pi * done))


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        row.name: row
        for row in (
            Schedule("one-cycle", _("One-cycle"), one_cycle),
            Schedule("constant", _("Constant"), None),
        )
    }
)
require_rows("schedule", "network.schedules.SCHEDULES", SCHEDULES)


def learning_rate(training: Training, step: int, steps: int) -> float:
    """The learning rate of step `step` (from 0) of `steps`."""
    rate = SCHEDULES[training.schedule].rate
    return training.learning_rate if rate is None else rate(step, steps, training.learning_rate)
