"""One plot of a run: training thin, validation thick with a dot an epoch, guessing dashed, over epochs.

Painted here rather than by a plotting library: importing one takes longer than the first point may take to
appear (0.3 to 0.6 s of 0.5 s), and it painted one update in 4 ms where this takes less than one; the window
stays punctual while every core trains.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.plots.crosshair import paint_above, paint_beside
from cnnbuilder.ui.plots.ends import End, paint_ends
from cnnbuilder.ui.plots.scale import epoch_ticks, ticks
from cnnbuilder.ui.plots.traces import DOT, THICK, THIN, Extent, Quantity, Trace, spaced
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

ROOMY = 220
"""From this width on the values stand beside the crosshair."""
NAMES = 3
"""So many earlier runs are named; more names than that would hide the curves."""


class Plot(QWidget):
    """Shows one quantity of a run. `pointed` carries the epochs under the mouse, for the plot beside it."""

    pointed = Signal(object)
    """The position under the mouse in epochs, or None."""

    def __init__(self, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quantity = quantity
        self._record: Record | None = None
        self._earlier: tuple[Record, ...] = ()
        self._guess: float | None = None
        self._logarithmic = False
        self._scale = quantity.scale([], 1.0, False)
        self._raw = Trace(lambda report: report.position, quantity.raw)
        self._smooth = Trace(lambda report: report.position, quantity.smooth)
        self._validation = Trace(lambda epoch: float(epoch.epoch), quantity.validation)
        self._reports_seen, self._epochs_seen = Extent(), Extent()
        self._at: float | None = None
        self._ground: tuple[object, QPixmap] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(quantity.title)
        theme.changed.connect(self._forget_ground)

    # --- what it shows ----------------------------------------------------------------------------

    def show_run(self, record: Record | None, earlier: tuple[Record, ...], guess: float | None) -> None:
        """Another run, or none; `guess` is what guessing among the classes gives."""
        self._record, self._earlier, self._guess = record, earlier, guess
        self._forget_ground()
        self.refresh()

    def set_logarithmic(self, on: bool) -> None:
        """Switches the vertical axis."""
        self._logarithmic = on
        self.refresh()

    def refresh(self) -> None:
        """Takes in what the run has learned since."""
        q, record = self._quantity, self._record
        seen: tuple[float, ...] = ()
        if record is not None:
            self._reports_seen.take(record, record.reports, q.smooth)
            self._epochs_seen.take(record, record.epochs, q.validation)
            seen = self._reports_seen.values + self._epochs_seen.values
        self._scale = q.scale(seen, self._guess or 1.0, self._logarithmic)
        if record is not None and record.epochs:
            self.setAccessibleDescription(
                _("Validation {value} after epoch {epoch}").format(
                    value=q.write(q.validation(record.epochs[-1])), epoch=record.epochs[-1].epoch
                )
            )
        self.update()

    def point_at(self, position: float | None) -> None:
        """Puts the crosshair at a position in epochs, or takes it away."""
        if position != self._at:
            self._at = position
            self.update()

    def _forget_ground(self) -> None:
        self._ground = None
        self.updateGeometry()
        self.update()

    # --- geometry ---------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(theme.px(280), theme.px(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(60))

    @property
    def length(self) -> int:
        """The epochs of the horizontal axis."""
        return self._record.length if self._record else 1

    def _area(self) -> QRectF:
        """Where the curves are: room above for the title, left and below for the ticks."""
        small, normal = QFontMetricsF(theme.font(SMALL)), QFontMetricsF(theme.font(NORMAL, bold=True))
        left = small.horizontalAdvance("100 %" if self._quantity.percent else "0.05") + 8
        right = DOT + 6
        top = normal.height() + theme.px(10)
        return QRectF(
            left,
            top,
            max(20.0, self.width() - left - right),
            max(20.0, self.height() - top - small.height() - 7),
        )

    def _x(self, area: QRectF, position: float) -> float:
        return area.left() + area.width() * position / self.length

    def _y(self, area: QRectF, value: float) -> float:
        return area.bottom() - area.height() * self._scale.height(value)

    # --- painting ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        area = self._area()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground_pixmap(area))
        if self._record is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_run(painter, area, self._record)
            if self._at is not None:
                self._paint_crosshair(painter, area, self._record, self._at)
        painter.end()

    def _ground_pixmap(self, area: QRectF) -> QPixmap:
        """Everything that does not move with a report: drawn once, and again when an axis changes."""
        ratio = self.devicePixelRatioF()
        key = (self.size().toTuple(), ratio, self._scale, self.length, self._guess)
        if self._ground is not None and self._ground[0] == key:
            return self._ground[1]
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(theme.color("window"))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, area)
        for record in self._earlier:
            self._paint_earlier(painter, area, record)
        self._paint_guess(painter, area)
        painter.end()
        self._ground = (key, pixmap)
        return pixmap

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(theme.font(NORMAL, bold=True))
        painter.setPen(theme.color("ink"))
        metrics = painter.fontMetrics()
        painter.drawText(QPointF(area.left(), metrics.ascent() + 3), self._quantity.title)
        painter.setFont(theme.font(SMALL))
        small = QFontMetricsF(painter.font())
        marks = ticks(
            self._scale, min(6, int(area.height() / (2.0 * small.height()))), percent=self._quantity.percent
        )
        for number, tick in enumerate(marks):
            y = round(self._y(area, tick.value)) + 0.5
            painter.setPen(QPen(_faint(0.35 if number else 0.8), 1))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            text = tick.text + (" %" if self._quantity.percent and tick is marks[-1] else "")
            painter.setPen(theme.color("secondary"))
            painter.drawText(
                QRectF(0, y - small.height() / 2, area.left() - 6, small.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                text,
            )
        widest = small.horizontalAdvance(str(self.length)) + 14
        for epoch in epoch_ticks(self.length, int(area.width() / widest)):
            x, text = self._x(area, epoch), str(epoch)
            half = small.horizontalAdvance(text) / 2  # the last number is not cut by the plot's edge
            painter.drawText(
                QRectF(min(x, self.width() - half) - 40, area.bottom() + 5, 80, small.height()),
                Qt.AlignmentFlag.AlignHCenter,
                text,
            )

    def _paint_guess(self, painter: QPainter, area: QRectF) -> None:
        if self._guess is None:
            return
        y = round(self._y(area, self._guess)) + 0.5
        pen = QPen(theme.color("secondary"), 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
        if area.height() < 4 * QFontMetricsF(painter.font()).height():
            return  # in a low plot the line alone
        text = _("guessing {value}").format(value=self._quantity.write(self._guess))
        metrics = QFontMetricsF(painter.font())
        # Where the curves leave room: they start at guessing and move away from it.
        box = QRectF(
            area.right() - metrics.horizontalAdvance(text) - 4, y - metrics.height() - 1, 0, metrics.height()
        )
        if box.top() < area.top():
            box.moveTop(y + 2)
        painter.setPen(theme.color("secondary"))
        painter.drawText(QPointF(box.left(), box.top() + metrics.ascent()), text)

    def _paint_earlier(self, painter: QPainter, area: QRectF, record: Record) -> None:
        value = self._quantity.validation
        epochs = [epoch for epoch in record.epochs if epoch.epoch <= self.length]
        line = [QPointF(self._x(area, epoch.epoch), self._y(area, value(epoch))) for epoch in epochs]
        if len(line) < 2:
            return
        painter.setPen(QPen(_faint(0.9), THIN))
        painter.drawPolyline(spaced(line, 0.5))

    def _paint_run(self, painter: QPainter, area: QRectF, record: Record) -> None:
        ink, validation = theme.color("ink"), theme.color("activation")
        painter.save()
        painter.setClipRect(area.adjusted(-DOT - 2, -DOT - 2, DOT + 2, DOT + 2))
        if len(record.reports) > 2:
            painter.setPen(QPen(theme.color("ink", 64), 1))
            painter.drawPolyline(QPolygonF(self._raw.points(record.reports, area, self._scale, self.length)))
        painter.setPen(QPen(ink, THIN))
        painter.drawPolyline(QPolygonF(self._smooth.points(record.reports, area, self._scale, self.length)))
        dots = self._validation.points(record.epochs, area, self._scale, self.length)
        painter.setPen(
            QPen(validation, THICK, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.drawPolyline(spaced(dots, 0.5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(validation)
        # Dots that would touch say nothing: then the line alone, with its last dot.
        shown = dots if len(dots) < 2 or dots[1].x() - dots[0].x() > 3 * DOT else dots[-1:]
        for dot in shown:
            painter.drawEllipse(dot, DOT, DOT)
        painter.restore()
        self._paint_best(painter, area, record)
        self._paint_ends(painter, area, record)

    def _paint_best(self, painter: QPainter, area: QRectF, record: Record) -> None:
        best = record.best
        if best is None or len(record.epochs) < 3:
            return
        at = QPointF(self._x(area, best.epoch), self._y(area, self._quantity.validation(best)))
        painter.setPen(QPen(theme.color("activation"), 1.5))
        painter.setBrush(theme.color("window"))
        painter.drawEllipse(at, DOT + 1.5, DOT + 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("activation"))
        painter.drawEllipse(at, DOT - 1, DOT - 1)
        if best is record.epochs[-1]:
            return  # the last value stands beside it: the word would be in the way
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("secondary"))
        metrics = QFontMetricsF(painter.font())
        text = _("best")
        low = at.y() > area.center().y()
        y = at.y() - DOT - 6 if low else at.y() + DOT + 5 + metrics.ascent()
        wide = metrics.horizontalAdvance(text)
        if (
            at.x() + wide / 2
            < self.width() - QFontMetricsF(theme.font(NORMAL, bold=True)).horizontalAdvance("99.9 %") - 4
        ):
            painter.drawText(QPointF(at.x() - wide / 2, y), text)  # else the last values stand there

    def _paint_ends(self, painter: QPainter, area: QRectF, record: Record) -> None:
        """The last values at the curves' ends and the earlier runs' names, moved apart where they would overlap."""
        q = self._quantity
        own: list[End] = []
        if (
            record.epochs and record.epochs[-1].epoch > 0
        ):  # the untrained network's value is the guess beside it
            value = q.validation(record.epochs[-1])
            own.append(End(self._x(area, record.position), self._y(area, value), q.write(value), bold=True))
        if record.reports:
            value = q.smooth(record.reports[-1])
            own.append(End(self._x(area, record.position), self._y(area, value), q.write(value)))
        names = [
            End(self._x(area, shown[-1].epoch), self._y(area, q.validation(shown[-1])), earlier.clock)
            for earlier in self._earlier
            if len(shown := [epoch for epoch in earlier.epochs if epoch.epoch <= self.length]) > 1
        ]
        names = names[-NAMES:]
        if area.height() < 4 * QFontMetricsF(theme.font(SMALL)).height():
            own, names = own[:1], []
        paint_ends(painter, area, self.width(), own, names, from_above=not q.percent)

    def _paint_crosshair(self, painter: QPainter, area: QRectF, record: Record, at: float) -> None:
        q = self._quantity
        lines: list[tuple[str, str]] = []
        painter.setPen(QPen(theme.color("field_border"), 1))
        x = round(self._x(area, at)) + 0.5
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        report = min(record.reports, key=lambda r: abs(r.position - at), default=None)
        if report is not None and abs(report.position - at) < 0.1 * self.length:
            lines.append(("ink", f"{_('training')} {q.write(q.smooth(report))}"))
            self._paint_mark(painter, area, report.position, q.smooth(report), "ink")
        epoch = min(record.epochs, key=lambda e: abs(e.epoch - at), default=None)
        if epoch is not None:
            lines.append(("activation", f"{_('validation')} {q.write(q.validation(epoch))}"))
            self._paint_mark(painter, area, epoch.epoch, q.validation(epoch), "activation")
        lines.insert(0, ("", _("epoch {epoch}").format(epoch=f"{at:.2f}")))
        if area.width() < theme.px(ROOMY):
            paint_above(painter, area, self.width(), lines[1:])
        else:
            paint_beside(painter, area, self.width(), x, lines)

    def _paint_mark(self, painter: QPainter, area: QRectF, position: float, value: float, token: str) -> None:
        painter.setPen(QPen(theme.color("window"), 1.5))
        painter.setBrush(theme.color(token))
        painter.drawEllipse(QPointF(self._x(area, position), self._y(area, value)), DOT + 1, DOT + 1)

    # --- the mouse --------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        if self._record is None or (not self._record.epochs and not self._record.reports):
            return
        inside = area.adjusted(-4, -8, 8, 8).contains(event.position())
        at = (event.position().x() - area.left()) / area.width() * self.length
        self.pointed.emit(min(float(self.length), max(0.0, at)) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)


def _faint(share: float) -> QColor:
    """The border's colour, that much of it over the ground."""
    color = theme.color("border")
    color.setAlphaF(min(1.0, share))
    return color
