"""From the arguments of a layer or a function, as source gives them, to a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.signature import IGNORED, ArgumentError, ShapeHint
from cnnbuilder.network.importing.values import Method, Open, Size, SizeNumber, Unknown
from cnnbuilder.network.nearest import nearest
from cnnbuilder.network.validation_messages import in_words
from cnnbuilder.text import _


class Made(NamedTuple):
    """A block, and what its source says of what arrives."""

    block: Block
    hints: tuple[ShapeHint, ...] = ()


def named_arguments(
    kind: type[Block], called: str, positional: Sequence[Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of torch's `called` by their names. Raises `ArgumentError`: there are too many, or a wrong one."""
    signature = kind.signature(called)
    try:
        found = signature.bind([_as_argument(value) for value in positional])
    except ArgumentError as error:
        raise ArgumentError(f"{called} {error}") from None
    for said, value in given.items():
        # torch takes numpy's word as well
        name = "dim" if said == "axis" and "dim" in signature.names else said
        if name not in signature.names:
            near = nearest(name, signature.names)
            hint = _(": {near}?").format(near=near) if near else ""
            raise ArgumentError(_("{called} has no argument {name}").format(called=called, name=name) + hint)
        found[name] = _as_argument(value)
    return found


def _as_argument(value: Any) -> Any:
    """An attribute of something that is not read, args.classes, is open like a name without a value."""
    if isinstance(value, Method) and isinstance(value.owner, Unknown | Open | Method):
        return Open(value.name)
    if isinstance(value, SizeNumber):
        return int(value)
    if type(value) in (list, tuple):
        return type(value)([int(part) if isinstance(part, SizeNumber) else part for part in value])
    return value


def block_of(kind: type[Block], called: str, arguments: Mapping[str, Any], rank: int | None = 3) -> Made:
    """The block that torch's `called` makes of these arguments. `rank`: how many axes arrive, without the batch.

    Raises `ArgumentError`.
    """
    for name, value in arguments.items():
        if isinstance(value, Unknown) and name not in kind.from_wire and name not in IGNORED:
            raise ArgumentError(f"{name}: {value.reason}")
    values = kind.fields_from(called, arguments, rank)
    still_open = tuple(name for name, value in values.items() if _is_open(value))
    try:
        block = kind(id="b").with_fields(
            **{name: value for name, value in values.items() if name not in still_open}
        )
    except msgspec.ValidationError as error:
        reason, _at, place = str(error).partition(" - at `$.")
        raise ArgumentError(f"{place.rstrip('`') or kind.kind()} {in_words(reason)}") from None
    return Made(msgspec.structs.replace(block, open=still_open), kind.shape_hints(called, arguments))


def _is_open(value: Any) -> bool:
    return isinstance(value, Open | Size) or (
        isinstance(value, tuple | list) and any(isinstance(part, Open | Size) for part in value)
    )
