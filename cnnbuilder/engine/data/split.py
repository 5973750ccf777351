"""Divides images into parts: from every class its share, always the same images, so that runs compare."""

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
    """The part of each of N images: 0 training, 1 validation, 2 test; always the same for equal arguments.

    `labels`: N numbers of classes. `given`: the part that the source says, -1 where it says none; it stands where
    `split.own_parts`. A part that the source has not is held out of the rest, of each class its share (never off by
    more than one image, and the last of a class stays to learn from). `groups`: N numbers, or None; where
    `split.by_group`, images of one group come into one part, and shares are met as nearly as whole groups can.
    """
    own = given if split.own_parts else np.full(len(labels), -1, np.int64)
    parts = np.maximum(own, 0)
    groups = groups if split.by_group else None
    free = own <= 0
    if groups is not None and len(labels):
        groups = np.unique(groups, return_inverse=True)[1].reshape(-1)
        stands = np.full(int(groups.max()) + 1, -1, np.int64)
        np.maximum.at(stands, groups, own)
        parts = np.where(
            own < 0, np.maximum(stands[groups], 0), own
        )  # a group that stands somewhere stays there
        free = stands[groups] <= 0
    shares = (split.test * ~(own == 2).any(), split.val * ~(own == 1).any())
    # The raw stream is the same in every version of numpy.
    lots = np.random.PCG64(split.seed).random_raw(len(labels))
    places = np.flatnonzero(free)
    test, val = _quotas(labels[places], *shares)
    for part, quota in ((2, test), (1, val)):
        places = places[parts[places] == 0]
        taken = (
            _singly(labels[places], lots[places], quota)
            if groups is None
            else _by_group(labels[places], groups[places], lots[places], quota)
        )
        parts[places[taken]] = part
    return parts


def _quotas(
    labels: NDArray[np.int64], test: float, val: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many images of each class are to be tested and validated with.

    Rounded class by class; of three images and more at least one for each part.
    """
    sizes = np.bincount(labels).astype(np.int64)
    most = np.maximum(sizes - 1, 0)
    wanted = [
        np.maximum(np.floor(sizes * share + 0.5), (sizes >= 3) & (share > 0)).astype(np.int64)
        for share in (test, val)
    ]
    for_test = np.minimum(wanted[0], np.maximum(most - np.floor(sizes * val).astype(np.int64), 0))
    return for_test, np.minimum(wanted[1], most - for_test)


def _singly(
    labels: NDArray[np.int64], lots: NDArray[np.uint64], quota: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The places of so many images of each class, by lot."""
    taken = [np.zeros(0, np.int64)]
    for label, number in enumerate(quota):
        members = np.flatnonzero(labels == label) if number else taken[0]
        taken.append(members[np.argsort(lots[members], kind="stable")[:number]])
    return np.concatenate(taken)


def _by_group(
    labels: NDArray[np.int64], groups: NDArray[np.int64], lots: NDArray[np.uint64], quota: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The places of whole groups, by lot: each is taken that brings the classes nearer to what they want."""
    order = np.argsort(groups, kind="stable")
    names, firsts = np.unique(groups[order], return_index=True)
    members = np.split(order, firsts[1:]) if len(names) else []
    wanted: list[int] = quota.tolist()
    wanting = any(wanted)
    taken = [np.zeros(0, np.int64)]
    for at in np.argsort(lots[order[firsts]], kind="stable"):
        if not wanting:
            break
        left = wanted.copy()
        for label in labels[members[at]].tolist():
            left[label] -= 1
        if sum(map(abs, left)) < sum(map(abs, wanted)):
            wanted, wanting = left, any(number > 0 for number in left)
            taken.append(members[at])
    return np.concatenate(taken)
