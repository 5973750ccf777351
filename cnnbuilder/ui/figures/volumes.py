"""The figure of the papers: a solid for each tensor from left to right, its sizes below, the operations between."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.summarise import Stretch, summarise
from cnnbuilder.ui.figures.marks import Mark, Way, extent, paint_marks, shifted
from cnnbuilder.ui.figures.paper import MARGIN
from cnnbuilder.ui.figures.row import Row, lay_row
from cnnbuilder.ui.figures.shapes import Sizes

WIDEST = 960.0
"""A row's width in pixels: across a page of two columns (7 inches) its small text is then 6.6 points high."""
BETWEEN_ROWS = 34.0
AROUND = 14.0
"""How far the line to the next row goes past the ends of both."""


class VolumesFigure:
    """One network as solids, in as many rows as it needs. `area`: what is drawn, in pixels at 100 %."""

    def __init__(self, analysis: Analysis) -> None:
        stretches = summarise(analysis)
        self.marks = _stacked(_rows(stretches))
        self.area = extent(self.marks).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter) -> None:
        """Everything."""
        paint_marks(painter, self.marks)


def _rows(stretches: Sequence[Stretch]) -> list[Row]:
    """As few rows as WIDEST allows, and then as equal in width as can be."""
    parts = [part for stretch in stretches for part in stretch.parts]
    steps = [
        step for part in parts for step in (*part.steps, *(s for skip in part.skips for s in skip.steps))
    ]
    sizes = Sizes(step.shape for step in steps)
    rows = _broken(stretches, WIDEST, sizes)
    if len(rows) > 1:
        narrow, wide = WIDEST / 2, WIDEST
        while wide - narrow > 8:
            middle = (narrow + wide) / 2
            tried = _broken(stretches, middle, sizes)
            if len(tried) > len(rows):
                narrow = middle
            else:
                rows, wide = tried, middle
    return rows


def _broken(stretches: Sequence[Stretch], widest: float, sizes: Sizes) -> list[Row]:
    rows: list[Row] = []
    begun: list[Stretch] = []
    for stretch in stretches:
        row = lay_row([*begun, stretch], sizes, first=not rows)
        if begun and row.right > widest:
            rows.append(lay_row(begun, sizes, first=not rows))
            begun = []
        begun.append(stretch)
    rows.append(lay_row(begun, sizes, first=not rows))
    return rows


def _stacked(rows: list[Row]) -> list[Mark]:
    """Rows below one another, joined by lines that lead back to the left."""
    marks: list[Mark] = []
    before: Row | None = None
    axis = bottom = 0.0
    for row in rows:
        area = extent(row.marks)
        if before is not None:
            lower = bottom + BETWEEN_ROWS - area.top()
            marks.append(_way_back(before.right, axis, bottom + BETWEEN_ROWS / 2, lower))
            axis = lower
        marks.extend(shifted(mark, 0, axis) for mark in row.marks)
        bottom = axis + area.bottom()
        before = row
    return marks


def _way_back(right: float, axis: float, between: float, lower: float) -> Way:
    """From the end of a row's axis to the beginning of the next, at x = 0."""
    outer = right + AROUND
    return Way(
        ((right, axis), (outer, axis), (outer, between), (-AROUND, between), (-AROUND, lower), (0.0, lower)),
        arrow=False,
    )
