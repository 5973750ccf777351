"""Sums, products and the like of what flows, also with numbers: the block that does it, or a sentence."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.blocks.rescale import ScaleShift
from cnnbuilder.network.importing import arithmetic, learned, norm_by_hand
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.module_calls import place
from cnnbuilder.network.importing.signatures import OPERATORS
from cnnbuilder.network.importing.values import DummyTensor, Parameter, PartialOp, Size, TensorValue, Unknown
from cnnbuilder.text import _


def flows(value: Any) -> bool:
    """Whether this is what flows, perhaps stretched to something else's size."""
    return isinstance(value, TensorValue) or (isinstance(value, PartialOp) and value.step == "expand")


def joined(run: Evaluator, node: ast.AST, op: ast.operator, values: list[Any]) -> Any:
    """left op right, where one of them flows."""
    sign = arithmetic.sign_of(op)
    values = [_stretched(run, value, values) for value in values]
    if len(values) == 2 and sign == "**" and isinstance(values[0], TensorValue) and values[1] in (1, 2):
        tensor = run.tensor(values[0], node)
        return place(run, node, OPERATORS["*"](id="b"), tensor, tensor) if values[1] == 2 else tensor
    first, *rest = values
    for value in rest:
        # x + y + z is one sum of three.
        flowing = [part for part in rest if isinstance(part, TensorValue | Unknown)]
        if len(flowing) == len(rest) and isinstance(first, TensorValue | Unknown) and sign in OPERATORS:
            return place(run, node, OPERATORS[sign](id="b"), *(run.tensor(part, node) for part in values))
        first = _two(run, node, sign, first, value)
    return first


def _two(run: Evaluator, node: ast.AST, sign: str, left: Any, right: Any) -> Any:
    """left op right."""
    left, right = (_number_in(side) for side in (left, right))
    if norm_by_hand.is_step(left) or norm_by_hand.is_step(right):
        return norm_by_hand.joined(run, node, sign, left, right)
    if isinstance(left, Parameter) or isinstance(right, Parameter):
        return learned.times(run, node, sign, left, right)
    if isinstance(left, TensorValue | Unknown) and isinstance(right, TensorValue | Unknown):
        kind = OPERATORS.get(sign)
        if kind is not None:
            return place(run, node, kind(id="b"), run.tensor(left, node), run.tensor(right, node))
    elif isinstance(left, TensorValue) and isinstance(right, int | float):
        found = _scaled(sign, left=False, number=right)
        if found is not None:
            return _place_scaled(run, node, left, found)
    elif isinstance(right, TensorValue) and isinstance(left, int | float):
        found = _scaled(sign, left=True, number=left)
        if found is not None:
            return _place_scaled(run, node, right, found)
    elif not any(flows(side) or isinstance(side, Unknown) for side in (left, right)):
        return run.operate(node, ast.Add() if sign == "+" else ast.Mult(), [left, right])
    if any(isinstance(side, Size) for side in (left, right)):
        run.builder.wants_shape = True
    return run.unknown(node, _("no block computes this"), [left, right])


def _number_in(value: Any) -> Any:
    """The number in torch.tensor(0.5), which joins with what flows as a plain one does."""
    if isinstance(value, DummyTensor) and value.fill is not None and value.one:
        return value.fill
    return float(value) if type(value) is bool else value


def _scaled(sign: str, left: bool, number: float) -> tuple[float, float] | None:
    """Factor and summand that `number op x` (`left`) or `x op number` is, or None."""
    match sign, left:
        case "+", _:
            return 1.0, float(number)
        case "-", False:
            return 1.0, -float(number)
        case "-", True:
            return -1.0, float(number)
        case "*", _:
            return float(number), 0.0
        case "/", False if number != 0:
            return 1.0 / number, 0.0
    return None


def _place_scaled(run: Evaluator, node: ast.AST, value: TensorValue, found: tuple[float, float]) -> Any:
    factor, summand = found
    tensor = run.tensor(value, node)
    if found == (1.0, 0.0):
        return run.builder.copy(tensor)
    if not all(abs(number) <= 1e6 for number in found):
        return run.unknown(node, _("the number is larger than a block takes"), [tensor])
    return place(run, node, ScaleShift(id="b", factor=factor, summand=summand), tensor)


def _stretched(run: Evaluator, value: Any, beside: list[Any]) -> Any:
    """x.expand_as(y) beside y is x: the block stretches it just so."""
    if not isinstance(value, PartialOp) or value.step != "expand" or value.other is None:
        return value
    target = run.builder.storage.current(value.other)
    shape = run.builder.shape_of(target)
    for near in beside:
        if near is value:
            continue
        near = near.value if isinstance(near, PartialOp) and near.other == value.other else near  # noqa: PLW2901
        if isinstance(near, TensorValue):
            other = run.builder.storage.current(near)
            if other == target or (shape is not None and _common(run, value.value, other) == shape.sizes):
                return value.value
    return value


def _common(run: Evaluator, left: TensorValue, right: TensorValue) -> tuple[int, ...] | None:
    """The sizes of what two values give together, or None where that is not known."""
    shapes = [run.builder.shape_of(value) for value in (left, right)]
    if shapes[0] is None or shapes[1] is None or len(shapes[0].sizes) != len(shapes[1].sizes):
        return None
    return tuple(max(sizes) for sizes in zip(shapes[0].sizes, shapes[1].sizes, strict=True))
