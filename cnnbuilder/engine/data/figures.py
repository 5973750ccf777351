"""The ten figures as signed distances: negative inside, zero on the outline, positive outside.

Each takes coordinates in which the figure is about as large as the circle of radius 1 (y points up) and a
`form` from -1 to 1 that varies its proportions, and gives distances in the same unit. Corners stay sharp:
outside of one, the distance is that to the nearer side's line.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
"""float32: mypy's view of what arithmetic makes of it is less certain."""
Figure = Callable[[Floats, Floats, Floats], Floats]

_COS_36, _SIN_36 = round(math.cos(math.pi / 5), 7), round(math.sin(math.pi / 5), 7)


def _circle(x: Floats, y: Floats, form: Floats) -> Floats:
    return _length(x, y) - 0.86


def _square(x: Floats, y: Floats, form: Floats) -> Floats:
    return _box(x, y, 0.76, 0.76)


def _triangle(x: Floats, y: Floats, form: Floats) -> Floats:
    steep = 1.75 + 0.25 * form
    side = (np.abs(x) * steep + y - 1.02) / np.sqrt(steep * steep + 1.0)
    return np.maximum(side, -0.62 - y)


def _star(x: Floats, y: Floats, form: Floats) -> Floats:
    # Mirrored four times, the plane becomes half a point: one side is a straight line.
    x, y = _mirrored(np.abs(x), y, _COS_36, -_SIN_36)
    x, y = _mirrored(x, y, -_COS_36, -_SIN_36)
    x = np.abs(x)
    notch = 0.46 + 0.07 * form
    along_x, along_y = notch * _SIN_36, notch * _COS_36 - 1.06
    length = np.sqrt(along_x * along_x + along_y * along_y)
    return (along_x * (y - 1.06) - along_y * x) / length


def _cross(x: Floats, y: Floats, form: Floats) -> Floats:
    arm = 0.28 + 0.06 * form
    return np.minimum(_box(x, y, 0.95, arm), _box(x, y, arm, 0.95))


def _ring(x: Floats, y: Floats, form: Floats) -> Floats:
    return np.abs(_length(x, y) - 0.7) - (0.2 + 0.05 * form)


def _crescent(x: Floats, y: Floats, form: Floats) -> Floats:
    bite = _length(x - (0.45 - 0.07 * form), y) - 0.72
    return np.maximum(_length(x, y) - 0.95, -bite)


def _heart(x: Floats, y: Floats, form: Floats) -> Floats:
    # A square on its tip and a half circle on each of its two upper sides.
    y = y * (1.0 + 0.08 * form) + 0.08
    x = np.abs(x)
    half = 0.56
    centre = half * 0.7071068
    square = (x + np.abs(y)) * 0.7071068 - half
    return np.minimum(square, _length(x - centre, y - centre) - half)


def _arrow(x: Floats, y: Floats, form: Floats) -> Floats:
    wide = 0.72 + 0.1 * form
    tip, base = 1.0, 0.05
    steep = (tip - base) / wide
    side = (np.abs(x) * steep + y - tip) / np.sqrt(steep * steep + 1.0)
    head = np.maximum(side, base - y)
    return np.minimum(head, _box(x, y + 0.45, 0.26, 0.52))


def _pentagon(x: Floats, y: Floats, form: Floats) -> Floats:
    x, y = _mirrored(np.abs(x), -y, _COS_36, -_SIN_36)
    _x, y = _mirrored(x, y, -_COS_36, -_SIN_36)
    return y - 0.74


def _length(x: Floats, y: Floats) -> Floats:
    length: Floats = np.sqrt(x * x + y * y)
    return length


def _box(x: Floats, y: Floats, half_width: Floats | float, half_height: Floats | float) -> Floats:
    return np.maximum(np.abs(x) - half_width, np.abs(y) - half_height)


def _mirrored(x: Floats, y: Floats, normal_x: float, normal_y: float) -> tuple[Floats, Floats]:
    """The half of the plane on the normal's side, folded over onto the other."""
    beyond = 2.0 * np.maximum(normal_x * x + normal_y * y, 0.0)
    return x - beyond * normal_x, y - beyond * normal_y


FIGURES: tuple[Figure, ...] = (
    _circle, _square, _triangle, _star, _cross,
    _ring, _crescent, _heart, _arrow, _pentagon,
)  # fmt: skip
"""In the order of the classes."""
