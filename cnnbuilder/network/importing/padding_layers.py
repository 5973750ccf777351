"""Borders of zeros as source writes them: nn.ConstantPad2d with 0, and sides below 0, which cut off."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.modules import make_layer
from cnnbuilder.network.importing.values import Container
from cnnbuilder.text import _

NAMES = frozenset({"ConstantPad2d", "ZeroPad2d"})


def make(run: Evaluator, node: ast.Call, called: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """The layers that put a border of zeros around an image, or cut one off."""
    padding, *rest = [*positional, *(named[name] for name in ("padding", "value") if name in named)] or [None]
    if called == "ConstantPad2d" and (not rest or rest[0] != 0):
        return run.unknown(node, _("only borders of zeros are blocks"))
    sides = list(padding) if type(padding) in (list, tuple) else [padding] * 4
    if len(sides) != 4 or not all(type(side) is int for side in sides):
        return make_layer(run, node, "ZeroPad2d", [padding], {})
    left, right, top, bottom = sides
    if min(sides) >= 0:
        return make_layer(run, node, "ZeroPad2d", [tuple(sides)], {})
    made = Container()
    if max(sides) > 0:
        made.add(make_layer(run, node, "ZeroPad2d", [tuple(max(0, side) for side in sides)], {}))
    for dim, before, behind in ((2, top, bottom), (3, left, right)):
        if before < 0 or behind < 0:
            end = behind if behind < 0 else None
            made.add(make_layer(run, node, "Slice", [dim, max(0, -before), end], {}))
    return made
