"""One plot of a run: its title and buttons, its curves, and its frame alone until curves can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.plots.loading import library
from cnnbuilder.ui.plots.plot_menu import PlotMenu
from cnnbuilder.ui.plots.series import EarlierRun, PlotSeries, Quantity, plot_series
from cnnbuilder.ui.plots.style import NARROW, axes_area, label_width, tick_width
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

if TYPE_CHECKING:
    from cnnbuilder.ui.plots.annotations import Reading
    from cnnbuilder.ui.plots.curve_view import CurveView

EDGE = 2
"""Around everything, for the ring of focus."""


class Plot(QWidget):
    """Shows one quantity of a run. `pointed` carries the epochs under the mouse, for the plot beside it."""

    pointed = Signal(object)
    """The position under the mouse in epochs, or None."""
    pinned = Signal(object)
    """A click, or a key, wants the crosshair to stay at this position; None: nowhere."""
    zoomed = Signal(object)
    """The first and the last epoch that are shown, or None: all."""
    enlarge_asked = Signal()
    """This plot alone is wanted, or both again."""
    save_requested = Signal(object)
    """A file of this `PlotSeries` is wanted."""

    def __init__(self, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quantity = quantity
        self._record: Record | None = None
        self._earlier: Sequence[EarlierRun] = ()
        self._guess: float | None = None
        self._logarithmic = False
        self._at: float | None = None
        self._ring = False
        self._may_enlarge = True
        self.view: CurveView | None = None
        """The curves, once they can be drawn."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(quantity.title)
        self.menu = PlotMenu(self, self)
        self._lay_out()
        library.loaded.connect(self._fill_soon)
        theme.changed.connect(self._dress)
        self._dress()

    # --- its parts --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.title = QLabel(self._quantity.title)
        self.title.setProperty("role", "strong")
        self.title.setMinimumWidth(1)
        self.all_button = self._button("fit", _("View all (Home)"), self.view_all)
        self.enlarge_button = self._button("enlarge", _("Enlarge"), self.enlarge_asked.emit)
        self.more_button = self._button("more", "", self.open_menu)
        self._head = QHBoxLayout()
        self._head.setSpacing(0)
        self._head.addWidget(self.title, 1)
        for button in (self.all_button, self.enlarge_button, self.more_button):
            self._head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addStretch(1)
        self.all_button.hide()

    def _button(self, picture: str, tip: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture, "secondary"))
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def _dress(self) -> None:
        more = _("{plot}: values, copy, save").format(plot=self._quantity.title)
        self.more_button.setToolTip(more)
        self.more_button.setAccessibleName(more)
        self._align()
        self.updateGeometry()
        self.update()

    def _frame_area(self) -> QRectF:
        """Where the axes will be, in this widget's pixels, as long as nothing is drawn."""
        top = EDGE + self._head.sizeHint().height()
        room = QSize(max(1, self.width() - 2 * EDGE), max(1, self.height() - top - EDGE))
        return axes_area(room, tick_width([]), label_width([], room.width())).translated(EDGE, top)

    def _align(self) -> None:
        """The title stands over the axes."""
        left = self.view.axes.area.left() if self.view is not None else self._frame_area().left() - EDGE
        self._head.setContentsMargins(2 if self._small else int(left), 0, 0, 0)
        self.enlarge_button.setVisible(not self._small and self._may_enlarge)

    # --- filling ----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill_soon()

    def _fill_soon(self) -> None:
        if self.isVisible() and self.view is None:
            # A view takes 30 to 45 ms to make: one turn of the event loop for each.
            QTimer.singleShot(0, self, self._fill)

    def _fill(self) -> None:
        if self.view is not None or not self.isVisible():
            return
        if not library.ready:
            self.update()  # the frame says why, where it never will be
            return
        from cnnbuilder.ui.plots.curve_view import CurveView

        view = self.view = CurveView(self._quantity, self)
        self._column.takeAt(1)
        self._column.addWidget(view, 1)
        view.window_changed.connect(self._window_changed)
        gestures = view.gestures
        gestures.pointed.connect(self.pointed)
        gestures.clicked.connect(self.pinned)
        gestures.double_clicked.connect(self.enlarge_asked)
        gestures.menu_asked.connect(self.menu.open_at)
        gestures.pressed.connect(lambda: self.setFocus(Qt.FocusReason.MouseFocusReason))
        view.set_logarithmic(self._logarithmic)
        view.show_run(self._record, self._earlier, self._guess)
        view.point_at(self._at)
        self._align()

    # --- what it shows ----------------------------------------------------------------------------

    def show_run(self, record: Record | None, earlier: Sequence[EarlierRun], guess: float | None) -> None:
        """Another run, or none; `guess` is what guessing among the classes gives."""
        self._record, self._earlier, self._guess = record, earlier, guess
        if self.view is not None:
            self.view.show_run(record, earlier, guess)
        self._describe()
        self._align()

    def set_logarithmic(self, on: bool) -> None:
        """Switches the vertical axis."""
        self._logarithmic = on
        if self.view is not None:
            self.view.set_logarithmic(on)

    def refresh(self) -> None:
        """Takes in what the run has learned since."""
        if self.view is not None:
            self.view.refresh()
            self._align()
        self._describe()

    def _describe(self) -> None:
        """The reading line, for whoever does not see the curves."""
        q, record = self._quantity, self._record
        parts = []
        if record is not None and record.epochs:
            value, epoch = q.validation(record.epochs[-1]), record.epochs[-1].epoch
            parts.append(
                _("Validation {value} after epoch {epoch}").format(value=q.write(value), epoch=epoch)
            )
        if record is not None and record.reports:
            parts.append(_("training {value}").format(value=q.write(q.smooth(record.reports[-1]))))
        if record is not None and record.best is not None and record.best is not record.epochs[-1]:
            best = q.write(q.validation(record.best))
            parts.append(_("best {value} after epoch {epoch}").format(value=best, epoch=record.best.epoch))
        self.setAccessibleDescription(", ".join(parts))

    def point_at(self, position: float | None) -> None:
        """Puts the crosshair at a position in epochs, or takes it away."""
        self._at = position
        if self.view is None:
            return
        self.view.point_at(position)
        values = self.view.readings(position)[:2] if position is not None and self._small else []
        # In a small plot the values stand in the title's place, where they hide no curve.
        self.title.setText("&nbsp; ".join(_colored(one) for one in values) or self._quantity.title)

    @property
    def _small(self) -> bool:
        return self.width() < theme.px(NARROW)

    def show_epochs(self, epochs: tuple[float, float] | None) -> None:
        """The epochs that the plot beside it was zoomed to."""
        if self.view is not None:
            self.view.show_epochs(epochs)
            self._show_zoom()

    @property
    def length(self) -> int:
        """The epochs of the horizontal axis."""
        return self._record.length if self._record else 1

    @property
    def shown(self) -> PlotSeries | None:
        """What it shows, for files and tables."""
        if self._record is None:
            return None
        return plot_series(
            self._quantity, self._record, self._earlier, self._guess, logarithmic=self._logarithmic
        )

    def offer_enlarging(self, possible: bool, enlarged: bool) -> None:
        """What the button and the menu offer: this plot alone, or both; nothing where there is room for one only."""
        self._may_enlarge = possible
        self.menu.enlarge.setEnabled(possible)
        self._align()
        text = _("Both plots") if enlarged else _("Enlarge")
        picture = icon("reduce" if enlarged else "enlarge", "secondary")
        self.menu.enlarge.setText(text)
        self.menu.enlarge.setIcon(picture)
        self.enlarge_button.setIcon(picture)
        self.enlarge_button.setToolTip(text)
        self.enlarge_button.setAccessibleName(text)

    # --- what is asked of it ----------------------------------------------------------------------

    def view_all(self) -> None:
        """Everything again, after zooming."""
        if self.view is not None:
            self.view.view_all()

    def _window_changed(self) -> None:
        self._show_zoom()
        self.zoomed.emit(self.view.epochs_shown if self.view is not None else None)

    def _show_zoom(self) -> None:
        self.all_button.setVisible(self.view is not None and self.view.zoomed)
        self._align()

    def open_menu(self) -> None:
        """Below its button."""
        self.menu.open_at(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))

    # --- keys -------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # The window's own Ctrl+C is the canvas'.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(self.menu.act_of(event) is not None)
            if event.isAccepted():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self.menu.act_of(event)
        if act is not None:
            act()
        elif not (event.key() == Qt.Key.Key_Escape and self._escape()):
            super().keyPressEvent(event)

    def _escape(self) -> bool:
        """Undoes the innermost: a drag, the crosshair, zooming; whether there was one of them."""
        if self.view is not None and self.view.gestures.cancel():
            return True
        if self._at is not None:
            self.pinned.emit(None)
            return True
        if self.view is not None and self.view.zoomed:
            self.view_all()
            return True
        return False

    def step(self, by: int) -> None:
        """Moves the crosshair to the next whole epoch."""
        if self.view is None or self._record is None or not (self._record.epochs or self._record.reports):
            return
        start = self._record.position if self._at is None else self._at
        epoch = int(start) + 1 if by > 0 else -int(-start // 1) - 1
        at = float(min(self.length, max(0, epoch)))
        self.pinned.emit(at)
        texts = [f"{one.name} {one.text}" for one in self.view.readings(at)]
        self.setAccessibleDescription(", ".join([_("epoch {epoch}").format(epoch=f"{at:.0f}"), *texts]))

    # --- its frame --------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in _COMING_BACK:
            self._ring = event.reason() in _BY_KEY
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(280), theme.px(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(60))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._align()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ring and self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        if self.view is None:
            self._paint_frame(painter, self._frame_area())
        painter.end()

    def _paint_frame(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QPen(theme.color("field_border"), 1))
        foot = round(area.bottom()) + 0.5
        painter.drawLine(QPointF(area.left(), foot), QPointF(area.right(), foot))
        painter.setFont(theme.font(NORMAL))
        painter.setPen(theme.color("secondary"))
        text = _("Loading")
        if library.failure:
            text = _("Curves cannot be drawn: {reason}").format(reason=library.failure)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def _colored(reading: Reading) -> str:
    style = f"color: {reading.color.name()}; font-weight: 400; font-size: {theme.px(SMALL)}px"
    return f'<span style="{style}">{reading.text}</span>'


_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""A ring says where the focus is to whoever moves it by keys; after a click it is known."""
_COMING_BACK = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
