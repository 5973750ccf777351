"""What a mistyped line probably meant, written out as a layer, for a person to take or leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.network.importing.layers import block_of, named_arguments
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.values import Open

LONGEST = 200


def written(name: str, positional: Sequence[Any], named: Mapping[str, Any]) -> str:
    """The layer `name`, or the layer that does what the function `name` does, with these arguments.

    Empty where the arguments make no such layer.
    """
    if name in FUNCTIONS:
        kind, positional = FUNCTIONS[name][0], positional[1:]  # without what flows
    elif name in LAYERS:
        kind = LAYERS[name]
    else:
        return ""
    layer = next(iter(kind.layers), "") if name in FUNCTIONS else name
    try:
        arguments = named_arguments(kind, name, positional, named)
        block_of(kind, name, {key: value for key, value in arguments.items() if key != "training"})
    except ArgumentError:
        return ""
    parts = [_literal(value) for value in positional] if name in LAYERS else []
    rest = named if name in LAYERS else arguments
    parts += [f"{key}={_literal(value)}" for key, value in rest.items()]
    text = f"nn.{layer}({', '.join(parts)})"
    return text if layer and len(text) <= LONGEST else ""


def _literal(value: Any) -> str:
    if isinstance(value, Open):
        return value.text
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_literal, value))}{',' if len(value) == 1 else ''})"
    return repr(value)
