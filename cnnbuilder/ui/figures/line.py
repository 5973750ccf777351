"""Steps laid on one axis from left to right: solids, arrows between them, labels over and under them."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.network.operations import Step
from cnnbuilder.network.summarise import Segment
from cnnbuilder.ui.figures.labels import Label, operation_label, size_label, times_text
from cnnbuilder.ui.figures.marks import CORNER, LINE, SIGN, Dot, Mark, Sign, Volume, Way, Words, extent
from cnnbuilder.ui.figures.shapes import Sizes

SHORTEST_ARROW = 22.0
BESIDE_LABEL = 12.0
"""Between the labels of neighbours."""
ABOVE, BELOW = 12.0, 16.0
"""From a solid to the labels over the row, and to the first line under it."""
AROUND_DOT = 10.0
MOST_SLABS = 4
"""So many equal tensors are all drawn, side by side; of more, one, with their number."""
SLAB_GAP, BAR_GAP = 4.0, 12.0


class Ends(NamedTuple):
    """Where branches leave the axis behind a step (-1: before the first), and where they come back before one."""

    forks: dict[int, float]
    joins: dict[int, float]


class Line:
    """An axis at y = 0 that steps are laid on. `begins`: nothing leads in. `x`: how far it is drawn."""

    def __init__(self, sizes: Sizes, begins: bool) -> None:
        self.sizes = sizes
        self.x = 0.0
        self.marks: list[Mark] = []
        self._begins = begins
        self._top = 0.0
        self._waiting: list[tuple[float, Label]] = []
        """Labels that are written when the tallest solid is known, with their middles."""
        self._reach = 0.0
        """How far the next label may lie over what was drawn last."""
        self._written = float("-inf")
        """Where the words over and under what was drawn last end."""

    def trial(self, part: Segment) -> Ends:
        """Where a part's branches would leave and come back, were it laid with no room for them."""
        other = Line(self.sizes, self._begins)
        other.x, other._reach, other._written = self.x, self._reach, self._written
        return other.lay(part, [0.0] * len(part.steps))

    def lay(self, part: Segment, extra: list[float]) -> Ends:
        """Lays a part's steps; `extra` is added to the gap before each, where branches span it."""
        leaving = {skip.start for skip in part.skips}
        entering = {skip.end for skip in part.skips}
        ends = Ends({}, {})
        for place, step in enumerate(part.steps):
            free, label_from = self.x, self.x - self._reach
            if place - 1 in leaving:
                free = ends.forks[place - 1] = self._dot(free + AROUND_DOT)
                label_from = free + AROUND_DOT / 2
            if step.sign:
                self._lay_sign(step, free, extra[place])
                ends.joins[place] = self.x - SIGN
                continue
            more = extra[place]
            if place in entering:
                free = ends.joins[place] = self._dot(free + AROUND_DOT + CORNER + more)
                label_from = free + AROUND_DOT / 2
                more = 0.0
            self._lay_solid(step, free, label_from, more)
        return ends

    def pass_words(self, least: float) -> None:
        """Draws the axis on to where it is `least` past the words of its last solid."""
        end = self._written + least
        if end > self.x:
            self.marks.append(Way(((self.x, 0.0), (end, 0.0)), False))
            self.x = end

    def _dot(self, x: float) -> float:
        """A dot on the axis, clear of the sizes under the solid before it."""
        x = max(x, self._written + AROUND_DOT / 2)
        self.marks.append(Dot(x, 0.0))
        return x

    def _lay_solid(self, step: Step, free: float, label_from: float, extra: float) -> None:
        """`free`: where the arrow may begin to be alone on the axis; `label_from`: where the step's label may."""
        solid = self.sizes.solid(step.shape)
        slabs = step.times if step.times <= MOST_SLABS else 1
        pitch = solid.side.boundingRect().width() + (SLAB_GAP if step.shape.is_image else BAR_GAP)
        width = (slabs - 1) * pitch + solid.bounds.width()
        operation, size = operation_label(step), size_label(step.shape)
        overhang = (size.width - width) / 2
        reach = width / 2
        if step.is_source and self._begins:
            left = max(0.0, (operation.width - width) / 2)
            middle = left + width / 2
            # Its own label stands over it, not before it.
            reach = (width - operation.width - BESIDE_LABEL) / 2
        else:
            room = (
                free + SHORTEST_ARROW,
                free + overhang + AROUND_DOT / 2,
                label_from + operation.width + BESIDE_LABEL - reach,
                self._written + BESIDE_LABEL + overhang,
            )
            left = max(room) + extra
            half = (operation.width + BESIDE_LABEL) / 2
            middle = min(max((free + left) / 2, label_from + half), left + reach - half)
            self.marks.append(Way(((self.x, 0.0), (left, 0.0)), True))
        self.marks.extend(Volume(left + slab * pitch, 0.0, solid, step.family) for slab in range(slabs))
        self.marks.extend(size.at(left + width / 2, solid.bounds.bottom() + BELOW))
        self._waiting.append((middle, operation))
        self._written = max(left + width + overhang, middle + operation.width / 2)
        self._reach = reach
        self._top = min(self._top, solid.bounds.top())
        self.x = left + width

    def _lay_sign(self, step: Step, free: float, extra: float) -> None:
        following = Label(tuple((text, False) for text in step.following))
        center = free + SHORTEST_ARROW + SIGN
        if following.lines:
            center = max(center, self._written + BESIDE_LABEL + following.width / 2)
        center += extra
        self.marks.append(Way(((self.x, 0.0), (center - SIGN, 0.0)), True))
        self.marks.append(Sign(center, 0.0, step.sign))
        self.marks.extend(following.at(center, SIGN + BELOW))
        self._written = max(self._written, center + following.width / 2)
        self._reach = 0.0
        self.x = center + SIGN

    def write_labels(self) -> None:
        """Writes what waited: first lines on one height, the last line of the longest above the tallest solid."""
        most = max((len(label.lines) for _middle, label in self._waiting), default=0)
        for middle, label in self._waiting:
            self.marks.extend(label.at(middle, self._top - ABOVE - (most - 1) * LINE))
        self._waiting.clear()

    def bracket(self, start: float, times: int) -> None:
        """Marks what lies behind `start` as repeated."""
        bottom = extent(mark for mark in self.marks if mark.bounds.right() > start).bottom() + 6
        left, right = start + 4, self.x + 2
        self.marks.append(
            Way(((left, bottom - 5), (left, bottom), (right, bottom), (right, bottom - 5)), False)
        )
        self.marks.append(Words((start + self.x) / 2, bottom + BELOW, times_text(times), True))
