"""Methods of Python's own lists, sets, dicts and texts, as far as building layers needs them."""

from __future__ import annotations

import re
from typing import Any

from cnnbuilder.network.importing import arithmetic
from cnnbuilder.network.importing.network_builder import TooLargeError
from cnnbuilder.network.importing.values import UNDECIDED
from cnnbuilder.text import _

_OF_TEXTS = frozenset(
    {"lower", "upper", "strip", "startswith", "endswith", "split", "replace", "isdigit", "join"}
)


def of_plain(owner: Any, name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """A method of a list, a dict or a text; `NOT_KNOWN` where it is none of those that are followed."""
    try:
        if isinstance(owner, list):
            return (
                arithmetic.NOT_KNOWN if named and name != "sort" else _of_list(owner, name, positional, named)
            )
        if isinstance(owner, dict):
            return _of_dict(owner, name, positional, named)
        return _of_text(owner, name, positional, named)
    except (LookupError, TypeError, ValueError):
        return arithmetic.NOT_KNOWN


def _of_list(owner: list[Any], name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    if len(owner) >= arithmetic.MOST_ITEMS and name in ("append", "extend", "insert"):
        raise TooLargeError(_("The source makes a list that is too long."))
    match name, positional:
        case ("append", [value]):
            owner.append(value)
            return None
        case ("extend", [more]):
            items = arithmetic.items_of(more)
            if items is not None and len(owner) + len(items) < arithmetic.MOST_ITEMS:
                owner.extend(items)
                return None
        case ("insert", [int() as place, value]):
            owner.insert(place, value)
            return None
        case ("pop", [] | [int()]):
            return owner.pop(*positional)
        case (("remove" | "count"), [value]) if not isinstance(value, UNDECIDED) and arithmetic.is_small(
            owner
        ):
            return getattr(owner, name)(value)
        case ("clear", []):
            owner.clear()
            return None
        case ("tolist", []):
            return list(owner)
        case ("sort", []) if not any(isinstance(value, UNDECIDED) for value in owner) and arithmetic.is_small(
            owner
        ):
            if not named.keys() <= {"reverse"} or not isinstance(named.get("reverse", False), int):
                return arithmetic.NOT_KNOWN
            owner.sort(**named)
            return None
        case ("reverse", []):
            owner.reverse()
            return None
        case ("copy", []):
            return list(owner)
        case ("index", [value]) if not isinstance(value, UNDECIDED) and arithmetic.is_small(owner):
            return owner.index(value)
    return arithmetic.NOT_KNOWN


def of_set(owner: set[Any], name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """A method of a set; `NOT_KNOWN` where it is none of those that are followed."""
    if named or name not in _OF_SETS:
        return arithmetic.NOT_KNOWN
    others = [list(value) if isinstance(value, set) else arithmetic.items_of(value) for value in positional]
    values = (
        positional
        if name in ("add", "discard", "remove")
        else [part for more in others for part in more or [more]]
    )
    if len(positional) != 1 or not all(arithmetic.is_key(value) for value in values):
        return arithmetic.NOT_KNOWN
    try:
        return getattr(owner, name)(values[0] if name in ("add", "discard", "remove") else values)
    except (LookupError, TypeError):
        return arithmetic.NOT_KNOWN


_OF_SETS = frozenset(
    {"add", "discard", "remove", "update", "union", "intersection", "difference", "issubset"}
)


def _of_dict(owner: dict[Any, Any], name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    match name, positional:
        case ("items", []):
            return [tuple(item) for item in owner.items()]
        case ("keys", []):
            return list(owner)
        case ("values", []):
            return list(owner.values())
        case (("get" | "setdefault" | "pop"), [key, *default]) if len(default) < 2 and arithmetic.is_key(key):
            value = owner.get(key, default[0] if default else None)
            if name == "pop":
                owner.pop(key, None)
            elif name == "setdefault":
                owner.setdefault(key, value)
            return value
        case ("update", [] | [dict()]):
            owner.update(*positional, **named)
            return None
        case ("copy", []):
            return dict(owner)
    return arithmetic.NOT_KNOWN


def _of_text(owner: str, name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    plain = all(isinstance(value, str | int | float) for value in (*positional, *named.values()))
    if name == "format" and plain:
        # Widths could fill the memory, and {0.__class__} look behind the values.
        if len(owner) > 1_000 or re.search(r"\{[^}]*[:.\[!]", owner):
            return arithmetic.NOT_KNOWN
        return owner.format(*positional, **named)
    if name == "join" and len(positional) == 1:
        items = arithmetic.items_of(positional[0])
        if items is None:
            return arithmetic.NOT_KNOWN
        short = (
            sum(len(item) + len(owner) for item in items if isinstance(item, str)) <= arithmetic.MOST_ITEMS
        )
        return owner.join(items) if short else arithmetic.NOT_KNOWN
    if name in _OF_TEXTS and plain and not named and len(owner) <= 1_000 and name != "join":
        if name == "replace" and sum(len(str(value)) for value in positional) > 100:
            return arithmetic.NOT_KNOWN
        return getattr(owner, name)(*positional)
    return arithmetic.NOT_KNOWN
