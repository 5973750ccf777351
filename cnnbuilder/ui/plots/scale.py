"""The vertical axes of the curves: from values to heights, and where their ticks stand. Pure, without Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Tick(NamedTuple):
    """A line of the grid: the value, and what is written beside it."""

    value: float
    text: str


class Scale(NamedTuple):
    """Values between two bounds, drawn linearly, or as the logarithm of their distance from a goal.

    The goal of a loss is 0 and lies below; the goal of an accuracy is 1 and lies above.
    """

    low: float
    """The value at the foot."""
    high: float
    """The value at the top."""
    goal: float | None = None
    """None: linear."""

    def height(self, value: float) -> float:
        """0 at the foot to 1 at the top; what lies outside is drawn at the edge, and no number at the top."""
        if self.goal is None:
            part = (value - self.low) / (self.high - self.low)
        else:
            low = self._place(self.low)
            part = (self._place(value) - low) / (self._place(self.high) - low)
        return 0.0 if part < 0 else part if part <= 1 else 1.0

    def value(self, height: float) -> float:
        """The value drawn at a height: the inverse of `height`."""
        low, high = self._place(self.low), self._place(self.high)
        place = low + height * (high - low)
        if self.goal is None:
            return place
        return 10**place if self.goal == 0 else 1 - 10**-place

    def _place(self, value: float) -> float:
        if self.goal is None:
            return value
        distance = max(1e-9, abs(value - self.goal))
        return math.log10(distance) if self.goal == 0 else -math.log10(distance)


def nice_step(span: float, about: int) -> float:
    """The distance between ticks, 1, 2, 2.5 or 5 times a power of ten, that makes at most `about` spaces."""
    raw = span / max(1, about)
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * power >= raw * 0.999:
            return factor * power
    return 10 * power


def loss_scale(losses: Sequence[float], guess: float, *, logarithmic: bool) -> Scale:
    """Room for the losses seen, and for guessing; only far outliers lie outside.

    The bounds move in whole steps, so that the curve does not jump with every report.
    """
    seen = [loss for loss in losses if math.isfinite(loss)]
    top = min(max([guess * 1.04, *seen]), 3 * guess)
    if not logarithmic:
        step = nice_step(top, 5) / 2
        return Scale(0.0, math.ceil(top / step - 1e-6) * step)
    least = max(1e-6, min([loss for loss in seen if loss > 0] or [guess]))
    # Bounds at 1, 2 and 5 of each power of ten.
    return Scale(_round_125(min(least, guess / 5), up=False), _round_125(top, up=True), goal=0.0)


def accuracy_scale(accuracies: Sequence[float], *, logarithmic: bool) -> Scale:
    """0 to 100 %; logarithmic in the share that is wrong, so that 99 % and 99.9 % are told apart."""
    if not logarithmic:
        return Scale(0.0, 1.0)
    best = max([0.0, *(value for value in accuracies if math.isfinite(value))])
    wrong = max(1e-4, 1 - best)
    return Scale(0.0, 1 - _round_125(min(0.1, wrong), up=False), goal=1.0)


def _round_125(value: float, *, up: bool) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    steps = [factor * power for factor in (1, 2, 5, 10)]
    if up:
        return next(step for step in steps if step >= value * 0.999)
    return next(step for step in reversed(steps) if step <= value * 1.001)


def ticks(scale: Scale, about: int, *, percent: bool) -> list[Tick]:
    """At most about so many lines, at round values."""
    if scale.goal is None:
        step = nice_step(scale.high - scale.low, about)
        values = [scale.low + i * step for i in range(int((scale.high - scale.low) / step + 1e-6) + 1)]
        decimals = (
            0 if percent else max(0, -math.floor(math.log10(step) + 1e-9) + (round(step * 100) % 10 == 5))
        )
    else:
        values, decimals = _log_values(scale, about), 0
    return [Tick(value, _tick_text(value, decimals, scale, percent=percent)) for value in values]


def _log_values(scale: Scale, about: int) -> list[float]:
    assert scale.goal is not None
    near, far = sorted((abs(scale.low - scale.goal), abs(scale.high - scale.goal)))
    powers = range(math.floor(math.log10(near) - 1e-9), math.ceil(math.log10(far) + 1e-9) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        distances = [f * 10.0**power for power in powers for f in factors]
        inside = [d for d in distances if near * 0.999 <= d <= far * 1.001]
        if len(inside) <= about + 2:
            break
    return sorted(d if scale.goal == 0 else 1 - d for d in inside)


def _tick_text(value: float, decimals: int, scale: Scale, *, percent: bool) -> str:
    if percent:
        return f"{100 * value:.4g}"
    if scale.goal is None:
        return f"{value:.{decimals}f}" if value else "0"
    return f"{value:.3g}"


def epoch_ticks(epochs: int, about: int) -> list[int]:
    """Whole epochs, from 0, at round distances."""
    step = max(1, round(nice_step(epochs, max(1, about))))
    return list(range(0, epochs + 1, step))


def apart(wanted: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Places as near to the wanted ones as can be, in the same order, none nearer than `distance` to its neighbour.

    They stay between `low` and `high` as far as there is room.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    floor = low
    for i in order:
        placed[i] = max(wanted[i], floor)
        floor = placed[i] + distance
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - distance
    return placed
