"""Python's own functions, as far as building layers needs them: range, len, zip, …"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from cnnbuilder.network.importing import arithmetic
from cnnbuilder.network.importing.values import Flowing, Instance, Known, Open, Unknown
from cnnbuilder.text import _

if TYPE_CHECKING:
    from cnnbuilder.network.importing.interpreter import Interpreter

_BUILTIN: dict[str, Any] = {
    "range": range, "len": len, "int": int, "float": float, "str": str, "bool": bool, "max": max, "min": min,
    "sum": sum, "abs": abs, "round": round,
}  # fmt: skip
NAMES = frozenset(
    {
        *_BUILTIN,
        "list",
        "tuple",
        "dict",
        "zip",
        "enumerate",
        "reversed",
        "sorted",
        "isinstance",
        "setattr",
        "getattr",
    }
)
"""What is read here."""


def function(run: Interpreter, node: ast.Call, name: str, positional: list[Any]) -> Any:
    """The value of one of Python's own functions, or what cannot be known."""
    match name, positional:
        case "setattr", [Instance() as owner, str() as attribute, value]:
            owner.attributes[attribute] = value
            return None
        case "getattr", [Instance() as owner, str() as attribute, *_default] if attribute in owner.attributes:
            return owner.attributes[attribute]
        case "isinstance", [Flowing(), Known(path)] if path.endswith("Tensor"):
            return True
        case "isinstance", [value, Known(path)] if path.endswith("Tensor") and type(value) in (list, tuple):
            return False
        case (("setattr" | "getattr" | "isinstance"), _):
            return run.unknown(node, _("this is not known"), positional)
    if any(isinstance(value, Open | Unknown) for value in positional):
        texts = ", ".join(value.text for value in positional if isinstance(value, Open | Unknown))
        return (
            Open(f"{name}({texts})")
            if name in ("int", "max", "min", "round", "abs")
            else run.unknown(node, _("not known"))
        )
    items = [arithmetic.items_of(value) for value in positional]
    try:
        match name:
            case "list" | "tuple" | "reversed" | "sorted" if items and items[0] is not None:
                return _listed(name, items[0])
            case "list" | "tuple" | "dict" if not positional:
                return {} if name == "dict" else _listed(name, [])
            case "enumerate" if items and items[0] is not None:
                return list(enumerate(items[0], *positional[1:]))
            case "zip" if all(item is not None for item in items):
                return list(zip(*(item or [] for item in items), strict=False))
            case "len" if items and items[0] is not None:
                return len(items[0])
            case _ if name in _BUILTIN and all(arithmetic.is_plain(v) for v in positional):
                return _BUILTIN[name](*positional)
    except (TypeError, ValueError, ArithmeticError):
        pass
    return run.unknown(node, _("this is not understood"), positional)


def _listed(name: str, items: list[Any]) -> Any:
    match name:
        case "tuple":
            return tuple(items)
        case "reversed":
            return items[::-1]
        case "sorted":
            return sorted(items)
    return items
