"""One row of a figure: steps on an axis from left to right, branches on lanes above it, equal stretches in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnnbuilder.blocks.base import Shape, by_text
from cnnbuilder.network.digest import Part, Stretch
from cnnbuilder.network.steps import Step
from cnnbuilder.text import _, number
from cnnbuilder.ui.figures.marks import (
    CORNER,
    LINE,
    SIGN,
    Dot,
    Mark,
    Sign,
    Volume,
    Way,
    Words,
    extent,
    shifted,
    text_width,
)
from cnnbuilder.ui.figures.shapes import Sizes

SHORTEST_ARROW = 22.0
BESIDE_LABEL = 12.0
"""Between the labels of neighbours."""
WIDEST_LINE = 78.0
"""Longer lines of a label are broken between words."""
ABOVE, BELOW = 12.0, 16.0
"""From a solid to the labels over the row, and to the first line under it."""
AROUND_DOT = 10.0
MOST_SLABS = 4
"""So many equal tensors are all drawn, side by side; of more, one, with their number."""
SLAB_GAP = 4.0
OVER = 10.0
"""Between a row's labels and the lowest branch over it, and between branches."""


class Row(NamedTuple):
    """Marks around an axis at y = 0, from x = 0 to `right`, where the axis goes on."""

    marks: list[Mark]
    right: float


def lay_row(stretches: Sequence[Stretch], scale: Sizes, first: bool) -> Row:
    """Lays stretches one behind another. `first`: nothing comes before, so that no line leads in."""
    line = _Line(scale, 0.0, begins=first)
    ears: list[_Placed] = []
    for stretch in stretches:
        start = line.x
        for part in stretch.parts:
            ears.extend(_lay_part(line, part))
        if stretch.times > 1:
            line.bracket(start, stretch.times)
    line.write_labels()
    top = min(line.top, extent(line.marks).top())
    marks = [*line.marks, *_lay_ears(ears, top)]
    return Row(marks, line.x)


class _Placed(NamedTuple):
    """A branch whose ends are known: it leaves the axis at `left` and comes back at `right`, from above `end`."""

    left: float
    right: float
    end: float
    lane: list[Mark]
    lane_from: float
    lane_to: float
    into_sign: bool


def _lay_part(line: _Line, part: Part) -> list[_Placed]:
    """Lays a part's main line, with as much room between its steps as the branches over it need."""
    lanes = [_lane(ear.steps, line.scale) for ear in part.ears]
    trial = line.copy()
    ends = trial.lay(part, [0.0] * len(part.steps))
    extra = [0.0] * len(part.steps)
    for ear, lane in zip(part.ears, lanes, strict=True):
        if not ear.steps:
            continue
        room = ends[1][ear.end] - ends[0][ear.start]
        missing = lane.right + 2 * CORNER + AROUND_DOT - room
        gaps = range(ear.start + 1, ear.end + 1)
        for gap in gaps:
            extra[gap] = max(extra[gap], missing / len(gaps))
    forks, joins = line.lay(part, extra)
    placed = []
    for ear, lane in zip(part.ears, lanes, strict=True):
        left, right = forks[ear.start], joins[ear.end]
        begin = left + (right - left - lane.right) / 2
        sign = bool(part.steps[ear.end].sign)
        marks = [shifted(mark, begin, 0) for mark in lane.marks]
        placed.append(_Placed(left, right, -SIGN if sign else 0.0, marks, begin, begin + lane.right, sign))
    return placed


def _lane(steps: tuple[Step, ...], scale: Sizes) -> Row:
    """The steps of a branch on an axis of their own."""
    if not steps:
        return Row([], 0.0)
    line = _Line(scale, 0.0, begins=False)
    line.lay(Part(steps), [0.0] * len(steps))
    line.write_labels()
    return Row(line.marks, line.x)


def _lay_ears(ears: list[_Placed], top: float) -> list[Mark]:
    """Branches over the row: short ones near it, longer ones above them."""
    marks: list[Mark] = []
    taken: list[tuple[float, float, float]] = []
    for ear in sorted(ears, key=lambda e: (e.right - e.left, len(e.lane))):
        floor = min([top, *(upper for left, right, upper in taken if left < ear.right and ear.left < right)])
        area = extent(ear.lane)
        y = floor - OVER - max(0.0, area.bottom())
        lane = [shifted(mark, 0, y) for mark in ear.lane]
        marks.extend(lane)
        if lane:
            marks.append(Way(((ear.left, 0.0), (ear.left, y), (ear.lane_from, y)), False))
            marks.append(Way(((ear.lane_to, y), (ear.right, y), (ear.right, ear.end)), ear.into_sign))
        else:
            points = ((ear.left, 0.0), (ear.left, y), (ear.right, y), (ear.right, ear.end))
            marks.append(Way(points, ear.into_sign))
        taken.append((ear.left, ear.right, y + min(0.0, area.top())))
    return marks


class _Line:
    """Steps on an axis: where the pen is, what it has drawn, and the labels that wait for the row's height."""

    def __init__(self, scale: Sizes, x: float, begins: bool) -> None:
        self.scale = scale
        self.x = x
        self.begins = begins
        self.marks: list[Mark] = []
        self.top = 0.0
        self._labels: list[tuple[float, list[tuple[str, bool]]]] = []
        self._reach = 0.0
        """How far a label may reach back over what was drawn last."""
        self._size_right = -1e9

    def copy(self) -> _Line:
        """The same pen, to try something with."""
        other = _Line(self.scale, self.x, self.begins)
        other._reach, other._size_right = self._reach, self._size_right
        return other

    def lay(self, part: Part, extra: list[float]) -> tuple[dict[int, float], dict[int, float]]:
        """Lays a part's steps; `extra` is added to each gap. Where branches leave behind a step, and enter one."""
        leaving = {ear.start for ear in part.ears}
        entering = {ear.end for ear in part.ears}
        forks: dict[int, float] = {}
        joins: dict[int, float] = {}
        for place, step in enumerate(part.steps):
            begin = self.x
            label_from = begin - self._reach
            pen = begin
            if place - 1 in leaving:
                pen = forks[place - 1] = begin + AROUND_DOT
                self.marks.append(Dot(pen, 0))
                label_from = pen + AROUND_DOT / 2
            if place in entering and not step.sign:
                pen = joins[place] = pen + AROUND_DOT + CORNER
                self.marks.append(Dot(pen, 0))
                label_from = pen + AROUND_DOT / 2
            self._lay_step(step, begin, pen, label_from, extra[place])
            if step.sign:
                joins[place] = self.x - SIGN
        return forks, joins

    def _lay_step(self, step: Step, begin: float, pen: float, label_from: float, extra: float) -> None:
        if step.sign:
            self._lay_sign(step, begin, pen, extra)
            return
        solid = self.scale.solid(step.shape)
        slabs = step.times if step.times <= MOST_SLABS else 1
        pitch = solid.side.boundingRect().width() + SLAB_GAP
        if not step.shape.is_image:
            pitch += 2 * SLAB_GAP
        width = (slabs - 1) * pitch + solid.bounds.width()
        lines = _label(step)
        label = max((text_width(text, strong) for text, strong in lines), default=0.0)
        sizes = _sizes(step.shape)
        size_width = max(text_width(text, strong) for text, strong in sizes)
        reach = width / 2
        if step.is_source and self.begins:
            left = max(0.0, (label - width) / 2)
            middle = left + width / 2
            # Its own label stands over it, not before it.
            reach = (width - label - BESIDE_LABEL) / 2
        else:
            left = (
                max(
                    pen + SHORTEST_ARROW,
                    label_from + label + BESIDE_LABEL - reach,
                    self._size_right + BESIDE_LABEL - (width - size_width) / 2,
                )
                + extra
            )
            free = (label_from + BESIDE_LABEL / 2 + label / 2, left + reach - BESIDE_LABEL / 2 - label / 2)
            middle = min(max((pen + left) / 2, free[0]), free[1])
            self.marks.append(Way(((begin, 0.0), (left, 0.0)), True))
        self.marks.extend(Volume(left + slab * pitch, 0.0, solid, step.family) for slab in range(slabs))
        center = left + width / 2
        for row, (text, strong) in enumerate(sizes):
            self.marks.append(Words(center, solid.bounds.bottom() + BELOW + row * LINE, text, strong))
        self._labels.append((middle, lines))
        self._size_right = center + size_width / 2
        self._reach = reach
        self.x = left + width
        self.top = min(self.top, solid.bounds.top())

    def _lay_sign(self, step: Step, begin: float, pen: float, extra: float) -> None:
        center = pen + SHORTEST_ARROW + SIGN + extra
        self.marks.append(Way(((begin, 0.0), (center - SIGN, 0.0)), True))
        self.marks.append(Sign(center, 0.0, step.sign))
        for row, text in enumerate(step.details):
            self.marks.append(Words(center, SIGN + BELOW + row * LINE, text, False))
        self._reach = 0.0
        self.x = center + SIGN

    def write_labels(self) -> None:
        """Writes what waited: first lines on one height, above the tallest solid."""
        most = max((len(lines) for _x, lines in self._labels), default=0)
        base = self.top - ABOVE - (most - 1) * LINE
        for x, lines in self._labels:
            for row, (text, strong) in enumerate(lines):
                self.marks.append(Words(x, base + row * LINE, text, strong))
        self._labels.clear()

    def bracket(self, start: float, times: int) -> None:
        """Marks what lies behind `start` as repeated."""
        bottom = extent(mark for mark in self.marks if mark.bounds.right() > start).bottom() + 6
        points = (
            (start + 4, bottom - 5),
            (start + 4, bottom),
            (self.x + 2, bottom),
            (self.x + 2, bottom - 5),
        )
        self.marks.append(Way(points, False))
        self.marks.append(Words((start + self.x) / 2, bottom + BELOW, _("{n} times").format(n=times), True))


def _label(step: Step) -> list[tuple[str, bool]]:
    """The lines over a step: what is done, strong; the rest below it."""
    details = [(text, False) for text in step.details]
    if len(step.operations) > 1:
        times = [(_("{n} times").format(n=step.times), False)] if step.times > 1 else []
        return [*times, *((text, True) for text in step.operations), *details]
    (text,) = step.operations
    if step.times > 1:
        return [(_("{n} × {operation}").format(n=step.times, operation=text), True), *details]
    return [*((piece, True) for piece in _broken(text)), *details]


def _broken(text: str) -> list[str]:
    """An operation on two lines where it is too long: its window below its name, or two halves."""
    if text_width(text, True) <= WIDEST_LINE or " " not in text:
        return [text]
    words = text.split(" ")
    cuts = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    if text_width(cuts[-1][0], True) <= WIDEST_LINE:
        return cuts[-1]
    return min(cuts, key=lambda cut: abs(len(cut[0]) - len(cut[1])))


def _sizes(shape: Shape) -> list[tuple[str, bool]]:
    """The sizes of a tensor: channels, and below them height × width."""
    if not shape.is_image:
        return [(str(shape), True)]
    channels, height, width = shape.sizes
    return [(number(channels), True), (by_text((height, width)), False)]
