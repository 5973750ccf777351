"""Does the exports of one session: text and figures at once, the rest through the child."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnbuilder.engine.messages import Export
from cnnbuilder.network.code import Style
from cnnbuilder.network.file import dumps
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.atomic_output import CannotWriteError, ExportOutput
from cnnbuilder.ui.exporting.forms import FORMS, Choice
from cnnbuilder.ui.exporting.job import BAR, Job, say_written
from cnnbuilder.ui.plots.series import PlotSeries
from cnnbuilder.ui.session.session import Session


class Exporter(QObject):
    """Exports the project as it was when Export was pressed; edits and a training may go on meanwhile."""

    def __init__(self, session: Session, window: QWidget) -> None:
        """`window`: over which the dialogs open."""
        super().__init__(session)
        self._session = session
        self._window = window
        self._jobs: set[Job] = set()
        self.choice = Choice()
        """What was chosen last in this session."""

    @property
    def under_way(self) -> int:
        """How many exports the child has not answered yet."""
        return len(self._jobs)

    def ask(self, form: str = "", style: Style | None = None) -> None:
        """Opens the dialog, at this form and style; where the network has problems, the first of them instead."""
        from cnnbuilder.ui.exporting.dialog import ExportDialog

        if self._right():
            choice = replace(self.choice, style=style) if style else self.choice
            dialog = ExportDialog(self._window, self._session, choice, form)
            dialog.begin = self.begin
            dialog.compared.connect(self.compare)
            dialog.open()

    def check(self) -> None:
        """Compares what is exported with what was trained, by the newest run of this very network, else untrained."""
        from cnnbuilder.ui.exporting.weight_sources import offer

        if self._right():
            found = offer(self._session.run_directory.folder, self._session.document.project.network).runs
            self.compare(found[0].folder if found else None)

    def save_plot(self, shown: PlotSeries) -> None:
        """Asks for a file, and writes a plot or its values there; the ending says the form."""
        from cnnbuilder.ui.exporting.plot_file import ask_for_file, write_plot

        out = ask_for_file(shown, self._session.document.path, self._window)
        if out is not None:
            write_plot(shown, out, self._session)

    def compare(self, run: Path | None) -> None:
        """The same, with the weights of this run; None: fresh ones."""
        from cnnbuilder.ui.exporting.check import CheckDialog

        CheckDialog(self._window, self._session.tasks, self._session.document.project, run).open()

    def begin(self, choice: Choice, out: Path) -> None:
        """Exports to this place. Raises `CannotWriteError` with one sentence where it cannot even begin."""
        from cnnbuilder.ui.exporting.writing import write

        self.choice = choice
        form, project, session = FORMS[choice.form], self._session.document.project, self._session
        output = ExportOutput(out)
        if form.here:
            try:
                write(choice, project, output.path)
            except CannotWriteError:
                output.discard()
                raise
            output.deliver()
            say_written(session, out)
            return
        job = Job(session, output, lambda: self.ask(choice.form))
        self._jobs.add(job)
        job.over.connect(lambda: self._forget(job))
        # What is exported is the project of this moment: it leaves as text at once.
        text, place = dumps(project), str(output.path) + ("" if form.endings else "/")
        run = choice.run if "weights" in form.options else None
        # Without weights, the runs say how a training computes.
        runs_folder = None if "weights" in form.options else session.run_directory.folder
        session.tasks.ask(
            lambda number: Export(
                number,
                text,
                place,
                runs_folder=str(runs_folder) if runs_folder else None,
                run=str(run) if run else None,
                sequential="style" in form.options and choice.style == "sequential",
                normalise="normalise" in form.options and choice.normalise,
            ),
            job.answered,
        )

    def shutdown(self) -> None:
        """The window closes, and its children are gone."""
        for job in self._jobs:
            job.abandon()
        self._jobs.clear()

    def _forget(self, job: Job) -> None:
        self._jobs.discard(job)
        job.deleteLater()

    def _right(self) -> bool:
        """Whether the network can be exported; else shows what stands in the way."""
        session, document = self._session, self._session.document
        session.withdraw(BAR)
        if not document.project.network.blocks:
            session.say(BAR, _("There is no network to export yet: choose a template, or drag blocks here."))
        elif document.analysis.problems:
            session.say(BAR, _("Exporting needs a network without problems. Mend this one, then export."))
            session.show_first_problem()
        else:
            return True
        return False
