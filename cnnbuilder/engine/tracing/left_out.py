"""Which parts of a module are no part of the network that was read from it, with their parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from torch import nn


class LeftOut(NamedTuple):
    """A module, or a parameter by itself, that nothing which flows passes."""

    path: str
    params: int


def left_out(module: nn.Module, used: Collection[str]) -> tuple[LeftOut, ...]:
    """The outermost parts that hold parameters and are not among `used`, the paths of layers and parameters."""
    return tuple(_below(module, "", frozenset(used)))


def _below(module: nn.Module, path: str, used: frozenset[str]) -> Iterator[LeftOut]:
    if path in used:
        return
    inside = f"{path}." if path else ""
    params = sum(parameter.numel() for parameter in module.parameters())
    if not params:
        return
    if path and not any(name.startswith(inside) for name in used):
        yield LeftOut(path, params)
        return
    for name, parameter in module.named_parameters(recurse=False):
        if f"{inside}{name}" not in used:
            yield LeftOut(f"{inside}{name}", parameter.numel())
    for name, child in module.named_children():
        yield from _below(child, f"{inside}{name}", used)
