"""How code and cards write the values of a block: pairs, arguments, literals, and where torch explains a layer."""

from __future__ import annotations

import json
from typing import Any


def size_text(pair: tuple[int, int]) -> str:
    """A pair as code prints it: (3, 3) -> '3', (3, 5) -> '(3, 5)'."""
    return str(pair[0]) if pair[0] == pair[1] else f"({pair[0]}, {pair[1]})"


def by_text(pair: tuple[int, int]) -> str:
    """A pair as cards print it: (3, 5) -> '3×5'."""
    return f"{pair[0]}×{pair[1]}"


def arguments(*positional: str, **named: tuple[Any, Any]) -> str:
    """Joins arguments as a person writes them, leaving out each named (value, default) that are equal."""
    parts = list(positional)
    for name, (value, default) in named.items():
        if value != default:
            text = size_text(value) if isinstance(value, tuple) else literal(value)
            parts.append(f"{name}={text}")
    return ", ".join(parts)


def literal(value: Any) -> str:
    """A value as code prints it: strings in double quotes, as formatters write them."""
    return json.dumps(value) if isinstance(value, str) else repr(value)


def docs(name: str) -> str:
    """The address of a page in PyTorch's documentation: "torch.nn.Conv2d"."""
    return f"https://docs.pytorch.org/docs/stable/generated/{name}.html"
