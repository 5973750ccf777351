"""What a statement that is not followed might change: names, attributes, modules; found by looking at it only."""

from __future__ import annotations

import ast
from typing import NamedTuple

_GROWING = frozenset(
    {"append", "extend", "insert", "update", "pop", "remove", "clear", "reverse", "setdefault"}
)
"""Methods that change the list or dict they are called on."""
_ADDING = frozenset({"add_module", "register_module", "register_parameter", "__setattr__"})


class Changes(NamedTuple):
    """What may be another thing afterwards."""

    targets: list[ast.expr]
    """Names and attributes that get another value."""
    touched: list[ast.expr]
    """What is changed itself: a module that gets another layer, a tensor in place."""
    returns: bool


def of(node: ast.stmt) -> Changes:
    """What following a statement could change."""
    targets: list[ast.expr] = []
    touched: list[ast.expr] = []
    returns = False
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store):
            targets.append(part)
        elif (isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store | ast.Del)) or (
            isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Del)
        ):
            touched.append(part.value)
        elif isinstance(part, ast.Return):
            returns = True
        elif isinstance(part, ast.Call):
            _of_call(part, targets, touched)
    return Changes(targets, touched, returns)


def _of_call(call: ast.Call, targets: list[ast.expr], touched: list[ast.expr]) -> None:
    if isinstance(call.func, ast.Name):
        if call.func.id in ("setattr", "delattr") and call.args:
            touched.append(call.args[0])
        return
    if not isinstance(call.func, ast.Attribute):
        return
    name, owner = call.func.attr, call.func.value
    if name in _GROWING and isinstance(owner, ast.Name | ast.Attribute):
        targets.append(owner)
    elif (name in _ADDING or _is_in_place(name)) and not _is_of_weights(owner):
        touched.append(owner)


def _is_in_place(method: str) -> bool:
    return method.endswith("_") and not method.endswith("__") and method != "requires_grad_"


def _is_of_weights(owner: ast.expr) -> bool:
    """nn.init.zeros_, conv.weight.data.fill_: first values of weights."""
    return isinstance(owner, ast.Attribute) and owner.attr in ("init", "data", "weight", "bias")
