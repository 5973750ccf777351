"""What part of the image one value looks at.

Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks (Distill, 2019). Statistics that a
normalisation takes over the image do not count: they would make every field the whole image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnnbuilder.blocks.base import Block, Shape

Pair = tuple[int, int]


class Receptive(NamedTuple):
    """The field of the value at place (0, 0) of a map, in pixels of the Input, as (height, width).

    It begins at `offset` (negative: in the border) and has `size` pixels, which may exceed the image: the rest falls on
    the border. `stride`: how far the fields of neighbours lie apart; 0 where all places look at the same. `places`: how
    many places of a map were laid out in a row; a block that weighs the row looks at all of them.
    """

    size: Pair
    stride: Pair
    offset: Pair
    places: Pair = (1, 1)


PIXEL = Receptive((1, 1), (1, 1), (0, 0))
"""What a value of the Input looks at: itself."""


def receptive(
    block: Block, inputs: Sequence[Shape], output: Shape, before: Sequence[Receptive], image: Shape
) -> Receptive:
    """The field behind `block`, given those of what arrives; `image` is the Input's shape."""
    if not before:
        return PIXEL
    here = before[0] if len(before) == 1 else _union(before, inputs, image)
    window = block.window(*inputs)
    if window is not None:
        if inputs[0].axes != "CHW":
            return _spread(here, "HW", image)
        (height, width), (down, right), (top, left), _places = here
        (fh, fw), (sh, sw), (ph, pw), (dh, dw) = window
        return Receptive(
            (height + dh * (fh - 1) * down, width + dw * (fw - 1) * right),
            (down * sh, right * sw),
            (top - ph * down, left - pw * right),
        )
    mixed = block.mixes(*inputs)
    if mixed and mixed != "C":
        return _spread(here, mixed, image)
    if len(output.sizes) < len(inputs[0].sizes):
        return here._replace(places=_laid_out(here, inputs[0], output))
    return here


def _laid_out(here: Receptive, shape: Shape, output: Shape) -> Pair:
    """How many rows and columns of places lost their axis."""
    rows, columns = (
        shape.sizes[shape.axes.index(axis)] if axis in shape.axes and axis not in output.axes else before
        for axis, before in zip("HW", here.places, strict=True)
    )
    return rows, columns


def _spread(here: Receptive, mixed: str, image: Shape) -> Receptive:
    """The field of a value that looks at all places along the axes `mixed`."""
    size, stride, offset = list(here.size), list(here.stride), list(here.offset)
    for axis, letter in enumerate("HW"):
        length = image.sizes[1 + axis]
        if letter in mixed:
            size[axis], stride[axis], offset[axis] = length, 0, 0
        elif "F" in mixed:
            first = max(0, offset[axis])
            end = offset[axis] + size[axis] + (here.places[axis] - 1) * stride[axis]
            size[axis], stride[axis], offset[axis] = max(1, min(length, end) - first), 0, first
    return Receptive((size[0], size[1]), (stride[0], stride[1]), (offset[0], offset[1]))


def _union(before: Sequence[Receptive], inputs: Sequence[Shape], image: Shape) -> Receptive:
    """The field that holds those of all that arrives; the whole image where they do not run in step."""
    size, stride, offset = [0, 0], [0, 0], [0, 0]
    for axis in (0, 1):
        strides = {field.stride[axis] for field in before}
        lengths = {shape.sizes[-2 + axis] for shape in inputs if len(shape.sizes) == 3}
        if len(strides) > 1 or len(lengths) > 1:
            size[axis] = image.sizes[1 + axis]
            continue
        first = min(field.offset[axis] for field in before)
        end = max(field.offset[axis] + field.size[axis] for field in before)
        size[axis], stride[axis], offset[axis] = end - first, strides.pop(), first
    places = max(field.places for field in before)
    return Receptive((size[0], size[1]), (stride[0], stride[1]), (offset[0], offset[1]), places)
