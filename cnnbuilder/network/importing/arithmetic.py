"""The arithmetic that source does with numbers, lists and texts; kept small, so that no line can fill the memory."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cnnbuilder.network.importing import identity
from cnnbuilder.network.importing.values import (
    ORDER,
    UNDECIDED,
    BatchSize,
    Computed,
    Container,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Method,
    Open,
    Parameter,
    Parent,
    Partial,
    PartialOp,
    Pieces,
    Record,
    Size,
    SizeNumber,
    SizesOf,
    Stream,
    Template,
    TensorValue,
    TrainingFlag,
    WeightOf,
)

NOT_KNOWN: Final = object()
MOST_ITEMS = 20_000
LARGEST = 1 << 64

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
        ast.Pow: operator.pow,
        ast.LShift: operator.lshift,
        ast.RShift: operator.rshift,
        ast.BitAnd: operator.and_,
        ast.BitOr: operator.or_,
        ast.BitXor: operator.xor,
    }
)
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.In: lambda left, right: left in right,
        ast.NotIn: lambda left, right: left not in right,
    }
)


MOST_COMPARED = 20_000
"""Values in nested lists that are looked at: a list of itself, doubled again and again, has more than any memory."""
_SIGNS = {ast.Pow: "**", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Div: "/"}


def sign_of(op: ast.operator) -> str:
    """How Python writes it: "+"; empty for what no network has."""
    return _SIGNS.get(type(op), "")


def is_plain(value: Any) -> bool:
    """Whether this is a number, a text, or a list of whatever: nothing that stands for something else."""
    return (
        isinstance(value, int | float | str | list | dict | range | set | type(None)) or type(value) is tuple
    )


def is_small(value: Any, most: int = MOST_COMPARED) -> bool:
    """Whether there are at most so many values in it, counted as often as they stand there."""
    waiting, seen = [value], 0
    while waiting:
        here = waiting.pop()
        seen += 1
        if seen > most:
            return False
        if isinstance(here, list | set | frozenset) or type(here) is tuple:
            seen += len(here)
            waiting += here if seen <= most else ()
        elif isinstance(here, dict):
            seen += len(here)
            waiting += [*here.keys(), *here.values()] if seen <= most else ()
    return True


def is_key(value: Any) -> bool:
    """Whether a dict can have this as a key."""
    if type(value) is tuple:
        return is_small(value, 100) and all(is_key(part) for part in value)
    return isinstance(value, str | int | float | bool | Known | Template | type(None))


def truth(value: Any) -> bool | None:
    """Whether this counts as true; None where the source does not say."""
    if isinstance(value, TrainingFlag):
        return value.value
    if isinstance(value, UNDECIDED):
        return None
    if isinstance(value, Known):
        return True if value.path.startswith(("torch.nn", "nn.", "torch.optim")) else None
    if isinstance(value, Container):
        return bool(value.members)
    if isinstance(value, Stream):
        return True
    if isinstance(value, Instance) and "__len__" in value.template.names:
        return None
    try:
        return bool(value)
    except (TypeError, ValueError):
        return None


def binary(op: ast.operator, left: Any, right: Any) -> Any:
    """left op right; open where one of them is, `NOT_KNOWN` where it makes no sense or grows too large."""
    if isinstance(left, Size) or isinstance(right, Size):
        return _of_sizes(op, left, right)
    if isinstance(left, Open) or isinstance(right, Open):
        shown = [value.text if isinstance(value, Open) else str(value) for value in (left, right)]
        plain = all(isinstance(value, Open | int | float) for value in (left, right))
        return Open(f"{shown[0]} {sign_of(op) or '?'} {shown[1]}"[:100]) if plain else NOT_KNOWN
    compute = _BINARY.get(type(op))
    if compute is None or not is_plain(left) or not is_plain(right) or _grows(op, left, right):
        return NOT_KNOWN
    if isinstance(op, ast.Mod) and not is_small(right, 100):
        return NOT_KNOWN
    try:
        return compute(left, right)
    except (TypeError, ValueError, ArithmeticError):
        return NOT_KNOWN


def _of_sizes(op: ast.operator, left: Any, right: Any) -> Any:
    """Products and quotients of sizes that still say something; anything else is open."""
    if isinstance(op, ast.Mult):
        if isinstance(left, Size) and isinstance(right, Size):
            if left.value == right.value and left.divisor == right.divisor == 1:
                return Size(left.value, tuple(sorted((*left.axes, *right.axes))))
        elif 1 in (left, right):
            return left if isinstance(left, Size) else right
    if isinstance(op, ast.FloorDiv | ast.Div) and isinstance(left, Size) and type(right) is int and right > 0:
        return Size(left.value, left.axes, left.divisor * right)
    texts = [value.text if isinstance(value, Size | Open) else str(value)[:40] for value in (left, right)]
    return Open(f"{texts[0]} and {texts[1]}"[:100])


def _grows(op: ast.operator, left: Any, right: Any) -> bool:
    """Whether the result could be larger than anything that a network needs."""
    if isinstance(op, ast.Pow | ast.LShift):
        return not (
            isinstance(left, int | float)
            and isinstance(right, int | float)
            and abs(left) <= 1e6
            and abs(right) <= 40
        )
    if isinstance(left, str | list | tuple) and isinstance(right, str | list | tuple):
        return len(left) + len(right) > MOST_ITEMS
    for value, times in ((left, right), (right, left)):
        if isinstance(value, str | list | tuple):
            if isinstance(op, ast.Mod):
                return not (isinstance(left, str) and re.fullmatch(r"(%[dsi]|[^%]){,200}", left))
            return isinstance(times, int) and len(value) * times > MOST_ITEMS
    return any(isinstance(value, int | float) and abs(value) > LARGEST for value in (left, right))


def unary(op: ast.unaryop, value: Any) -> Any:
    """-x, +x, ~x or not x; `NOT_KNOWN` where it makes no sense."""
    if isinstance(op, ast.Not):
        if isinstance(value, TrainingFlag):
            return TrainingFlag(not value.value)
        found = truth(value)
        return NOT_KNOWN if found is None else not found
    if isinstance(value, int | float) and isinstance(op, ast.USub):
        return -value
    return value if isinstance(value, int | float) and isinstance(op, ast.UAdd) else NOT_KNOWN


_SOMETHING = (
    TensorValue, PartialOp, DummyTensor, Size, SizesOf, BatchSize, WeightOf, Parameter, Layer, Container, Instance,
    Function, Template, Pieces, Parent, Partial, Record, Computed, Method,
)  # fmt: skip
"""What certainly is not None."""


def compare(op: ast.cmpop, left: Any, right: Any) -> Any:
    """Whether left op right, or `NOT_KNOWN`."""
    if isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) and None in (
        left if left is None else 0,
        right if right is None else 0,
    ):
        other = right if left is None else left
        if isinstance(other, _SOMETHING):
            return isinstance(op, ast.IsNot | ast.NotEq)
    if isinstance(left, TrainingFlag):
        left = left.value
    if isinstance(left, UNDECIDED) or isinstance(right, UNDECIDED):
        return NOT_KNOWN
    if not is_small(left) or not is_small(right):
        return NOT_KNOWN
    if isinstance(op, ast.In | ast.NotIn):
        right = items_of(right) if isinstance(right, Container) else right
        if isinstance(right, dict) and not is_key(left):
            return NOT_KNOWN
        several = isinstance(right, list) or type(right) is tuple
        if several and any(isinstance(part, UNDECIDED) for part in right):
            return NOT_KNOWN  # an element that is not known could be the one
    if isinstance(op, ast.Is | ast.IsNot):
        same = identity.is_same(left, right)
        return NOT_KNOWN if same is None else same is isinstance(op, ast.Is)
    try:
        return bool(_COMPARE[type(op)](left, right))
    except (TypeError, RecursionError):
        return NOT_KNOWN


def items_of(value: Any) -> list[Any] | None:
    """What a loop over this goes through, or None where that is not known."""
    if isinstance(value, Pieces):
        return [value.piece(number) for number in range(value.most)] if value.most <= MOST_ITEMS else None
    if isinstance(value, Instance) and isinstance(value.attributes.get("__sequence__"), Container):
        value = value.attributes["__sequence__"]
    if isinstance(value, Instance) and ORDER in value.attributes:
        return [value.attributes[name] for name in value.attributes[ORDER]]
    if isinstance(value, Container):
        return list(value.members.values()) if value.kind != "ModuleDict" else list(value.members)
    if isinstance(value, (*UNDECIDED, Known, Function)):
        return None
    if isinstance(value, range) and len(value) > MOST_ITEMS:
        return None
    if isinstance(value, Stream):
        return value.rest()
    if isinstance(value, set):
        # Which of several texts comes first, no source says.
        return list(value) if len(value) < 2 or all(type(item) is int for item in value) else None
    plain = isinstance(value, list | range | str | dict) or type(value) is tuple
    return list(value) if plain else None


def element(owner: Any, key: Any) -> Any:
    """owner[key], or `NOT_KNOWN`."""
    if isinstance(owner, SizesOf):
        return BatchSize() if key == 0 else Open(f"size({key})")
    if isinstance(owner, Pieces):
        return owner.piece(key) if type(key) is int and 0 <= key < owner.most else NOT_KNOWN
    if isinstance(owner, Instance):
        held = owner.attributes.get("__sequence__")
        owner = held if isinstance(held, Container) else items_of(owner)
    if isinstance(owner, Container):
        members = list(owner.members.values())
        if isinstance(key, slice):
            return Container(
                {str(i): member for i, member in enumerate(members[key])}, owner.called, kind=owner.kind
            )
        owner = owner.members if isinstance(key, str) else members
    if isinstance(key, SizeNumber):
        key = int(key)
    try:
        if isinstance(owner, dict):
            return owner[key] if is_key(key) and key in owner else NOT_KNOWN
        if isinstance(owner, list | str | range) or type(owner) is tuple:
            return owner[key]
    except (LookupError, TypeError, ValueError):
        pass
    return NOT_KNOWN
