"""The parameters of a function of the file with their values, and made-up tensors joined with numbers."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing import (
    arithmetic,
)
from cnnbuilder.network.importing.values import (
    DummyTensor,
    Open,
)


def of_dummies(op: ast.operator, values: list[Any]) -> DummyTensor:
    """0.1 * torch.ones(3): still filled with one number."""
    dummies = [value for value in values if isinstance(value, DummyTensor)]
    numbers: list[Any] = [value.fill if isinstance(value, DummyTensor) else value for value in values]
    if len(dummies) == 1 and all(type(number) in (int, float) for number in numbers):
        result = numbers[0]
        for number in numbers[1:]:
            result = arithmetic.binary(op, result, number)
        if result is not arithmetic.NOT_KNOWN:
            return DummyTensor(dummies[0].sizes, float(result))
    return DummyTensor(dummies[0].sizes)


def bound(
    definition: ast.FunctionDef | ast.Lambda,
    positional: list[Any],
    named: dict[str, Any],
    values: tuple[Any, ...],
) -> dict[str, Any]:
    """The parameters of a function with their values; one without any is open. `values`: those of its defaults."""
    arguments = definition.args
    parameters = [*arguments.posonlyargs, *arguments.args]
    found: dict[str, Any] = {}
    needed = len(parameters) - len(arguments.defaults)
    for index, parameter in enumerate(parameters):
        if index < len(positional):
            found[parameter.arg] = positional[index]
        elif parameter.arg in named:
            found[parameter.arg] = named[parameter.arg]
        else:
            found[parameter.arg] = Open(parameter.arg) if index < needed else values[index - needed]
    by_name = iter(values[len(arguments.defaults) :])
    for parameter, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        default = Open(parameter.arg) if keyword_default is None else next(by_name)
        found[parameter.arg] = named.get(parameter.arg, default)
    if arguments.vararg:
        found[arguments.vararg.arg] = tuple(positional[len(parameters) :])
    if arguments.kwarg:
        found[arguments.kwarg.arg] = {name: value for name, value in named.items() if name not in found}
    return found
