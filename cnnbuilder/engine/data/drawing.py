"""Brings a drawing made with the mouse into the form in which MNIST's digits were made.

Y. LeCun et al.: the digit, cut out, is scaled into a box of 20×20 with its proportions kept, and placed in a
field of 28×28 so that its centre of mass is in the middle.
"""

from __future__ import annotations

import numpy as np

from cnnbuilder.engine.data.fit import Images, resize

FIELD, _BOX = 28, 20
_MIDDLE = 14
"""MNIST's 60,000 training digits have their centres of mass at 14.0 ± 0.3, counted from the centre of pixel 0."""


def like_mnist(drawing: Images) -> Images:
    """A drawing (H×W uint8, light ink on black) as 28×28 uint8. An empty one stays empty."""
    field = np.zeros((FIELD, FIELD), np.uint8)
    ink = drawing > drawing.max(initial=0) // 8  # not the faint rim of a soft pen
    if not ink.any():
        return field
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    digit = drawing[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longest = max(digit.shape)
    height, width = (max(1, round(side * _BOX / longest)) for side in digit.shape)
    digit = _full_contrast(resize(digit, height, width))
    top, left = (_start(digit.sum(axis=1 - axis, dtype=np.int64)) for axis in (0, 1))
    field[top : top + height, left : left + width] = digit
    return field


def _full_contrast(digit: Images) -> Images:
    """The brightest ink at 255: a thin line fades when it shrinks, and MNIST's never are faint."""
    peak = max(1, int(digit.max()))
    return ((digit.astype(np.uint32) * 255 + peak // 2) // peak).astype(np.uint8)


def _start(profile: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> int:
    """Where a digit begins along one axis, so that its mass balances in the middle and none of it is cut off."""
    centre = float((profile * np.arange(len(profile))).sum() / max(1, profile.sum()))
    return min(max(round(_MIDDLE - centre), 0), FIELD - len(profile))
