"""The Training tab: settings left, the run and its curves right, Try it beside them."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.engine.data.catalogue import DATASETS
from cnnbuilder.engine.messages import AnyEvent
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, number
from cnnbuilder.ui.plots.curves import Curves, Legend
from cnnbuilder.ui.session import run_text as reading
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.memory_check import too_large
from cnnbuilder.ui.session.network_diff import edits_sentence, same_training
from cnnbuilder.ui.session.run_directory import RunPlace
from cnnbuilder.ui.session.run_loader import last_run
from cnnbuilder.ui.session.runner import Runner
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.train.empty import EmptyState
from cnnbuilder.ui.train.run_head import RunBar
from cnnbuilder.ui.train.settings_form import TrainingForm
from cnnbuilder.ui.train.try_it import TryIt
from cnnbuilder.ui.widgets.notice import Choice, Notice
from cnnbuilder.ui.widgets.theme import theme

NARROW = 420
"""Below this width beside the settings (at 100 % text) Try it takes the curves' place."""

BESIDE_TABS, BESIDE_TABS_RUNNING = 760, 560
"""From this width on the run's bar finds room beside the tabs."""
LOW, VERY_LOW = 215, 175
"""Below these heights the curves need the room of the sentence, and of the legend."""
LEAST = 230
"""What curves need at least."""


class TrainingPanel(QWidget):
    """Trains the document's project and shows the run. `train` is what every Train button calls in the end."""

    problem_requested = Signal(object)
    """Train was pressed, and this `Problem` stands before it."""
    train_requested = Signal(bool)
    """A button of this panel asks for a run (True: a quick try); whoever checks what is missing calls `train`."""

    def __init__(
        self,
        document: Document,
        runner: Runner,
        selection: Selection | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._document_id = document.id
        self._step_of_run = 0
        self._next: bool | None = None
        self._memory_word: tuple[str, list[Choice]] | None = None
        self._place_word = ""
        self._try_opened: bool | None = None
        """What a person chose; None: open where there is room."""
        self._try_possible = False
        self._corner: QBoxLayout | None = None
        self._followed: object = None
        self.place = RunPlace(document, self)
        self.form = TrainingForm(document)
        self.run_bar = RunBar(runner)
        self.notice = Notice()
        self.empty = EmptyState(document, runner)
        self.curves = Curves()
        self.try_it = TryIt(runner)
        self.reading = QLabel()
        self.try_button = QPushButton(_("Try it"))
        self._lay_out()
        self.form.quick_pressed.connect(lambda: self.train_requested.emit(True))
        self.run_bar.train_again.connect(lambda: self.train_requested.emit(False))
        self.empty.train_pressed.connect(lambda: self.train_requested.emit(False))
        self.empty.problem_pressed.connect(self.problem_requested)
        self.try_it.closed.connect(lambda: self._open_try(False))
        self.try_button.clicked.connect(lambda: self._open_try(True))
        self.place.moved.connect(runner.runs_moved)
        self.place.word.connect(self._say_place)
        document.changed.connect(self._document_changed)
        document.path_changed.connect(self._path_changed)
        document.undo_stack.indexChanged.connect(self._say)  # the count of edits, once it is right
        runner.state_changed.connect(self._state_changed)
        runner.events.connect(self._learned)
        shortcut = QShortcut(QKeySequence("L"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.curves.log.toggle)
        theme.changed.connect(self._resize_soon)
        self._resize()
        self._recall()
        self._show_run()
        self._follow()

    # --- what is asked ----------------------------------------------------------------------------

    def train(self, quick: bool = False) -> None:
        """Trains the project as it is now. With a problem it asks for the problem to be shown instead."""
        if self._runner.active:
            return
        self.form.flush()
        problems = self._document.analysis.problems
        if problems:
            self.problem_requested.emit(problems[0])
            return
        if not quick and not self._fits():
            return
        self._begin(quick)

    def _begin(self, quick: bool = False) -> None:
        self._memory_word = None
        self._place_word = ""
        self._step_of_run = self._document.undo_stack.index()
        self.place.hold(True)
        self._runner.train(self._document.project, self.place.folder, quick)
        self._show_run()

    def _fits(self) -> bool:
        """Where one step finds no room in the device's memory, says so and waits for an answer."""
        project = self._document.project
        found = too_large(self._document.analysis, project.training, self._runner.status.ready)
        if found is None:
            return True
        use = _("Use batch size {batch}").format(batch=number(found.batch_size))
        choices: list[Choice] = [
            (use, lambda: self._use_batch(found.batch_size)),
            (_("Train anyway"), self._begin),
        ]
        self._memory_word = found.sentence, choices
        self._follow()
        return False

    def _use_batch(self, batch: int) -> None:
        project = self._document.project
        changed = replace(project, training=replace(project.training, batch_size=batch))
        self._memory_word = None
        self._document.edit(_("Use batch size {batch}").format(batch=batch), changed)
        self.train_requested.emit(False)

    def _train_new(self) -> None:
        """Ends the run under way, keeping it, and trains the network as it is now."""
        if not self._runner.active:
            self.train_requested.emit(False)
            return
        self._next = False
        self._runner.stop(keep=True)

    def _show_version(self) -> None:
        """Brings back the network of the run, as an edit that can be undone."""
        record = self._runner.record
        if record is not None:
            title = _("Show the network of {time}").format(time=record.clock)
            self._document.edit(title, record.project)

    # --- what is shown ----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.settings = QScrollArea(widgetResizable=True)
        self.settings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.settings.setFrameShape(QFrame.Shape.NoFrame)
        self.settings.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take it
        self.settings.setWidget(self.form)
        self.reading.setProperty("role", "secondary")
        self.reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reading.setWordWrap(True)
        self.try_button.setProperty("role", "link")
        self._legend = Legend()
        self._foot = QGridLayout()
        self._foot.setHorizontalSpacing(12)
        self._foot.setVerticalSpacing(2)
        self._foot.setColumnStretch(2, 1)
        across = QHBoxLayout()
        across.setSpacing(20)
        across.addWidget(self.curves, 1)
        across.addWidget(self.try_it)
        self._run = QWidget()
        run = QVBoxLayout(self._run)
        run.setContentsMargins(0, 0, 0, 0)
        run.setSpacing(4)
        run.addLayout(across, 1)
        run.addLayout(self._foot)
        self._right = right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.run_bar)
        right.addWidget(self.notice)
        right.addWidget(self.empty, 1)
        right.addWidget(self._run, 1)
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(16, 4, 16, 8)
        row.setSpacing(16)
        row.addWidget(self.settings)
        row.addLayout(right, 1)

    def lend_bar(self, corner: QBoxLayout) -> None:
        """Where there is room beside the tabs, the run's bar stands there, in view on every tab."""
        self._corner = corner
        self._place_bar()

    def _place_bar(self) -> None:
        if self._corner is None:
            return
        # The line of a run is shorter than the sentence at its end.
        least = BESIDE_TABS_RUNNING if self._runner.active else BESIDE_TABS
        beside_tabs = self.width() >= theme.px(least)
        if beside_tabs == (self._corner.indexOf(self.run_bar) >= 0):
            return
        if beside_tabs:
            self._corner.insertWidget(0, self.run_bar)
        else:
            self._right.insertWidget(0, self.run_bar)
        self.run_bar.setVisible(self._run_bar_wanted())

    def _run_bar_wanted(self) -> bool:
        return self._runner.active or bool(reading.ending(self._runner.status))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_bar()
        self._place_form()
        self._place_try_it(self._try_possible)

    def _resize_soon(self) -> None:
        # Layouts learn of another text size with their next event, not with the theme's signal.
        QTimer.singleShot(0, self, self._resize)

    def _resize(self) -> None:
        self._place_form()
        self._place_try_it(self._try_possible)

    def _document_changed(self) -> None:
        if self._document.id != self._document_id:
            self._document_id = self._document.id
            self._next = None
            self._place_word = ""
            self._runner.forget()
            self.place.hold(False)
            self._show_run()
        if self._memory_word is not None:
            self._memory_word = None
        self._follow()

    def _path_changed(self) -> None:
        self._document_changed()
        self._recall()

    def _recall(self) -> None:
        """An opened project shows its last run, where it trained this very network."""
        if self._runner.record is not None:
            return
        record = last_run(self.place.folder, self._document.project.network)
        if record is not None:
            self._step_of_run = self._document.undo_stack.index()
            self._runner.recall(record)

    def _learned(self, events: list[AnyEvent]) -> None:
        self.run_bar.refresh()
        self.curves.refresh()
        if not self._runner.status.learned:
            self._read()

    def _follow(self) -> None:
        """Shows the run's state: which of the panel's parts are there, and what they say."""
        runner, state = self._runner, self._runner.status
        record = runner.record
        self._followed = self._aspect()
        if not runner.active:
            self.place.hold(False)
        if self.curves.record is not record:
            self._show_run()
        self._place_form()
        self._place_bar()
        self.run_bar.setVisible(self._run_bar_wanted())
        drawn = record is not None and (runner.active or bool(record.epochs) or bool(record.source))
        self.empty.setVisible(not drawn)
        self._run.setVisible(drawn)
        self._place_try_it(drawn and (state.learned or (record is not None and record.result is not None)))
        self._read()
        self._say()
        self._train_next()

    def _aspect(self) -> object:
        """What of the run's state this panel's parts depend on; reports, 20 a second, change none of it."""
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

    def _place_form(self) -> None:
        """Always there, but for a room in which a run's curves would have no place beside it."""
        # Room for the scroll bar that a low panel needs.
        wanted = self.form.sizeHint().width() + self.settings.verticalScrollBar().sizeHint().width()
        # Where large text leaves no room for both, it scrolls sideways: nothing lies over anything.
        room = self.width() - 48 - self._right.minimumSize().width()
        self.settings.setFixedWidth(max(min(wanted, theme.px(80)), min(wanted, room)))
        self.settings.setVisible(not self._runner.active or self.width() > wanted + theme.px(LEAST))

    def _place_try_it(self, possible: bool) -> None:
        """Try it beside the curves; where there is no room for both, in their place until it is closed."""
        self._try_possible = possible
        room = self.width() - 32 - (self.settings.width() + 16) * (not self.settings.isHidden())
        narrow = room < theme.px(NARROW)
        opened = possible and (not narrow if self._try_opened is None else self._try_opened)
        wide = self.try_it.width_for(room, self.height() - theme.px(90))
        self.try_it.setFixedWidth(min(room, 2 * wide) if narrow and room > 0 else wide)
        self.try_it.setVisible(opened)
        self._foot.addWidget(self._legend, 0, 0)
        self._foot.addWidget(self.curves.log, 0, 1)
        self._foot.addWidget(self.reading, 1 if narrow else 0, 0 if narrow else 2, 1, 4 if narrow else 1)
        self._foot.addWidget(self.try_button, 0, 3)
        brought = bool(self._runner.record and self._runner.record.source)
        curves = not brought and not (opened and narrow)
        self.curves.setVisible(curves)
        # In a low room the curves come first.
        self.reading.setVisible(self.height() >= theme.px(LOW))
        self._legend.setVisible(curves and self.height() >= theme.px(VERY_LOW))
        self.curves.log.setVisible(curves)
        self.try_button.setVisible(possible and not opened)

    def _open_try(self, opened: bool) -> None:
        self._try_opened = opened
        self._follow()

    def _show_run(self) -> None:
        self.curves.show_run(self._runner.record, self._runner.earlier)

    def _read(self) -> None:
        record = self._runner.record
        if record is None or record.started is None:
            self.reading.setText("")
            return
        finished = self._runner.status.phase == "finished"
        if finished and record.quick and (info := DATASETS.get(record.project.data.dataset or "")):
            self.reading.setText(reading.quick_sentence(record.started.train_images, info.train_images))
            return
        losses = [report.smooth_loss for report in record.reports[-reading.LONG :]]
        classes = len(record.started.classes)
        self.reading.setText(reading.read_curves(record.epochs, classes, finished=finished, losses=losses))

    def _say(self) -> None:
        """The strip: what stands before a run, or that the canvas shows another network than the run trains."""
        record = self._runner.record
        if self._memory_word is not None:
            self.notice.say(*self._memory_word)
        elif record is not None and self._edited(record.project):
            self.notice.say(
                edits_sentence(record.clock, self._edits, active=self._runner.active),
                [(_("Show it"), self._show_version), (_("Train the new one"), self._train_new)],
            )
        else:
            self.notice.say(self._place_word)

    @property
    def _edits(self) -> int:
        """How many edits lie between the run's project and the present one, as undo counts them."""
        return abs(self._document.undo_stack.index() - self._step_of_run)

    def _edited(self, trained: Project) -> bool:
        return not same_training(trained, self._document.project)

    def _say_place(self, sentence: str) -> None:
        self._place_word = sentence
        self._say()

    def _train_next(self) -> None:
        if self._next is not None and not self._runner.active:
            quick, self._next = self._next, None
            # Not within the signal that tells of the end: others are still to hear of it.
            QTimer.singleShot(0, self, lambda: self.train_requested.emit(quick))
