"""A data set as the network gets it: parts of one array, and the statistics that its values are normalised by."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data.picture_fit import Fit
from cnnbuilder.engine.data.pictures import Transparency


@dataclass(frozen=True, eq=False)
class Part:
    """Training, validation or test part: rows of the prepared array, which all parts share."""

    array: NDArray[np.uint8]
    """All images of the data set, M×C×H×W, mapped from the disk, read-only."""
    rows: NDArray[np.int64]
    """N places of this part's images in `array`, ascending."""
    labels: NDArray[np.int64]
    """N numbers of classes, in memory."""

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def images(self) -> NDArray[np.uint8]:
        """This part's images, N×C×H×W: a view where they lie side by side, else gathered into memory."""
        first, count = int(self.rows[0]) if len(self) else 0, len(self)
        if not count or int(self.rows[-1]) - first == count - 1:
            return self.array[first : first + count]
        return self.array[self.rows]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set as the network gets it, before normalisation."""

    train: Part
    val: Part
    test: Part
    mean: tuple[float, ...]
    """Of each channel over the training part, black 0 and white 1."""
    std: tuple[float, ...]
    classes: tuple[str, ...]
    fingerprint: str
    """Changes whenever a pixel, a label or the division into parts could have changed."""
    fit: Fit | None = None
    """How own images were fitted, Pillow's way; None for sets that come inside, which `fit` resizes."""
    transparency: Transparency = "white"


def sums_of(images: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each image and channel (N×C×H×W) the sum of its values and that of their squares, N×C each.

    From these the statistics of any choice of images follow at once, exactly: sums of whole numbers, which
    float64 holds up to 2⁵³, that is 138 billion white pixels.
    """
    values = images.reshape(*images.shape[:2], -1).astype(np.float64)
    return values.sum(axis=2), np.einsum("nci,nci->nc", values, values)


def statistics(
    sums: NDArray[np.float64], squares: NDArray[np.float64], part: Part
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of a part, black 0 and white 1.

    The deviation is at least half a grey level, so that pictures all of one colour can be divided by it.
    """
    values = len(part) * prod(part.array.shape[2:])
    mean = sums[part.rows].sum(axis=0) / values
    variance = squares[part.rows].sum(axis=0) / values - mean**2
    std = np.maximum(np.sqrt(np.maximum(variance, 0)), 0.5) / 255
    return tuple((mean / 255).tolist()), tuple(std.tolist())
