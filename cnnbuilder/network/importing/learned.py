"""Parameters that source makes by hand: a learned factor of channels is a block, other uses are named."""

from __future__ import annotations

import ast
from math import prod
from typing import Any

from cnnbuilder.blocks.layer_normalisation import LayerScale
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.module_calls import place
from cnnbuilder.network.importing.values import DummyTensor, Parameter, TensorValue, line_of
from cnnbuilder.text import _


def make(run: Evaluator, node: ast.Call, positional: list[Any], named: dict[str, Any]) -> Any:
    """nn.Parameter(…)."""
    data = positional[0] if positional else named.get("data")
    if isinstance(data, int | float):
        data = DummyTensor((), float(data))
    if isinstance(data, DummyTensor) and data.fill is not None:
        return Parameter(data.sizes, data.fill, line_of(node))
    return run.unknown(node, _("the first values of this parameter are not known"), positional)


def seen_as(parameter: Parameter, sizes: tuple[int, ...]) -> Parameter:
    """The same numbers laid out otherwise."""
    return Parameter(sizes, parameter.fill, parameter.line, parameter.own)


def method(run: Evaluator, node: ast.Call, owner: Parameter, name: str, positional: list[Any]) -> Any:
    """gamma.view(1, -1, 1, 1), gamma.unsqueeze(-1)."""
    if name in ("view", "reshape"):
        sizes = (
            list(positional[0])
            if len(positional) == 1 and isinstance(positional[0], list | tuple)
            else positional
        )
        if all(type(size) is int for size in sizes) and sizes.count(-1) <= 1:
            known = -prod(sizes) if -1 in sizes else prod(sizes)
            if known and prod(owner.sizes) % known == 0:
                return seen_as(owner, tuple(prod(owner.sizes) // known if n == -1 else n for n in sizes))
    if name == "unsqueeze" and len(positional) == 1 and type(positional[0]) is int:
        at = positional[0] + len(owner.sizes) + 1 if positional[0] < 0 else positional[0]
        return seen_as(owner, (*owner.sizes[:at], 1, *owner.sizes[at:]))
    if name in ("to", "cuda", "type_as", "float", "data", "expand_as", "contiguous"):
        return owner
    return run.unknown(node, _("what is done with a parameter here is no block"))


def part(run: Evaluator, node: ast.AST, owner: Parameter, key: Any) -> Any:
    """gamma[:, None, None]."""
    keys = list(key) if type(key) is tuple else [key]
    sizes, rest = [], list(owner.sizes)
    for one in keys:
        if one is None:
            sizes.append(1)
        elif one == slice(None) and rest:
            sizes.append(rest.pop(0))
        else:
            return run.unknown(node, _("what is done with a parameter here is no block"))
    return seen_as(owner, (*sizes, *rest))


def times(run: Evaluator, node: ast.AST, sign: str, left: Any, right: Any) -> Any:
    """gamma * x."""
    parameter, other = (left, right) if isinstance(left, Parameter) else (right, left)
    if sign != "*" or not isinstance(other, TensorValue):
        return run.unknown(node, _("of learned numbers only factors of what flows are a block"), [other])
    tensor = run.tensor(other, node)
    rank, shape = run.builder.rank(tensor), run.builder.shape_of(tensor)
    if shape is None:
        run.builder.wants_shape = True
    if id(parameter.own) in run.builder.used:
        return run.unknown(node, _("this parameter is used a second time"), [tensor])
    per = _per(parameter.sizes, rank, shape)
    if per is None or not -100 <= parameter.fill <= 100:
        return run.unknown(node, _("the sizes of this parameter are not one factor a channel"), [tensor])
    placed = place(run, node, LayerScale(id="b", per=per, init_value=parameter.fill), tensor)
    run.builder.used[id(parameter.own)] = placed
    return placed


def _per(sizes: tuple[int, ...], rank: int | None, shape: Any) -> Any:
    """Whether there is one factor for each channel or for all, or None where it is neither."""
    if prod(sizes) == 1:
        return "all"
    if shape is None:
        return None
    trimmed = sizes[1:] if len(sizes) == (rank or 0) + 1 and sizes[0] == 1 else sizes
    channels_first = shape.axes[0] == "C"
    if channels_first and rank == 3:
        return "channel" if trimmed == (shape.sizes[0], 1, 1) else None
    while len(trimmed) > 1 and trimmed[0] == 1:
        trimmed = trimmed[1:]
    return "channel" if trimmed == (shape.sizes[-1],) else None
