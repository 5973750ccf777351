"""One row of a figure: a line of steps, branches on lanes over and under it, equal stretches in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnnbuilder.network.operations import Step
from cnnbuilder.network.summarise import Segment, Stretch
from cnnbuilder.ui.figures.line import AROUND_DOT, Line
from cnnbuilder.ui.figures.marks import CORNER, SIGN, Mark, Way, extent, shifted
from cnnbuilder.ui.figures.shapes import Sizes

BESIDE = 10.0
"""Between a row's labels and the nearest branch, and between branches."""


class Row(NamedTuple):
    """Marks around an axis at y = 0, from x = 0 to `right`, where the axis goes on."""

    marks: list[Mark]
    right: float


class _Branch(NamedTuple):
    """A branch whose ends are known: it leaves the axis at `left` and comes back at `right`, where `end` is the height.

    `lane`: its steps, in place but for their height, from `lane_left` to `lane_right`.
    """

    left: float
    right: float
    end: float
    lane: list[Mark]
    lane_left: float
    lane_right: float
    below: bool


def lay_row(stretches: Sequence[Stretch], sizes: Sizes, first: bool) -> Row:
    """Lays stretches one behind another. `first`: nothing comes before, so that no line leads in."""
    line = Line(sizes, begins=first)
    branches: list[_Branch] = []
    for stretch in stretches:
        start = line.x
        for part in stretch.parts:
            branches.extend(_lay_part(line, part))
        if stretch.times > 1:
            line.bracket(start, stretch.times)
    line.write_labels()
    area = extent(line.marks)
    over = _lay_branches([branch for branch in branches if not branch.below], -min(0.0, area.top()), -1)
    under = _lay_branches([branch for branch in branches if branch.below], area.bottom(), 1)
    return Row([*line.marks, *over, *under], line.x)


def _lay_part(line: Line, part: Segment) -> list[_Branch]:
    """Lays a part's main line, with as much room between its steps as the branches beside it need."""
    lanes = [_lane(skip.steps, line.sizes) for skip in part.skips]
    forks, joins = line.lay(part, _room(part, lanes, line))
    under = _under(part)
    branches = []
    for place, (skip, lane) in enumerate(zip(part.skips, lanes, strict=True)):
        left, right = forks[skip.start], joins[skip.end]
        lane_left = left + (right - left - lane.right) / 2
        end = -SIGN if part.steps[skip.end].sign else 0.0
        marks = [shifted(mark, lane_left, 0) for mark in lane.marks]
        branches.append(_Branch(left, right, end, marks, lane_left, lane_left + lane.right, place in under))
    return branches


def _lane(steps: tuple[Step, ...], sizes: Sizes) -> Row:
    """The steps of a branch on an axis of their own."""
    line = Line(sizes, begins=False)
    line.lay(Segment(steps), [0.0] * len(steps))
    # Its way back to the axis begins half a gap beyond.
    line.pass_words(-CORNER)
    line.write_labels()
    return Row(line.marks, line.x)


def _room(part: Segment, lanes: list[Row], line: Line) -> list[float]:
    """What each gap needs more than usual, so that the lanes have room between their ends."""
    forks, joins = line.trial(part)
    extra = [0.0] * len(part.steps)
    for skip, lane in zip(part.skips, lanes, strict=True):
        if skip.steps:
            missing = lane.right + 2 * CORNER + AROUND_DOT - (joins[skip.end] - forks[skip.start])
            gaps = range(skip.start + 1, skip.end + 1)
            for gap in gaps:
                extra[gap] = max(extra[gap], missing / len(gaps))
    return extra


def _under(part: Segment) -> list[int]:
    """Which branches go below the axis: every second one with steps, unless it ends in a sign: words stand there."""
    free = [place for place, skip in enumerate(part.skips) if skip.steps and not part.steps[skip.end].sign]
    return free[1::2]


def _lay_branches(branches: list[_Branch], nearest: float, side: int) -> list[Mark]:
    """Branches on one side (-1 over, 1 under) from `nearest` outwards: short ones first, longer ones around them."""
    marks: list[Mark] = []
    taken: list[tuple[float, float, float]] = []
    for branch in sorted(branches, key=lambda b: (b.right - b.left, len(b.lane))):
        beside = [far for left, right, far in taken if left < branch.right and branch.left < right]
        area = extent(branch.lane)
        inner, outer = (area.bottom(), -area.top()) if side < 0 else (-area.top(), area.bottom())
        away = max([nearest, *beside]) + BESIDE + max(0.0, inner)
        taken.append((branch.left, branch.right, away + max(0.0, outer)))
        marks.extend(shifted(mark, 0, side * away) for mark in branch.lane)
        marks.extend(_ways(branch, side * away))
    return marks


def _ways(branch: _Branch, y: float) -> list[Mark]:
    """The lines from the axis to a branch at height `y` and back."""
    out, back = (branch.left, 0.0), (branch.right, branch.end)
    arrow = branch.end != 0
    if not branch.lane:
        return [Way((out, (branch.left, y), (branch.right, y), back), arrow)]
    return [
        Way((out, (branch.left, y), (branch.lane_left, y)), False),
        Way(((branch.lane_right, y), (branch.right, y), back), arrow),
    ]
