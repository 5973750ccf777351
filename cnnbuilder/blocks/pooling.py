"""Pooling: one number for each window of the image, so that it shrinks."""

from __future__ import annotations

from typing import Annotated, ClassVar

from cnnbuilder.blocks import windows
from cnnbuilder.blocks.base import (
    Block,
    BorderPair,
    Call,
    Family,
    Field,
    Formula,
    MisfitError,
    Pair,
    SetFields,
    Shape,
    Window,
    arguments,
    by_text,
    image,
    need_image,
    size_text,
)
from cnnbuilder.text import _

Kernel = Annotated[
    Pair, Field(_("Kernel size"), _("Height and width of the window."), "F", ((2, 2), (3, 3), (4, 4)))
]
Stride = Annotated[
    Pair,
    Field(
        _("Stride"),
        _("How many pixels the window moves; the image shrinks by this factor."),
        "S",
        ((2, 2), (3, 3), (4, 4)),
    ),
]
Padding = Annotated[
    BorderPair,
    Field(_("Padding"), _("The border around the image, at most half the kernel."), "P", ((0, 0), (1, 1))),
]
CeilMode = Annotated[
    bool, Field(_("Round up"), _("A last window that only partly fits counts too."), telling=False)
]


def _pooled(block: MaxPool2d | AvgPool2d, shape: Shape) -> Shape:
    """The shape rule of both pools."""
    kind = type(block).__name__
    need_image(kind, shape)
    window = block.window()
    if any(p > k // 2 for p, k in zip(block.padding, block.kernel_size, strict=True)):
        (ph, pw), (fh, fw) = block.padding, block.kernel_size
        least = (min(ph, fh // 2), min(pw, fw // 2))
        raise MisfitError(
            _("Padding {padding} of {kind} is more than half its {kernel} kernel.").format(
                padding=size_text(block.padding), kind=kind, kernel=by_text(block.kernel_size)
            ),
            SetFields((("padding", least),), _("Use padding {padding}").format(padding=size_text(least))),
        )
    rule = windows.slide_ceil if block.ceil_mode else windows.slide
    channels, height, width = shape.sizes
    (fh, fw), (sh, sw), (ph, pw), (dh, dw) = window
    rows = rule(height, fh, sh, ph, dh)
    columns = rule(width, fw, sw, pw, dw)
    if rows < 1 or columns < 1:
        windows.check_fits(kind, shape, window)
    return image(channels, rows, columns)


class MaxPool2d(Block, frozen=True, kw_only=True):
    """torch.nn.MaxPool2d: the largest value of each window; channels stay."""

    kernel_size: Kernel = (2, 2)
    stride: Stride = (2, 2)
    padding: Padding = (0, 0)
    dilation: Annotated[
        Pair,
        Field(
            _("Dilation"),
            _("The step between the pixels that a window reads."),
            "d",
            ((1, 1), (2, 2)),
            telling=False,
        ),
    ] = (1, 1)
    ceil_mode: CeilMode = False

    family: ClassVar[Family] = "pooling"
    title: ClassVar[str] = _("keeps the peaks")
    summary: ClassVar[str] = _(
        "Keeps the largest value of each window: the image shrinks, what was found stays."
    )
    icon: ClassVar[str] = "pool-max"
    keywords: ClassVar[str] = _("pooling maximum shrink smaller halve downsample subsample")
    basic: ClassVar[bool] = True
    stem: ClassVar[str] = "pool"
    shared: ClassVar[bool] = True
    keeps_input: ClassVar[bool] = True

    def output(self, *inputs: Shape) -> Shape:
        """C×H'×W'."""
        return _pooled(self, inputs[0])

    def window(self) -> Window:
        """The pooling window."""
        return Window(self.kernel_size, self.stride, self.padding, self.dilation)

    def extra_saved_bytes(self, output: Shape) -> int:
        """The place of each largest value, as int64."""
        return 8 * output.count

    def call(self, *inputs: Shape) -> Call:
        """nn.MaxPool2d(kernel_size, …); torch's stride is the kernel size where none is given."""
        return Call(f"nn.MaxPool2d({_pool_arguments(self)})")

    def telling(self) -> str:
        """For example "3×3 · stride 2"."""
        return _pool_telling(self)

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """The lesson's formula."""
        return windows.output_formulas(inputs[0], self.window(), self.output(*inputs), ceil=self.ceil_mode)


class AvgPool2d(Block, frozen=True, kw_only=True):
    """torch.nn.AvgPool2d: the mean of each window; channels stay."""

    kernel_size: Kernel = (2, 2)
    stride: Stride = (2, 2)
    padding: Padding = (0, 0)
    ceil_mode: CeilMode = False

    family: ClassVar[Family] = "pooling"
    title: ClassVar[str] = _("takes the mean")
    summary: ClassVar[str] = _("Takes the mean of each window: the image shrinks and becomes smoother.")
    icon: ClassVar[str] = "pool-avg"
    keywords: ClassVar[str] = _("pooling average mean shrink smaller halve downsample smooth")
    stem: ClassVar[str] = "avgpool"
    shared: ClassVar[bool] = True
    keeps_input: ClassVar[bool] = True

    def output(self, *inputs: Shape) -> Shape:
        """C×H'×W'."""
        return _pooled(self, inputs[0])

    def window(self) -> Window:
        """The pooling window."""
        return Window(self.kernel_size, self.stride, self.padding, (1, 1))

    def call(self, *inputs: Shape) -> Call:
        """nn.AvgPool2d(kernel_size, …)."""
        return Call(f"nn.AvgPool2d({_pool_arguments(self)})")

    def telling(self) -> str:
        """For example "3×3 · stride 2"."""
        return _pool_telling(self)

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """The lesson's formula."""
        return windows.output_formulas(inputs[0], self.window(), self.output(*inputs), ceil=self.ceil_mode)


def _pool_arguments(block: MaxPool2d | AvgPool2d) -> str:
    positional = [size_text(block.kernel_size)]
    if block.stride != block.kernel_size:
        positional.append(size_text(block.stride))
    dilation = block.dilation if isinstance(block, MaxPool2d) else (1, 1)
    return arguments(
        *positional,
        padding=(block.padding, (0, 0)),
        dilation=(dilation, (1, 1)),
        ceil_mode=(block.ceil_mode, False),
    )


def _pool_telling(block: MaxPool2d | AvgPool2d) -> str:
    parts = [by_text(block.kernel_size)]
    if block.stride != block.kernel_size:
        parts.append(_("stride {s}").format(s=size_text(block.stride)))
    if block.padding != (0, 0):
        parts.append(_("padding {p}").format(p=size_text(block.padding)))
    return " · ".join(parts)
