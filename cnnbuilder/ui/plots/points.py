"""A run's values as arrays for drawing. Each value is read once, so that a report costs the same in any run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from cnnbuilder.ui.plots.scale import NEAREST, Scale

Floats = npt.NDArray[np.float64]
Item = TypeVar("Item")


class Points(Generic[Item]):
    """Columns of numbers read from a list that grows: one array of float64 a column."""

    def __init__(self, *columns: Callable[[Item], float]) -> None:
        self._columns = columns
        self._items: Sequence[Item] = ()
        self._taken = 0
        self._values = np.empty((len(columns), 256))

    def of(self, items: Sequence[Item]) -> Floats:
        """The values, columns × items. Not to be changed; another call may change them."""
        if items is not self._items or len(items) < self._taken:  # another run, or neighbours were merged
            self._items, self._taken = items, 0
        if len(items) > self._values.shape[1]:
            larger = np.empty((len(self._columns), 2 * len(items)))
            larger[:, : self._taken] = self._values[:, : self._taken]
            self._values = larger
        # Later reports may have been merged into the last one.
        start = max(0, self._taken - 1)
        for number, column in enumerate(self._columns):
            self._values[number, start : len(items)] = [column(item) for item in items[start:]]
        self._taken = len(items)
        return self._values[:, : self._taken]


def extent(values: Floats) -> tuple[float, ...]:
    """Nothing, or the least and the largest finite value."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else ()


def places(scale: Scale, values: Floats) -> Floats:
    """Where values stand along an axis, see `Scale.place`.

    On a logarithmic axis of losses zero has no place (NaN); what is no number stands at the top.
    """
    if scale.goal is None:
        found = np.array(values)
    elif scale.goal == 0:
        found = np.full(values.shape, np.nan)
        np.log10(values, out=found, where=values > 0)
    else:
        found = -np.log10(np.maximum(NEAREST, scale.goal - values))
    found[~np.isfinite(values)] = scale.place(scale.high)
    return found


def within(scale: Scale, values: Floats, beyond: float = 0.0) -> Floats:
    """The same, but what lies outside stands at the edge, or that share of the axis beyond it."""
    low, high = scale.place(scale.low), scale.place(scale.high)
    more = beyond * (high - low)
    return np.clip(places(scale, values), low - more, high + more)
