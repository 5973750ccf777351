"""The vertical axes of the curves: from values to heights, and where their ticks stand. Pure, without Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

NEAREST = 1e-9
"""A logarithmic axis never shows a value nearer to its goal than this."""
LEAST_WRONG = 1e-4
"""The accuracy axis ends at 99.99 % at the latest."""
PERFECT = 1e-3
"""What is always right is drawn as if so much were wrong: there is no logarithm of nothing."""
MOST_WRONG = 0.5
"""And at 50 % at the earliest."""
ABOVE_BEST = 0.7
"""It leaves this share of the best run's mistakes above the curve."""
BEYOND_VALIDATION = 5
"""Training that makes so many times fewer mistakes than validation leaves the axis rather than squeezing it."""


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
    reached: bool = False
    """A curve reaches the goal, which is drawn at the top: its tick says so."""

    def height(self, value: float) -> float:
        """0 at the foot to 1 at the top; what lies outside is drawn at the edge, and no number at the top."""
        low, high = self.place(self.low), self.place(self.high)
        part = (self.place(value) - low) / (high - low)
        return 0.0 if part < 0 else part if part <= 1 else 1.0

    def value(self, height: float) -> float:
        """The value drawn at a height: the inverse of `height`."""
        low, high = self.place(self.low), self.place(self.high)
        return self.value_at(low + height * (high - low))

    def place(self, value: float) -> float:
        """Where a value stands along the axis: itself, log10 of a loss, −log10 of what an accuracy lacks."""
        if self.goal is None:
            return value
        distance = max(NEAREST, abs(value - self.goal))
        return math.log10(distance) if self.goal == 0 else -math.log10(distance)

    def value_at(self, place: float) -> float:
        """The inverse of `place`."""
        if self.goal is None:
            return place
        return 10**place if self.goal == 0 else 1 - 10**-place


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


def accuracy_scale(training: Sequence[float], validation: Sequence[float]) -> Scale:
    """From 0 % on, spaced by the share that is wrong, so that 99 % and 99.9 % are told apart.

    Once validation is mostly right it decides where the axis ends. The end moves in whole steps, so that the curve
    does not jump with every report.
    """
    trained, validated = _least_wrong(training), _least_wrong(validation)
    wrong = min(trained or PERFECT, validated or PERFECT)
    if validated < MOST_WRONG:
        wrong = max(wrong, validated / BEYOND_VALIDATION)
    end = _round_125(min(MOST_WRONG, max(LEAST_WRONG, ABOVE_BEST * wrong)), up=False)
    return Scale(0.0, 1 - end, goal=1.0, reached=min(trained, validated) < LEAST_WRONG)


def _least_wrong(accuracies: Sequence[float]) -> float:
    return 1 - max([0.0, *(value for value in accuracies if math.isfinite(value))])


def _round_125(value: float, *, up: bool) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    steps = [factor * power for factor in (1, 2, 5, 10)]
    if up:
        return next(step for step in steps if step >= value * 0.999)
    return next(step for step in reversed(steps) if step <= value * 1.001)


def ticks(scale: Scale, about: int, *, percent: bool) -> list[Tick]:
    """Rising, at round values: on a linear axis at most about so many spaces, on another two more."""
    values = _log_values(scale, about) if scale.goal is not None else []
    if len(values) >= min(4, about):
        marks = [Tick(value, f"{100 * value:.6g}" if percent else f"{value:.3g}") for value in values]
    else:  # linear, or hardly a power of ten is in sight
        marks = _linear_ticks(scale.low, scale.high, about, percent=percent)
    if scale.reached:
        marks = [mark for mark in marks if mark.value < scale.high - 1e-9]
        marks.append(Tick(scale.high, "100" if percent else f"{scale.goal:g}"))
    return marks


def _linear_ticks(low: float, high: float, about: int, *, percent: bool) -> list[Tick]:
    step = nice_step(high - low, about)
    first = math.ceil(low / step - 1e-6)
    values = [number * step for number in range(first, math.floor(high / step + 1e-6) + 1)]
    shown = step * 100 if percent else step
    # 2.5 and 0.25 need one figure more than their power of ten says.
    decimals = max(0, -math.floor(math.log10(shown) + 1e-9))
    decimals += decimals < 9 and round(shown, decimals) != round(shown, decimals + 1)
    return [Tick(value, _decimal(100 * value if percent else value, decimals)) for value in values]


def _decimal(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}" if abs(value) > 1e-12 else "0"


def _log_values(scale: Scale, about: int) -> list[float]:
    assert scale.goal is not None
    near, far = sorted((abs(scale.low - scale.goal), abs(scale.high - scale.goal)))
    near = max(NEAREST, near)
    powers = range(math.floor(math.log10(near) - 1e-9), math.ceil(math.log10(far) + 1e-9) + 1)
    choices = [((1, 2, 5), 1), ((1, 3), 1), *(((1,), every) for every in range(1, len(powers) + 1))]
    inside: list[float] = []
    for factors, every in choices:
        distances = [factor * 10.0**power for power in powers[::every] for factor in factors]
        inside = [d for d in distances if near * 0.999 <= d <= far * 1.001]
        if len(inside) <= about + 2:
            break
    return sorted(d if scale.goal == 0 else 1 - d for d in inside)


def spaced(marks: Sequence[Tick], scale: Scale, height: float, least: float) -> list[Tick]:
    """The ticks without those whose texts would touch on an axis so many pixels high; the outermost two count most."""
    kept: list[tuple[float, Tick]] = []
    for mark in (*marks[:1], *marks[-1:], *marks[1:-1]):
        at = height * scale.height(mark.value)
        if all(abs(at - other) >= least for other, _mark in kept):
            kept.append((at, mark))
    return [mark for _at, mark in sorted(kept)]


def epoch_ticks(first: float, last: float, about: int) -> list[Tick]:
    """Round epochs between two positions: whole ones, unless there are fewer than two."""
    step = nice_step(max(1e-6, last - first), max(1, about))
    if math.floor(last) - math.ceil(first) >= 1:
        step = max(1.0, round(step))
    decimals = 0 if step >= 1 else -math.floor(math.log10(step) + 1e-9) + (f"{step:e}"[:3] == "2.5")
    numbers = range(math.ceil(first / step - 1e-6), math.floor(last / step + 1e-6) + 1)
    return [Tick(number * step, _decimal(number * step, decimals)) for number in numbers]
