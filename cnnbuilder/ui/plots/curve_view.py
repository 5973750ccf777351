"""The curves of one quantity, drawn with pyqtgraph: training, validation, earlier runs, and the words over them.

Items are made once and given new data: making them anew costs more than drawing them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QStyleOptionGraphicsItem, QWidget

from cnnbuilder.engine.messages import Epoch
from cnnbuilder.text import _
from cnnbuilder.ui.plots.annotations import (
    Reading,
    Word,
    end_width,
    paint_band,
    paint_mark,
    paint_readings,
    paint_words,
    place_beside,
    place_ends,
)
from cnnbuilder.ui.plots.axes import NO_PEN, Axes, Window
from cnnbuilder.ui.plots.gestures import PlotGestures
from cnnbuilder.ui.plots.points import Floats, Points, extent, within
from cnnbuilder.ui.plots.run_words import run_ends, run_readings
from cnnbuilder.ui.plots.scale import Scale
from cnnbuilder.ui.plots.series import EarlierRun, Quantity
from cnnbuilder.ui.plots.style import DOT, EARLIER, NARROW, THICK, THIN, dashed, faint, pen, run_color
from cnnbuilder.ui.session.run_record import Record, Report
from cnnbuilder.ui.widgets.theme import SMALL, theme


class Hairline(pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A curve of many points, one pixel wide. Where a pixel is several of the screen's, lines of one, side by side."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None) -> None:
        super().paint(painter, option, widget)
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        placed = painter.worldTransform()
        for step in range(1, round(ratio)):
            for across, down in ((step, 0), (0, step)):
                beside = QTransform.fromTranslate(across / ratio, down / ratio)
                painter.setWorldTransform(placed * beside)
                super().paint(painter, option, widget)
        painter.setWorldTransform(placed)


class CurveView(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws one quantity of a run. What it shows is set by `Plot`; gestures call `zoom_to`, `zoom`, `pan`."""

    window_changed = Signal()
    """Zoomed, moved, or back to everything."""

    def __init__(self, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._quantity = quantity
        self._record: Record | None = None
        self._earlier: Sequence[EarlierRun] = ()
        self._guess: float | None = None
        self._logarithmic = False
        self._pointed: float | None = None
        self._band: QRectF | None = None
        self._reports: Points[Report] = Points(lambda report: report.position, quantity.raw, quantity.smooth)
        self._epochs: Points[Epoch] = Points(lambda epoch: epoch.epoch, quantity.validation)
        self._words: list[Word] | None = None
        self._arranged: object = None
        """What the axes stand for now; the same again leaves them as they are."""
        self._measured: object = None
        self._ratio = 0.0
        """How many pixels of the screen make one of ours."""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the plot around it has it
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setMinimumSize(1, 1)
        self.gestures = PlotGestures(self, self)
        self.axes = Axes(self, quantity.scale([], [], 1.0, False), percent=quantity.percent)
        self._make_items()
        theme.changed.connect(self._dress)
        self._dress()

    def _make_items(self) -> None:
        self._raw = pg.PlotCurveItem(connect="finite")
        self._guess_line, self._now_line = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._smooth = Hairline(connect="finite", antialias=True)
        self._validation = pg.PlotCurveItem(connect="finite", antialias=True)
        self._dots = pg.ScatterPlotItem(size=2 * DOT, antialias=True)
        self._best = pg.ScatterPlotItem(antialias=True)
        self._earlier_curves: list[pg.PlotCurveItem] = []
        items = (
            self._raw, self._guess_line, self._now_line, self._smooth, self._validation, self._dots, self._best,
        )  # fmt: skip
        for depth, item in enumerate(items):
            self.axes.add(item, depth)

    # --- what it shows ----------------------------------------------------------------------------

    def show_run(self, record: Record | None, earlier: Sequence[EarlierRun], guess: float | None) -> None:
        """Another run, or none; `guess` is what guessing among the classes gives."""
        self._record, self._earlier, self._guess = record, earlier, guess
        self.refresh()

    def set_logarithmic(self, on: bool) -> None:
        """Switches the vertical axis, and shows all of it."""
        if on != self._logarithmic:
            self._logarithmic = on
            self.axes.window = None
            self.refresh()
            self.window_changed.emit()

    def point_at(self, position: float | None) -> None:
        """Puts the crosshair at a position in epochs, or takes it away."""
        if position != self._pointed:
            self._pointed = position
            self.viewport().update()

    def show_band(self, band: QRectF | None) -> None:
        """The box of a drag, in pixels, while it is drawn."""
        self._band = band
        self.viewport().update()

    def refresh(self) -> None:
        """Takes in what the run has learned since."""
        if self._ratio != self.devicePixelRatioF():  # on another screen
            self._dress()
            return
        record, axes = self._record, self.axes
        reports = self._reports.of(record.reports if record else ())
        epochs = self._epochs.of(record.epochs if record else ())
        axes.length = record.length if record else 1
        earlier = [self._validated(run.record) for run in self._earlier]
        seen = [
            value for values in (epochs[1], *(values for _at, values in earlier)) for value in extent(values)
        ]
        guess = self._guess if self._guess is not None else 0.0 if self._quantity.percent else 1.0
        scale = axes.scale = self._quantity.scale(extent(reports[2]), seen, guess, self._logarithmic)
        axes.show(axes.window)
        moved = self._arrange()
        self._raw.setData(reports[0], within(scale, reports[1], beyond=1.0))
        self._smooth.setData(reports[0], within(scale, reports[2]))
        # Reports come 20 times a second; what they leave as it was is not drawn anew.
        measured = epochs.shape[1], self._record, tuple(self._earlier)
        if moved or measured != self._measured:
            self._measured = measured
            self._draw_validation(scale, epochs)
            self._draw_earlier(scale, earlier)

    def _validated(self, record: Record) -> tuple[Floats, Floats]:
        """The epochs of an earlier run that the axis reaches, and its values after them."""
        epochs = [epoch for epoch in record.epochs if epoch.epoch <= self.axes.length]
        value = self._quantity.validation
        return (
            np.array([epoch.epoch for epoch in epochs], dtype=np.float64),
            np.array([value(epoch) for epoch in epochs], dtype=np.float64),
        )

    def _draw_validation(self, scale: Scale, epochs: Floats) -> None:
        at, shown = within(scale, epochs[1]), self.axes.shown
        self._validation.setData(*_thinned(epochs[0], at, self.axes.area.width()))
        # Dots that would touch say nothing: then the line alone, with its last dot.
        touching = len(at) > 1 and self.axes.area.width() / (shown.right - shown.left) < 3 * DOT
        dots = slice(-1, None) if touching else slice(None)
        seen = np.isfinite(at[dots])
        self._dots.setData(epochs[0][dots][seen], at[dots][seen])
        best = self._record.best if self._record else None
        here = within(scale, np.array([self._quantity.validation(best) if best else np.nan]))[0]
        if best is None or len(at) < 3 or not np.isfinite(here):
            self._best.setData([], [])
            return
        color, ground = theme.color("validation"), theme.color("window")
        self._best.setData(
            [float(best.epoch)] * 2, [float(here)] * 2, size=[2 * DOT + 4, 2 * DOT - 2],
            pen=[pen(color, 1.5), NO_PEN], brush=[pg.mkBrush(ground), pg.mkBrush(color)],
        )  # fmt: skip

    def _draw_earlier(self, scale: Scale, runs: Sequence[tuple[Floats, Floats]]) -> None:
        while len(self._earlier_curves) < len(runs):
            self._earlier_curves.append(pg.PlotCurveItem(connect="finite", antialias=True))
            self.axes.add(self._earlier_curves[-1], 2.5)
        for number, curve in enumerate(self._earlier_curves):
            positions, values = runs[number] if number < len(runs) else (np.empty(0), np.empty(0))
            curve.setData(*_thinned(positions, within(scale, values), self.axes.area.width()))
            if number < len(runs):
                curve.setPen(pen(run_color(self._earlier[number].number), EARLIER * self._ratio))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls it without one while it is made
            self.refresh()

    def _arrange(self) -> bool:
        """Puts axes, ticks and the lines across in place; whether they moved."""
        axes = self.axes
        self._words = None
        self.viewport().update()
        labels = tuple(end_width(end) for end in run_ends(self._quantity, self._record, self._earlier))
        wanted = axes.shown, axes.scale, self.size().toTuple(), labels, axes.length, self._guess
        if wanted == self._arranged:
            self._draw_now()
            return False
        self._arranged = wanted
        axes.arrange(self.size(), labels)
        self._draw_now()
        edges = [axes.shown.left, axes.shown.right] if self._guess is not None else []
        self._guess_line.setData(np.array(edges), np.full(len(edges), axes.scale.place(self._guess or 1.0)))
        return True

    def _draw_now(self) -> None:
        record, shown = self._record, self.axes.shown
        running = record is not None and record.result is None and 0 < record.position < record.length
        at = [record.position] * 2 if record is not None and running else []
        self._now_line.setData(np.array(at), np.array([shown.foot, shown.top][: len(at)]))

    def _dress(self) -> None:
        """pyqtgraph knows nothing of palettes: every pen is set anew with the theme and the size of text."""
        ratio = self._ratio = self.devicePixelRatioF()
        self.setBackgroundBrush(theme.color("window"))
        self.axes.dress(ratio)
        self._guess_line.setPen(dashed(theme.color("secondary"), ratio, 4, 3))
        self._now_line.setPen(dashed(theme.color("secondary"), ratio, 1, 2))
        self._raw.setPen(pen(faint("ink", 0.26), THIN))
        self._smooth.setPen(pen(theme.color("ink"), THIN))
        self._validation.setPen(pen(theme.color("validation"), THICK * ratio))
        self._dots.setPen(NO_PEN)
        self._dots.setBrush(theme.color("validation"))
        self._arranged = None
        self.refresh()

    # --- what part of it --------------------------------------------------------------------------

    @property
    def zoomed(self) -> bool:
        """Whether only a part is shown."""
        return self.axes.window is not None

    @property
    def epochs_shown(self) -> tuple[float, float] | None:
        """The epochs zoomed into, or None."""
        window = self.axes.window
        return (window.left, window.right) if window else None

    def view_all(self) -> None:
        """Everything again."""
        self._show(None)

    def zoom(self, factor: float, around: QPointF | None = None) -> None:
        """Shows `factor` times as much of both axes; the point `around` (pixels; None: the middle) stays in place."""
        self._show(self.axes.zoom(factor, around))

    def zoom_to(self, box: QRectF) -> None:
        """Shows what lies in a box of pixels."""
        self._show(self.axes.box(box))

    def pan(self, dx: float, dy: float) -> None:
        """Moves what is shown by so many pixels, as far as there is something to show."""
        self._show(self.axes.moved(dx, dy))

    def show_epochs(self, epochs: tuple[float, float] | None) -> None:
        """The same epochs as another plot, which was zoomed."""
        shown = self.axes.shown
        self.axes.show(shown._replace(left=epochs[0], right=epochs[1]) if epochs else None)
        self.refresh()

    def _show(self, window: Window | None) -> None:
        self.axes.show(window)
        self.refresh()
        self.window_changed.emit()

    # --- words and crosshair ----------------------------------------------------------------------

    def position_at(self, point: QPointF) -> float | None:
        """The position in epochs under a point of the view, or None where there are no curves."""
        record = self._record
        if record is None or not (record.epochs or record.reports) or not self.axes.rim.contains(point):
            return None
        return min(float(self.axes.length), max(0.0, self.axes.at(point)[0]))

    @property
    def words(self) -> list[Word]:
        """What is written over the curves, each in its place."""
        if self._words is None:
            self._words = self._place_words()
        return self._words

    def _place_words(self) -> list[Word]:
        area, rim = self.axes.area, self.axes.rim
        metrics = QFontMetricsF(theme.font(SMALL))
        low = area.height() < 4 * metrics.height()
        ends = [
            (end, self.axes.point(end.position, end.value))
            for end in run_ends(self._quantity, self._record, self._earlier)[: 1 if low else None]
        ]
        # Zoomed in, a curve that ends elsewhere has no end here.
        words = place_ends([(end, at) for end, at in ends if rim.contains(at)], area, self.width())
        if self._guess is not None and not low:
            text = _("guessing {value}").format(value=self._quantity.write(self._guess))
            y, wide = self.axes.point(0, self._guess).y(), metrics.horizontalAdvance(text)
            # Where the curves leave room: they start at guessing and move away from it.
            heights = (y - metrics.height() - 1, y + 2)
            corners = [QPointF(x, h) for x in (area.right() - wide - 2, area.left() + 6) for h in heights]
            words += filter(None, [place_beside(text, corners, words, rim)])
        record = self._record
        best = record.best if record else None
        if (
            record is not None
            and best is not None
            and len(record.epochs) > 2
            and best is not record.epochs[-1]
        ):
            at = self.axes.point(best.epoch, self._quantity.validation(best))
            left = at.x() - metrics.horizontalAdvance(_("best")) / 2
            above, below = at.y() - DOT - 5 - metrics.height(), at.y() + DOT + 4
            heights = (above, below) if at.y() > area.center().y() else (below, above)
            corners = [QPointF(left, h) for h in heights] if rim.contains(at) else []
            words += filter(None, [place_beside(_("best"), corners, words, rim)])
        return words

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_words(painter, self.words)
        if self._pointed is not None:
            self._paint_crosshair(painter, self._pointed)
        if self._band is not None:
            paint_band(painter, self._band)

    def readings(self, at: float) -> list[Reading]:
        """The value of each curve near a position in epochs."""
        if self._record is None:
            return []
        return run_readings(self._quantity, self._record, self._earlier, at)

    def _paint_crosshair(self, painter: QPainter, at: float) -> None:
        area, x = self.axes.area, round(self.axes.x(at)) + 0.5
        if not area.left() - 1 <= x <= area.right() + 1:
            return
        painter.setPen(QPen(theme.color("field_border"), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        readings = self.readings(at)
        for reading in readings:
            point = self.axes.point(reading.position, reading.value)
            if self.axes.rim.contains(point):
                paint_mark(painter, point, reading.color)
        if self.width() >= theme.px(NARROW):
            heading = _("epoch {epoch}").format(epoch=f"{at:.2f}")
            paint_readings(painter, area, self.width(), x, heading, readings)

    # --- the mouse --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.gestures.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.gestures.move(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.gestures.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.gestures.double_clicked.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self.gestures.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.gestures.turn(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.gestures.menu_asked.emit(event.globalPos())

    def image(self) -> QImage:
        """What is shown, as a picture, at the screen's sharpness."""
        image: QImage = self.grab().toImage()
        return image


def _thinned(positions: Floats, at: Floats, width: float) -> tuple[Floats, Floats]:
    """A line that is worth drawing: with thousands of epochs, not every one has two pixels. Its ends stay."""
    every = int(np.ceil(len(positions) / max(1.0, width / 2)))
    if every < 2:
        return positions, at
    chosen = np.append(np.arange(0, len(positions) - 1, every), len(positions) - 1)
    return positions[chosen], at[chosen]
