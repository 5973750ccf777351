"""Transposed convolution: a learned way to make an image larger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Self

from cnnbuilder.blocks.base import (
    Autocast,
    Block,
    BorderPair,
    Call,
    Count,
    Family,
    Field,
    Pair,
    Shape,
    Weights,
    image,
    need_image,
)
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, FormulaPart, fill
from cnnbuilder.blocks.sampling import Resampling, finer
from cnnbuilder.blocks.writing import arguments, by_text, docs, size_text
from cnnbuilder.text import _, ngettext, number


class ConvTranspose2d(Block, frozen=True, kw_only=True):
    """torch.nn.ConvTranspose2d: D×H×W in, K×H'×W' out; `in_channels` follows from the wire.

    Its border is always zeros, as torch takes no other.
    """

    out_channels: Annotated[
        Count,
        Field(
            _("Filters"), _("How many filters, and so how deep the output."), "K", (8, 16, 32, 64, 128, 256)
        ),
    ] = 16
    kernel_size: Annotated[
        Pair,
        Field(_("Kernel size"), _("Height and width of each filter."), "F", ((2, 2), (3, 3), (4, 4))),
    ] = (3, 3)
    stride: Annotated[
        Pair, Field(_("Stride"), _("How many times larger the image becomes."), "S", ((1, 1), (2, 2)))
    ] = (1, 1)
    padding: Annotated[
        BorderPair,
        Field(_("Padding"), _("How much is cut off the border of what leaves."), "P", ((0, 0), (1, 1))),
    ] = (0, 0)
    output_padding: Annotated[
        BorderPair,
        Field(
            _("Output padding"),
            _("Rows and columns that are added at the bottom and right; less than the stride."),
            "O",
            ((0, 0), (1, 1)),
            primary=False,
        ),
    ] = (0, 0)
    groups: Annotated[
        Count,
        Field(
            _("Groups"),
            _("Channels are split into so many groups, each with filters of its own."),
            "G",
            (1, 2),
            primary=False,
        ),
    ] = 1
    bias: Annotated[bool, Field(_("Bias"), _("One number added to all that a filter makes."))] = True
    dilation: Annotated[
        Pair,
        Field(
            _("Dilation"),
            _("The step between the pixels that a filter writes."),
            "d",
            ((1, 1), (2, 2)),
            primary=False,
        ),
    ] = (1, 1)

    family: ClassVar[Family] = "convolution"
    title: ClassVar[str] = _("draws patterns larger")
    summary: ClassVar[str] = _(
        "Each value that arrives stamps a learned pattern; with stride 2 the image becomes twice as large."
    )
    icon: ClassVar[str] = "conv-transpose"
    when: ClassVar[str] = _("To make small maps large again: generators, decoders, U-Net.")
    paper: ClassVar[str] = _("Zeiler and others, 2010")
    page: ClassVar[str] = docs("torch.nn.ConvTranspose2d")
    keywords: ClassVar[str] = _("transposed deconvolution upsample enlarge decoder generator unet")
    name_prefix: ClassVar[str] = "upconv"
    layers: ClassVar[Mapping[str, str]] = {
        "ConvTranspose2d": (
            "in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,"
            " bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None"
        )
    }
    from_wire: ClassVar[Mapping[str, int]] = {"in_channels": 0}
    learns: ClassVar[bool] = True
    autocast: ClassVar[Autocast] = "half"

    @classmethod
    def usual(cls, id_: str, before: Iterable[Block], classes: int) -> Self:
        """Twice the size, and half the filters of the convolution before it (16 where there is none)."""
        last = next((block for block in before if isinstance(block, Conv2d | ConvTranspose2d)), None)
        filters = 16 if last is None else max(last.out_channels // 2, 1)
        return cls(id=id_, kernel_size=(2, 2), stride=(2, 2), out_channels=filters)

    def output(self, *inputs: Shape) -> Shape:
        """K×H'×W', sizes as (W − 1)·S − 2P + d·(F − 1) + O + 1."""
        (shape,) = inputs
        need_image("ConvTranspose2d", shape)
        channels, height, width = shape.sizes
        self._check_groups(channels)
        self._check_output_padding()
        rows, columns = (self._length(size, axis) for axis, size in enumerate((height, width)))
        if rows < 1 or columns < 1:
            raise MisfitError(
                _("Padding {p} of ConvTranspose2d cuts off all of its output.").format(
                    p=size_text(self.padding)
                ),
                SetFields((("padding", (0, 0)),), _("Use padding 0")),
            )
        return image(self.out_channels, rows, columns)

    def _length(self, size: int, axis: int) -> int:
        """How long an axis becomes; below 1 where nothing is left."""
        stamped = (size - 1) * self.stride[axis] + self.dilation[axis] * (self.kernel_size[axis] - 1) + 1
        return stamped - 2 * self.padding[axis] + self.output_padding[axis]

    def _check_groups(self, channels: int) -> None:
        for what, count in ((_("incoming channels"), channels), (_("filters"), self.out_channels)):
            if count % self.groups:
                raise MisfitError(
                    _("{groups} groups do not divide the {count} {what} of ConvTranspose2d evenly.").format(
                        groups=self.groups, count=count, what=what
                    ),
                    SetFields((("groups", 1),), _("Use 1 group")),
                )

    def _check_output_padding(self) -> None:
        largest = (max(self.stride[0], self.dilation[0]) - 1, max(self.stride[1], self.dilation[1]) - 1)
        if self.output_padding[0] > largest[0] or self.output_padding[1] > largest[1]:
            fitting = (min(self.output_padding[0], largest[0]), min(self.output_padding[1], largest[1]))
            raise MisfitError(
                _("Output padding {o} must be smaller than the stride {s} or the dilation {d}.").format(
                    o=size_text(self.output_padding),
                    s=size_text(self.stride),
                    d=size_text(self.dilation),
                ),
                SetFields(
                    (("output_padding", fitting),),
                    _("Use output padding {o}").format(o=size_text(fitting)),
                ),
            )

    def resampling(self, *inputs: Shape) -> Resampling:
        """A window over pixels that stand a stride apart, zeros between."""
        both = [
            finer(*axis)
            for axis in zip(self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        ]
        (reach, step, shift) = zip(*both, strict=True)
        return Resampling((reach[0], reach[1]), (step[0], step[1]), (shift[0], shift[1]))

    def weights(self, *inputs: Shape) -> Weights:
        """weight D×(K/G)×F×F, bias K."""
        weight = (inputs[0].sizes[0], self.out_channels // self.groups, *self.kernel_size)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def macs(self, output: Shape, *inputs: Shape) -> int:
        """Each value that arrives costs F·F·K/G."""
        height, width = self.kernel_size
        return inputs[0].count * height * width * (self.out_channels // self.groups)

    def saves_input(self) -> bool:
        """For the gradient of the filters, which torch keeps ready for frozen ones too."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """nn.ConvTranspose2d(in, out, kernel_size, …)."""
        named = arguments(
            str(inputs[0].sizes[0]), str(self.out_channels), size_text(self.kernel_size),
            stride=(self.stride, (1, 1)), padding=(self.padding, (0, 0)),
            output_padding=(self.output_padding, (0, 0)), groups=(self.groups, 1), bias=(self.bias, True),
            dilation=(self.dilation, (1, 1)),
        )  # fmt: skip
        return Call(f"nn.ConvTranspose2d({named})")

    def summary_text(self) -> str:
        """For example "16 filters · 2×2 · stride 2"."""
        filters = ngettext("{n} filter", "{n} filters", self.out_channels)
        parts = [filters.format(n=number(self.out_channels)), by_text(self.kernel_size)]
        if self.stride != (1, 1):
            parts.append(_("stride {s}").format(s=size_text(self.stride)))
        if self.padding != (0, 0):
            parts.append(_("padding {p}").format(p=size_text(self.padding)))
        if self.dilation != (1, 1):
            parts.append(_("dilation {d}").format(d=size_text(self.dilation)))
        if self.groups > 1:
            parts.append(_("{g} groups").format(g=self.groups))
        return " · ".join(parts)

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """(W − 1)·S − 2P + d·(F − 1) + O + 1, for height and width apart where they differ."""
        axes = [self._one_axis(inputs[0], axis) for axis in (0, 1)]
        if axes[0] == axes[1]:
            return (Formula(_("Output"), "(W − 1)·S − 2P + d·(F − 1) + O + 1", axes[0]),)
        titles = (_("Output height"), _("Output width"))
        return tuple(
            Formula(title, f"({letter} − 1)·S − 2P + d·(F − 1) + O + 1", parts)
            for title, letter, parts in zip(titles, "HW", axes, strict=True)
        )

    def _one_axis(self, shape: Shape, axis: int) -> tuple[FormulaPart, ...]:
        size = shape.sizes[1 + axis]
        return fill(
            "({} − 1)·{} − 2·{} + {}·({} − 1) + {} + 1 = {}",
            size, ("stride", self.stride[axis]), ("padding", self.padding[axis]),
            ("dilation", self.dilation[axis]), ("kernel_size", self.kernel_size[axis]),
            ("output_padding", self.output_padding[axis]), self._length(size, axis),
        )  # fmt: skip

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """D·F·F·K + K."""
        depth = inputs[0].sizes[0]
        height, width = self.kernel_size
        k = ("out_channels", self.out_channels)
        letters = "D·F·F·K" if height == width else "D·Fₕ·F_w·K"
        line = "{}·{}·{}·{}"
        values: list[int | tuple[str, int]] = [depth, ("kernel_size", height), ("kernel_size", width), k]
        if self.groups > 1:
            letters, line = f"{letters}/G", f"{line}/{{}}"
            values.append(("groups", self.groups))
        if self.bias:
            letters, line = f"{letters} + K", f"{line} + {{}}"
            values.append(k)
        filters = depth * height * width * (self.out_channels // self.groups)
        total = filters + (self.out_channels if self.bias else 0)
        return (Formula(_("Parameters"), letters, fill(f"{line} = {{}}", *values, total)),)

    def macs_formulas(self, output: Shape, *inputs: Shape) -> tuple[Formula, ...]:
        """Each of the D·H·W values that arrive costs F·F·K."""
        height, width = self.kernel_size
        depth, rows, columns = inputs[0].sizes
        letters = "D·H·W·F·F·K" if height == width else "D·H·W·Fₕ·F_w·K"
        line = "{}·{}·{}·{}·{}·{}"
        f = "kernel_size"
        values: list[int | tuple[str, int]] = [
            depth, rows, columns, (f, height), (f, width), ("out_channels", self.out_channels),
        ]  # fmt: skip
        if self.groups > 1:
            letters, line = f"{letters}/G", f"{line}/{{}}"
            values.append(("groups", self.groups))
        return (Formula(_("MACs"), letters, fill(f"{line} = {{}}", *values, self.macs(output, *inputs))),)
