"""Convolution: small filters that slide over the image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from cnnbuilder.blocks import windows
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
    Window,
    image,
    need_image,
)
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.writing import arguments, by_text, docs, size_text
from cnnbuilder.text import _, ngettext, number


class Conv2d(Block, frozen=True, kw_only=True):
    """torch.nn.Conv2d: D×H×W in, K×H'×W' out; `in_channels` follows from the wire."""

    out_channels: Annotated[
        Count,
        Field(
            _("Filters"), _("How many filters, and so how deep the output."), "K", (8, 16, 32, 64, 128, 256)
        ),
    ] = 16
    kernel_size: Annotated[
        Pair,
        Field(_("Kernel size"), _("Height and width of each filter."), "F", ((1, 1), (3, 3), (5, 5), (7, 7))),
    ] = (3, 3)
    stride: Annotated[
        Pair, Field(_("Stride"), _("How many pixels the filter moves each time."), "S", ((1, 1), (2, 2)))
    ] = (1, 1)
    padding: Annotated[
        BorderPair | Literal["same"],
        Field(_("Padding"), _("The border around the image."), "P", ((0, 0), (1, 1), (2, 2), (3, 3), "same")),
    ] = (0, 0)
    dilation: Annotated[
        Pair,
        Field(
            _("Dilation"),
            _("The step between the pixels that a filter reads."),
            "d",
            ((1, 1), (2, 2)),
            primary=False,
        ),
    ] = (1, 1)
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
    bias: Annotated[bool, Field(_("Bias"), _("One number added to all that a filter finds."))] = True
    padding_mode: Annotated[
        Literal["zeros", "reflect", "replicate", "circular"],
        Field(
            _("Border of"),
            _("Zeros, the image mirrored, its edge repeated, or its other side."),
            primary=False,
        ),
    ] = "zeros"

    family: ClassVar[Family] = "convolution"
    title: ClassVar[str] = _("finds patterns")
    summary: ClassVar[str] = _("Slides small filters over the image; each finds one pattern wherever it is.")
    icon: ClassVar[str] = "conv"
    when: ClassVar[str] = _(
        "Wherever a pattern may stand anywhere in the image: the first layers of nearly every network."
    )
    paper: ClassVar[str] = _("LeCun and others, 1989")
    page: ClassVar[str] = docs("torch.nn.Conv2d")
    keywords: ClassVar[str] = _("convolution filter kernel depth deeper channels feature pattern edge")
    basic: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "conv"
    layers: ClassVar[Mapping[str, str]] = {
        "Conv2d": (
            "in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,"
            " padding_mode='zeros', device=None, dtype=None"
        )
    }
    from_wire: ClassVar[Mapping[str, int]] = {"in_channels": 0}
    learns: ClassVar[bool] = True
    autocast: ClassVar[Autocast] = "half"

    @classmethod
    def usual(cls, id_: str, before: Iterable[Block], classes: int) -> Self:
        """Keeps the size, and has twice the filters of the convolution before it (16 first)."""
        last = next((block for block in before if isinstance(block, Conv2d)), None)
        filters = 16 if last is None else min(2 * last.out_channels, 512)
        return cls(id=id_, padding=(1, 1), out_channels=filters)

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """torch's "valid" is padding 0."""
        padding = {"padding": 0} if given.get("padding") == "valid" else {}
        return super().fields_from(called, {**given, **padding}, rank)

    def output(self, *inputs: Shape) -> Shape:
        """K×H'×W', sizes as ⌊(W − d·(F − 1) − 1 + 2P) / S⌋ + 1."""
        (shape,) = inputs
        need_image("Conv2d", shape)
        channels, height, width = shape.sizes
        if self.groups > 1:
            self._check_groups(channels)
        if self.padding == "same" and self.stride != (1, 1):
            raise MisfitError(
                _("Padding 'same' needs stride 1, but the stride is {s}.").format(s=size_text(self.stride)),
                SetFields((("stride", (1, 1)),), _("Use stride 1")),
                SetFields(
                    (("padding", self._half()),), _("Use padding {p}").format(p=size_text(self._half()))
                ),
            )
        if self.padding_mode != "zeros":
            self._check_border(height, width)
        if self.padding == "same":
            return image(self.out_channels, height, width)
        (fh, fw), (sh, sw), (ph, pw), (dh, dw) = self.kernel_size, self.stride, self.padding, self.dilation
        rows = (height + 2 * ph - dh * (fh - 1) - 1) // sh + 1
        columns = (width + 2 * pw - dw * (fw - 1) - 1) // sw + 1
        if rows < 1 or columns < 1:
            windows.check_fits("Conv2d", shape, self.window())
        return image(self.out_channels, rows, columns)

    def _half(self) -> tuple[int, int]:
        """Half the reach of a filter: the padding that keeps the size where the filter is odd."""
        (fh, fw), (dh, dw) = self.kernel_size, self.dilation
        return dh * (fh - 1) // 2, dw * (fw - 1) // 2

    def _check_groups(self, channels: int) -> None:
        for what, count in ((_("incoming channels"), channels), (_("filters"), self.out_channels)):
            if count % self.groups:
                raise MisfitError(
                    _("{groups} groups do not divide the {count} {what} of Conv2d evenly.").format(
                        groups=self.groups, count=count, what=what
                    ),
                    SetFields((("groups", 1),), _("Use 1 group")),
                )

    def _check_border(self, height: int, width: int) -> None:
        # torch mirrors without repeating the edge, so that border must be smaller than the image;
        # one that wraps around may equal it.
        room = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        if room is None:
            return
        if self.padding == "same":
            # What is left over of an odd total goes to the far side.
            (fh, fw), (dh, dw) = self.kernel_size, self.dilation
            largest = (-(-dh * (fh - 1) // 2), -(-dw * (fw - 1) // 2))
        else:
            largest = self.padding
        for size, padding in zip((height, width), largest, strict=True):
            if padding > size - room:
                fitting = (min(largest[0], height - room), min(largest[1], width - room))
                raise MisfitError(
                    _(
                        "A {mode} border of {padding} needs more than the {size} pixels that the image has."
                    ).format(mode=self.padding_mode, padding=padding, size=size),
                    SetFields(
                        (("padding", fitting),), _("Use padding {padding}").format(padding=size_text(fitting))
                    ),
                    SetFields((("padding_mode", "zeros"),), _("Use a border of zeros")),
                )

    def window(self, *inputs: Shape) -> Window:
        """The filter itself."""
        padding = self._half() if self.padding == "same" else self.padding
        return Window(self.kernel_size, self.stride, padding, self.dilation)

    def weights(self, *inputs: Shape) -> Weights:
        """weight K×(D/G)×F×F, bias K."""
        weight = (self.out_channels, inputs[0].sizes[0] // self.groups, *self.kernel_size)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def macs(self, output: Shape, *inputs: Shape) -> int:
        """Each output value costs F·F·D/G."""
        depth, rows, columns = output.sizes
        height, width = self.kernel_size
        return depth * rows * columns * height * width * (inputs[0].sizes[0] // self.groups)

    def saves_input(self) -> bool:
        """For the gradient of the filters, which torch keeps ready for frozen ones too; where a border is put
        around it first, the border's mirror needs it.
        """
        return not self.pads_first() or self.padding_mode in ("reflect", "replicate")

    def pads_first(self) -> bool:
        """For a border other than zeros, and for one that is not even, torch makes a padded copy."""
        (fh, fw), (dh, dw) = self.kernel_size, self.dilation
        uneven = self.padding == "same" and (dh * (fh - 1) % 2 or dw * (fw - 1) % 2)
        return self.padding_mode != "zeros" or bool(uneven)

    def extra_saved_values(self, output: Shape, *inputs: Shape) -> int:
        """The padded copy, where there is one."""
        if not self.pads_first():
            return 0
        channels, height, width = inputs[0].sizes
        (fh, fw), (dh, dw) = self.kernel_size, self.dilation
        ph, pw = (dh * (fh - 1), dw * (fw - 1)) if self.padding == "same" else (2 * n for n in self.padding)
        if self.padding_mode == "zeros":
            # Only what is left over on one side is put on beforehand.
            ph, pw = ph % 2, pw % 2
        return channels * (height + ph) * (width + pw)

    def call(self, *inputs: Shape) -> Call:
        """nn.Conv2d(in, out, kernel_size, …)."""
        named = arguments(
            str(inputs[0].sizes[0]), str(self.out_channels), size_text(self.kernel_size),
            stride=(self.stride, (1, 1)), padding=(self.padding, (0, 0)), dilation=(self.dilation, (1, 1)),
            groups=(self.groups, 1), bias=(self.bias, True), padding_mode=(self.padding_mode, "zeros"),
        )  # fmt: skip
        return Call(f"nn.Conv2d({named})")

    def summary_text(self) -> str:
        """For example "16 filters · 3×3 · padding 1"."""
        filters = ngettext("{n} filter", "{n} filters", self.out_channels)
        parts = [filters.format(n=number(self.out_channels)), by_text(self.kernel_size)]
        if self.stride != (1, 1):
            parts.append(_("stride {s}").format(s=size_text(self.stride)))
        if self.padding == "same":
            parts.append(_("same size"))
        elif self.padding != (0, 0):
            parts.append(_("padding {p}").format(p=size_text(self.padding)))
        if self.dilation != (1, 1):
            parts.append(_("dilation {d}").format(d=size_text(self.dilation)))
        if self.groups > 1:
            parts.append(_("{g} groups").format(g=self.groups))
        return " · ".join(parts)

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """The lesson's formula, with dilation where there is any."""
        if self.padding == "same":
            sizes = inputs[0].sizes[1:]
            letters = ("W",) if sizes[0] == sizes[1] else ("H", "W")
            return tuple(Formula(_("Output"), x, fill("{}", n)) for x, n in zip(letters, sizes, strict=False))
        return windows.output_formulas(inputs[0], self.window(), self.output(*inputs))

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """K·F·F·D + K."""
        depth = inputs[0].sizes[0]
        height, width = self.kernel_size
        k = ("out_channels", self.out_channels)
        letters = "K·F·F·D" if height == width else "K·Fₕ·F_w·D"
        line = "{}·{}·{}·{}"
        values: list[int | tuple[str, int]] = [k, ("kernel_size", height), ("kernel_size", width), depth]
        if self.groups > 1:
            letters, line = f"{letters}/G", f"{line}/{{}}"
            values.append(("groups", self.groups))
        if self.bias:
            letters, line = f"{letters} + K", f"{line} + {{}}"
            values.append(k)
        filters = self.out_channels * height * width * (depth // self.groups)
        total = filters + (self.out_channels if self.bias else 0)
        return (Formula(_("Parameters"), letters, fill(f"{line} = {{}}", *values, total)),)

    def macs_formulas(self, output: Shape, *inputs: Shape) -> tuple[Formula, ...]:
        """Each of the K·H'·W' values that leave costs F·F·D."""
        depth = inputs[0].sizes[0]
        height, width = self.kernel_size
        _channels, rows, columns = output.sizes
        k, f = ("out_channels", self.out_channels), "kernel_size"
        letters = "K·H′·W′·F·F·D" if height == width else "K·H′·W′·Fₕ·F_w·D"
        line = "{}·{}·{}·{}·{}·{}"
        values: list[int | tuple[str, int]] = [k, rows, columns, (f, height), (f, width), depth]
        if self.groups > 1:
            letters, line = f"{letters}/G", f"{line}/{{}}"
            values.append(("groups", self.groups))
        return (Formula(_("MACs"), letters, fill(f"{line} = {{}}", *values, self.macs(output, *inputs))),)

    def keep_size_padding(self) -> tuple[int, int] | str:
        """The padding that keeps the size, d·(F − 1) / 2, or why there is none."""
        if self.stride != (1, 1):
            return _("With stride {s} the output is smaller whatever the padding.").format(
                s=size_text(self.stride)
            )
        reach = tuple(d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True))
        if any(r % 2 for r in reach):
            return _("An even kernel has no centre: no padding keeps the size. Use an odd one.")
        return reach[0] // 2, reach[1] // 2
