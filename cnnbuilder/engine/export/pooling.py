"""Pools that ONNX has no operator for, made of what it has; they compute the same."""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_Pair = tuple[int, int]


def translatable(net: nn.Module) -> nn.Module:
    """The network with such pools replaced; it shares all its weights with the one given."""
    replaced = {name: _replacement(child) for name, child in net.named_children()}
    found = {name: child for name, child in replaced.items() if child is not None}
    if not found:
        return net
    copied = copy.copy(net)
    copied._modules = {**net._modules, **found}
    return copied


def _replacement(module: nn.Module) -> nn.Module | None:
    if isinstance(module, nn.AdaptiveMaxPool2d):
        return _AdaptiveMaxPool(_pair(module.output_size))
    if isinstance(module, nn.AvgPool2d) and (module.divisor_override or module.ceil_mode):
        return _SumPool(module)
    if isinstance(module, nn.MaxPool2d) and module.ceil_mode:
        return _CeilMaxPool(module)
    return None


class _AdaptiveMaxPool(nn.Module):
    """The largest value of each of so many windows, which may overlap by one where the sizes do not divide."""

    def __init__(self, output_size: _Pair) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W."""
        for axis, count in zip((2, 3), self.output_size, strict=True):
            size = x.shape[axis]
            windows = [
                x.narrow(axis, start := index * size // count, -(-(index + 1) * size // count) - start)
                for index in range(count)
            ]
            x = torch.cat([window.amax(axis, keepdim=True) for window in windows], axis)
        return x


class _CeilMaxPool(nn.Module):
    """Windows that reach over the end, where PyTorch and ONNX disagree on how many there are: written as a border."""

    def __init__(self, pool: nn.MaxPool2d) -> None:
        super().__init__()
        self.windows = _Windows(pool)
        self.dilation = _pair(pool.dilation)

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W."""
        around = self.windows.around(x)
        if any(around):
            x = F.pad(x, around, value=float("-inf"))
        return F.max_pool2d(x, self.windows.kernel_size, self.windows.stride, dilation=self.dilation)


class _SumPool(nn.Module):
    """The sum of each window divided by a number of the user's, or by how many of its values count."""

    def __init__(self, pool: nn.AvgPool2d) -> None:
        super().__init__()
        self.windows = _Windows(pool)
        self.divisor = pool.divisor_override
        self.counts_padding = pool.count_include_pad

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W."""
        around = self.windows.around(x)
        height, width = self.windows.kernel_size
        means = self._means(F.pad(x, around))
        if self.divisor:
            return means * (height * width / self.divisor)
        ones = torch.ones(1, 1, x.shape[2], x.shape[3], dtype=x.dtype, device=x.device)
        if self.counts_padding:  # the border that was asked for counts, what a window reaches over does not
            vertical, horizontal = self.windows.padding
            inner = [horizontal, horizontal, vertical, vertical]
            outer = [side - own for side, own in zip(around, inner, strict=True)]
            ones = F.pad(F.pad(ones, inner, value=1.0), outer)
        else:
            ones = F.pad(ones, around)
        return means / self._means(ones)

    def _means(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, self.windows.kernel_size, self.windows.stride)


class _Windows:
    """Where the windows of a pool lie, and how far they reach over the image."""

    def __init__(self, pool: nn.MaxPool2d | nn.AvgPool2d) -> None:
        self.kernel_size, self.stride = _pair(pool.kernel_size), _pair(pool.stride)
        self.padding = _pair(pool.padding)
        dilation = _pair(pool.dilation) if isinstance(pool, nn.MaxPool2d) else (1, 1)
        self.reach = tuple(d * (k - 1) + 1 for d, k in zip(dilation, self.kernel_size, strict=True))
        self.ceil_mode = pool.ceil_mode

    def around(self, x: Tensor) -> list[int]:
        """The border that holds all windows: left, right, top, bottom."""
        around: list[int] = []
        for size, reach, stride, padding in zip(
            x.shape[:1:-1], self.reach[::-1], self.stride[::-1], self.padding[::-1], strict=True
        ):
            around += [padding, padding + self._overhang(size, reach, stride, padding)]
        return around

    def _overhang(self, size: int, reach: int, stride: int, padding: int) -> int:
        """How far the last window reaches over the padded end, where it is kept (`ceil_mode`)."""
        if not self.ceil_mode:
            return 0
        last = -(-(size + 2 * padding - reach) // stride)
        if last * stride >= size + padding:
            last -= 1  # it would begin in the padding
        return max(0, last * stride + reach - size - 2 * padding)


def _pair(value: int | tuple[int | None, ...] | None) -> _Pair:
    """One number for both axes, or two. The program's own blocks always give whole numbers."""
    height, width = value if isinstance(value, tuple) else (value, value)
    assert height is not None
    assert width is not None
    return height, width
