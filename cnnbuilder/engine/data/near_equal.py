"""Finds images that look alike though their files differ: a hash proposes pairs, the pixels decide.

The hash is the difference hash of Neal Krawetz (2013): 8×8 bits, each whether grey falls from one cell to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SIDE = 32
"""Images are compared at SIDE×SIDE; smaller ones are not compared at all."""
ALIKE = 6.0
"""Of 255: two images are near-equal when their pixels differ by less than this on average."""
_HASH_DISTANCE = 4
"""Bits in which the hashes of a proposed pair may differ."""
_CELLS = 8
_WIDEST = 1_000
"""How many neighbours in one bucket an image is compared with at most: those of the nearest brightness."""
MOST = 10_000
"""Pairs that are looked for: a set that has more of them is all alike, and more would help nobody."""
_AT_ONCE = 4096
_BITS = np.array([byte.bit_count() for byte in range(256)], np.uint8)
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)


def pairs(tiny: NDArray[np.uint8], places: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Places of images that look alike, each pair once, ascending; at most `MOST`.

    `tiny`: N×32×32×3. `places`: of those that are to be compared.
    """
    hashes, coarse = _hashed(tiny, places)
    found: list[tuple[int, int]] = []
    for proposed in _proposed(hashes, coarse):
        alike = _alike(tiny, coarse, places, proposed)
        found += ((int(first), int(second)) for first, second in np.sort(alike, axis=1))
        if len(found) >= MOST:
            break
    return sorted(found)[:MOST]


def _hashed(
    tiny: NDArray[np.uint8], places: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """Each image's hash, and its means over 4×4 cells and three channels, N×48."""
    columns = _averaging(SIDE, _CELLS + 1)
    hashes = np.empty(len(places), np.uint64)
    coarse = np.empty((len(places), 48), np.float32)
    for start in range(0, len(places), _AT_ONCE):
        some = tiny[places[start : start + _AT_ONCE]].astype(np.float32)
        cells = some.reshape(len(some), 4, 8, 4, 8, 3).mean(axis=(2, 4))
        coarse[start : start + len(some)] = cells.reshape(len(some), 48)
        rows = (some @ _LUMINANCE).reshape(len(some), _CELLS, SIDE // _CELLS, SIDE).mean(axis=2)
        falls = np.diff(rows @ columns, axis=2) < 0
        hashes[start : start + len(some)] = (
            np.packbits(falls.reshape(len(some), 64), axis=1).view(np.uint64).ravel()
        )
    return hashes, coarse


def _averaging(have: int, want: int) -> NDArray[np.float32]:
    """have×want: how much of each old cell lies in each new one, each column adding up to 1."""
    edges = np.arange(want + 1) * (have / want)
    old = np.arange(have)[:, None]
    overlap = np.minimum(edges[1:], old + 1) - np.maximum(edges[:-1], old)
    shares: NDArray[np.float32] = (np.maximum(overlap, 0) / (have / want)).astype(np.float32)
    return shares


def _proposed(hashes: NDArray[np.uint64], coarse: NDArray[np.float32]) -> Iterator[NDArray[np.int64]]:
    """P×2 places in `hashes` of pairs whose hashes differ in few bits, each pair once.

    Hashes that differ in at most 4 bits are equal in at least one of five bands of bits, so only images that share
    a band are compared.
    """
    brightness = coarse.mean(axis=1)
    edges = [64 * band // (_HASH_DISTANCE + 1) for band in range(_HASH_DISTANCE + 2)]
    masks = [np.uint64((1 << high) - (1 << low)) for low, high in pairwise(edges)]
    for number, mask in enumerate(masks):
        band = hashes & mask
        order = np.lexsort((brightness, band)).astype(np.int64)
        band, ordered, light = band[order], hashes[order], brightness[order]
        first = np.arange(len(order))
        for lag in range(1, _WIDEST + 1):
            first = first[first + lag < len(order)]
            second = first + lag
            # In this order, who is too far from one neighbour is so from all behind it.
            first = first[(band[first] == band[second]) & (light[second] - light[first] < ALIKE)]
            if not len(first):
                break
            differing = ordered[first] ^ ordered[first + lag]
            chosen = _BITS[differing.view(np.uint8)].reshape(-1, 8).sum(axis=1) <= _HASH_DISTANCE
            for earlier in masks[:number]:
                chosen &= differing & earlier != 0  # else that band has proposed the pair already
            if chosen.any():
                ours = first[chosen]
                yield np.stack([order[ours], order[ours + lag]], axis=1)


def _alike(
    tiny: NDArray[np.uint8],
    coarse: NDArray[np.float32],
    places: NDArray[np.int64],
    proposed: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Those of the proposed pairs whose pixels are alike, as places in `tiny`."""
    # Means over cells never differ by more than the pixels do.
    likely = proposed[np.abs(coarse[proposed[:, 0]] - coarse[proposed[:, 1]]).mean(axis=1) < ALIKE]
    kept = [np.empty((0, 2), np.int64)]
    for start in range(0, len(likely), _AT_ONCE):
        some = places[likely[start : start + _AT_ONCE]]
        first, second = tiny[some[:, 0]].astype(np.int16), tiny[some[:, 1]].astype(np.int16)
        kept.append(some[np.abs(first - second).mean(axis=(1, 2, 3)) < ALIKE])
    return np.concatenate(kept)
