"""What the names of a file hold, kept so that looking at one of its networks changes nothing for the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.values import (
    Computed,
    Container,
    Function,
    Instance,
    Layer,
    Method,
    Partial,
    Record,
    Stream,
    Template,
)

MOST = 200_000
"""Values that are looked through; no file that a person writes holds as many before a network is made."""


class State:
    """The lists, dicts, scopes and modules that the names of a file lead to, each with what is in it."""

    def __init__(self, names: Scope) -> None:
        self._kept: list[tuple[Any, Any]] = []
        seen: set[int] = set()
        waiting: list[Any] = [names]
        while waiting and len(seen) < MOST:
            here = waiting.pop()
            if id(here) in seen or isinstance(here, int | float | str | type(None)):
                continue
            seen.add(id(here))
            inner = list(_inside(here))
            if isinstance(here, list | dict | set | Stream | Container | Instance | Layer | Template):
                self._kept.append((here, _content(here)))
            waiting += inner

    def restore(self) -> None:
        """Puts everything back as it was."""
        for holder, content in self._kept:
            match holder:
                case list():
                    if holder != content or any(a is not b for a, b in zip(holder, content, strict=True)):
                        holder[:] = content
                case dict() | set():
                    holder.clear()
                    holder.update(content)
                case _:
                    for name, value in content:
                        setattr(holder, name, value)


def _content(holder: Any) -> Any:
    if isinstance(holder, list | dict | set):
        # A scope too: its names are put back, not the functions around it.
        return dict(holder) if isinstance(holder, dict) else holder.copy()
    names = {
        Stream: ("at",),
        Container: ("members", "extra"),
        Instance: ("attributes", "unread"),
        Layer: ("arguments", "extra", "name", "frozen", "changed", "made"),
        Template: ("own", "below"),
    }[type(holder)]
    return [(name, getattr(holder, name)) for name in names]


def _inside(value: Any) -> Iterator[Any]:
    """What a value leads to."""
    match value:
        case Scope():
            yield from value.values()
            yield value.enclosing
        case dict():
            yield from value.values()
        case Function():
            yield from (value.names, value.defaults, value.owner, value.template)
        case Computed():
            yield value.function
        case Record():
            yield from (value.fields, value.template)
        case Method():
            yield value.owner
        case list() | tuple() | set():
            yield from value
        case Stream():
            yield value.items
        case Container():
            yield from (value.members, value.extra)
        case Instance():
            yield from (value.attributes, value.unread, value.template)
        case Layer():
            yield from (value.arguments, value.extra)
        case Template():
            yield from (value.names, value.own, value.below, value.bases)
        case Partial():
            yield from (value.called, value.positional, value.named)
