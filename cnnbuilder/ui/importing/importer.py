"""Brings networks into one window: from PyTorch source, or from torchvision through the child."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject

from cnnbuilder.engine.messages import NetworkRead
from cnnbuilder.network.clipboard import Pasted
from cnnbuilder.network.file import FileProblemError, loads
from cnnbuilder.network.project import Data, Project
from cnnbuilder.text import _
from cnnbuilder.ui.importing.torchvision import Errand
from cnnbuilder.ui.session.import_report import LastReading, Reading
from cnnbuilder.ui.session.run_directory import unsaved

if TYPE_CHECKING:
    from cnnbuilder.ui.importing.dialog import ImportDialog
    from cnnbuilder.ui.window.window import Window

BAR = "import"
SUFFIX = ".py"


class Importer(QObject):
    """What File > Import, dropping a .py file and pasting source do. Every refusal is one sentence in a bar."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.last = LastReading(window.document)
        self._under_way: set[Errand] = set()
        clipboard = window.canvas.commands.clipboard
        clipboard.read.connect(self._pasted)
        clipboard.refused.connect(self._refuse)
        self.last.changed.connect(self._reading_changed)

    def ask(self) -> None:
        """Opens the dialog: a Python file, or a network of torchvision."""
        from cnnbuilder.ui.importing.dialog import ImportDialog

        path = self._window.document.path
        dialog = ImportDialog(self._window, path.parent if path else None)
        dialog.file_chosen.connect(self.read_file)
        dialog.network_chosen.connect(lambda name: self._fetch(dialog, name))
        dialog.open()

    # --- source -----------------------------------------------------------------------------------

    def read_file(self, path: Path) -> bool:
        """Reads a Python file; what it holds becomes a new document. False where it stays as it was."""
        from cnnbuilder.network.importing import CannotReadError
        from cnnbuilder.ui.importing.source_file import read_file

        try:
            imported = read_file(path)
        except CannotReadError as refused:
            self._refuse(str(refused))
            return False
        if not self._window.opening.take(Project(imported.network, Data(None))):
            return False
        self._keep(Reading(path.name, tuple(imported.network.by_id), imported.remarks))
        return True

    def _pasted(self, pasted: Pasted) -> None:
        self._keep(Reading(_("the clipboard"), pasted.ids, pasted.remarks or ()))

    # --- torchvision ------------------------------------------------------------------------------

    def _fetch(self, dialog: ImportDialog, name: str) -> None:
        id_ = uuid4().hex
        errand = Errand(self._window.errands, name, unsaved(id_), self)
        self._under_way.add(errand)
        dialog.cancelled.connect(errand.cancel)
        errand.failed.connect(dialog.say_failed)
        errand.arrived.connect(lambda answer: self._take(dialog, errand, name, id_, answer))
        errand.over.connect(lambda: self._forget(errand))
        dialog.say_under_way(name)
        errand.start()

    def _forget(self, errand: Errand) -> None:
        self._under_way.discard(errand)
        errand.deleteLater()

    def shutdown(self) -> None:
        """The window closes, and its children are gone: no weights that nobody waits for stay."""
        for errand in self._under_way:
            errand.discard()
        self._under_way.clear()

    def _take(self, dialog: ImportDialog, errand: Errand, name: str, id_: str, answer: NetworkRead) -> None:
        from cnnbuilder.network.importing import Remark

        try:
            project = loads(answer.project)
        except FileProblemError as problem:
            dialog.say_failed(str(problem))
            errand.discard()
            return
        dialog.accept()
        if not self._window.opening.take(project, id_):
            errand.discard()
            return
        if answer.run is not None:
            self._window.bottom.open("training")
        remarks = tuple(Remark(0, sentence) for sentence in answer.remarks)
        self._keep(Reading(name, tuple(project.network.by_id), remarks))

    # --- what is said -----------------------------------------------------------------------------

    def show_remarks(self) -> None:
        """Opens the list of what was read and what was not."""
        from cnnbuilder.ui.build.problems import ProblemsView

        page = self._window.show_page("problems")
        if isinstance(page, ProblemsView):
            page.focus_remarks()

    def _keep(self, reading: Reading) -> None:
        self.last.keep(reading)
        if reading.remarks:
            choices = [(_("Show"), self.show_remarks)]
            self._window.bars.say(BAR, reading.sentence, choices)
        else:
            self._window.bars.close_bar(BAR)
            self._window.status.say(reading.sentence)

    def _reading_changed(self) -> None:
        if self.last.present is None:
            self._window.bars.close_bar(BAR)

    def _refuse(self, sentence: str) -> None:
        self._window.bars.say(BAR, sentence)
