"""The modules that a module holds, by their paths, as torch's named_modules() counts them."""

from __future__ import annotations

from typing import Any

from cnnbuilder.network.importing.values import (
    Container,
    Instance,
    Known,
    Layer,
    Method,
    Open,
    Template,
    Unknown,
)

MEMBERS = "__sequence__"
"""The attribute of an instance whose class is a container of torch's: what it holds."""
LAYER = "__layer__"
"""The attribute of an instance whose class is a layer of torch's: the layer that it is."""
MOST = 20_000
_NO_MODULES = frozenset(
    {"object", "enum", "abc", "typing", "collections", "argparse", "Exception", "dict", "list", "str"}
)
_MODULES = Layer | Container | Instance


def children(module: Any) -> dict[str, Any]:
    """The modules that stand directly in another, by their names."""
    match module:
        case Container():
            return {name: value for name, value in module.members.items() if isinstance(value, _MODULES)}
        case Instance():
            held = module.attributes.get(MEMBERS)
            inner = dict(held.members) if isinstance(held, Container) else {}
            inner.update(
                {name: value for name, value in module.attributes.items() if name not in (MEMBERS, LAYER)}
            )
            return {name: value for name, value in inner.items() if is_module(value)}
    return {}


def is_module(value: Any) -> bool:
    """Whether torch would register this where it is an attribute."""
    return isinstance(value, Layer | Container) or (
        isinstance(value, Instance) and is_module_class(value.template)
    )


def is_module_class(template: Template) -> bool:
    """Whether the instances of a class are modules: it comes from one of torch's, or from a class that is not here."""
    for base in template.bases:
        if isinstance(base, Template):
            if is_module_class(base):
                return True
        elif isinstance(base, Known):
            if base.path.partition(".")[0] not in _NO_MODULES:
                return True
        elif isinstance(base, Open | Unknown | Method):
            return True
    return False


def walk(module: Any) -> list[tuple[str, Any]]:
    """Every module with its path, itself first, each once, in torch's order."""
    found: list[tuple[str, Any]] = []
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("", module)]
    while waiting and len(found) < MOST:
        path, here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        found.append((path, here))
        inner = children(here)
        prefix = f"{path}." if path else ""
        waiting += [(prefix + name, value) for name, value in reversed(inner.items())]
    return found
