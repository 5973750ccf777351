"""What part of the image one value looks at.

Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks (Distill, 2019). Statistics that a
normalisation takes over the image do not count: they would make every field the whole image.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.blocks.formula import Formula, FormulaPart, fill
from cnnbuilder.blocks.sampling import Resampling, Step
from cnnbuilder.text import _

Pair = tuple[int, int]
Steps = tuple[Step, Step]


class Lattice(NamedTuple):
    """What a block that makes the image larger repeats: fields of `size` pixels at `offset`, `pitch` pixels apart."""

    size: Step
    offset: Step
    pitch: Step


class Receptive(NamedTuple):
    """The field of the value at place (0, 0) of a map, in pixels of the Input, as (height, width).

    It begins at `offset` (negative: in the border) and has `size` pixels, which may exceed the image: the rest falls on
    the border. `stride`: how far the fields of neighbours lie apart; 0 where all places look at the same. `places`: how
    many places of a map were laid out in a row; a block that weighs the row looks at all of them.

    Behind a block that makes the image larger, neighbours lie closer than the fields that they choose from: `lattices`.
    Sizes and offsets are then fractions, so that what follows stays exact; `pixels` and `first` are whole.
    """

    size: Steps
    stride: Steps
    offset: Steps
    places: Pair = (1, 1)
    lattices: tuple[Lattice | None, Lattice | None] = (None, None)

    @property
    def pixels(self) -> Pair:
        """How many pixels a field has at most."""
        return self._pixels(0), self._pixels(1)

    @property
    def first(self) -> Pair:
        """The pixel that the first field begins at."""
        return self.start((0, 0))

    def _pixels(self, axis: int) -> int:
        lattice = self.lattices[axis]
        if lattice is None:
            return math.ceil(self.size[axis])
        more = max(0, math.ceil((self.size[axis] - lattice.size) / Fraction(lattice.pitch)))
        return math.ceil(lattice.size + more * lattice.pitch)

    def start(self, place: Pair) -> Pair:
        """The pixel that the field of some place begins at."""
        rows, columns = (self._start(axis, place[axis]) for axis in (0, 1))
        return rows, columns

    def _start(self, axis: int, place: int) -> int:
        here = self.offset[axis] + place * self.stride[axis]
        lattice = self.lattices[axis]
        if lattice is not None:
            number = math.floor((here - lattice.offset) / Fraction(lattice.pitch))
            here = lattice.offset + number * lattice.pitch
        return math.floor(here)

    def evened(self) -> Receptive:
        """Fields that lie `stride` apart everywhere and hold these; the same where there is no lattice."""
        size, offset = list(self.size), list(self.offset)
        for axis, lattice in enumerate(self.lattices):
            if lattice is not None:
                common = _common(self.stride[axis], lattice.pitch)
                uneven = lattice.pitch - common
                behind = uneven + (self.offset[axis] - lattice.offset) % common
                size[axis] = _whole(self._pixels(axis) + uneven)
                # Not rounded: moved forward alone, it would leave the field's end out.
                offset[axis] = _whole(self.offset[axis] - behind)
        return Receptive((size[0], size[1]), self.stride, (offset[0], offset[1]), self.places)


def _common(one: Step, other: Step) -> Fraction:
    """The largest step that both are multiples of; where one is 0, the other."""
    first, second = Fraction(one), Fraction(other)
    below = first.denominator * second.denominator
    above = math.gcd(first.numerator * second.denominator, second.numerator * first.denominator)
    return Fraction(above, below)


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
        (height, width), (down, right), (top, left), _places, lattices = here
        (fh, fw), (sh, sw), (ph, pw), (dh, dw) = window
        return Receptive(
            (height + dh * (fh - 1) * down, width + dw * (fw - 1) * right),
            (down * sh, right * sw),
            (top - ph * down, left - pw * right),
            lattices=lattices,
        )
    finer = block.resampling(*inputs)
    if finer is not None:
        if inputs[0].axes != "CHW":
            return _spread(here, "HW", image)
        rows, columns = _finer(here, finer, 0), _finer(here, finer, 1)
        return Receptive(
            (rows[0], columns[0]),
            (rows[1], columns[1]),
            (rows[2], columns[2]),
            lattices=(rows[3], columns[3]),
        )
    mixed = block.reduced_axes(*inputs)
    if mixed and mixed != "C":
        return _spread(here, mixed, image)
    if len(output.sizes) < len(inputs[0].sizes):
        return here._replace(places=_laid_out(here, inputs[0], output))
    return here


def _finer(here: Receptive, finer: Resampling, axis: int) -> tuple[Step, Step, Step, Lattice | None]:
    """Size, stride, offset and lattice of an axis behind a block that resamples."""
    size, stride, offset = here.size[axis], here.stride[axis], here.offset[axis]
    lattice = here.lattices[axis]
    # Rounding down twice is rounding down once where the steps of the first divide those of the second.
    if lattice is None or not stride or lattice.pitch % stride or (offset - lattice.offset) % stride:
        even = here.evened()
        size, offset = even.size[axis], even.offset[axis]
        lattice = Lattice(size, offset, stride) if stride else None
    return (
        _whole(size + finer.reach[axis] * stride),
        _whole(finer.step[axis] * stride),
        _whole(offset + finer.shift[axis] * stride),
        lattice,
    )


def _whole(step: Step) -> Step:
    """A fraction that is a whole number as such."""
    return step.numerator if isinstance(step, Fraction) and step.denominator == 1 else step


def _laid_out(here: Receptive, shape: Shape, output: Shape) -> Pair:
    """How many rows and columns of places lost their axis."""
    rows, columns = (
        shape.sizes[shape.axes.index(axis)] if axis in shape.axes and axis not in output.axes else before
        for axis, before in zip("HW", here.places, strict=True)
    )
    return rows, columns


def _spread(here: Receptive, mixed: str, image: Shape) -> Receptive:
    """The field of a value that looks at all places along the axes `mixed`."""
    lattices = list(here.lattices)
    even = here.evened()
    size, stride, offset = list(here.size), list(here.stride), list(here.offset)
    for axis, letter in enumerate("HW"):
        length = image.sizes[1 + axis]
        if letter in mixed or "F" in mixed:
            size[axis], offset[axis], lattices[axis] = even.size[axis], even.offset[axis], None
        if letter in mixed:
            size[axis], stride[axis], offset[axis] = length, 0, 0
        elif "F" in mixed:
            first = max(0, math.floor(offset[axis]))
            end = math.ceil(offset[axis] + size[axis] + (here.places[axis] - 1) * stride[axis])
            size[axis], stride[axis], offset[axis] = max(1, min(length, end) - first), 0, first
    return Receptive(
        (size[0], size[1]),
        (stride[0], stride[1]),
        (offset[0], offset[1]),
        lattices=(lattices[0], lattices[1]),
    )


def _union(before: Sequence[Receptive], inputs: Sequence[Shape], image: Shape) -> Receptive:
    """The field that holds those of all that arrives; the whole image where they do not run in step."""
    if all(field == before[0] for field in before) and len(set(inputs)) == 1:
        return before[0]
    before = [field.evened() for field in before]
    size: list[Step] = [0, 0]
    stride: list[Step] = [0, 0]
    offset: list[Step] = [0, 0]
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
    result: Step = {"size": found.pixels, "stride": found.stride, "offset": found.first}[question][axis]
    length = image.sizes[1 + axis]
    if not before:
        return {"size": _("one pixel"), "stride": _("pixel by pixel"), "offset": _("the first pixel")}[
            question
        ], fill("{}", result)
    here = before[0] if len(before) == 1 else _union(before, inputs, image)
    size, stride, offset = here.size[axis], here.stride[axis], here.offset[axis]
    lattice = found.lattices[axis]
    if lattice is not None and question != "stride":
        return _on_lattice(question, lattice, found.size[axis], found.offset[axis], result)
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
    finer = block.resampling(*inputs)
    if finer is not None and inputs[0].axes == "CHW" and question == "stride":
        return "s·J", fill("{}·{} = {}", finer.step[axis], stride, result)
    if question != "stride" and any(field.lattices[axis] is not None for field in before):
        before = [field.evened() for field in before]
        here = here.evened()
        size, offset = here.size[axis], here.offset[axis]
    if (found.size[axis], found.stride[axis], found.offset[axis]) == (size, stride, offset):
        if any(field != here for field in before):
            in_step = {field.stride[axis] for field in before} == {stride}
            return _joined(question, axis, before, result, length if in_step else None)
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


def _on_lattice(question: Question, lattice: Lattice, size: Step, offset: Step, result: Step) -> _Law:
    """Of all fields that one may choose from, so many lie in its reach, or so many before it."""
    first, begin, pitch = lattice
    if question == "size":
        line = "{} + max(0, ⌈({} − {}) / {}⌉)·{} = {}"
        return "Rᵤ + max(0, ⌈(R − Rᵤ) / Jᵤ⌉)·Jᵤ", fill(line, first, size, first, pitch, pitch, result)
    line = "{} + ⌊({} − {}) / {}⌋·{} = {}"
    return "Oᵤ + ⌊(O − Oᵤ) / Jᵤ⌋·Jᵤ", fill(line, begin, offset, begin, pitch, pitch, result)


def _joined(
    question: Question, axis: int, before: Sequence[Receptive], result: Step, length: int | None
) -> _Law:
    """Where several branches meet: from the first pixel that any of them sees to the last.

    `length`: of the image; None where they do not run in step, so that all of it counts as seen.
    """
    offsets = [field.offset[axis] for field in before]
    if length is None or (question == "size" and result == length):
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
