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
    if isinstance(module, nn.AvgPool2d) and module.divisor_override:
        return _SumPool(module)
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


class _SumPool(nn.Module):
    """The sum of each window divided by a number of the user's: an average over whole windows, scaled."""

    def __init__(self, pool: nn.AvgPool2d) -> None:
        super().__init__()
        self.pool = pool
        self.kernel_size, self.stride = _pair(pool.kernel_size), _pair(pool.stride)
        self.padding = _pair(pool.padding)

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W."""
        around: list[int] = []
        for size, kernel, stride, padding in zip(
            x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1], self.padding[::-1], strict=True
        ):
            around += [padding, padding + self._overhang(size, kernel, stride, padding)]
        height, width = self.kernel_size
        divisor = self.pool.divisor_override or height * width
        return F.avg_pool2d(F.pad(x, around), self.kernel_size, self.stride) * (height * width / divisor)

    def _overhang(self, size: int, kernel: int, stride: int, padding: int) -> int:
        """How far the last window reaches over the padded end, where it is kept (`ceil_mode`)."""
        if not self.pool.ceil_mode:
            return 0
        last = -(-(size + 2 * padding - kernel) // stride)
        if last * stride >= size + padding:
            last -= 1  # it would begin in the padding
        return max(0, last * stride + kernel - size - 2 * padding)


def _pair(value: int | tuple[int | None, ...] | None) -> _Pair:
    """One number for both axes, or two. The program's own blocks always give whole numbers."""
    height, width = value if isinstance(value, tuple) else (value, value)
    assert height is not None
    assert width is not None
    return height, width
