"""Leaving: what is asked before a document goes or a window closes while something is under way."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.session.project_file import ProjectFile
from cnnbuilder.ui.session.session import TRAIN, Session
from cnnbuilder.ui.widgets.questions import choose
from cnnbuilder.ui.window.files import Files


class Closing(QObject):
    """Asks about unsaved work first, then about the run: "Cancel" must not leave a run stopped."""

    closable = Signal()
    """A run that held up the closing of the window is over."""

    def __init__(self, session: Session, files: Files, window: QWidget) -> None:
        super().__init__(session)
        self._session = session
        self._runner = session.runner
        self._files = files
        self._window = window
        self._waiting = False
        session.may_leave = self.may_leave
        session.run_changed.connect(self._run_changed)

    @property
    def waiting(self) -> bool:
        """Whether the window is to close as soon as the run is over."""
        return self._waiting

    def may_leave(self) -> bool:
        """Before another document comes: unsaved work is settled and a run is ended, or nothing happens."""
        return self._files.settle_edits() and self._may_end_run()

    def _may_end_run(self) -> bool:
        if not self._runner.active:
            return True
        answer = choose(
            self._window,
            _("The network is still training."),
            _("Another network in this window ends it; what its last checkpoint holds is kept."),
            [_("End the training"), _("Cancel")],
        )
        if answer == 0 and self._runner.active:
            self._runner.stop_now()
        return answer == 0

    def may_close(self) -> bool:
        """Before the window closes. False: it stays, or waits for the run."""
        if not self._files.settle_edits():
            return False
        file: ProjectFile = self._session.file
        if self._session.document.path is None and file.declined:
            return True  # what would be kept of the run goes with the project
        if not self._runner.active:
            return True
        if self._waiting and self._runner.state == "stopping":
            return False
        answer = choose(
            self._window,
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
            self._waiting = False
            self._session.withdraw(TRAIN)
            return False
        self._waiting = True
        if answer == 0:
            self._runner.stop(keep=True)
            self._session.say(
                TRAIN,
                _("Finishing the step in progress. The window closes when it is kept."),
                (_("Close now"), self._runner.stop_now),
            )
        else:
            self._runner.go_on()  # a run that is held would never be done
            self._session.say(
                TRAIN,
                _("The window closes when the training is done."),
                (_("Keep it open"), self._keep_open),
            )
        return not self._runner.active

    def _keep_open(self) -> None:
        self._waiting = False

    def _run_changed(self) -> None:
        if self._waiting and not self._runner.active:
            self.closable.emit()
