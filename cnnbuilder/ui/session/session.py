"""One open document and all that runs for it, without widgets: what every view is given, and nothing of its parent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from cnnbuilder.engine.data.catalogue import DataSetInfo, OwnDataSet, resolve_or_none
from cnnbuilder.network.data import OWN
from cnnbuilder.network.project import Problem, Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _, number
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.conditions import blocking_condition, complete, conditions, mend, missing_text
from cnnbuilder.ui.session.data_choice import used
from cnnbuilder.ui.session.data_setup import DataSetup
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.import_report import LastImport
from cnnbuilder.ui.session.memory_check import too_large
from cnnbuilder.ui.session.memory_estimate import MemoryEstimate
from cnnbuilder.ui.session.messages import Choice, Message
from cnnbuilder.ui.session.project_file import ProjectFile
from cnnbuilder.ui.session.recovery import Leftover, Recovery
from cnnbuilder.ui.session.run_directory import RunDirectory
from cnnbuilder.ui.session.run_edits import RunEdits
from cnnbuilder.ui.session.run_list import RunEntry, RunList
from cnnbuilder.ui.session.run_loader import last_run, load_record
from cnnbuilder.ui.session.runner import Runner
from cnnbuilder.ui.session.selection import Selection

TRAIN = "train"
"""The key of messages on what stands before a run."""


class Session(QObject):
    """The document, its file, its selection, its runs. A window shows one, and can be given another.

    Views listen to the signals and change the document through `document.edit`; whatever lies outside of a view is
    asked for by a signal, which the window answers.
    """

    document_changed = Signal(object, object)
    """(before, after): two `Project` values."""
    document_replaced = Signal()
    """Another document has taken this one's place: views begin anew."""
    run_changed = Signal()
    """The state of the run: its phase, its epoch, its result."""
    run_started = Signal()
    """A run has begun."""
    input_needed = Signal()
    """What has been typed into a field and not yet been taken counts now."""
    workspace_requested = Signal(str)
    """"build", "data", "train": this workspace is to be shown."""
    page_requested = Signal(str)
    """"code", "problems": this page, in whichever workspace it is."""
    block_requested = Signal(str)
    """This block is to be seen."""
    fields_requested = Signal(str)
    """The fields of this block are to be edited."""
    images_requested = Signal()
    """A folder of one's own images is to be chosen."""
    image_file_requested = Signal()
    """A table of one's own images, or a file of arrays, is to be chosen."""
    moved_images_requested = Signal()
    """It is to be said where the project's own images lie now."""
    problem_requested = Signal(object)
    """This `Problem` is to be seen, with its mend ready to be pressed."""
    plot_file_requested = Signal(object)
    """A file of this `PlotSeries` is wanted."""
    message_requested = Signal(object)
    """This `Message` is to be read."""
    message_withdrawn = Signal(str)
    """The message of this key has nothing to say any longer."""
    hint_requested = Signal(str)
    """A word for the moment; empty: no longer."""

    def __init__(
        self,
        child: EngineChild,
        tasks: BackgroundTasks,
        document: Document | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`child` and `tasks` are the window's; they live longer than the session."""
        super().__init__(parent)
        self.document = document or Document()
        self.document.setParent(self)
        self.child = child
        self.tasks = tasks
        self.selection = Selection(self)
        self.file = ProjectFile(self.document)
        self.recovery = Recovery(self.document, self)
        self.runner = Runner(child, self)
        self.run_edits = RunEdits(self.document, self.runner)
        self.run_directory = RunDirectory(self.document, self)
        self.runs = RunList(self.document, self.runner, self.run_directory, self)
        self.memory = MemoryEstimate(self.document, self.runner, self)
        self.data = DataSetup(self.document, tasks, self)
        self.data.may_begin = lambda: self.document.path is None and self.runner.record is None
        self.last_import = LastImport(self.document)
        self.may_leave: Callable[[], bool] = lambda: True
        """Asked before another document takes this one's place where there is work to lose; the window sets it."""
        self._document_id = self.document.id
        self._train_next = False
        self._train_once_read: bool | None = None
        """Train was pressed before the project's own images were read: quickly, or in full; None: it was not."""
        self.document.changed.connect(self._document_changed)
        self.document.path_changed.connect(self._path_changed)
        self.runner.state_changed.connect(self._run_changed)
        self.data.message.connect(self.message_requested)
        self.data.withdrawn.connect(self.message_withdrawn)
        self.data.known.connect(self._images_known)
        self.run_directory.moved.connect(self.runner.runs_moved)
        self.run_directory.word.connect(lambda sentence: self.say("runs", sentence))
        self._recall()

    # --- saying -----------------------------------------------------------------------------------

    def say(self, key: str, text: str, *choices: Choice, details: str = "") -> None:
        """Says one sentence with its buttons, until it is closed or withdrawn."""
        self.message_requested.emit(Message(key, text, choices, details))

    def withdraw(self, key: str) -> None:
        """Takes a message back, where it still stands."""
        self.message_withdrawn.emit(key)

    def show_first_problem(self) -> None:
        """Shows the first problem, if there is one."""
        problems = self.document.analysis.problems
        if problems:
            self.problem_requested.emit(problems[0])

    # --- another document -------------------------------------------------------------------------

    def may_replace(self) -> bool:
        """Whether another document may come now: this one holds nothing yet, or its person lets it go."""
        return self.file.untouched or self.may_leave()

    def begin(self, project: Project, id_: str | None = None) -> bool:
        """A project without a file takes this one's place; false where its person keeps the present one."""
        if not self.may_replace():
            return False
        self._leave()
        self.file.begin(project, id_)
        self.document_replaced.emit()
        return True

    def begin_template(self, name: str) -> bool:
        """A template's project takes this one's place; false where its person keeps the present one.

        One's own images stay, and the template is fitted to them.
        """
        project, info = TEMPLATES[name].make(), self.data.in_use
        if isinstance(info, OwnDataSet) and project.data.source is not None:
            project = used(project, info)
        return self.begin(project)

    def open(self, path: Path, project: Project) -> bool:
        """A project that was read from a file takes this one's place; false where its person keeps the present one."""
        if not self.may_replace():
            return False
        self._leave()
        self.file.take(path, project)
        self.document_replaced.emit()
        return True

    def restore(self, leftover: Leftover) -> None:
        """Takes up unsaved work of a crash."""
        if self.may_replace():
            self._leave()
            self.file.restore(leftover.project, leftover.path, leftover.document)
            if self.run_directory.has_runs():
                self.recovery.keep_runs()
            self.recovery.keep_now()
            self._recall()
            leftover.discard()
            self.document_replaced.emit()

    def _leave(self) -> None:
        """Before another document comes: nothing of the present one stays selected, said or kept for nobody."""
        self.selection.select([])
        for key in ("file", TRAIN, "runs"):
            self.withdraw(key)
        self.discard_unsaved_runs()

    def discard_unsaved_runs(self) -> None:
        """The document goes: runs of one that was never saved go with it."""
        if self.document.path is None:
            self.run_directory.discard()

    # --- training ---------------------------------------------------------------------------------

    def train(self, quick: bool = False) -> None:
        """Trains the project as it is now, or says what is missing, with the way out. The one place that asks.

        `quick`: one epoch on 2,000 images.
        """
        if self.runner.active:
            return
        self.withdraw(TRAIN)
        self.input_needed.emit()
        document = self.document
        missing, found = missing_text(document), conditions(document)
        if not document.project.network.blocks:
            sentence = _("There is no network to train yet: choose a template, or drag blocks here.")
            self.say(TRAIN, sentence)
            self.workspace_requested.emit("build")
        elif document.analysis.problems:
            self.show_first_problem()
        elif self.data.in_use is None and isinstance(document.project.data.source, OWN):
            self._wait_for_images(quick)
        elif resolve_or_none(document.project.data) is None:
            choose = (_("Choose a data set"), lambda: self.workspace_requested.emit("data"))
            self.say(TRAIN, _("Training needs images: choose a data set."), choose)
        elif missing is not None:
            label = (
                _("{fix} and train").format(fix=found[0].problem.fixes[0].label)
                if found
                else _("Add and train")
            )
            add = (label, lambda: self._complete_and_train(quick))
            self.say(TRAIN, _("Right, but {missing}.").format(missing=missing), add)
        elif (condition := blocking_condition(document)) is not None:
            label = _("{fix} and train").format(fix=condition.fixes[0].label)
            self.say(TRAIN, condition.message, (label, lambda: self._mend_and_train(condition, quick)))
        elif self.child.busy:
            self._say_busy()
        elif quick or self._fits():
            self._begin(quick)
            self._say_of_the_run()

    def _say_of_the_run(self) -> None:
        """What does not stop a run, but would make it a better one, is said before its first step."""
        condition = next((found.problem for found in conditions(self.document)), None)
        if condition is not None:
            fix = condition.fixes[0]
            self.say(TRAIN, condition.message, (fix.label, lambda: mend(self.document, condition)))

    def train_with(self, info: DataSetInfo, quick: bool = False) -> None:
        """Takes this data set into use, and trains."""
        self.data.use(info)
        self.train(quick)

    def _wait_for_images(self, quick: bool) -> None:
        """The project's own images are not known yet: they are read first, or asked for where they are gone."""
        if self.data.lost is not None or self.data.failure is not None:
            self.workspace_requested.emit("data")
            return
        self._train_once_read = quick
        self.say(TRAIN, _("The images are read first; then training begins."))
        self.data.read_project()

    def _images_known(self) -> None:
        quick, self._train_once_read = self._train_once_read, None
        if quick is not None:
            self.train(quick)

    def complete(self) -> None:
        """Makes the network a good classifier of its data, as one undo step."""
        complete(self.document)

    def resume(self, entry: RunEntry) -> None:
        """Goes on with a run that was stopped, from its checkpoint to the epochs that it was to have."""
        if self.runner.active:
            return
        record = load_record(entry.folder)
        if record is None:
            self.say(
                TRAIN, _("{name} cannot be gone on with: its folder is damaged.").format(name=entry.name)
            )
        elif self.child.busy:
            self._say_busy()
        else:
            self._start(lambda: self.runner.resume(record))

    def show_project_of(self, entry: RunEntry) -> None:
        """Brings back what a run trained, network and settings, as an edit that can be undone."""
        if entry.project is not None:
            title = _("Open the network of {name}").format(name=entry.name)
            self.document.edit(title, entry.project)
            self.workspace_requested.emit("build")

    def train_present(self) -> None:
        """Ends the run under way, keeping it, and trains the network as it is now."""
        if not self.runner.active:
            self.train()
            return
        self._train_next = True
        self.runner.stop(keep=True)

    def show_trained(self) -> None:
        """Brings back the network of the run, as an edit that can be undone."""
        record = self.runner.record
        if record is not None:
            title = _("Show the network of {name}").format(name=record.name)
            self.document.edit(title, record.project)

    def pause_or_go_on(self) -> None:
        """Holds the run, or lets it go on."""
        if self.runner.state == "paused" or self.runner.status.pausing:
            self.runner.go_on()
        else:
            self.runner.pause()

    def _say_busy(self) -> None:
        self.say(TRAIN, _("Another network of this window is training. Stop it, or wait for its end."))

    def _begin(self, quick: bool = False) -> None:
        folder = self.run_directory.folder
        self._start(lambda: self.runner.train(self.document.project, folder, quick))

    def _start(self, start: Callable[[], bool]) -> None:
        self.run_edits.mark()
        self.run_directory.hold(True)
        if start():
            self.recovery.keep_runs()
            self.run_started.emit()

    def _fits(self) -> bool:
        """Where one step finds no room in the device's memory, says so and waits for an answer."""
        project = self.document.project
        found = too_large(self.document.analysis, project.training, self.child.ready)
        if found is None:
            return True
        use = _("Use batch size {batch}").format(batch=number(found.batch_size))
        self.say(
            TRAIN,
            found.sentence,
            (use, lambda: self._use_batch(found.batch_size)),
            (_("Train anyway"), self._begin),
        )
        return False

    def _use_batch(self, batch: int) -> None:
        project = self.document.project
        changed = replace(project, training=replace(project.training, batch_size=batch))
        self.document.edit(_("Use batch size {batch}").format(batch=batch), changed)
        self.train()

    def _mend_and_train(self, condition: Problem, quick: bool) -> None:
        mend(self.document, condition)
        self.train(quick)

    def _complete_and_train(self, quick: bool) -> None:
        self.complete()
        self.train(quick)

    # --- what changed -----------------------------------------------------------------------------

    def _document_changed(self, before: Project, after: Project) -> None:
        if self.document.id != self._document_id:
            self._document_id = self.document.id
            self._train_next = False
            self._train_once_read = None
            self.runner.forget()
            self.run_directory.hold(False)
        else:
            self.withdraw(TRAIN)
        self.document_changed.emit(before, after)

    def _path_changed(self) -> None:
        self._recall()

    def _run_changed(self) -> None:
        if not self.runner.active:
            self.run_directory.hold(False)
        self.run_changed.emit()
        if self._train_next and not self.runner.active:
            self._train_next = False
            # Not within the signal that tells of the end: others are still to hear of it.
            QTimer.singleShot(0, self, self.train)

    def _recall(self) -> None:
        """An opened project shows its last run, where it trained this very network."""
        if self.runner.record is not None:
            return
        record = last_run(self.run_directory.folder, self.document.project.network)
        if record is not None:
            self.run_edits.mark()
            self.runner.recall(record)

    def shutdown(self) -> None:
        """The process ends: what is unsaved stays kept for the next start."""
        self.data.shutdown()
        self.runner.shutdown()

    def close(self) -> None:
        """The document closes in order: nothing is left behind but what was saved."""
        self.shutdown()
        self.recovery.close()
        self.discard_unsaved_runs()
