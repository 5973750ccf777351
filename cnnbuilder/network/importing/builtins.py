"""Python's own functions, as far as building layers needs them: range, len, zip, …"""

from __future__ import annotations

import ast
import math
from typing import Any

from cnnbuilder.network.importing import arithmetic
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.values import (
    UNDECIDED,
    Container,
    Instance,
    Known,
    Layer,
    Open,
    Size,
    Template,
    TensorValue,
    Unknown,
)
from cnnbuilder.text import _

_BUILTIN: dict[str, Any] = {
    "range": range, "len": len, "int": int, "float": float, "str": str, "bool": bool, "max": max, "min": min,
    "sum": sum, "abs": abs, "round": round,
}  # fmt: skip
_TYPES = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict}
_NAMED = {"enumerate": {"start"}, "zip": {"strict"}}
"""Arguments by name that are followed."""
_OF_MATH = frozenset({"ceil", "floor", "sqrt", "log2", "log", "pow", "gcd", "trunc"})
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
        "hasattr",
        "any",
        "all",
    }
)
"""What is read here."""


def function(run: Evaluator, node: ast.Call, name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """The value of one of Python's own functions, or what cannot be known."""
    if name.startswith(("math.", "numpy.")):
        return _of_numbers(run, node, name.rpartition(".")[2], positional)
    if name == "int" and len(positional) == 1 and isinstance(positional[0], Size):
        return positional[0]
    if name == "dict" and not positional:
        return dict(named)
    if named and not named.keys() <= _NAMED.get(name, set()):
        return run.unknown(node, _("this is not understood"), positional)
    positional = [*positional, *named.values()] if name == "enumerate" else positional
    match name, positional:
        case "setattr", [Instance() as owner, str() as attribute, value]:
            run.hold(owner, attribute, value)
            return None
        case "hasattr", [Instance() as owner, str() as attribute]:
            return attribute in owner.attributes or attribute in owner.template.names
        case "getattr", [Known(path), str() as attribute, *_default]:
            return Known(f"{path}.{attribute}")
        case "isinstance", [value, kinds] if (known := _is_of(value, kinds)) is not None:
            return known
        case "getattr", [Instance() as owner, str() as attribute, *_default] if attribute in owner.attributes:
            return owner.attributes[attribute]
        case "getattr", [Instance() as owner, str() as attribute, *_default] if (
            attribute in owner.template.names
        ):
            return owner.template.names[attribute]
        case "getattr", [Instance(), str(), default]:
            return default
        case "isinstance", [TensorValue(), Known(path)] if path.endswith("Tensor"):
            return True
        case "isinstance", [value, Known(path)] if path.endswith("Tensor") and type(value) in (list, tuple):
            return False
        case (("setattr" | "getattr" | "hasattr" | "isinstance"), _):
            return run.unknown(node, _("this is not known"), positional)
    if any(isinstance(value, Open | Unknown | Size) for value in positional):
        texts = ", ".join(value.text for value in positional if isinstance(value, Open | Unknown | Size))
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
            case "list" | "tuple" if not positional:
                return _listed(name, [])
            case "dict" if len(positional) == 1:
                pairs = positional[0].items() if isinstance(positional[0], dict) else items[0] or []
                return dict(pairs) | named
            case "any" | "all" if (
                items and items[0] is not None and not any(isinstance(v, UNDECIDED) for v in items[0])
            ):
                return (any if name == "any" else all)(bool(value) for value in items[0])
            case "enumerate" if items and items[0] is not None:
                return list(enumerate(items[0], *positional[1:]))
            case "zip" if all(item is not None for item in items):
                return list(zip(*(item or [] for item in items), strict=False))
            case "len" if items and items[0] is not None:
                return len(items[0])
            case "sum" if (
                items and items[0] is not None and not all(type(v) in (int, float) for v in items[0])
            ):
                pass
            case _ if name in _BUILTIN and all(arithmetic.is_plain(v) for v in positional):
                return _BUILTIN[name](*positional)
    except (TypeError, ValueError, ArithmeticError):
        pass
    return run.unknown(node, _("this is not understood"), positional)


def _of_numbers(run: Evaluator, node: ast.Call, name: str, positional: list[Any]) -> Any:
    """A function of math's, or of numpy's by the same name, of plain numbers."""
    if name == "prod" and len(positional) == 1 and (items := arithmetic.items_of(positional[0])) is not None:
        product: Any = 1
        for item in items:
            product = arithmetic.binary(ast.Mult(), product, item)
        return run.unknown(node, _("this is not understood")) if product is arithmetic.NOT_KNOWN else product
    if any(isinstance(value, Open) for value in positional):
        return Open(f"{name}({', '.join(getattr(value, 'text', str(value)) for value in positional)})"[:100])
    plain = all(type(value) in (int, float) and abs(value) < 1e12 for value in positional)
    if name in _OF_MATH and plain:
        try:
            return getattr(math, name)(*positional)
        except (TypeError, ValueError, ArithmeticError):
            pass
    return run.unknown(node, _("this is not understood"), positional)


def _is_of(value: Any, kinds: Any) -> bool | None:
    """isinstance, where it is known: of Python's own types, of torch's layers, of classes of the file."""
    if type(kinds) is tuple:
        found = [_is_of(value, kind) for kind in kinds]
        return True if True in found else None if None in found else False
    if isinstance(value, UNDECIDED):
        return None
    if isinstance(kinds, Template):
        return isinstance(value, Instance) and (value.template is kinds or kinds in value.template.bases)
    if not isinstance(kinds, Known):
        return None
    name = kinds.path.rpartition(".")[2]
    if name in _TYPES:
        return isinstance(value, _TYPES[name]) and (type(value) is not bool or name in ("bool", "int"))
    if isinstance(value, Layer):
        return name in (value.called, "Module")
    if isinstance(value, Container | Instance):
        called = isinstance(value, Container) and value.called
        return name == "Module" or (called and name == "Sequential")
    return False if arithmetic.is_plain(value) else None


def _listed(name: str, items: list[Any]) -> Any:
    match name:
        case "tuple":
            return tuple(items)
        case "reversed":
            return items[::-1]
        case "sorted":
            return sorted(items)
    return items
