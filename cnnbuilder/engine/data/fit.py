"""Fits pictures to the Input block, whole batches at once: border or resize, grey or colour, by `fit_rules`.

All arithmetic is on whole numbers that float32 holds exactly, so a picture comes out the same alone or in a
batch, on every machine.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data.fit_rules import Shape, border, unfit
from cnnbuilder.engine.data.source import DataProblem

Images = NDArray[np.uint8]

_ONE = 1 << 16
"""Weights are whole numbers that add up to this: 255 · 2¹⁶ and the half for rounding stay below float32's 2²⁴."""
_VALUES_AT_ONCE = 1 << 20
"""Few enough values that they stay in the processor's cache between two steps."""


def fit(images: Images, shape: Shape) -> Images:
    """Pictures (N×C×h×w uint8) at the shape C×H×W of the Input block: N×C×H×W.

    Raises `DataProblem` where no picture can have that shape.
    """
    if sentence := unfit(shape):
        raise DataProblem(sentence)
    channels, height, width = shape
    if channels == 1 and images.shape[1] == 3:
        images = grey(images)
    margin = border((images.shape[1], images.shape[2], images.shape[3]), shape)
    if margin is None:
        images = resize(images, height, width)
    elif any(margin):
        framed = np.zeros((*images.shape[:2], height, width), np.uint8)
        framed[:, :, margin.top : height - margin.bottom, margin.left : width - margin.right] = images
        images = framed
    if channels == 3 and images.shape[1] == 1:
        images = np.repeat(images, 3, axis=1)
    return images


def grey(images: Images) -> Images:
    """The luminance of colour pictures, N×3×H×W to N×1×H×W, with the weights of ITU-R BT.601."""
    count, _channels, height, width = images.shape
    luminance = np.empty((count, 1, height, width), np.uint8)
    step = max(1, _VALUES_AT_ONCE // max(1, count * width))
    for top in range(0, height, step):
        rows = images[:, :, top : top + step]
        red, green, blue = (rows[:, channel].astype(np.uint32) for channel in range(3))
        luminance[:, 0, top : top + step] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16
    return luminance


def resize(images: Images, height: int, width: int) -> Images:
    """Pictures (…×h×w) at another size, linearly between pixels, averaging where they shrink (antialiased)."""
    if images.shape[-1] != width:
        images = _resize_rows(images, width)
    if images.shape[-2] != height:
        images = np.ascontiguousarray(_resize_rows(images.swapaxes(-1, -2), height).swapaxes(-1, -2))
    return images


def _resize_rows(images: Images, width: int) -> Images:
    """The last axis at another length."""
    weights = _weights(images.shape[-1], width)
    rows = images.reshape(-1, images.shape[-1])
    resized = np.empty((len(rows), width), np.uint8)
    step = max(1, _VALUES_AT_ONCE // max(images.shape[-1], width))
    for start in range(0, len(rows), step):
        sums = rows[start : start + step].astype(np.float32) @ weights
        sums += _ONE / 2
        sums *= 1 / _ONE
        resized[start : start + step] = sums  # cuts off what is behind the point
    return resized.reshape(*images.shape[:-1], width)


@lru_cache(maxsize=32)
def _weights(have: int, want: int) -> NDArray[np.float32]:
    """How much each of `have` pixels gives to each of `want`: have×want whole numbers, each column summing to `_ONE`.

    A triangle as wide as two new pixels (or two old ones, where the picture grows) around the new pixel's centre.
    """
    scale = have / want
    centres = (np.arange(want) + 0.5) * scale
    distances = np.abs(np.arange(have)[:, None] + 0.5 - centres)
    triangle = np.maximum(0.0, 1.0 - distances / max(scale, 1.0))
    # Rounding the running sums, and not the weights, makes every column add up exactly.
    running = np.cumsum(triangle, axis=0)
    whole: NDArray[np.float32] = np.round(running * (_ONE / running[-1])).astype(np.float32)
    whole[1:] -= whole[:-1].copy()
    return whole
