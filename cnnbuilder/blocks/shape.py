"""Blocks that change how values are arranged, not the values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import MAX_SIZE, Block, Call, Count, Family, Field, Shape, need_image
from cnnbuilder.blocks.fixes import InsertBefore, MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.signature import ArgumentError, axis_of
from cnnbuilder.blocks.writing import docs
from cnnbuilder.text import _, ngettext

Axis = Annotated[int, Meta(ge=1, le=3)]


class Flatten(Block, frozen=True, kw_only=True):
    """torch.nn.Flatten: several axes become one, usually all of an image, channel by channel."""

    start_dim: Annotated[
        Axis,
        Field(_("From axis"), _("The first axis that is laid out; 1 is channels."), "", (1,), primary=False),
    ] = 1
    end_dim: Annotated[
        Annotated[int, Meta(ge=-3, le=3)],
        Field(
            _("To axis"), _("The last axis that is laid out; −1 is the very last."), "", (-1,), primary=False
        ),
    ] = -1

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("volume to vector")
    summary: ClassVar[str] = _("Lays all values of the volume in one row, as a Linear block wants them.")
    when: ClassVar[str] = _("Once, between the last convolution or pooling and the first Linear.")
    page: ClassVar[str] = docs("torch.nn.Flatten")
    icon: ClassVar[str] = "flatten"
    keywords: ClassVar[str] = _("reshape vector view row")
    basic: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "flatten"
    layers: ClassVar[Mapping[str, str]] = {"Flatten": "start_dim=1, end_dim=-1"}
    functions: ClassVar[Mapping[str, str]] = {"flatten": "start_dim=0, end_dim=-1"}

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The first axis counted from the front. The function begins at the batch where it is not told otherwise."""
        values = super().fields_from(called, given, rank)
        start = axis_of(values["start_dim"], rank)
        if start == 0:
            raise ArgumentError(_("this lays out the batch too: give it 1"))
        return {**values, "start_dim": start}

    def output_rank(self, rank: int) -> int:
        """One for all that are laid out."""
        last = self.end_dim if self.end_dim > 0 else rank + 1 + self.end_dim
        return rank - max(0, last - self.start_dim)

    def output(self, *inputs: Shape) -> Shape:
        """The axes from start_dim to end_dim become one."""
        (shape,) = inputs
        rank = len(shape.sizes)
        first, last = self.start_dim - 1, (self.end_dim - 1 if self.end_dim > 0 else rank + self.end_dim)
        if self.end_dim == 0 or not 0 <= first <= last < rank:
            raise MisfitError(
                _("Flatten cannot lay out axes {first} to {last} of {shape}.").format(
                    first=self.start_dim, last=self.end_dim, shape=shape
                ),
                SetFields((("start_dim", 1), ("end_dim", -1)), _("Lay out all axes")),
            )
        if first == last:
            return shape
        sizes = (*shape.sizes[:first], math.prod(shape.sizes[first : last + 1]), *shape.sizes[last + 1 :])
        return Shape(sizes, shape.axes[:first] + "F" + shape.axes[last + 1 :])

    def is_view(self) -> bool:
        """Yes."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """torch.flatten(x, 1): the batch stays."""
        end = "" if self.end_dim == -1 else f", {self.end_dim}"
        start = str(self.start_dim) if self.start_dim != 1 or end else ""
        return Call(f"nn.Flatten({start}{end})", f"torch.flatten({{x}}, {self.start_dim}{end})")

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """D·H·W."""
        output = self.output(*inputs)
        sizes = inputs[0].sizes
        if len(output.sizes) > 1 or len(sizes) == 1:
            return ()
        letters = "D·H·W" if inputs[0].axes == "CHW" else "·".join(inputs[0].axes)
        line = "·".join(["{}"] * len(sizes)) + " = {}"
        return (Formula(_("Output"), letters, fill(line, *sizes, output.count)),)


Part = Annotated[int, Meta(ge=-1, le=MAX_SIZE)]


class Unflatten(Block, frozen=True, kw_only=True):
    """torch.nn.Unflatten: a flat vector laid out as channels × height × width again."""

    unflattened_size: Annotated[
        tuple[Part, Part, Part],
        Field(
            _("Shape"),
            _("Channels, height and width; −1 is as many as are left."),
            "",
            ((-1, 1, 1), (-1, 4, 4)),
        ),
    ] = (-1, 1, 1)

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("vector to volume")
    summary: ClassVar[str] = _("Lays a flat vector out as an image: as 1×1 pixels, or as a larger one.")
    when: ClassVar[str] = _("Behind the Linear blocks of squeeze and excitation, or first in a generator.")
    page: ClassVar[str] = docs("torch.nn.Unflatten")
    icon: ClassVar[str] = "unflatten"
    keywords: ClassVar[str] = _("unflatten reshape view unsqueeze image squeeze excitation generator")
    name_prefix: ClassVar[str] = "unflatten"
    layers: ClassVar[Mapping[str, str]] = {"Unflatten": "dim, unflattened_size"}
    functions: ClassVar[Mapping[str, str]] = {"unflatten": "dim, sizes"}

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The axis is the vector's only one."""
        sizes = given.get("sizes", given.get("unflattened_size"))
        if given.get("dim") not in (1, -1) or type(sizes) not in (list, tuple):
            raise ArgumentError(_("only a flat vector becomes channels × height × width"))
        return {"unflattened_size": tuple(sizes)}

    def output_rank(self, rank: int) -> int:
        """Channels, height and width."""
        return 3

    def output(self, *inputs: Shape) -> Shape:
        """The shape that was asked for, which must hold as many values as arrive."""
        (shape,) = inputs
        sizes = self.unflattened_size
        if len(shape.sizes) != 1:
            raise MisfitError(
                _("Unflatten needs a flat vector but gets {shape}.").format(shape=shape),
                InsertBefore("Flatten", _("Insert Flatten")),
            )
        known = math.prod(size for size in sizes if size != -1)
        free = sizes.count(-1)
        if free > 1 or not known or (shape.count % known if free else shape.count != known):
            raise MisfitError(
                _("{count} values cannot be laid out as {sizes}.").format(
                    count=shape.count, sizes=" × ".join(map(str, sizes)).replace("-", "−")
                ),
                SetFields((("unflattened_size", (-1, 1, 1)),), _("Lay them out as 1×1 pixels")),
            )
        return Shape(tuple(shape.count // known if size == -1 else size for size in sizes), "CHW")

    def reduced_axes(self, *inputs: Shape) -> str:
        """The vector, whose values may come from anywhere."""
        return "F"

    def is_view(self) -> bool:
        """Yes."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """nn.Unflatten(1, (-1, 1, 1))."""
        return Call(f"nn.Unflatten(1, {self.unflattened_size})")

    def summary_text(self) -> str:
        """For example "to −1 × 1 × 1"."""
        sizes = " × ".join(map(str, self.unflattened_size)).replace("-", "−")
        return _("to {sizes}").format(sizes=sizes)


class Permute(Block, frozen=True, kw_only=True):
    """torch.permute: the axes of an image in another order."""

    dims: Annotated[
        tuple[Axis, Axis, Axis],
        Field(
            _("Order"),
            _("Which axis comes first, second and third: 1 channels, 2 height, 3 width."),
            "",
            ((2, 3, 1), (3, 1, 2)),
        ),
    ] = (2, 3, 1)

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("reorders axes")
    summary: ClassVar[str] = _("Puts the axes of an image in another order, for example channels last.")
    when: ClassVar[str] = _("Before a Linear that acts on the channels of each pixel, and back after it.")
    page: ClassVar[str] = docs("torch.permute")
    icon: ClassVar[str] = "flatten"
    keywords: ClassVar[str] = _("transpose swap axes channels last order")
    layers: ClassVar[Mapping[str, str]] = {"Permute": "dims"}
    functions: ClassVar[Mapping[str, str]] = {"permute": "*dims"}
    name_prefix: ClassVar[str] = "permute"

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """torch names the batch as well, which stays first."""
        dims = given.get("dims")
        if type(dims) not in (list, tuple) or len(dims) != 4 or dims[0] != 0:  # type: ignore[arg-type,index]
            raise ArgumentError(_("only the axes behind the batch can be reordered"))
        order = tuple(axis_of(dim, rank) for dim in dims[1:])  # type: ignore[index]
        return super().fields_from(called, {"dims": order}, rank)

    def output(self, *inputs: Shape) -> Shape:
        """The sizes in the new order."""
        (shape,) = inputs
        need_image("Permute", shape)
        if sorted(self.dims) != [1, 2, 3]:
            raise MisfitError(
                _("The order {dims} of Permute must name each of the axes 1, 2 and 3 once.").format(
                    dims=self.dims
                ),
                SetFields((("dims", (2, 3, 1)),), _("Put the channels last")),
            )
        return Shape(
            tuple(shape.sizes[d - 1] for d in self.dims), "".join(shape.axes[d - 1] for d in self.dims)
        )

    def is_view(self) -> bool:
        """Yes."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """x.permute(0, …): the batch stays first."""
        order = ", ".join(map(str, (0, *self.dims)))
        return Call(
            f"Permute([{order}])", f"{{x}}.permute({order})", imports="from torchvision.ops import Permute"
        )

    def summary_text(self) -> str:
        """For example "to 2, 3, 1"."""
        return _("to {order}").format(order=", ".join(map(str, self.dims)))


class ChannelShuffle(Block, frozen=True, kw_only=True):
    """torch.nn.ChannelShuffle: channels dealt out in turn from each group."""

    groups: Annotated[
        Count, Field(_("Groups"), _("From how many groups the channels are dealt."), "G", (2, 3, 4))
    ] = 2

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("mixes groups")
    summary: ClassVar[str] = _(
        "Deals channels out in turn from each group, so that groups learn of each other."
    )
    when: ClassVar[str] = _("After convolutions in groups: ShuffleNet.")
    paper: ClassVar[str] = _("Zhang and others, 2017")
    page: ClassVar[str] = docs("torch.nn.ChannelShuffle")
    icon: ClassVar[str] = "blocks"
    keywords: ClassVar[str] = _("shuffle groups mix channels")
    keeps_shape: ClassVar[bool] = True
    shared: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "shuffle"
    layers: ClassVar[Mapping[str, str]] = {"ChannelShuffle": "groups"}
    functions: ClassVar[Mapping[str, str]] = {"channel_shuffle": "groups"}

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; the groups must divide its channels."""
        if len(inputs[0].sizes) == 1:
            need_image("ChannelShuffle", inputs[0])
        channels = inputs[0].sizes[0]
        if channels % self.groups:
            raise MisfitError(
                _("{groups} groups do not divide the {channels} channels of ChannelShuffle evenly.").format(
                    groups=self.groups, channels=channels
                ),
                SetFields((("groups", 1),), _("Use 1 group")),
            )
        return inputs[0]

    def reduced_axes(self, *inputs: Shape) -> str:
        """The first axis, where values change their place."""
        return inputs[0].axes[0]

    def call(self, *inputs: Shape) -> Call:
        """nn.ChannelShuffle(groups)."""
        return Call(f"nn.ChannelShuffle({self.groups})")

    def summary_text(self) -> str:
        """For example "2 groups"."""
        return ngettext("{g} group", "{g} groups", self.groups).format(g=self.groups)


class Identity(Block, frozen=True, kw_only=True):
    """torch.nn.Identity: nothing happens."""

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("does nothing")
    summary: ClassVar[str] = _("Passes on what arrives, unchanged.")
    when: ClassVar[str] = _("To keep a place where a block stood, or will stand.")
    page: ClassVar[str] = docs("torch.nn.Identity")
    icon: ClassVar[str] = "minus"
    keywords: ClassVar[str] = _("nothing pass through placeholder")
    keeps_shape: ClassVar[bool] = True
    shared: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "identity"
    layers: ClassVar[Mapping[str, str]] = {"Identity": ""}

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    def is_view(self) -> bool:
        """Yes."""
        return True

    def does_nothing(self) -> bool:
        """Yes."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """nn.Identity()."""
        return Call("nn.Identity()")
