"""Brings networks into one session: from PyTorch source, or from torchvision through the child."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnbuilder.engine.messages import NetworkRead
from cnnbuilder.network.clipboard import Pasted
from cnnbuilder.network.data import Data
from cnnbuilder.network.file import FileProblemError, loads
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.importing.torchvision import TorchvisionImport
from cnnbuilder.ui.session.import_report import ImportReport
from cnnbuilder.ui.session.run_directory import unsaved
from cnnbuilder.ui.session.session import Session

if TYPE_CHECKING:
    from cnnbuilder.network.importing import Imported
    from cnnbuilder.ui.importing.dialog import ImportDialog
    from cnnbuilder.ui.importing.run_dialog import RanNetwork
    from cnnbuilder.ui.session.messages import Choice

BAR = "import"


class Importer(QObject):
    """What File > Import, dropping a .py file and pasting source do. Every refusal is one sentence in a bar."""

    def __init__(self, session: Session, window: QWidget) -> None:
        """`window`: over which the dialog opens."""
        super().__init__(session)
        self._session = session
        self._window = window
        self.last = session.last_import
        self._under_way: set[TorchvisionImport] = set()
        self.last.changed.connect(self._import_changed)

    def ask(self) -> None:
        """Opens the dialog: a Python file, or a network of torchvision."""
        from cnnbuilder.ui.importing.dialog import ImportDialog

        path = self._session.document.path
        dialog = ImportDialog(self._window, path.parent if path else None)
        dialog.file_chosen.connect(self.read_file)
        dialog.network_chosen.connect(lambda name: self._fetch(dialog, name))
        dialog.open()

    # --- source -----------------------------------------------------------------------------------

    def read_file(self, path: Path) -> bool:
        """Reads a Python file or notebook; its network becomes a new document. False where all stays as it was.

        Where it holds several, a list asks which; the likeliest is marked.
        """
        from cnnbuilder.network.importing import CannotReadError
        from cnnbuilder.ui.importing.source_file import open_source

        try:
            reading = open_source(path)
        except CannotReadError as refused:
            self.refuse(str(refused))
            return False
        try:
            imported = reading.read()
        except CannotReadError as refused:
            sentence = _("{name}: {reason}").format(name=path.name, reason=refused)
            self._session.say(BAR, sentence, self._offer(path))
            return False
        if imported.others:
            from cnnbuilder.ui.importing.network_choice import NetworkChoice

            choice = NetworkChoice(self._window, path.name, reading, imported)
            choice.chosen.connect(lambda taken: self._begin(path, taken))
            choice.open()
            return True
        return self._begin(path, imported)

    def _begin(self, path: Path, imported: Imported) -> bool:
        if not self._session.begin(Project(imported.network, Data(None))):
            return False
        # The call goes along where there is a choice: running the file shall not take another network.
        call = imported.chosen if imported.others else None
        unread = any(block.kind() == "Unread" for block in imported.network.blocks)
        offer = (self._offer(path, call),) if unread or imported.weights_asked else ()
        self._keep(ImportReport(path.name, tuple(imported.network.by_id), imported.remarks), *offer)
        return True

    def _offer(self, path: Path, call: str | None = None) -> tuple[str, Callable[[], None]]:
        """The button that asks whether the file may be run. Nothing of the answer is kept for another file."""
        return (_("Read by running…"), lambda: self._ask_run(path, call))

    def _ask_run(self, path: Path, call: str | None) -> None:
        from cnnbuilder.ui.importing.run_dialog import RunDialog

        dialog = RunDialog(self._window, path, call)
        dialog.arrived.connect(self._take_run)
        dialog.open()

    def _take_run(self, made: RanNetwork) -> None:
        from cnnbuilder.network.importing import Remark

        if not self._session.begin(made.project, made.id):
            made.discard()
            return
        self._session.workspace_requested.emit("train")
        remarks = tuple(Remark(0, sentence) for sentence in made.remarks)
        self._keep(ImportReport(made.source, tuple(made.project.network.by_id), remarks))

    def pasted(self, pasted: Pasted) -> None:
        """Source was pasted into the network."""
        self._keep(ImportReport(_("the clipboard"), pasted.ids, pasted.remarks or ()))

    # --- torchvision ------------------------------------------------------------------------------

    def _fetch(self, dialog: ImportDialog, name: str) -> None:
        id_ = uuid4().hex
        task = TorchvisionImport(self._session.tasks, name, unsaved(id_), self)
        self._under_way.add(task)
        dialog.cancelled.connect(task.cancel)
        task.failed.connect(dialog.say_failed)
        task.arrived.connect(lambda answer: self._take(dialog, task, name, id_, answer))
        task.over.connect(lambda: self._forget(task))
        dialog.say_under_way(name)
        task.start()

    def _forget(self, task: TorchvisionImport) -> None:
        self._under_way.discard(task)
        task.deleteLater()

    def shutdown(self) -> None:
        """The window closes, and its children are gone: no weights that nobody waits for stay."""
        for task in self._under_way:
            task.discard()
        self._under_way.clear()

    def _take(
        self, dialog: ImportDialog, task: TorchvisionImport, name: str, id_: str, answer: NetworkRead
    ) -> None:
        from cnnbuilder.network.importing import Remark

        try:
            project = loads(answer.project)
        except FileProblemError as problem:
            dialog.say_failed(str(problem))
            task.discard()
            return
        dialog.accept()
        if not self._session.begin(project, id_):
            task.discard()
            return
        if answer.run is not None:
            self._session.workspace_requested.emit("train")
        remarks = tuple(Remark(0, sentence) for sentence in answer.remarks)
        self._keep(ImportReport(name, tuple(project.network.by_id), remarks))

    # --- what is said -----------------------------------------------------------------------------

    def _keep(self, report: ImportReport, *offers: Choice) -> None:
        self.last.keep(report)
        if report.remarks or offers:
            show = (_("Show"), lambda: self._session.page_requested.emit("remarks"))
            self._session.say(BAR, report.sentence, show, *offers)
        else:
            self._session.withdraw(BAR)
            self._session.hint_requested.emit(report.sentence)

    def _import_changed(self) -> None:
        if self.last.present is None:
            self._session.withdraw(BAR)

    def refuse(self, sentence: str) -> None:
        """Nothing was read, or pasted, for this reason."""
        self._session.say(BAR, sentence)
