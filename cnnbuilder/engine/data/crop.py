"""Fits one picture as torchvision does for its own weights: resized by its shorter side, then the centre cut out.

The arithmetic is Pillow's, as in torchvision.transforms for pictures that Pillow has read.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data.fit import grey
from cnnbuilder.engine.data.fit_rules import Shape, unfit
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.text import _, number

LONGEST_SIDE = 1 << 16
"""In pixels, once resized: a thinner picture would take gigabytes, of which nearly all is cut off."""


def centre(
    pixels: NDArray[np.uint8],
    shape: Shape,
    shorter_side: int,
    interpolation: Literal["bilinear", "bicubic"] = "bilinear",
) -> NDArray[np.uint8]:
    """A picture (H×W×C uint8, or H×W) as C×H×W. Where it is smaller than the cut, zeros stand around it.

    Raises `DataProblem` where no picture can have that shape, and for a picture that is all too long and thin.
    """
    if sentence := unfit(shape):
        raise DataProblem(sentence)
    from PIL import Image

    channels, height, width = shape
    picture = pixels[:, :, 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    image = Image.fromarray(picture)
    filter_ = Image.Resampling.BICUBIC if interpolation == "bicubic" else Image.Resampling.BILINEAR
    size = _by_shorter_side(image.size, shorter_side)
    if max(size) > LONGEST_SIDE:
        message = _("The picture of {width} × {height} pixels is too long and thin: cut out a part of it.")
        raise DataProblem(message.format(width=number(image.width), height=number(image.height)))
    resized = np.asarray(image.resize(size, filter_))
    planes = resized[None] if resized.ndim == 2 else resized.transpose(2, 0, 1)
    if channels == 1 and len(planes) == 3:
        planes = grey(planes[None])[0]
    elif channels == 3 and len(planes) == 1:
        planes = np.repeat(planes, 3, axis=0)
    return np.ascontiguousarray(_middle(_middle(planes, 1, height), 2, width))


def _by_shorter_side(size: tuple[int, int], shorter_side: int) -> tuple[int, int]:
    """(width, height) at which the shorter side has the length asked for; the longer is cut off, not rounded."""
    width, height = size
    if width <= height:
        return shorter_side, max(1, int(shorter_side * height / width))
    return max(1, int(shorter_side * width / height)), shorter_side


def _middle(planes: NDArray[np.uint8], axis: int, size: int) -> NDArray[np.uint8]:
    """The middle of one axis at a length, halves rounded to even as torchvision does; zeros around what is shorter."""
    have = planes.shape[axis]
    if have < size:
        around = [(0, 0)] * planes.ndim
        around[axis] = ((size - have) // 2, (size - have + 1) // 2)
        return np.pad(planes, around)
    first = round((have - size) / 2)
    return planes.take(range(first, first + size), axis)
