"""Holds out the validation part: from every class its share, always the same images, so that runs compare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SEED = 20260101
"""Of the division of a data set, not of a run: runs with different seeds are measured on the same images."""


def held_out(labels: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Marks `count` images, of each class its share (never off by more than one)."""
    classes, sizes = np.unique(labels, return_counts=True)
    shares = sizes * count / len(labels)
    taken = np.floor(shares).astype(np.int64)
    # What rounding down left over goes to the classes that lost most by it.
    taken[np.argsort(taken - shares, kind="stable")[: count - taken.sum()]] += 1
    # The raw stream is the same in every version of numpy.
    lots = np.random.PCG64(SEED).random_raw(len(labels))
    marked = np.zeros(len(labels), np.bool_)
    for label, number in zip(classes, taken, strict=True):
        members = np.flatnonzero(labels == label)
        marked[members[np.argsort(lots[members], kind="stable")[:number]]] = True
    return marked
