"""What part of the image one value looks at.

Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks (Distill, 2019). Statistics that a
normalisation takes over the image do not count: they would make every field the whole image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.blocks.formula import Formula, FormulaPart, fill
from cnnbuilder.text import _

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
    mixed = block.reduced_axes(*inputs)
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


# --- the same in letters and numbers --------------------------------------------------------------

Question = Literal["size", "stride", "offset"]
_TITLES = {
    "size": _("Receptive field"),
    "stride": _("Stride on the image"),
    "offset": _("Offset on the image"),
}


def receptive_formulas(
    question: Question,
    block: Block,
    inputs: Sequence[Shape],
    before: Sequence[Receptive],
    found: Receptive,
    image: Shape,
) -> tuple[Formula, ...]:
    """How size, stride or offset of a field follow from those of what arrives: R, J and O in the letters.

    Once where height and width agree, else once for each.
    """
    lines = [_axis(question, axis, block, inputs, before, found, image) for axis in (0, 1)]
    title = _TITLES[question]
    if lines[0] == lines[1]:
        return (Formula(title, *lines[0]),)
    return (
        Formula(_("{what}, height").format(what=title), *lines[0]),
        Formula(_("{what}, width").format(what=title), *lines[1]),
    )


_Law = tuple[str, tuple[FormulaPart, ...]]


def _axis(
    question: Question, axis: int, block: Block, inputs: Sequence[Shape], before: Sequence[Receptive], found: Receptive,
    image: Shape,
) -> _Law:  # fmt: skip
    result = getattr(found, question)[axis]
    length = image.sizes[1 + axis]
    if not before:
        return {"size": _("one pixel"), "stride": _("pixel by pixel"), "offset": _("the first pixel")}[
            question
        ], fill("{}", result)
    here = before[0] if len(before) == 1 else _union(before, inputs, image)
    size, stride, offset = here.size[axis], here.stride[axis], here.offset[axis]
    window = block.window(*inputs)
    if window is not None and inputs[0].axes == "CHW":
        f, s, p, d = (pair[axis] for pair in window)
        kernel, step, border = ("kernel_size", f), ("stride", s), ("padding", p)
        if question == "stride":
            return "J·S", fill("{}·{} = {}", stride, step, result)
        if question == "offset":
            return "O − P·J", fill("{} − {}·{} = {}", offset, border, stride, result)
        if d == 1:
            return "R + (F − 1)·J", fill("{} + ({} − 1)·{} = {}", size, kernel, stride, result)
        return "R + d·(F − 1)·J", fill(
            "{} + {}·({} − 1)·{} = {}", size, ("dilation", d), kernel, stride, result
        )
    if (found.size[axis], found.stride[axis], found.offset[axis]) == (size, stride, offset):
        if any(field != here for field in before):
            return _joined(question, axis, before, result, length)
        return {"size": "R", "stride": "J", "offset": "O"}[question], fill("{}", result)
    if result == (length if question == "size" else 0):
        return {"size": _("the whole image"), "stride": _("all look at the same"), "offset": _("its edge")}[
            question
        ], fill("{}", result)
    if question == "size":
        places = here.places[axis]
        line = "min({}, {} + {} + ({} − 1)·{}) − max(0, {}) = {}"
        return "min(W, O + R + (N − 1)·J) − max(0, O)", fill(
            line, length, offset, size, places, stride, offset, result
        )
    return "max(0, O)", fill("max(0, {}) = {}", offset, result)


def _joined(question: Question, axis: int, before: Sequence[Receptive], result: int, length: int) -> _Law:
    """Where several branches meet: from the first pixel that any of them sees to the last."""
    offsets = [field.offset[axis] for field in before]
    if len({field.stride[axis] for field in before}) > 1 or (question == "size" and result == length):
        names = {"size": _("the whole image"), "stride": _("all look at the same"), "offset": _("its edge")}
        return names[question], fill("{}", result)
    if question == "stride":
        return "J", fill("{}", result)
    firsts = f"min({', '.join(['{}'] * len(offsets))})"
    if question == "offset":
        return "min(O)", fill(f"{firsts} = {{}}", *offsets, result)
    ends = f"max({', '.join(['{} + {}'] * len(offsets))})"
    pairs = [number for field in before for number in (field.offset[axis], field.size[axis])]
    return "max(O + R) − min(O)", fill(f"{ends} − {firsts} = {{}}", *pairs, *offsets, result)
