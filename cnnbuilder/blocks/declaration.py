"""What a class must say before it is a kind of block: one that is added half fails here, when the program starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from cnnbuilder.blocks.base import Block, Family

_WORDS = ("title", "summary", "when", "keywords", "icon", "family", "name_prefix")
"""What every kind says of itself."""
_LAWS = {"weights": "count_formulas", "macs": "macs_formulas"}
"""A count, and how it is shown to follow."""


class IncompleteBlockError(TypeError):
    """A class is no kind of block yet. Carries one sentence that names the class and what it lacks."""


def complete(kinds: Iterable[type[Block]]) -> list[type[Block]]:
    """The kinds by family in the palette's order, within one as they come. Raises `IncompleteBlockError`."""
    checked = list(kinds)
    for kind in checked:
        for lack in _lacks(kind):
            raise IncompleteBlockError(f"{kind.__module__}.{kind.__qualname__} {lack}.")
    for name, owners in _claims(checked).items():
        if len(owners) > 1:
            raise IncompleteBlockError(
                f"{name} belongs to {owners[0]} and {owners[1]}; only one kind can have it."
            )
    families = get_args(Family)
    return sorted(checked, key=lambda kind: families.index(kind.family))


def _lacks(kind: type[Block]) -> Iterator[str]:
    for word in _WORDS:
        if not getattr(kind, word, ""):
            yield f"has no {word}; say it in the class"
    if kind.family not in get_args(Family):
        yield f'has the family "{kind.family}", which is none of {", ".join(get_args(Family))}'
    if not _says(kind, "output") and not _says(kind, "outputs"):
        yield "has no shape rule; define output"
    if not _says(kind, "call"):
        yield "has no code; define call"
    for count, law in _LAWS.items():
        if _says(kind, count) != _says(kind, law):
            yield f"must define both {count} and {law}, or neither"
    if kind.learns != _says(kind, "weights"):
        yield "must set learns where it defines weights, and only there"
    if not kind.arity[0]:
        return  # what takes nothing in is no layer: it has no form in torch
    if kind.arity[0] > 1 and not (kind.operator or kind.functions):
        yield "takes several values, so it needs an operator or a function that joins them"
    if not (kind.layers or kind.functions):
        yield "cannot be read back from code; say how torch writes it in layers or functions"


def _says(kind: type[Block], method: str) -> bool:
    return getattr(kind, method) is not getattr(Block, method)


def _claims(kinds: list[type[Block]]) -> dict[str, list[str]]:
    """Who claims each name that only one kind may have."""
    found: dict[str, list[str]] = {}
    for kind in kinds:
        own = [kind.kind(), *(name for name in kind.layers if name != kind.kind())]
        for name in (*own, *([f"the operator {kind.operator}"] if kind.operator else [])):
            found.setdefault(name, []).append(f"{kind.__module__}.{kind.__qualname__}")
    return found
