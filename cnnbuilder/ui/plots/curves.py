"""Both plots of a run, side by side, above each other, or one at a time, as the room allows."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QSize, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.text import _
from cnnbuilder.ui.plots.plot import Plot
from cnnbuilder.ui.plots.scale import accuracy_scale, loss_scale
from cnnbuilder.ui.plots.traces import THICK, THIN, Quantity, short
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.session.run_text import guessing, percent
from cnnbuilder.ui.widgets.theme import SMALL, theme

REFRESH_MS = 50
"""At most 20 times a second; the two plots take turns, so that neither makes the window wait for both."""
SIDE_BY_SIDE = 290
ABOVE_EACH_OTHER = 250
"""Widths and heights at 100 % text from which both plots have room."""

LOSS = Quantity(
    _("Loss"), False, short,
    lambda seen, guess, log: loss_scale(seen, guess, logarithmic=log),
    lambda report: report.loss, lambda report: report.smooth_loss,
    lambda epoch: epoch.train_loss, lambda epoch: epoch.val_loss,
)  # fmt: skip
ACCURACY = Quantity(
    _("Accuracy"), True, percent,
    lambda seen, guess, log: accuracy_scale(seen, logarithmic=log),
    lambda report: report.accuracy, lambda report: report.smooth_accuracy,
    lambda epoch: epoch.train_accuracy, lambda epoch: epoch.val_accuracy,
)  # fmt: skip


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
        for token, width, text in (("ink", THIN, _("training")), ("activation", THICK, _("validation"))):
            painter.setPen(QPen(theme.color(token), width))
            painter.drawLine(QLineF(x, y, x + 16, y))
            if token == "activation":
                painter.setBrush(theme.color(token))
                painter.drawEllipse(QPointF(x + 8, y), 2, 2)
            painter.setPen(theme.color("secondary"))
            painter.drawText(QPointF(x + 21, y + metrics.capHeight() / 2), text)
            x += 32 + metrics.horizontalAdvance(text)
        painter.end()


class Curves(QWidget):
    """The loss and the accuracy of a run, and of the runs before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss, self.accuracy = Plot(LOSS), Plot(ACCURACY)
        self._record: Record | None = None
        self._guess_of = 0
        self._earlier: tuple[Record, ...] = ()
        self._tabs = QButtonGroup(self)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        for index, plot in enumerate((self.loss, self.accuracy)):
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
        # Stands in the row below the curves, which is the panel's.
        self.log = QPushButton(_("Log"))
        self.log.setCheckable(True)
        self.log.setProperty("role", "flat")
        self.log.setToolTip(_("Logarithmic axes (L)"))
        self.log.toggled.connect(self._set_logarithmic)
        self.log.toggled.connect(lambda on: _mark(self.log, on))
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._box.setSpacing(16)
        self._box.addWidget(self.loss, 1)
        self._box.addWidget(self.accuracy, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(self._box, 1)
        for plot in (self.loss, self.accuracy):
            plot.pointed.connect(self.loss.point_at)
            plot.pointed.connect(self.accuracy.point_at)
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS // 2)
        self._soon.timeout.connect(self._second_half)
        self._rest = QTimer(self, singleShot=True, interval=REFRESH_MS // 2)
        self._rest.timeout.connect(self._rested)
        self._again = False
        theme.changed.connect(self._arrange)
        self._arrange()

    def show_run(self, record: Record | None, earlier: tuple[Record, ...]) -> None:
        """Shows a run, with the earlier ones faint behind it."""
        self._record, self._earlier = record, earlier
        self._guess_of = _classes(record)
        chance, loss = guessing(self._guess_of) if self._guess_of > 1 else (None, None)
        self.loss.show_run(record, earlier, loss)
        self.accuracy.show_run(record, earlier, chance)

    def refresh(self) -> None:
        """The run has learned something: drawn at once, or within 50 ms where it was drawn just now."""
        record = self._record
        if _classes(record) != self._guess_of:
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
        """Whether the vertical axes are logarithmic."""
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
        self.accuracy.set_logarithmic(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return self.accuracy.minimumSizeHint()

    def _arrange(self) -> None:
        """Both plots where there is room; else one, chosen by two buttons."""
        wide = self.width() >= theme.px(SIDE_BY_SIDE)
        tall = self.height() >= theme.px(ABOVE_EACH_OTHER)
        one = not wide and not tall
        sideways = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._box.setDirection(sideways)
        chosen = self._tabs.checkedId()
        self.loss.setVisible(not one or chosen == 0)
        self.accuracy.setVisible(not one or chosen == 1)
        for button in self._tabs.buttons():
            button.setVisible(one)


def _classes(record: Record | None) -> int:
    """How many classes the run tells apart: known from its data before the child says so."""
    if record is None:
        return 0
    if record.started is not None:
        return len(record.started.classes)
    info = resolve_or_none(record.project.data)
    return len(info.classes) if info is not None else 0


def _mark(button: QPushButton, on: bool) -> None:
    """A switch that is on is underlined."""
    button.setProperty("role", "link" if on else "flat")
    button.style().unpolish(button)
    button.style().polish(button)
