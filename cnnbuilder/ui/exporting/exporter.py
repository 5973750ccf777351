"""Does the exports of one window: text and figures at once, the rest through the child."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnbuilder.engine.messages import Export
from cnnbuilder.network.code import Style
from cnnbuilder.network.file import dumps
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.forms import FORMS, Choice
from cnnbuilder.ui.exporting.job import BAR, Job, say_written
from cnnbuilder.ui.exporting.stage import CannotWriteError, Stage

if TYPE_CHECKING:
    from cnnbuilder.ui.window.window import Window


class Exporter(QObject):
    """Exports the project as it was when Export was pressed; edits and a training may go on meanwhile."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._jobs: set[Job] = set()
        self.choice = Choice()
        """What was chosen last in this window."""

    @property
    def under_way(self) -> int:
        """How many exports the child has not answered yet."""
        return len(self._jobs)

    def ask(self, form: str = "", style: Style | None = None) -> None:
        """Opens the dialog, at this form and style; where the network has problems, the first of them instead."""
        from cnnbuilder.ui.exporting.dialog import ExportDialog

        if self._right():
            ExportDialog(self._window, self, form, style).open()

    def check(self) -> None:
        """Compares what is exported with what was trained, by the newest run of this very network, else untrained."""
        from cnnbuilder.ui.exporting.trained import offer

        if self._right():
            found = offer(self._window.bottom.runs_folder, self._window.document.project.network).runs
            self.compare(found[0].folder if found else None)

    def compare(self, run: Path | None) -> None:
        """The same, with the weights of this run; None: fresh ones."""
        from cnnbuilder.ui.exporting.check import CheckDialog

        CheckDialog(self._window, self._window.errands, self._window.document.project, run).open()

    def begin(self, choice: Choice, out: Path) -> None:
        """Exports to this place. Raises `CannotWriteError` with one sentence where it cannot even begin."""
        from cnnbuilder.ui.exporting.writing import write

        self.choice = choice
        form, project, bars = FORMS[choice.form], self._window.document.project, self._window.bars
        stage = Stage(out)
        if form.here:
            try:
                write(choice, project, stage.path)
            except CannotWriteError:
                stage.discard()
                raise
            stage.deliver()
            say_written(bars, out)
            return
        job = Job(bars, stage, lambda: self.ask(choice.form))
        self._jobs.add(job)
        job.over.connect(lambda: self._forget(job))
        # What is exported is the project of this moment: it leaves as text at once.
        text, place = dumps(project), str(stage.path) + ("" if form.endings else "/")
        run = choice.run if "weights" in form.options else None
        # Without weights, the runs say how a training computes.
        runs_folder = None if "weights" in form.options else self._window.bottom.runs_folder
        self._window.errands.ask(
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
        document, bars = self._window.document, self._window.bars
        bars.close_bar(BAR)
        if not document.project.network.blocks:
            bars.say(BAR, _("There is no network to export yet: choose a template, or drag blocks here."))
        elif document.analysis.problems:
            bars.say(BAR, _("Exporting needs a network without problems. Mend this one, then export."))
            self._window.show_first_problem()
        else:
            return True
        return False
