"""Where the words at the curves' ends stand, so that none lies over another. Pure, without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple


class Box(NamedTuple):
    """A word's room: its left edge, the height of its middle that is wanted, its width and its height in pixels."""

    left: float
    middle: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Whether two words lie over each other."""
        return (
            self.beside(other) and abs(self.middle - other.middle) < (self.height + other.height) / 2 - 1e-6
        )

    def beside(self, other: Box) -> bool:
        """Whether one would lie over the other if both stood on one height."""
        return self.left < other.left + other.width and other.left < self.left + self.width


def place(boxes: Sequence[Box], top: float, bottom: float) -> list[Box | None]:
    """Each box as near to its wanted height as can be, none over another, all between `top` and `bottom`.

    The first boxes matter most: where there is no room for all, the last ones are left out (None).
    """
    kept: list[int] = []
    for number in range(len(boxes)):
        column = next(c for c in _columns(boxes, [*kept, number]) if number in c)
        if sum(boxes[i].height for i in column) <= bottom - top:
            kept.append(number)
    placed: list[Box | None] = [None] * len(boxes)
    for column in _columns(boxes, kept):
        order = sorted(column, key=lambda i: (boxes[i].middle, i))
        middles = spread([boxes[i].middle for i in order], [boxes[i].height for i in order], top, bottom)
        for i, middle in zip(order, middles, strict=True):
            placed[i] = boxes[i]._replace(middle=middle)
    return placed


def _columns(boxes: Sequence[Box], numbers: Sequence[int]) -> list[list[int]]:
    """The boxes in groups: what is in two groups never shares a pixel column."""
    columns: list[list[int]] = []
    reach = float("-inf")
    for i in sorted(numbers, key=lambda i: boxes[i].left):
        if boxes[i].left >= reach:
            columns.append([])
        columns[-1].append(i)
        reach = max(reach, boxes[i].left + boxes[i].width)
    return columns


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Middles nearest to the wanted ones (rising) in the sum of squares, whose heights do not overlap.

    Between `low` and `high`, where they fit. Isotonic regression: neighbours that would overlap move as one block
    around the mean of what they want.
    """
    if not wanted:
        return []
    offsets = [0.0]
    for before, after in pairwise(heights):
        offsets.append(offsets[-1] + (before + after) / 2)
    blocks: list[tuple[float, int]] = []  # mean of what is wanted, less the offset; how many
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            before_mean, before_count = blocks.pop()
            mean = (mean * count + before_mean * before_count) / (count + before_count)
            count += before_count
        blocks.append((mean, count))
    least = low + heights[0] / 2
    most = max(least, high - heights[-1] / 2 - offsets[-1])
    starts = [min(most, max(least, mean)) for mean, count in blocks for _one in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
