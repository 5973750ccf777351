"""Which column a group stands in: the line through the network in the first, branches to its left."""

from __future__ import annotations

from cnnbuilder.blocks.base import Block
from cnnbuilder.network.layout.groups import GATES, Group

Rows = tuple[int, int]


def give_columns(part: list[Group], first: Group, by_id: dict[str, Block], gap: float) -> None:
    """Gives every group of a part its column; the line through it begins at `first`.

    `gap`: between two cards, to tell which line is the longest.
    """
    for group in reversed(part):
        longest = max((target.below + gap for target in _tight(group)), default=0.0)
        group.below = group.total + longest
    for group in _line(first, by_id):
        group.column = 0
    taken: list[list[Rows]] = [[]]
    last_row: list[int] = [0]
    for group in part:
        if group.column >= 0:
            continue
        line = _line(group, by_id)
        # A branch keeps its column until its value is read, so that the wire down runs free.
        last = max([line[-1].row, *(edge.target.row - 1 for edge in line[-1].out)])
        begin = group.row
        column = max([1, *(edge.source.column for edge in group.into)])
        while (
            column < len(taken)
            and begin <= last_row[column]
            and any(begin <= upto and since <= last for since, upto in taken[column])
        ):
            column += 1
        while column >= len(taken):
            taken.append([])
            last_row.append(-1)
        taken[column].append((begin, last))
        last_row[column] = max(last_row[column], last)
        for member in line:
            member.column = column


def _tight(group: Group) -> list[Group]:
    """The followers that stand in the very next row, not further down because of another source."""
    return [edge.target for edge in group.out if edge.forward and edge.target.row == group.row + 1]


def _line(group: Group, by_id: dict[str, Block]) -> list[Group]:
    """The longest line from a group downwards through groups that have no column yet.

    Where a value is scaled by a gate, the line goes straight to where that happens and the gate stands beside it.
    """
    line = [group]
    while (following := _next(line[-1])) is not None:
        gate = next((edge.target for edge in line[-1].out if _is_gate(edge.target, by_id)), None)
        line.append(gate if gate is not None and _leads_to(following, gate) else following)
    return line


def _leads_to(group: Group, gate: Group) -> bool:
    """Whether the longest line goes through the gate as well."""
    here: Group | None = group
    while here is not None and here.row < gate.row:
        here = _next(here)
    return here is gate


def _next(group: Group) -> Group | None:
    free = [target for target in _tight(group) if target.column < 0]
    return max(free, key=lambda target: target.below, default=None)


def _is_gate(group: Group, by_id: dict[str, Block]) -> bool:
    return group.column < 0 and by_id[group.ids[0]].kind() == GATES
