"""What mends a problem, as a value that a button offers; and the error of a block that does not fit."""

from __future__ import annotations

from typing import Any, NamedTuple


class InsertBefore(NamedTuple):
    """A fix: put a new block of this kind before the block with the problem."""

    kind: str
    label: str


class SetFields(NamedTuple):
    """A fix: give fields of the block with the problem (or of the block `of`) other values."""

    changes: tuple[tuple[str, Any], ...]
    label: str
    of: str | None = None


class Replace(NamedTuple):
    """A fix: a line of PyTorch takes the place of the block with the problem."""

    source: str
    label: str


class Remove(NamedTuple):
    """A fix: take the block with the problem (or the block `of`) out and close the chain."""

    label: str
    of: str | None = None


class AddInput(NamedTuple):
    """A fix: give the network its Input block."""

    label: str


class AppendBlock(NamedTuple):
    """A fix: a new block of this kind and with these fields goes behind the block that it is said of."""

    kind: str
    changes: tuple[tuple[str, Any], ...]
    label: str


class CutWire(NamedTuple):
    """A fix: take away the wire from one block into an input of another."""

    from_: str
    to: str
    input: int
    label: str


class OwnWeights(NamedTuple):
    """A fix: the block with the problem, which uses another's weights, becomes a copy of it with its own."""

    label: str


class Insert(NamedTuple):
    """One new block, of this kind and with these fields, in the wire from one block into an input of another."""

    from_: str
    to: str
    input: int
    kind: str
    changes: tuple[tuple[str, Any], ...] = ()


class InsertOnWires(NamedTuple):
    """A fix: put new blocks into wires."""

    inserts: tuple[Insert, ...]
    label: str


class MoveBefore(NamedTuple):
    """A fix: the block with the problem goes before another one, what it stood in closes."""

    before: str
    label: str


class JoinBlocks(NamedTuple):
    """A fix: what leaves these blocks goes into a new one of this kind."""

    kind: str
    ids: tuple[str, ...]
    label: str


Fix = (
    InsertBefore
    | SetFields
    | Replace
    | Remove
    | AddInput
    | AppendBlock
    | CutWire
    | OwnWeights
    | InsertOnWires
    | MoveBefore
    | JoinBlocks
)


class MisfitError(Exception):
    """What arrives does not fit this block. Carries one sentence with the numbers in it, and the fixes."""

    def __init__(self, message: str, *fixes: Fix) -> None:
        super().__init__(message)
        self.message = message
        self.fixes = fixes
