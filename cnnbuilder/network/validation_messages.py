"""What a checker of types says about a value, in words for people."""

from __future__ import annotations

import re
from collections.abc import Callable

from cnnbuilder.text import _

_NAMES = {
    "int": _("a whole number"),
    "float": _("a number"),
    "str": _("text"),
    "bool": _("true or false"),
    "null": _("null"),
    "array": _("a list"),
    "object": _("an object"),
}
_BOUNDS = {">=": _("at least"), "<=": _("at most"), ">": _("above"), "<": _("below")}


def _kinds(names: str) -> str:
    """`int | null` as people say it."""
    return _(" or ").join(_NAMES.get(name.strip(), name.strip()) for name in names.split("|"))


_RULES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        r"Expected `(.+?)` of length (\d+), got (\d+)",
        lambda m: _("must be {kind} of {n}, not of {got}").format(kind=_kinds(m[1]), n=m[2], got=m[3]),
    ),
    (
        r"Expected `(.+?)` of length (>=|<=) (\d+)",
        lambda m: _("must be {kind} of {bound} {n} signs").format(
            kind=_kinds(m[1]), bound=_BOUNDS[m[2]], n=m[3]
        ),
    ),
    (
        r"Expected `(.+?)`, got `(.+?)`",
        lambda m: _("must be {kind}, not {got}").format(kind=_kinds(m[1]), got=_kinds(m[2])),
    ),
    (
        r"Expected `(.+?)` (>=|<=|>|<) (\S+)",
        lambda m: _("must be {kind}, {bound} {n}").format(kind=_kinds(m[1]), bound=_BOUNDS[m[2]], n=m[3]),
    ),
    (
        r"Object contains unknown field `(.*)`",
        lambda m: _('has "{name}", which it cannot have').format(name=m[1][:40]),
    ),
    (r"Object missing required field `(.*)`", lambda m: _('lacks "{name}"').format(name=m[1])),
    (r"Invalid (?:enum )?value '(.*)'", lambda m: _('cannot be "{value}"').format(value=m[1][:40])),
)


def in_words(reason: str) -> str:
    """msgspec's reason ("Expected `int` >= 1") so that it follows the name of a place ("must be …, at least 1")."""
    for pattern, say in _RULES:
        found = re.fullmatch(pattern, reason, re.DOTALL)
        if found:
            return say(found)
    return _("does not fit ({reason})").format(reason=reason)
