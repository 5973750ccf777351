"""How PyTorch writes a layer or a function: its parameters, and what arguments become of a block's fields."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from cnnbuilder.text import _

IGNORED = frozenset({"inplace", "device", "dtype", "_stacklevel"})
"""Parameters that change neither numbers nor shapes."""


class ArgumentError(Exception):
    """These arguments make no block, for the reason that is given in half a sentence."""


class ShapeHint(NamedTuple):
    """What source says of what arrives: `parameter` = `number`, the size of `axis`; None: of all axes together."""

    parameter: str
    number: int
    axis: int | None


class Signature(NamedTuple):
    """The parameters of a constructor, or of a function behind what flows into it."""

    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    """Of those that may be left out."""
    several: bool = False
    """The last parameter takes all positional arguments that are left: permute(0, 2, 3, 1)."""

    @property
    def required(self) -> frozenset[str]:
        """Parameters that torch wants an argument for."""
        return frozenset(self.names) - self.defaults.keys()

    def bind(self, positional: Sequence[Any]) -> dict[str, Any]:
        """Positional arguments by their names. Raises `ArgumentError` where there are too many."""
        if self.several and len(positional) > len(self.names):
            last = len(self.names) - 1
            positional = [*positional[:last], tuple(positional[last:])]
        if len(positional) > len(self.names):
            raise ArgumentError(_("takes {n} arguments at most").format(n=len(self.names)))
        return dict(zip(self.names, positional, strict=False))


@cache
def parse_signature(text: str) -> Signature:
    """Reads parameters as Python writes them: "kernel_size, stride=None" or "*dims"."""
    arguments = ast.parse(f"def f({text}): ...").body[0].args  # type: ignore[attr-defined]
    names = [*(parameter.arg for parameter in arguments.args)]
    values = [ast.literal_eval(default) for default in arguments.defaults]
    defaults = dict(zip(names[len(names) - len(values) :], values, strict=True))
    if arguments.vararg is not None:
        return Signature((*names, arguments.vararg.arg), defaults, several=True)
    return Signature(tuple(names), defaults)


def spread(value: Any, length: int | None) -> Any:
    """A field's value as torch takes it: 3 for each of `length` sides, (3,) too, a list for a tuple."""
    if length is None:
        return value
    if type(value) in (list, tuple):
        return tuple(value) * length if len(value) == 1 else tuple(value)
    return (value,) * length if value is None or isinstance(value, int | float) else value


def axis_of(dim: Any, rank: int | None) -> Any:
    """An axis as torch counts it, from the batch on. `rank`: how many axes there are without the batch.

    Raises `ArgumentError` where it is counted from an end that is not known.
    """
    if type(dim) is not int or dim >= 0:
        return dim
    if rank is None:
        raise ArgumentError(_("an axis counted from the end: count it from the front"))
    return dim + rank + 1
