"""How a picture is fitted to the Input block: the rule alone, as plain arithmetic. `fit` carries it out.

A picture that is a little smaller than the Input (each side at least three quarters of it, none larger) is
centred in a border of zeros, as LeNet-5 had MNIST's 28×28 in 32×32; any other size is resized. Grey becomes
colour by repeating, colour becomes grey by its luminance.
"""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.text import _

RULE_VERSION = 1
"""Part of the name of everything prepared: raise it when a prepared picture comes out differently."""

_SMALLEST = 0.75

Shape = tuple[int, int, int]
"""Channels, height, width."""


class Border(NamedTuple):
    """Rows and columns of zeros around a picture; an odd one more goes below and to the right."""

    top: int
    bottom: int
    left: int
    right: int


def border(shape: Shape, wanted: Shape) -> Border | None:
    """The border that makes a picture the wanted size (all zero for equal sizes), or None: it is resized."""
    (_c, height, width), (_k, wanted_height, wanted_width) = shape, wanted
    for have, want in ((height, wanted_height), (width, wanted_width)):
        if not _SMALLEST * want <= have <= want:
            return None
    rows, columns = wanted_height - height, wanted_width - width
    return Border(rows // 2, rows - rows // 2, columns // 2, columns - columns // 2)


def unfit(wanted: Shape) -> str | None:
    """One sentence that says why no picture can take this shape, or None where it can."""
    channels, height, width = wanted
    if channels not in (1, 3):
        return _(
            "Images have 1 channel (grey) or 3 (colour), but the Input block asks for {channels}."
        ).format(channels=channels)
    if height < 1 or width < 1:
        return _("The Input block asks for {height} × {width} pixels: both must be at least 1.").format(
            height=height, width=width
        )
    return None


def described(shape: Shape, wanted: Shape) -> str | None:
    """What preparation does, for people: "28×28 grey → 32×32 grey, with a border of 2"; None where nothing is done."""
    if shape == wanted or unfit(wanted):
        return None
    change = f"{_size(shape)} → {_size(wanted)}"
    margin = border(shape, wanted)
    if margin is None:
        return _("{change}, resized").format(change=change)
    return f"{change}{_border_text(margin)}"


def _size(shape: Shape) -> str:
    channels, height, width = shape
    return f"{height}×{width} {_('grey') if channels == 1 else _('colour')}"


def _border_text(margin: Border) -> str:
    if not any(margin):
        return ""
    around = sorted({side for side in margin if side})
    size = _(" and ").join(str(side) for side in around)
    if margin.top == margin.bottom == 0:
        return _(", with a border of {size} left and right").format(size=size)
    if margin.left == margin.right == 0:
        return _(", with a border of {size} above and below").format(size=size)
    return _(", with a border of {size}").format(size=size)
