"""Train, Pause and Stop: from toolbar and menu to the runner, and what stands in the way of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from cnnbuilder.network.classifier import make_classifier, not_yet
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets.message_bars import Bars
from cnnbuilder.ui.widgets.questions import choose
from cnnbuilder.ui.window.data_choice import chosen

if TYPE_CHECKING:
    from cnnbuilder.ui.session.runner import Runner

BAR = "train"


def missing_text(document: Document) -> str | None:
    """Why a network without problems cannot learn its data yet, or None."""
    info = chosen(document.project)
    return not_yet(document.analysis, len(info.classes)) if info and document.project.network.blocks else None


def complete(document: Document) -> None:
    """Adds what makes the network a classifier, as one undo step."""
    info = chosen(document.project)
    if info is None:
        return
    network = make_classifier(document.project.network, len(info.classes))
    document.edit(_("Make it a classifier"), replace(document.project, network=network))


class RunControl(QObject):
    """What Train does now. It is never greyed out: where it cannot train, it shows why, with the way out."""

    problems_wanted = Signal()
    """The first problem is to be shown, with its fix focused."""
    closable = Signal()
    """A run that held up the closing of the window is over."""

    def __init__(self, document: Document, runner: Runner, bars: Bars, begin: Callable[[bool], None]) -> None:
        """`begin(quick)` starts the run through the Training tab."""
        super().__init__(bars)
        self._document = document
        self._runner = runner
        self._bars = bars
        self._begin = begin
        self._closing = False
        self.choose_template: Callable[[], None] = lambda: None
        self.choose_data: Callable[[], None] = lambda: None
        runner.state_changed.connect(self._state_changed)
        document.changed.connect(self._document_changed)

    @property
    def closing(self) -> bool:
        """Whether the window is to close as soon as the run is over."""
        return self._closing

    def train(self, quick: bool = False) -> None:
        """Trains, or says what is missing."""
        if self._runner.active:
            return
        self._bars.close_bar(BAR)
        document = self._document
        missing = missing_text(document)
        if not document.project.network.blocks:
            self._bars.say(
                BAR, _("There is no network to train yet: choose a template, or drag blocks here.")
            )
        elif document.analysis.problems:
            self.problems_wanted.emit()
        elif chosen(document.project) is None:
            self._bars.say(
                BAR,
                _("Training needs images: choose a data set."),
                [(_("Choose a data set"), self.choose_data)],
            )
        elif missing is not None:
            self._bars.say(
                BAR,
                _("Right, but {missing}.").format(missing=missing),
                [(_("Add and train"), lambda: self._complete_and_train(quick))],
            )
        else:
            self._begin(quick)

    def pause_or_go_on(self) -> None:
        """Holds the run, or lets it go on."""
        if self._runner.state == "paused" or self._runner.status.pausing:
            self._runner.go_on()
        else:
            self._runner.pause()

    def may_leave(self) -> bool:
        """Before another document takes this one's place: a run that is under way is stopped, or nothing happens."""
        if not self._runner.active:
            return True
        answer = choose(
            self._bars.window(),
            _("The network is still training."),
            _("Another network in this window ends it; what its last checkpoint holds is kept."),
            [_("End the training"), _("Cancel")],
        )
        if answer == 0 and self._runner.active:
            self._runner.stop_now()
        return answer == 0

    def may_close(self) -> bool:
        """Before the window closes. False: a run is under way, and it is waited for or goes on."""
        if not self._runner.active:
            return True
        if self._closing and self._runner.state == "stopping":
            return False
        answer = choose(
            self._bars.window(),
            _("The network is still training."),
            _("Stopping keeps what it has learned so far."),
            [_("Stop and keep"), _("Go on until done"), _("Cancel")],
        )
        return self._closed_by(answer)

    def _closed_by(self, answer: int) -> bool:
        """Does what was answered; true where nothing holds the window any longer."""
        if not self._runner.active:
            return True  # it ended while the question stood
        if answer == 2:
            self._closing = False
            self._bars.close_bar(BAR)
            return False
        self._closing = True
        if answer == 0:
            self._runner.stop(keep=True)
            self._bars.say(
                BAR,
                _("Finishing the step in progress. The window closes when it is kept."),
                [(_("Close now"), self._runner.stop_now)],
            )
        else:
            self._runner.go_on()  # a run that is held would never be done
            self._bars.say(
                BAR,
                _("The window closes when the training is done."),
                [(_("Keep it open"), self._keep_open)],
            )
        return not self._runner.active

    def _keep_open(self) -> None:
        self._closing = False

    def _complete_and_train(self, quick: bool) -> None:
        complete(self._document)
        self.train(quick)

    def _state_changed(self) -> None:
        if self._closing and not self._runner.active:
            self.closable.emit()

    def _document_changed(self, before: Project, after: Project) -> None:
        if not self._closing:
            self._bars.close_bar(BAR)
