"""torch.clamp and hardtanh: values kept between two bounds, which ReLU and ReLU6 do with fixed factors around them."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.blocks.activation import ReLU, ReLU6
from cnnbuilder.blocks.rescale import ScaleShift
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.module_calls import place
from cnnbuilder.network.importing.values import TensorValue
from cnnbuilder.text import _


def between(
    run: Evaluator, node: ast.Call, name: str, tensor: TensorValue, rest: list[Any], named: dict[str, Any]
) -> Any:
    """x kept above one number, below another, or both."""
    low_name, high_name = ("min_val", "max_val") if name == "hardtanh" else ("min", "max")
    given = [*rest, None, None]
    standard = (-1.0, 1.0) if name == "hardtanh" and not rest and not named else (given[0], given[1])
    low, high = named.get(low_name, standard[0]), named.get(high_name, standard[1])
    if type(low) in (int, float) and high is None:
        above = _scaled(run, node, tensor, 1.0, -low)
        return _scaled(run, node, place(run, node, ReLU(id="b"), above), 1.0, low)
    if type(low) not in (int, float) or type(high) not in (int, float) or not 1e-3 < high - low < 1e4:
        return run.unknown(node, _("no block keeps values between these bounds"), [tensor])
    # min(max(x, a), b) = a + (b − a)/6 · ReLU6(6 (x − a)/(b − a))
    factor = 6.0 / (high - low)
    inner = place(run, node, ReLU6(id="b"), _scaled(run, node, tensor, factor, -low * factor))
    return _scaled(run, node, inner, 1.0 / factor, low)


def _scaled(run: Evaluator, node: ast.AST, value: TensorValue, factor: float, summand: float) -> TensorValue:
    if (factor, summand) == (1.0, 0.0):
        return value
    return place(run, node, ScaleShift(id="b", factor=factor, summand=summand + 0.0), value)
