"""PyTorch's layers, functions and signs that blocks do, by their names: what every kind of block says of itself."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block

LAYERS: Mapping[str, type[Block]] = {name: kind for kind in KINDS.values() for name in kind.layers}
"""The kind that a constructor makes."""

FUNCTIONS: Mapping[str, tuple[type[Block], ...]] = {
    name: tuple(kind for kind in KINDS.values() if name in kind.functions)
    for name in dict.fromkeys(name for kind in KINDS.values() for name in kind.functions)
}
"""Functions of torch, torch.nn.functional and of a tensor: the kinds that may do the same, as their arguments are."""

OPERATORS: Mapping[str, type[Block]] = {kind.operator: kind for kind in KINDS.values() if kind.operator}
"""By the sign that joins two values."""

HELPERS: Mapping[str, str] = {
    ast.dump(definition): definition.name
    for kind in KINDS.values()
    for definition in ast.parse(kind.helper).body
    if isinstance(definition, ast.ClassDef)
}
"""The classes that our own code brings along, as they are written, and the constructors that they are."""


def takes_several(kind: type[Block]) -> bool:
    """Whether a function that does what this kind does takes several values that flow."""
    return kind.arity[0] > 1
