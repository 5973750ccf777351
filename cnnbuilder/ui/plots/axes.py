"""The axes of a plot, with pyqtgraph's parts: what they show, where it stands on the screen, their ticks and grid.

With `curve_view` the only module that imports pyqtgraph; `loading` imports both in the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsItem

from cnnbuilder.ui.plots.points import within
from cnnbuilder.ui.plots.scale import Scale, Tick, epoch_ticks, spaced, ticks
from cnnbuilder.ui.plots.style import NARROW, RIM, axes_area, faint, label_width, pen, tick_width
from cnnbuilder.ui.widgets.theme import SMALL, theme

# Whatever draws with pyqtgraph imports this module first.
pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)

CLOSEST = 1 / 400
"""Zooming in ends at this share of either axis."""
TICK = 4.0
"""How long the ticks below the axis of the epochs are."""
MOST_ROWS = 6
NO_PEN = QPen(Qt.PenStyle.NoPen)


class Window(NamedTuple):
    """What the axes show: epochs from left to right, and places (see `Scale.place`) from foot to top."""

    left: float
    right: float
    foot: float
    top: float


class Axes:
    """Two axes and what stands between them. Everything of a run, or the part that was zoomed into."""

    def __init__(self, view: pg.GraphicsView, scale: Scale, *, percent: bool) -> None:
        self._percent = percent
        self.scale = scale
        self.length = 1
        """The epochs of the horizontal axis."""
        self.area = QRectF(0, 0, 1, 1)
        """Where the axes are, in the view's pixels."""
        self.window: Window | None = None
        """What was zoomed into; None: everything."""
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        self._box.disableAutoRange()
        self._left, self._bottom = pg.AxisItem("left"), pg.AxisItem("bottom")
        for item in (self._box, self._left, self._bottom):
            view.addItem(item)
        for axis in (self._left, self._bottom):
            axis.linkToView(self._box)
            # Ticks are drawn here. Texts may stand over the axis' ends: those at the corners are never dropped.
            axis.setStyle(tickLength=0, tickAlpha=0, autoExpandTextSpace=False, hideOverlappingLabels=1000)
        self._grid, self._frame = pg.PlotCurveItem(connect="pairs"), pg.PlotCurveItem(connect="pairs")
        self.add(self._grid, -2)
        self.add(self._frame, -1)

    def add(self, item: QGraphicsItem, depth: float) -> None:
        """Puts a curve between the axes, over those of less depth; it is cut where they end."""
        item.setZValue(depth)
        self._box.addItem(item, ignoreBounds=True)

    def dress(self, ratio: float) -> None:
        """Colours and fonts of the theme, for a screen with so many pixels a pixel."""
        self._grid.setPen(pen(faint("border", 0.45), ratio))
        self._frame.setPen(pen(theme.color("field_border"), ratio))
        for axis, offset in ((self._left, 4), (self._bottom, 2)):
            axis.setPen(NO_PEN)
            axis.setTextPen(theme.color("secondary"))
            axis.setStyle(tickFont=theme.font(SMALL), tickTextOffset=offset)

    # --- what they show ---------------------------------------------------------------------------

    @property
    def whole(self) -> Window:
        """Everything there is to see."""
        scale = self.scale
        return Window(0.0, float(self.length), scale.place(scale.low), scale.place(scale.high))

    @property
    def shown(self) -> Window:
        """What is seen."""
        return self.window or self.whole

    def zoom(self, factor: float, around: QPointF | None) -> Window:
        """`factor` times as much of both axes; the point `around` (pixels; None: the middle) stays in place."""
        at = around if around is not None and self.area.contains(around) else self.area.center()
        x, y = self.at(at)
        left, right, foot, top = self.shown
        return Window(
            x + (left - x) * factor, x + (right - x) * factor, y + (foot - y) * factor, y + (top - y) * factor
        )

    def box(self, pixels: QRectF) -> Window:
        """What lies in a box of pixels."""
        inside = pixels.normalized().intersected(self.area)
        left, foot = self.at(inside.bottomLeft())
        right, top = self.at(inside.topRight())
        return Window(left, right, foot, top)

    def moved(self, dx: float, dy: float) -> Window:
        """What is seen after moving it by so many pixels."""
        left, right, foot, top = self.shown
        across = -dx * (right - left) / self.area.width()
        up = dy * (top - foot) / self.area.height()
        return Window(left + across, right + across, foot + up, top + up)

    def show(self, window: Window | None) -> None:
        """Sees that much, as far as there is something to see."""
        if window is not None:
            whole = self.whole
            window = Window(
                *_inside(window.left, window.right, whole.left, whole.right),
                *_inside(window.foot, window.top, whole.foot, whole.top),
            )
            if np.allclose(window, whole, rtol=1e-6):
                window = None
        self.window = window

    # --- where it stands --------------------------------------------------------------------------

    def at(self, point: QPointF) -> tuple[float, float]:
        """The position in epochs and the place at a point of the view."""
        area, shown = self.area, self.shown
        x = shown.left + (point.x() - area.left()) / area.width() * (shown.right - shown.left)
        y = shown.foot + (area.bottom() - point.y()) / area.height() * (shown.top - shown.foot)
        return x, y

    def point(self, position: float, value: float) -> QPointF:
        """Where a value at a position in epochs stands in the view; values outside the scale at its edge."""
        shown = self.shown
        place = float(within(self.scale, np.array([value]))[0])
        return QPointF(
            self.x(position),
            self.area.bottom() - self.area.height() * (place - shown.foot) / (shown.top - shown.foot),
        )

    def x(self, position: float) -> float:
        """Where a position in epochs stands in the view."""
        shown = self.shown
        return self.area.left() + self.area.width() * (position - shown.left) / (shown.right - shown.left)

    @property
    def rim(self) -> QRectF:
        """The area with the room for dots on its edge; where a part is seen, curves end with the area."""
        return self.area if self.window else self.area.adjusted(-RIM, -RIM, RIM, RIM)

    # --- drawing ----------------------------------------------------------------------------------

    def arrange(self, size: QSize, labels: Sequence[float]) -> None:
        """Puts axes, ticks and grid where the values, the size and the labels (their widths) ask for them."""
        shown = self.shown
        small = QFontMetricsF(theme.font(SMALL))
        rows = self._rows(size, small.height())
        last = small.horizontalAdvance(str(self.length))
        self.area = axes_area(
            size, tick_width([row.text for row in rows]), max(label_width(labels, size.width()), last / 2)
        )
        rows = spaced(rows, self._part, self.area.height(), 1.05 * small.height())
        columns = epoch_ticks(shown.left, shown.right, max(1, int(self.area.width() / (last + 14))))
        rim, foot = self.rim, self.area.bottom() + RIM
        self._box.setGeometry(rim.adjusted(0, 0, 0, foot - rim.bottom()))
        self._left.setWidth(self.area.left() - RIM)
        self._left.setGeometry(QRectF(0, rim.top(), self.area.left() - RIM, foot - rim.top()))
        self._bottom.setHeight(max(1.0, size.height() - foot))
        self._bottom.setGeometry(QRectF(rim.left(), foot, rim.width(), size.height() - foot))
        across = (shown.right - shown.left) / self.area.width()
        up = (shown.top - shown.foot) / self.area.height()
        over, beside = self.area.top() - rim.top(), self.area.left() - rim.left()
        self._box.setRange(
            xRange=(shown.left - beside * across, shown.right + beside * across),
            yRange=(shown.foot - RIM * up, shown.top + over * up), padding=0, disableAutoRange=False,
        )  # fmt: skip
        self._draw(rows, columns, TICK * up)

    @property
    def _part(self) -> Scale:
        """The scale of what is seen."""
        shown, whole = self.shown, self.scale
        low, high = whole.value_at(shown.foot), whole.value_at(shown.top)
        return Scale(low, high, whole.goal, whole.reached and high >= whole.high - 1e-9)

    def _rows(self, size: QSize, line: float) -> list[Tick]:
        about = max(2, min(MOST_ROWS, int((size.height() - 2.5 * line) / (2.0 * line))))
        rows = ticks(self._part, about, percent=self._percent)
        if not self._percent:
            return rows
        wide = size.width() >= theme.px(NARROW)
        return [row._replace(text=f"{row.text} %") if wide or row is rows[-1] else row for row in rows]

    def _draw(self, rows: list[Tick], columns: list[Tick], tick: float) -> None:
        shown = self.shown
        heights = [self.scale.place(row.value) for row in rows]
        self._left.setTicks([list(zip(heights, (row.text for row in rows), strict=True))])
        self._bottom.setTicks([[(column.value, column.text) for column in columns]])
        edges = np.tile([shown.left, shown.right], len(heights))
        self._grid.setData(edges, np.repeat(np.array(heights, dtype=np.float64), 2))
        at = np.repeat([column.value for column in columns], 2)
        self._frame.setData(
            np.concatenate(([shown.left, shown.right], at)),
            np.concatenate(([shown.foot] * 2, np.tile([shown.foot, shown.foot - tick], len(columns)))),
        )


def _inside(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    """A stretch moved and shortened into another, and no shorter than can be told apart."""
    whole = most - least
    length = min(whole, max(CLOSEST * whole, high - low))
    low = min(most - length, max(least, (low + high - length) / 2))
    return low, low + length
