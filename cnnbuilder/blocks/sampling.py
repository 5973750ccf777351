"""What part of what arrives one output pixel looks at, and how far apart neighbours look."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

Step = int | Fraction


class Window(NamedTuple):
    """What one output pixel looks at, for the receptive field: pairs (height, width)."""

    kernel_size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]


class Resampling(NamedTuple):
    """The same of a block after which pixels may lie closer, in pixels of what arrives: pairs (height, width).

    Output pixel number n sees the pixels from ⌊shift + n·step⌋ on, ⌈1 + reach⌉ of them at most.
    """

    reach: tuple[Step, Step]
    step: tuple[Step, Step]
    shift: tuple[Step, Step]


def finer(kernel: int, factor: int, padding: int, dilation: int) -> tuple[Fraction, Fraction, Fraction]:
    """Reach, step and shift along one axis of a window over pixels that were put `factor` apart, zeros between.

    Of a window of W places, ⌈W / factor⌉ at most are pixels.
    """
    span = dilation * (kernel - 1)
    return (
        Fraction(span + 1 - factor, factor),
        Fraction(1, factor),
        Fraction(padding - span + factor - 1, factor),
    )
