"""Which column a group stands in: the line through the network in the first, branches to its left."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.blocks.base import Block
from cnnbuilder.network.layout.groups import Group


class _Branch(NamedTuple):
    """A line of groups beside the one through the network."""

    line: list[Group]
    depth: int
    """1: begins beside the line through the network; 2: beside such a branch; and so on."""
    begin: int
    end: int
    """The rows for which it needs a column: until its value is read, so that the wire down runs free."""


def give_columns(part: list[Group], first: Group, by_id: dict[str, Block], gap: float) -> None:
    """Gives every group of a part its column; the line through it begins at `first`.

    Of branches beside one another the shorter stands nearer, so that the wires of the longer pass around it. `gap`:
    between two cards, to tell which line is the longest.
    """
    _measure(part, gap)
    for group in _line(first, by_id, 0):
        group.column = 0
    # A branch is as long as it is by itself, however long the line is that it flows into.
    _measure([group for group in part if group.depth < 0], gap)
    branches = [_branch(group, by_id) for group in part if group.depth < 0]
    # Sorting keeps the order in which values flow where branches are alike.
    branches.sort(key=lambda branch: (branch.depth, branch.end - branch.begin))
    taken: list[list[_Branch]] = [[]]
    for branch in branches:
        column = max([1, *(edge.source.column for edge in branch.line[0].into)])
        while column < len(taken) and any(
            branch.begin <= other.end and other.begin <= branch.end for other in taken[column]
        ):
            column += 1
        while column >= len(taken):
            taken.append([])
        taken[column].append(branch)
        for member in branch.line:
            member.column = column


def _measure(part: list[Group], gap: float) -> None:
    """How long the longest line is that each group begins, as far as it belongs to no line yet."""
    for group in reversed(part):
        free = (target.below + gap for target in _tight(group) if target.depth < 0)
        group.below = group.total + max(free, default=0.0)


def _branch(group: Group, by_id: dict[str, Block]) -> _Branch:
    depth = 1 + max((edge.source.depth for edge in group.into if edge.forward), default=0)
    line = _line(group, by_id, max(1, depth))
    end = max([line[-1].row, *(edge.target.row - 1 for edge in line[-1].out)])
    return _Branch(line, depth, group.row, end)


def _tight(group: Group) -> list[Group]:
    """The followers that stand in the very next row, not further down because of another source."""
    return [edge.target for edge in group.out if edge.forward and edge.target.row == group.row + 1]


def _line(group: Group, by_id: dict[str, Block], depth: int) -> list[Group]:
    """The longest line from a group downwards through groups that belong to none yet; from now on they have a depth.

    Where a value is scaled by a gate, the line goes straight to where that happens and the gate stands beside it.
    """
    line = [group]
    group.depth = depth
    while (following := _next(line[-1])) is not None:
        gate = next((edge.target for edge in line[-1].out if _is_gate(edge.target, by_id)), None)
        line.append(gate if gate is not None and _leads_to(following, gate) else following)
        line[-1].depth = depth
    return line


def _leads_to(group: Group, gate: Group) -> bool:
    """Whether the longest line goes through the gate as well."""
    here: Group | None = group
    while here is not None and here.row < gate.row:
        here = _next(here)
    return here is gate


def _next(group: Group) -> Group | None:
    free = [target for target in _tight(group) if target.depth < 0]
    return max(free, key=lambda target: target.below, default=None)


def _is_gate(group: Group, by_id: dict[str, Block]) -> bool:
    return group.depth < 0 and by_id[group.ids[0]].is_gate
