"""Channels of a constant beside those that flow: torch.cat((x, torch.zeros(n, 8, h, w)), 1)."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.blocks.padding import ChannelPad
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.module_calls import place
from cnnbuilder.network.importing.values import DummyTensor, TensorValue


def joined(run: Evaluator, node: ast.Call, values: list[Any], dim: list[Any]) -> Any:
    """One value that flows with constant channels before and behind it, or None where it is something else."""
    flowing = [value for value in values if isinstance(value, TensorValue)]
    constant = [value for value in values if isinstance(value, DummyTensor)]
    if (
        dim not in ([1], [-3])
        or len(flowing) != 1
        or len(flowing) + len(constant) != len(values)
        or not constant
    ):
        return None
    tensor = run.tensor(flowing[0], node)
    shape = run.builder.shape_of(tensor)
    if shape is None:
        run.builder.wants_shape = True
        return None
    fills = {value.fill for value in constant}
    fits = all(len(value.sizes) == 4 and value.sizes[2:] == shape.sizes[1:] for value in constant)
    fill = fills.pop()
    if fills or fill is None or not fits:
        return None
    at = values.index(flowing[0])
    before = sum(value.sizes[1] for value in values[:at])
    behind = sum(value.sizes[1] for value in values[at + 1 :])
    return place(run, node, ChannelPad(id="b", padding=(before, behind), value=fill), tensor)
