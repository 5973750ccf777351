"""Pooling: one number for each window of the image, so that it shrinks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from cnnbuilder.blocks import windows
from cnnbuilder.blocks.base import Block, BorderPair, Call, Family, Field, Pair, Shape, Window, need_image
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.signature import ArgumentError, axis_of
from cnnbuilder.blocks.writing import arguments, by_text, docs, size_text
from cnnbuilder.text import _


class Pooling(Block, frozen=True, kw_only=True):
    """What pools with a window of fixed size have in common; channels stay."""

    kernel_size: Annotated[
        Pair, Field(_("Kernel size"), _("Height and width of the window."), "F", ((2, 2), (3, 3), (4, 4)))
    ] = (2, 2)
    stride: Annotated[
        Pair,
        Field(
            _("Stride"),
            _("How many pixels the window moves; the image shrinks by this factor."),
            "S",
            ((2, 2), (4, 4)),
        ),
    ] = (2, 2)
    padding: Annotated[
        BorderPair,
        Field(
            _("Padding"), _("The border around the image, at most half the kernel."), "P", ((0, 0), (1, 1))
        ),
    ] = (0, 0)
    ceil_mode: Annotated[
        bool, Field(_("Round up"), _("A last window that only partly fits counts too."), primary=False)
    ] = False

    family: ClassVar[Family] = "pooling"
    shared: ClassVar[bool] = True

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """torch's stride is the kernel size where none is given."""
        stride = {} if given.get("stride") is not None else {"stride": given.get("kernel_size")}
        return super().fields_from(called, {**given, **stride}, rank)

    def output(self, *inputs: Shape) -> Shape:
        """C×H'×W', sizes as ⌊(W − d·(F − 1) − 1 + 2P) / S⌋ + 1, or rounded up."""
        (shape,) = inputs
        need_image(self.kind(), shape)
        (ph, pw), (fh, fw) = self.padding, self.kernel_size
        if ph > fh // 2 or pw > fw // 2:
            least = (min(ph, fh // 2), min(pw, fw // 2))
            raise MisfitError(
                _("Padding {padding} of {kind} is more than half its {kernel} kernel.").format(
                    padding=size_text(self.padding), kind=self.kind(), kernel=by_text(self.kernel_size)
                ),
                SetFields((("padding", least),), _("Use padding {padding}").format(padding=size_text(least))),
            )
        window = self.window()
        rule = windows.slide_ceil if self.ceil_mode else windows.slide
        (_h, _w), (sh, sw), (_p, _q), (dh, dw) = window
        channels, height, width = shape.sizes
        rows = rule(height, fh, sh, ph, dh)
        columns = rule(width, fw, sw, pw, dw)
        if rows < 1 or columns < 1:
            windows.check_fits(self.kind(), shape, window)
        return Shape((channels, rows, columns), shape.axes)

    def saves_input(self) -> bool:
        """As torch does, though a mean would not need it."""
        return True

    def window(self, *inputs: Shape) -> Window:
        """The pooling window."""
        return Window(self.kernel_size, self.stride, self.padding, (1, 1))

    def call(self, *inputs: Shape) -> Call:
        """nn.MaxPool2d(kernel_size, …); torch's stride is the kernel size where none is given."""
        positional = [size_text(self.kernel_size)]
        if self.stride != self.kernel_size:
            positional.append(size_text(self.stride))
        return Call(
            f"nn.{self.kind()}({arguments(*positional, padding=(self.padding, (0, 0)), **self._more())})"
        )

    def _more(self) -> dict[str, tuple[object, object]]:
        """Further arguments of the construction with their defaults."""
        return {"ceil_mode": (self.ceil_mode, False)}

    def summary_text(self) -> str:
        """For example "3×3 · stride 2"."""
        parts = [by_text(self.kernel_size)]
        if self.stride != self.kernel_size:
            parts.append(_("stride {s}").format(s=size_text(self.stride)))
        if self.padding != (0, 0):
            parts.append(_("padding {p}").format(p=size_text(self.padding)))
        return " · ".join(parts)

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """The lesson's formula."""
        return windows.output_formulas(inputs[0], self.window(), self.output(*inputs), ceil=self.ceil_mode)


class MaxPool2d(Pooling, frozen=True, kw_only=True):
    """torch.nn.MaxPool2d: the largest value of each window."""

    dilation: Annotated[
        Pair,
        Field(
            _("Dilation"),
            _("The step between the pixels that a window reads."),
            "d",
            ((1, 1), (2, 2)),
            primary=False,
        ),
    ] = (1, 1)

    title: ClassVar[str] = _("keeps peaks")
    summary: ClassVar[str] = _(
        "Keeps the largest value of each window: the image shrinks, what was found stays."
    )
    when: ClassVar[str] = _("After one or two convolutions, to halve the image.")
    paper: ClassVar[str] = _("Yamaguchi and others, 1990")
    page: ClassVar[str] = docs("torch.nn.MaxPool2d")
    icon: ClassVar[str] = "pool-max"
    keywords: ClassVar[str] = _("pooling maximum shrink smaller halve downsample subsample")
    basic: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "pool"
    layers: ClassVar[Mapping[str, str]] = {
        "MaxPool2d": "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False"
    }
    functions: ClassVar[Mapping[str, str]] = {
        "max_pool2d": "kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False"
    }

    def window(self, *inputs: Shape) -> Window:
        """The pooling window."""
        return Window(self.kernel_size, self.stride, self.padding, self.dilation)

    def extra_saved_bytes(self, output: Shape, *inputs: Shape) -> int:
        """The place of each largest value, as int64."""
        return 8 * output.count

    def _more(self) -> dict[str, tuple[object, object]]:
        return {"dilation": (self.dilation, (1, 1)), "ceil_mode": (self.ceil_mode, False)}


_AVERAGING = (
    "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None"
)


class AvgPool2d(Pooling, frozen=True, kw_only=True):
    """torch.nn.AvgPool2d: the mean of each window."""

    count_include_pad: Annotated[
        bool,
        Field(_("Count the border"), _("The border's zeros count as values of the mean."), primary=False),
    ] = True
    divisor_override: Annotated[
        Annotated[int, Meta(ge=1, le=65536)] | None,
        Field(
            _("Divisor"), _("What the sum is divided by, where it is not the window's size."), primary=False
        ),
    ] = None

    title: ClassVar[str] = _("takes the mean")
    summary: ClassVar[str] = _("Takes the mean of each window: the image shrinks and becomes smoother.")
    when: ClassVar[str] = _(
        "Where every value of a window should count, as in LeNet-5 or between the blocks of DenseNet."
    )
    paper: ClassVar[str] = _("LeCun and others, 1990")
    page: ClassVar[str] = docs("torch.nn.AvgPool2d")
    icon: ClassVar[str] = "pool-avg"
    keywords: ClassVar[str] = _("pooling average mean shrink smaller halve downsample smooth")
    layers: ClassVar[Mapping[str, str]] = {"AvgPool2d": _AVERAGING}
    functions: ClassVar[Mapping[str, str]] = {"avg_pool2d": _AVERAGING}
    name_prefix: ClassVar[str] = "avgpool"

    def _more(self) -> dict[str, tuple[object, object]]:
        return {
            "ceil_mode": (self.ceil_mode, False),
            "count_include_pad": (self.count_include_pad, True),
            "divisor_override": (self.divisor_override, None),
        }


class AdaptivePooling(Block, frozen=True, kw_only=True):
    """Pools whose windows follow from the size that is wanted."""

    output_size: Annotated[
        Pair,
        Field(_("Output size"), _("Height and width that leave, whatever arrives."), "", ((1, 1), (7, 7))),
    ] = (1, 1)

    family: ClassVar[Family] = "pooling"
    shared: ClassVar[bool] = True

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """Both sizes are numbers."""
        size = given.get("output_size", 1)
        if size is None or (type(size) in (list, tuple) and None in size):
            raise ArgumentError(_("an output size of None keeps what arrives, which no block does"))
        return super().fields_from(called, given, rank)

    def output(self, *inputs: Shape) -> Shape:
        """C×(output_size)."""
        need_image(self.kind(), inputs[0])
        return Shape((inputs[0].sizes[0], *self.output_size), inputs[0].axes)

    def saves_input(self) -> bool:
        """As torch does."""
        return True

    def window(self, *inputs: Shape) -> Window:
        """The largest window, and how far windows lie apart, rounded down where that varies."""
        _channels, height, width = inputs[0].sizes
        rows, columns = self.output_size
        spans = (_span(height, rows), _span(width, columns))
        return Window(spans, (max(1, height // rows), max(1, width // columns)), (0, 0), (1, 1))

    def call(self, *inputs: Shape) -> Call:
        """nn.AdaptiveAvgPool2d(output_size)."""
        return Call(f"nn.{self.kind()}({size_text(self.output_size)})")

    def summary_text(self) -> str:
        """For example "to 1×1"."""
        return _("to {size}").format(size=by_text(self.output_size))

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """The size that was asked for."""
        height, width = self.output_size
        parts = fill("{}×{}", ("output_size", height), ("output_size", width))
        return (Formula(_("Output"), "H×W", parts),)


def _span(size: int, places: int) -> int:
    """The largest of the windows: number i covers ⌊i·size/places⌋ to ⌈(i + 1)·size/places⌉.

    What i·size leaves when divided by places runs over all multiples of their common divisor.
    """
    return -(-(size + places - math.gcd(size, places)) // places)


class AdaptiveAvgPool2d(AdaptivePooling, frozen=True, kw_only=True):
    """torch.nn.AdaptiveAvgPool2d: means, as many as asked for."""

    title: ClassVar[str] = _("mean to a size")
    summary: ClassVar[str] = _(
        "Takes means so that the output has the size that you ask for, whatever arrives."
    )
    when: ClassVar[str] = _(
        "With size 1 before the last Linear, so that the network takes images of any size."
    )
    paper: ClassVar[str] = _("Lin and others, 2013 (with size 1)")
    page: ClassVar[str] = docs("torch.nn.AdaptiveAvgPool2d")
    icon: ClassVar[str] = "pool-avg"
    keywords: ClassVar[str] = _("pooling global average mean squeeze any size")
    layers: ClassVar[Mapping[str, str]] = {"AdaptiveAvgPool2d": "output_size"}
    functions: ClassVar[Mapping[str, str]] = {"adaptive_avg_pool2d": "output_size"}
    name_prefix: ClassVar[str] = "avgpool"

    def saves_input(self) -> bool:
        """Not for the mean of the whole image, which torch computes as a sum."""
        return self.output_size != (1, 1)


class AdaptiveMaxPool2d(AdaptivePooling, frozen=True, kw_only=True):
    """torch.nn.AdaptiveMaxPool2d: largest values, as many as asked for."""

    title: ClassVar[str] = _("peaks to a size")
    summary: ClassVar[str] = _("Keeps the largest values so that the output has the size that you ask for.")
    when: ClassVar[str] = _("Where it matters whether something was found at all, and not how often.")
    page: ClassVar[str] = docs("torch.nn.AdaptiveMaxPool2d")
    icon: ClassVar[str] = "pool-max"
    keywords: ClassVar[str] = _("pooling global maximum any size")
    layers: ClassVar[Mapping[str, str]] = {"AdaptiveMaxPool2d": "output_size, return_indices=False"}
    functions: ClassVar[Mapping[str, str]] = {"adaptive_max_pool2d": "output_size, return_indices=False"}
    name_prefix: ClassVar[str] = "maxpool"

    def extra_saved_bytes(self, output: Shape, *inputs: Shape) -> int:
        """The place of each largest value, as int64."""
        return 8 * output.count


CHANNEL_MEAN = """\
class ChannelMean(nn.Module):
    def forward(self, x):
        return torch.mean(x, 1, keepdim=True)
"""

CHANNEL_MAX = """\
class ChannelMax(nn.Module):
    def forward(self, x):
        return torch.amax(x, 1, keepdim=True)
"""


class OverChannels(Block, frozen=True, kw_only=True):
    """What makes one channel of all: 1×H×W."""

    family: ClassVar[Family] = "pooling"

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The axis must be the channels', and stay as one."""
        if called in cls.layers:
            return {}
        if rank != 3 or axis_of(given.get("dim"), rank) != 1 or given.get("keepdim", False) is not True:
            raise ArgumentError(
                _("of channels only what keeps their axis is a block: dim 1 with keepdim=True")
            )
        return {}

    def output(self, *inputs: Shape) -> Shape:
        """1×H×W."""
        need_image(self.kind(), inputs[0])
        _channels, height, width = inputs[0].sizes
        return Shape((1, height, width), inputs[0].axes)

    def reduced_axes(self, *inputs: Shape) -> str:
        """The first axis."""
        return inputs[0].axes[0]


class ChannelMean(OverChannels, frozen=True, kw_only=True):
    """torch.mean over the channels of each pixel."""

    title: ClassVar[str] = _("mean of channels")
    summary: ClassVar[str] = _("Takes the mean of all channels at each pixel: one channel leaves.")
    when: ClassVar[str] = _("To say where in the image something is, whatever it is: spatial attention.")
    paper: ClassVar[str] = _("Woo and others, 2018")
    page: ClassVar[str] = docs("torch.mean")
    icon: ClassVar[str] = "pool-avg"
    keywords: ClassVar[str] = _("meanchannels average channel spatial attention cbam")
    name_prefix: ClassVar[str] = "channel_mean"
    layers: ClassVar[Mapping[str, str]] = {"ChannelMean": ""}
    helper: ClassVar[str] = CHANNEL_MEAN
    functions: ClassVar[Mapping[str, str]] = {"mean": "dim, keepdim=False"}

    def call(self, *inputs: Shape) -> Call:
        """torch.mean(x, 1, keepdim=True)."""
        return Call("ChannelMean()", "torch.mean({x}, 1, keepdim=True)", helper=CHANNEL_MEAN)


class ChannelMax(OverChannels, frozen=True, kw_only=True):
    """torch.amax over the channels of each pixel."""

    title: ClassVar[str] = _("largest of channels")
    summary: ClassVar[str] = _("Takes the largest of all channels at each pixel: one channel leaves.")
    when: ClassVar[str] = _("Beside ChannelMean, to say where in the image something was found for certain.")
    paper: ClassVar[str] = _("Woo and others, 2018")
    page: ClassVar[str] = docs("torch.amax")
    icon: ClassVar[str] = "pool-max"
    keywords: ClassVar[str] = _("maxchannels maximum channel spatial attention cbam")
    name_prefix: ClassVar[str] = "channel_max"
    layers: ClassVar[Mapping[str, str]] = {"ChannelMax": ""}
    helper: ClassVar[str] = CHANNEL_MAX
    functions: ClassVar[Mapping[str, str]] = {"amax": "dim, keepdim=False"}
    saves_output: ClassVar[bool] = True

    def saves_input(self) -> bool:
        """To find the largest again."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """torch.amax(x, 1, keepdim=True)."""
        return Call("ChannelMax()", "torch.amax({x}, 1, keepdim=True)", helper=CHANNEL_MAX)
