"""The Train workspace: settings, the curves over the runs of this project, and Try it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.engine.messages import AnyEvent
from cnnbuilder.text import _
from cnnbuilder.ui.plots.curves import Curves, Legend
from cnnbuilder.ui.session import run_text
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.train.empty import EmptyState
from cnnbuilder.ui.train.network_column import NetworkColumn
from cnnbuilder.ui.train.run_head import RunHead
from cnnbuilder.ui.train.run_table import RunTable
from cnnbuilder.ui.train.settings_form import TrainingForm
from cnnbuilder.ui.train.try_it import TryIt
from cnnbuilder.ui.widgets.columns import Columns, scrolled, side_panel
from cnnbuilder.ui.widgets.notice import Notice
from cnnbuilder.ui.widgets.tabs import Tabs
from cnnbuilder.ui.widgets.theme import theme

NETWORK_WIDTH, SETTINGS_WIDTH, RESULTS_WIDTH = 152, 256, 336
PLOTS_LEAST, LOWER_USUAL, LOWER_LEAST = 200, 232, 140


class TrainWorkspace(QWidget):
    """Where a network is trained, its runs are compared, and what it learned is tried."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = session.runner
        self._followed: object = None
        self.form = TrainingForm(session)
        self.head = RunHead(session)
        self.notice = Notice()
        self.empty = EmptyState(session)
        self.curves = Curves()
        self.try_it = TryIt(session)
        self.run_table = RunTable(session)
        self.network = NetworkColumn(session)
        self.reading = QLabel()
        self._lay_out()
        session.document_changed.connect(lambda _before, _after: self._follow())
        session.document.undo_stack.indexChanged.connect(self._say)  # the count of edits, once it is right
        session.run_changed.connect(self._state_changed)
        session.runs.shown_changed.connect(self._show_run)
        self._runner.events.connect(self._learned)
        self.curves.save_requested.connect(session.plot_file_requested)
        shortcut = QShortcut(QKeySequence("L"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.curves.log.toggle)
        theme.changed.connect(self._resize_soon)
        self._resize()
        self._show_run()
        self._follow()

    # --- what is asked for ------------------------------------------------------------------------

    def regions(self) -> tuple[QWidget, ...]:
        """Its parts, in the order in which Tab and F6 walk through them."""
        return self.network_panel, self.settings_panel, self.centre, self.results_panel

    def take_focus(self) -> None:
        """Puts the keyboard where a person goes on: on the pad to draw on."""
        self.try_it.field.setFocus()

    # --- where things stand -----------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.network_panel = side_panel(
            "network", NETWORK_WIDTH, scrolled(self.network), "graph", _("Network")
        )
        self.network_panel.hidden = True  # until it has something to show of how the blocks learn
        self.settings_panel = side_panel(
            "settings",
            SETTINGS_WIDTH,
            _titled(_("Settings"), scrolled(self.form)),
            "settings",
            _("Settings"),
        )
        self.results_tabs = Tabs(_("Results"))
        self.results_tabs.add("try", _("Try it"), _("Draw, or take an image, and see what it is taken for"),
                              self._make_try_page)  # fmt: skip
        self.results_panel = side_panel("results", RESULTS_WIDTH, self.results_tabs, "pen", _("Try it"))
        self.results_tabs.open("try")
        self.centre = QScrollArea(widgetResizable=True)
        self.centre.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.centre.setFrameShape(QFrame.Shape.NoFrame)
        self.centre.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.centre.setWidget(self._make_centre())
        self.columns = Columns((self.network_panel, self.settings_panel), self.centre, (self.results_panel,))
        self.columns.fold_order = (self.network_panel, self.settings_panel, self.results_panel)
        self.columns.arranged.connect(self._place_try_it)
        for panel in self.columns.panels:
            panel.asked.connect(lambda _key, panel=panel: self.columns.open(panel))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.columns)

    def _make_centre(self) -> QWidget:
        self.reading.setProperty("role", "secondary")
        self.reading.setWordWrap(True)
        self.reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.legend = Legend()
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.reading, 1)
        foot.addWidget(self.legend)
        foot.addWidget(self.curves.log)
        run = QWidget()
        column = QVBoxLayout(run)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.curves, 1)
        column.addLayout(foot)
        self._upper = QStackedWidget()
        self._upper.addWidget(self.empty)
        self._upper.addWidget(run)
        self.below = Tabs(_("Below the curves"))
        self.below.add(
            "runs", _("Runs"), _("The runs of this project, kept ones included"), lambda: self.run_table
        )
        self.below.add("try", _("Try it"), _("Draw, or take an image, and see what it is taken for"),
                       self._make_try_page)  # fmt: skip
        self.below.open("runs")
        self.below.set_tab_visible("try", False)
        for button in self.run_table.buttons:
            self.below.corner.addWidget(button)
        self.below.shown.connect(lambda _key: self.run_table.show_buttons(self.below.current == "runs"))
        upper = QVBoxLayout()
        upper.setContentsMargins(16, 8, 16, 6)
        upper.setSpacing(6)
        upper.addWidget(self.head)
        upper.addWidget(self.notice)
        upper.addWidget(self._upper, 1)
        line = QFrame()
        line.setProperty("role", "rule")
        line.setFixedHeight(1)
        holder = QWidget()
        holder.setProperty("role", "panel")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        whole = QVBoxLayout(holder)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(line)
        whole.addWidget(self.below)
        return holder

    def _make_try_page(self) -> QWidget:
        """Where Try it stands when it is shown in this place."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 8, 16, 12)
        return page

    def _place_try_it(self) -> None:
        """Right of the centre; where there is no room for that, a tab beside the runs."""
        narrow = self.results_panel.folded
        tabs = self.below if narrow else self.results_tabs
        page = tabs.page("try")
        if self.try_it.parentWidget() is not page:
            layout = page.layout()
            assert layout is not None
            layout.addWidget(self.try_it)
            self.try_it.show()
        if self.below.is_tab_visible("try") != narrow:
            self.below.set_tab_visible("try", narrow)
            self.below.open("try" if narrow else "runs")
        self._resize()

    def _resize_soon(self) -> None:
        # Layouts learn of another text size with their next event, not with the theme's signal.
        QTimer.singleShot(0, self, self._resize)

    def _resize(self) -> None:
        self._upper.setMinimumHeight(theme.px(PLOTS_LEAST))
        room = self.height() - theme.px(PLOTS_LEAST) - theme.px(120)
        self.below.setFixedHeight(max(theme.px(LOWER_LEAST), min(theme.px(LOWER_USUAL), room)))

    # --- what is shown ----------------------------------------------------------------------------

    def _learned(self, events: list[AnyEvent]) -> None:
        self.head.refresh()
        self.curves.refresh()
        if not self._runner.status.learned:
            self._read()

    def _follow(self) -> None:
        """Shows the run's state: which of the parts are there, and what they say."""
        runner = self._runner
        record = runner.record
        self._followed = self._aspect()
        if self.curves.record is not record:
            self._show_run()
        drawn = record is not None and (runner.active or bool(record.epochs) or bool(record.source))
        brought = record is not None and bool(record.source)
        self._upper.setCurrentIndex(1 if drawn else 0)
        for widget in (self.curves, self.legend, self.curves.log):
            widget.setVisible(not brought)
        self._read()
        self._say()

    def _aspect(self) -> object:
        """What of the run's state the parts depend on; reports, 20 a second, change none of it."""
        state, record = self._runner.status, self._runner.record
        return (
            state.phase,
            id(record),
            len(record.epochs) if record else 0,
            state.ready is None,
            bool(state.started),
        )

    def _state_changed(self) -> None:
        if self._aspect() != self._followed:
            self._follow()

    def _show_run(self) -> None:
        self.curves.show_run(self._runner.record, self._session.runs.shown_records())

    def _read(self) -> None:
        record = self._runner.record
        if record is None or record.started is None:
            self.reading.setText("")
            return
        finished = self._runner.status.phase == "finished"
        if finished and record.quick and (info := resolve_or_none(record.project.data)):
            self.reading.setText(run_text.quick_sentence(record.started.train_images, info.train_images))
            return
        losses = [report.smooth_loss for report in record.reports[-run_text.LONG :]]
        guess = run_text.guess_of(record) or run_text.guessing(2)
        self.reading.setText(run_text.read_curves(record.epochs, guess, finished=finished, losses=losses))

    def _say(self) -> None:
        """That the canvas shows another network than the run trains."""
        text = self._session.run_edits.text
        choices = [
            (_("Show it"), self._session.show_trained),
            (_("Train the new one"), self._session.train_present),
        ]
        self.notice.say(text, choices if text else ())

    def sizeHint(self) -> QSize:
        return QSize(theme.px(1200), theme.px(700))


def _titled(title: str, content: QWidget) -> QWidget:
    label = QLabel(title)
    label.setProperty("role", "section")
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(16, 12, 16, 8)
    column.setSpacing(8)
    column.addWidget(label)
    column.addWidget(content, 1)
    return holder
