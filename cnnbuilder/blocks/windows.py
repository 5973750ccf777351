"""The arithmetic that convolutions and pools share: windows that slide over an image."""

from __future__ import annotations

from cnnbuilder.blocks.base import Shape, Window
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.text import _


def slide(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Places of a window along one axis: ⌊(W − d·(F − 1) − 1 + 2P) / S⌋ + 1; below 1 where it does not fit.

    The formula is that of torch.nn.Conv2d's documentation.
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def slide_ceil(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """The same rounded up, as `ceil_mode` does; a last window that would start in the border is left out."""
    places = -(-(size + 2 * padding - dilation * (kernel - 1) - 1) // stride) + 1
    return places - 1 if (places - 1) * stride >= size + padding else places


def check_fits(kind: str, shape: Shape, window: Window) -> None:
    """Raises `MisfitError` where the window is larger than the image with its border."""
    for axis, size in enumerate(shape.sizes[1:]):
        kernel, padding, dilation = window.kernel_size[axis], window.padding[axis], window.dilation[axis]
        reach = dilation * (kernel - 1) + 1
        if reach > size + 2 * padding:
            raise _too_large(kind, shape, window, axis, reach)


def _too_large(kind: str, shape: Shape, window: Window, axis: int, reach: int) -> MisfitError:
    height, width = shape.sizes[1:]
    padding = window.padding
    spread = (
        _(" (spread to {reach} by dilation {dilation})").format(reach=reach, dilation=window.dilation[axis])
        if window.dilation[axis] > 1
        else ""
    )
    sentence = _("The {h}×{w} kernel of {kind}{spread} is larger than the {rows}×{columns} image{border}.")
    message = sentence.format(
        h=window.kernel_size[0], w=window.kernel_size[1], kind=kind, spread=spread,
        rows=height + 2 * padding[0], columns=width + 2 * padding[1],
        border=_(" with its border") if any(padding) else "",
    )  # fmt: skip
    largest = tuple(
        max(1, min(kernel, (size + 2 * pad - 1) // dilation + 1))
        for kernel, size, pad, dilation in zip(
            window.kernel_size, (height, width), padding, window.dilation, strict=True
        )
    )
    label = _("Use kernel size {h}×{w}").format(h=largest[0], w=largest[1])
    return MisfitError(message, SetFields((("kernel_size", largest),), label))


def output_formulas(
    shape: Shape, window: Window, output: Shape, *, ceil: bool = False
) -> tuple[Formula, ...]:
    """The size formula with its numbers: once where height and width agree, else once for each."""
    axes = [
        (shape.sizes[1 + axis], *(pair[axis] for pair in window), output.sizes[1 + axis]) for axis in (0, 1)
    ]
    if axes[0] == axes[1]:
        return (_one_axis(_("Output"), "W", axes[0], ceil),)
    return (
        _one_axis(_("Output height"), "H", axes[0], ceil),
        _one_axis(_("Output width"), "W", axes[1], ceil),
    )


def _one_axis(title: str, letter: str, numbers: tuple[int, ...], ceil: bool) -> Formula:
    size, kernel, stride, padding, dilation, result = numbers
    opening, closing = ("⌈", "⌉") if ceil else ("⌊", "⌋")
    dropped = ceil and slide_ceil(*numbers[:5]) != _rounded_up(*numbers[:5])
    tail = f"{closing} + 1 − 1" if dropped else f"{closing} + 1"
    f, p, s = ("kernel_size", kernel), ("padding", padding), ("stride", stride)
    if dilation == 1:
        letters = f"{opening}({letter} − F + 2P) / S{tail}"
        parts = fill(f"{opening}({{}} − {{}} + 2·{{}}) / {{}}{tail} = {{}}", size, f, p, s, result)
    else:
        letters = f"{opening}({letter} − d·(F − 1) − 1 + 2P) / S{tail}"
        line = f"{opening}({{}} − {{}}·({{}} − 1) − 1 + 2·{{}}) / {{}}{tail} = {{}}"
        parts = fill(line, size, ("dilation", dilation), f, p, s, result)
    return Formula(title, letters, parts)


def _rounded_up(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    return -(-(size + 2 * padding - dilation * (kernel - 1) - 1) // stride) + 1
