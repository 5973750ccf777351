"""A LayerNorm over channels that source writes out: mean, squares, root, then learned factors and summands."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.layer_normalisation import LayerNorm
from cnnbuilder.blocks.merging import Multiply, Subtract
from cnnbuilder.blocks.pooling import ChannelMean
from cnnbuilder.blocks.rescale import ScaleShift
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.module_calls import layer_output, place
from cnnbuilder.network.importing.values import Layer, Parameter, PartialOp, TensorValue, WeightOf
from cnnbuilder.text import _

_STEPS = frozenset({"deviation", "normalised", "factors"})


def is_step(value: Any) -> bool:
    """Whether this is a LayerNorm half written."""
    return isinstance(value, PartialOp) and value.step in _STEPS


def root(run: Evaluator, node: ast.Call, tensor: TensorValue) -> PartialOp | None:
    """torch.sqrt(s + eps), where s is the mean of squares of what differs from the mean of channels."""
    block, inputs = _made(run, tensor)
    if not isinstance(block, ScaleShift) or block.factor != 1 or not 0 < block.summand < 1:
        return None
    mean, squares = _made(run, inputs[0])
    if not isinstance(mean, ChannelMean):
        return None
    times, factors = _made(run, squares[0])
    if not isinstance(times, Multiply) or len(factors) != 2:
        return None
    sources = [_centred(run, factor) for factor in factors]
    if sources[0] is None or sources[0] != sources[1]:
        return None
    parts = [tensor, inputs[0], squares[0], *factors, *(run.builder.all_before(f)[1] for f in factors)]
    run.builder.absorbed |= {part.block for part in parts}
    return PartialOp(sources[0], "deviation", 0, node.lineno, parts=(block.summand,))


def joined(run: Evaluator, node: ast.AST, sign: str, left: Any, right: Any) -> Any:
    """left op right, where one is half of a LayerNorm."""
    step, other = (left, right) if is_step(left) else (right, left)
    if sign == "/" and step is right and step.step == "deviation" and isinstance(other, TensorValue):
        if _centred(run, run.builder.storage.current(other)) == step.value:
            run.builder.absorbed |= {other.block, run.builder.all_before(other)[1].block}
            return PartialOp(step.value, "normalised", 0, step.line, parts=step.parts)
    elif isinstance(other, Parameter) and other.fill in (0.0, 1.0) and _is_by_channel(run, step.value, other):
        if sign == "*" and step.step == "normalised" and other.fill == 1:
            return PartialOp(step.value, "factors", 0, step.line, parts=(*step.parts, other))
        if sign == "+" and step.step == "factors" and other.fill == 0:
            return layer_norm(run, node, step.value, step.parts[1], other, step.parts[0], "channels")
    return run.unknown(node, _("only the whole of a LayerNorm is a block"), [left, right])


def function(
    run: Evaluator, node: ast.Call, tensor: TensorValue, rest: list[Any], named: dict[str, Any]
) -> Any:
    """F.layer_norm(x, shape, self.weight, self.bias, eps) with parameters of a class of its own."""
    names = ("normalized_shape", "weight", "bias", "eps")
    given = {**dict(zip(names, rest, strict=False)), **named}
    weight, bias, eps = given.get("weight"), given.get("bias"), given.get("eps", 1e-5)
    shape = run.builder.shape_of(tensor)
    sizes = given.get("normalized_shape")
    if (
        isinstance(weight, WeightOf)
        and isinstance(weight.layer, Layer)
        and weight.layer.called == "LayerNorm"
    ):
        if bias == WeightOf(weight.layer, "bias"):
            return layer_output(run, node, weight.layer, tensor)
    elif shape is None:
        run.builder.wants_shape = True
    elif isinstance(weight, Parameter) and isinstance(bias, Parameter) and isinstance(eps, float):
        begun = (weight.fill, bias.fill) == (1, 0)
        if begun and _is_last(sizes, shape.sizes):
            return layer_norm(run, node, tensor, weight, bias, eps, "last")
    return run.unknown(node, _("this F.layer_norm is no block"), [tensor])


def _is_last(said: Any, sizes: tuple[int, ...]) -> bool:
    return (type(said) is tuple or type(said) is list) and tuple(said) == sizes[-1:]


def layer_norm(
    run: Evaluator,
    node: ast.AST,
    tensor: TensorValue,
    weight: Parameter,
    bias: Parameter,
    eps: float,
    over: Any,
) -> Any:
    """The block with these parameters, which no other may have."""
    if {id(weight.own), id(bias.own)} & run.builder.used.keys():
        return run.unknown(node, _("this parameter is used a second time"), [tensor])
    placed = place(run, node, LayerNorm(id="b", normalized_shape=over, eps=eps), tensor)
    run.builder.used[id(weight.own)] = run.builder.used[id(bias.own)] = placed
    return placed


def _made(run: Evaluator, value: TensorValue) -> tuple[Block | None, list[TensorValue]]:
    """The block that gives a value, and what flows into it."""
    return run.builder.by_id.get(value.block), run.builder.all_before(value)


def _centred(run: Evaluator, value: TensorValue) -> TensorValue | None:
    """x of x - x.mean(1, keepdim=True), or None where this is something else."""
    block, inputs = _made(run, value)
    if not isinstance(block, Subtract) or len(inputs) != 2:
        return None
    mean, source = _made(run, inputs[1])
    return inputs[0] if isinstance(mean, ChannelMean) and source == inputs[:1] else None


def _is_by_channel(run: Evaluator, value: TensorValue, parameter: Parameter) -> bool:
    """Whether a parameter has one number a channel, laid out so that it meets channels."""
    shape = run.builder.shape_of(value)
    if shape is None:
        run.builder.wants_shape = True
        return False
    return parameter.sizes[-3:] == (shape.sizes[0], 1, 1) and parameter.sizes[:-3] in ((), (1,))
