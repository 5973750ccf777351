"""What a class of the file has from the classes above it, in the order in which Python looks there."""

from __future__ import annotations

from typing import Any

from cnnbuilder.network.importing.values import Record, Template


def inherit(template: Template) -> None:
    """Gives a class whose body was followed what the classes above it have and it has not."""
    template.own = set(template.names)
    for above in order(template)[1:]:
        for name in above.own:
            template.names.setdefault(name, above.names[name])
    for base in _bases(template):
        base.below.append(template)


def put(template: Template, name: str, value: Any) -> None:
    """Net.name = value, which the classes below see too where they have none of their own."""
    template.own.add(name)
    template.names[name] = value
    waiting = list(template.below)
    while waiting:
        here = waiting.pop()
        if name not in here.own:
            here.names[name] = next(above.names[name] for above in order(here)[1:] if name in above.own)
            waiting += here.below


def order(template: Template) -> list[Template]:
    """The class itself, then those above it, as Python searches them (C3)."""
    bases = _bases(template)
    lists = [*(order(base) for base in bases), list(bases)]
    found = [template]
    while lists := [line for line in lists if line]:
        later = [part for line in lists for part in line[1:]]
        first = next((line[0] for line in lists if line[0] not in later), lists[0][0])
        found.append(first)
        lists = [[part for part in line if part is not first] for line in lists]
    return found


def _bases(template: Template) -> list[Template]:
    """The classes of the file right above a class."""
    found = [base.template if isinstance(base, Record) else base for base in template.bases]
    return [base for base in found if isinstance(base, Template)]
