"""Both plots of a run, side by side, above each other, or one at a time, as the room allows."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.plots.plot import Plot
from cnnbuilder.ui.plots.series import ACCURACY, LOSS, EarlierRun
from cnnbuilder.ui.plots.style import EARLIER, THICK
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.session.run_text import guess_of
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.theme import SMALL, theme

REFRESH_MS = 50
"""At most 20 times a second; the two plots take turns, so that neither makes the window wait for both."""
SIDE_BY_SIDE = 290
ABOVE_EACH_OTHER = 250
"""Widths and heights at 100 % text from which both plots have room."""
SAME = 0.01
"""A click within this share of the run means the crosshair that stands there."""


class Legend(QWidget):
    """What the two kinds of line mean."""

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.font(SMALL))
        texts = metrics.horizontalAdvance(_("training")) + metrics.horizontalAdvance(_("validation"))
        return QSize(int(texts) + 60, int(metrics.height()) + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(SMALL))
        metrics = QFontMetricsF(painter.font())
        x, y = 1.0, round(self.height() / 2) + 0.5
        for token, width, text in (("ink", EARLIER, _("training")), ("validation", THICK, _("validation"))):
            painter.setPen(QPen(theme.color(token), width))
            painter.drawLine(QLineF(x, y, x + 16, y))
            if token == "validation":
                painter.setBrush(theme.color(token))
                painter.drawEllipse(QPointF(x + 8, y), 2, 2)
            painter.setPen(theme.color("secondary"))
            painter.drawText(QPointF(x + 21, y + metrics.capHeight() / 2), text)
            x += 32 + metrics.horizontalAdvance(text)
        painter.end()


class Curves(QWidget):
    """The loss and the accuracy of a run, and of the runs before it."""

    save_requested = Signal(object)
    """A file of this `PlotSeries` is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss, self.accuracy = Plot(LOSS), Plot(ACCURACY)
        self.plots = (self.loss, self.accuracy)
        self._record: Record | None = None
        self._guess: tuple[float, float] | None = None
        self._earlier: tuple[Record, ...] = ()
        self._pinned: float | None = None
        self._enlarged: Plot | None = None
        self._lay_out()
        self._connect()
        self.log.setChecked(settings.logarithmic_loss())
        self._arrange()

    def _lay_out(self) -> None:
        self._tabs = QButtonGroup(self)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        for index, plot in enumerate(self.plots):
            button = QPushButton(plot.accessibleName())
            button.setCheckable(True)
            button.setChecked(index == 1)
            button.setProperty("role", "flat")
            button.clicked.connect(self._arrange)
            button.toggled.connect(lambda on, button=button: _mark(button, on))
            _mark(button, index == 1)
            self._tabs.addButton(button, index)
            top.addWidget(button)
        top.addStretch(1)
        # Stands in the row below the curves, which is the workspace's.
        self.log = QPushButton(_("Log"), self)
        self.log.hide()
        self.log.setCheckable(True)
        self.log.setProperty("role", "flat")
        self.log.setToolTip(_("Logarithmic axis of the loss (L)"))
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.setSpacing(16)
        for plot in self.plots:
            self._box.addWidget(plot, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(self._box, 1)

    def _connect(self) -> None:
        self.log.toggled.connect(self._set_logarithmic)
        self.log.toggled.connect(lambda on: _mark(self.log, on))
        for plot, other in (self.plots, self.plots[::-1]):
            plot.pointed.connect(self._point_at)
            plot.pinned.connect(self._pin)
            plot.zoomed.connect(other.show_epochs)
            plot.enlarge_asked.connect(lambda plot=plot: self._enlarge(plot))
            plot.save_requested.connect(self.save_requested)
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS // 2)
        self._soon.timeout.connect(self._second_half)
        self._rest = QTimer(self, singleShot=True, interval=REFRESH_MS // 2)
        self._rest.timeout.connect(self._rested)
        self._again = False
        theme.changed.connect(self._arrange)

    # --- what is shown ----------------------------------------------------------------------------

    def show_run(self, record: Record | None, earlier: tuple[Record, ...]) -> None:
        """Shows a run, with the earlier ones faint behind it."""
        if record is not self._record:
            self._pin(None)
        self._record, self._earlier = record, earlier
        self._guess = guess_of(record)
        chance, loss = self._guess or (None, None)
        runs = [EarlierRun(run, run.number or index) for index, run in enumerate(earlier)]
        self.loss.show_run(record, runs, loss)
        self.accuracy.show_run(record, runs, chance)

    def refresh(self) -> None:
        """The run has learned something: drawn at once, or within 50 ms where it was drawn just now."""
        record = self._record
        if guess_of(record) != self._guess:
            self.show_run(record, self._earlier)
        elif self._soon.isActive() or self._rest.isActive():
            self._again = True
        else:
            self.loss.refresh()
            self._soon.start()

    @property
    def record(self) -> Record | None:
        """The run that is shown."""
        return self._record

    @property
    def logarithmic(self) -> bool:
        """Whether the axis of the loss is logarithmic."""
        return self.log.isChecked()

    def _second_half(self) -> None:
        self.accuracy.refresh()
        self._rest.start()

    def _rested(self) -> None:
        if self._again:
            self._again = False
            self.refresh()

    def _set_logarithmic(self, on: bool) -> None:
        self.loss.set_logarithmic(on)
        settings.save_logarithmic_loss(on)

    def _point_at(self, position: float | None) -> None:
        at = self._pinned if position is None else position
        for plot in self.plots:
            plot.point_at(at)

    def _pin(self, position: float | None) -> None:
        """Where the crosshair stays without the mouse; a click beside it or on it lets go."""
        here = self._pinned
        again = position is not None and here is not None and abs(position - here) < SAME * self.loss.length
        self._pinned = None if again else position
        self._point_at(None)

    # --- where ------------------------------------------------------------------------------------

    def _enlarge(self, plot: Plot) -> None:
        self._pin(None)  # the first click of a double click has pinned it
        self._enlarged = None if self._enlarged is plot else plot
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._enlarged is not None:
            self._enlarge(self._enlarged)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return self.accuracy.minimumSizeHint()

    def _arrange(self) -> None:
        """Both plots where there is room and no one is enlarged; else one, chosen by two buttons."""
        wide = self.width() >= theme.px(SIDE_BY_SIDE)
        tall = self.height() >= theme.px(ABOVE_EACH_OTHER)
        one = not wide and not tall
        sideways = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._box.setDirection(sideways)
        chosen = self._tabs.checkedId()
        for index, plot in enumerate(self.plots):
            if one:
                plot.setVisible(chosen == index)
            else:
                plot.setVisible(self._enlarged in (None, plot))
            plot.offer_enlarging(not one, plot is self._enlarged)
        for button in self._tabs.buttons():
            button.setVisible(one)


def _mark(button: QPushButton, on: bool) -> None:
    """A switch that is on is underlined."""
    button.setProperty("role", "link" if on else "flat")
    button.style().unpolish(button)
    button.style().polish(button)
