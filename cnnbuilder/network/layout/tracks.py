"""Tracks: wires that run side by side, each in a slot or on a level of its own, arranged to cross little."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)
NEAR = 8.0
"""Level runs nearer than this to each other do not share a level."""


class Run(NamedTuple):
    """From where to where something runs upright, in steps that only have an order."""

    begin: int
    end: int

    def joined(self, other: Run) -> Run:
        """The run that covers both."""
        return Run(min(self.begin, other.begin), max(self.end, other.end))


def slots(runs: Mapping[Key, Run]) -> dict[Key, int]:
    """A slot for each run so that no two in one slot touch: 0, nearest to the cards, for the shortest.

    A run that lies inside another thus lies nearer, and neither crosses the other where it turns.
    """
    order = sorted(runs, key=lambda key: (runs[key].end - runs[key].begin, runs[key]))
    taken: list[list[Run]] = []
    found: dict[Key, int] = {}
    for key in order:
        begin, end = runs[key]
        slot = 0
        while slot < len(taken) and any(begin <= run.end and run.begin <= end for run in taken[slot]):
            slot += 1
        if slot == len(taken):
            taken.append([])
        taken[slot].append(runs[key])
        found[key] = slot
    return found


def levels(spans: Mapping[tuple[Key, bool], tuple[float, float]]) -> dict[tuple[Key, bool], int]:
    """A level for each level run, from the top. `spans`: by key and whether it runs to the right, (from, to) as x.

    Each comes from above at `from` and goes on downwards at `to`. Of those that run right the one that begins
    furthest right lies highest, of those that run left the one furthest left: then the first is gone before
    the next one's wire comes down.
    """
    order = sorted(spans, key=lambda key: (key[1], -spans[key][0] if key[1] else spans[key][0]))
    found: dict[tuple[Key, bool], int] = {}
    placed: list[tuple[float, float, int]] = []
    for key in order:
        left, right = sorted(spans[key])
        level = 1 + max((at for a, b, at in placed if a < right + NEAR and left < b + NEAR), default=-1)
        found[key] = level
        placed.append((left, right, level))
    return found
