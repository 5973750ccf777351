"""Holds out the validation part: from every class its share, always the same images, so that runs compare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.network.data import Split

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


def divide(
    labels: NDArray[np.int64], given: NDArray[np.int64], groups: NDArray[np.int64] | None, split: Split
) -> NDArray[np.int64]:
    """The part of each image: 0 training, 1 validation, 2 test.

    `labels`: N numbers of classes. `given`: what the source says, -1 where it says nothing. `groups`: N numbers; images
    of one group stay in one part where `split.by_group`.
    """
    own = given if split.own_parts else np.full(len(labels), -1, np.int64)
    parts = np.where(own < 0, 0, own)
    lots = np.random.PCG64(split.seed).random_raw(len(labels))
    units = groups if groups is not None and split.by_group else np.arange(len(labels))
    fixed = np.unique(units[own > 0])  # a group that stands elsewhere already stays whole there
    for part, share in ((2, split.test), (1, split.val)):
        if (own == part).any():
            continue
        free = (parts == 0) & ~np.isin(units, fixed)
        for label in np.unique(labels[free]):
            members = np.flatnonzero(free & (parts == 0) & (labels == label))
            names, firsts = np.unique(units[members], return_index=True)
            count = int((labels == label).sum())
            left = max(count >= 3 and share > 0, round(share * count))
            for name in names[np.argsort(lots[members[firsts]], kind="stable")]:
                whole = np.flatnonzero((units == name) & (parts == 0))
                if left <= 0:
                    break
                parts[whole] = part
                left -= int((labels[whole] == label).sum())
    return parts
