"""Combining: several values become one, or one becomes several."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import Block, Call, Count, Family, Field, Shape
from cnnbuilder.blocks.fixes import MisfitError, Remove, SetFields
from cnnbuilder.blocks.signature import ArgumentError, axis_of
from cnnbuilder.blocks.writing import docs
from cnnbuilder.text import _


class Elementwise(Block, frozen=True, kw_only=True):
    """Kinds that join values of equal shape place by place; a size of 1 is stretched, as torch does."""

    family: ClassVar[Family] = "combine"
    arity: ClassVar[tuple[int, int | None]] = (2, None)

    def output(self, *inputs: Shape) -> Shape:
        """The common shape."""
        first = inputs[0]
        if any(len(shape.sizes) != len(first.sizes) for shape in inputs):
            raise self._misfit(inputs)
        sizes = []
        for column in zip(*(shape.sizes for shape in inputs), strict=True):
            wide = set(column) - {1}
            if len(wide) > 1:
                raise self._misfit(inputs)
            sizes.append(wide.pop() if wide else 1)
        return Shape(tuple(sizes), first.axes)

    def _misfit(self, inputs: tuple[Shape, ...]) -> MisfitError:
        shapes = _(" and ").join(str(shape) for shape in dict.fromkeys(inputs))
        message = _("{kind} needs values of equal shape but gets {shapes}.").format(
            kind=self.kind(), shapes=shapes
        )
        return MisfitError(message, Remove(_("Remove {kind}").format(kind=self.kind())))


class Add(Elementwise, frozen=True, kw_only=True):
    """The sum, place by place."""

    title: ClassVar[str] = _("sums branches")
    summary: ClassVar[str] = _(
        "Adds what its wires bring, place by place; with a wire from before, a skip connection."
    )
    when: ClassVar[str] = _("To carry values past a few layers, so that deep networks learn: ResNet.")
    paper: ClassVar[str] = _("He and others, 2015")
    page: ClassVar[str] = docs("torch.add")
    icon: ClassVar[str] = "add"
    keywords: ClassVar[str] = _("sum plus skip residual shortcut join merge")
    functions: ClassVar[Mapping[str, str]] = {"add": "alpha=1"}
    operator: ClassVar[str] = "+"
    sign: ClassVar[str] = "+"
    shortcut: ClassVar[str] = "A"
    name_prefix: ClassVar[str] = "add"

    def call(self, *inputs: Shape) -> Call:
        """x + y."""
        return Call("", "{x}", " + ")


class Multiply(Elementwise, frozen=True, kw_only=True):
    """The product, place by place."""

    title: ClassVar[str] = _("scales by a branch")
    summary: ClassVar[str] = _(
        "Multiplies what its wires bring, place by place; one of them often is a gate from 0 to 1."
    )
    when: ClassVar[str] = _("To let a small branch say which channels matter: squeeze and excitation.")
    paper: ClassVar[str] = _("Hu and others, 2017")
    page: ClassVar[str] = docs("torch.mul")
    icon: ClassVar[str] = "close"
    keywords: ClassVar[str] = _("product times gate attention squeeze excitation merge")
    functions: ClassVar[Mapping[str, str]] = {"mul": "", "multiply": ""}
    operator: ClassVar[str] = "*"
    sign: ClassVar[str] = "×"
    is_gate: ClassVar[bool] = True
    shortcut: ClassVar[str] = "M"
    name_prefix: ClassVar[str] = "multiply"

    def saves_input(self) -> bool:
        """Each factor's gradient is the product of the others."""
        return True

    def extra_saved_values(self, output: Shape, *inputs: Shape) -> int:
        """The products of all factors but the last, where there are more than two."""
        return output.count * (len(inputs) - 2)

    def call(self, *inputs: Shape) -> Call:
        """x * y."""
        return Call("", "{x}", " * ")


class Subtract(Elementwise, frozen=True, kw_only=True):
    """The first minus all others, place by place."""

    title: ClassVar[str] = _("takes the difference")
    summary: ClassVar[str] = _("Takes what the other wires bring from what the first brings, place by place.")
    when: ClassVar[str] = _("To look at what one branch finds and another does not.")
    page: ClassVar[str] = docs("torch.sub")
    shortcut: ClassVar[str] = "S"
    icon: ClassVar[str] = "minus"
    keywords: ClassVar[str] = _("difference minus subtraction join merge")
    functions: ClassVar[Mapping[str, str]] = {"sub": "alpha=1", "subtract": "alpha=1"}
    operator: ClassVar[str] = "-"
    sign: ClassVar[str] = "−"
    name_prefix: ClassVar[str] = "subtract"

    def call(self, *inputs: Shape) -> Call:
        """x - y."""
        return Call("", "{x}", " - ")


Axis = Annotated[
    int,
    Meta(ge=1, le=3),
    Field(_("Axis"), _("1 is channels or features, 2 height, 3 width."), "", (1, 2, 3), primary=False),
]


class Concat(Block, frozen=True, kw_only=True):
    """torch.cat: values side by side along one axis."""

    dim: Axis = 1

    family: ClassVar[Family] = "combine"
    arity: ClassVar[tuple[int, int | None]] = (2, None)
    title: ClassVar[str] = _("stacks branches")
    summary: ClassVar[str] = _("Puts what its wires bring one behind another, usually channel upon channel.")
    when: ClassVar[str] = _("To give a layer several looks at the image at once: Inception, DenseNet.")
    paper: ClassVar[str] = _("Szegedy and others, 2014")
    page: ClassVar[str] = docs("torch.cat")
    icon: ClassVar[str] = "concat"
    keywords: ClassVar[str] = _("concatenate cat stack join merge inception channels")
    functions: ClassVar[Mapping[str, str]] = {"cat": "dim=0", "concat": "dim=0", "concatenate": "dim=0"}
    shortcut: ClassVar[str] = "C"
    name_prefix: ClassVar[str] = "concat"

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The axis counted from the front; axis 0, torch's default, is the batch."""
        values = super().fields_from(called, given, rank)
        if values["dim"] == 0:
            raise ArgumentError(_("axis 0 is the batch: give it 1 for channels"))
        return {**values, "dim": axis_of(values["dim"], rank)}

    def output(self, *inputs: Shape) -> Shape:
        """The sizes along the axis add up; the others must be equal."""
        axis = self.dim - 1
        first = inputs[0]
        need_axis(self.kind(), first, self.dim)
        rest = [(*shape.sizes[:axis], *shape.sizes[axis + 1 :]) for shape in inputs]
        if any(len(shape.sizes) != len(first.sizes) for shape in inputs) or len(set(rest)) > 1:
            shapes = _(" and ").join(str(shape) for shape in dict.fromkeys(inputs))
            message = _("Concat needs values that differ in axis {dim} only but gets {shapes}.").format(
                dim=self.dim, shapes=shapes
            )
            raise MisfitError(message, Remove(_("Remove Concat")))
        total = sum(shape.sizes[axis] for shape in inputs)
        return Shape((*first.sizes[:axis], total, *first.sizes[axis + 1 :]), first.axes)

    def reduced_axes(self, *inputs: Shape) -> str:
        """The axis, along which values change their place."""
        return inputs[0].axes[self.dim - 1]

    def call(self, *inputs: Shape) -> Call:
        """torch.cat((x, y), 1)."""
        return Call("", f"torch.cat(({{x}}), {self.dim})")


class Chunk(Block, frozen=True, kw_only=True):
    """torch.chunk: cuts values into pieces of equal size along one axis; the last may be smaller."""

    chunks: Annotated[
        Count,
        Field(_("Pieces"), _("Into how many pieces; fewer leave where there are not enough."), "", (2, 4)),
    ] = 2
    dim: Axis = 1

    family: ClassVar[Family] = "combine"
    title: ClassVar[str] = _("splits channels")
    summary: ClassVar[str] = _(
        "Cuts what arrives into pieces, usually of its channels, each with an output of its own."
    )
    when: ClassVar[str] = _("To send half the channels past a few layers: ShuffleNetV2.")
    paper: ClassVar[str] = _("Ma and others, 2018")
    page: ClassVar[str] = docs("torch.chunk")
    icon: ClassVar[str] = "concat"
    keywords: ClassVar[str] = _("split cut divide pieces branch shuffle")
    functions: ClassVar[Mapping[str, str]] = {"chunk": "chunks, dim=0"}
    named_in_figures: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "chunk"

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The axis counted from the front, as it is here."""
        values = super().fields_from(called, given, rank)
        return {**values, "dim": axis_of(values["dim"], rank)}

    def pieces(self) -> int:
        """As many as asked for; there may be fewer."""
        return self.chunks

    def output(self, *inputs: Shape) -> Shape:
        """The first piece."""
        return self.outputs(*inputs)[0]

    def outputs(self, *inputs: Shape) -> tuple[Shape, ...]:
        """All pieces: each of ⌈size / pieces⌉, the last of what is left."""
        (shape,) = inputs
        need_axis(self.kind(), shape, self.dim)
        axis = self.dim - 1
        size = shape.sizes[axis]
        step = math.ceil(size / self.chunks)
        return tuple(
            Shape((*shape.sizes[:axis], min(step, size - start), *shape.sizes[axis + 1 :]), shape.axes)
            for start in range(0, size, step)
        )

    def reduced_axes(self, *inputs: Shape) -> str:
        """The axis, along which values change their place."""
        return inputs[0].axes[self.dim - 1]

    def is_view(self) -> bool:
        """Yes."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """torch.chunk(x, 2, 1); a single piece is taken out of its tuple."""
        only = "[0]" if self.chunks == 1 or inputs[0].sizes[self.dim - 1 : self.dim] == (1,) else ""
        return Call("", f"torch.chunk({{x}}, {self.chunks}, {self.dim}){only}")

    def summary_text(self) -> str:
        """For example "into 2"."""
        return _("into {n}").format(n=self.chunks)


def need_axis(kind: str, shape: Shape, dim: int) -> None:
    """Raises `MisfitError` unless the shape has axis `dim`, counted from 1."""
    if dim > len(shape.sizes):
        message = _("{kind} works along axis {dim}, but {shape} has only {n}.").format(
            kind=kind, dim=dim, shape=shape, n=len(shape.sizes)
        )
        raise MisfitError(message, SetFields((("dim", 1),), _("Use axis 1")))
