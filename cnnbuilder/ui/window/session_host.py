"""What a window keeps for a session that it shows: its workspaces, its menus, and who answers what it asks for."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.exporter import Exporter
from cnnbuilder.ui.importing.importer import Importer
from cnnbuilder.ui.session.session import TRAIN, Session
from cnnbuilder.ui.window.actions import Actions
from cnnbuilder.ui.window.closing import Closing
from cnnbuilder.ui.window.files import Files
from cnnbuilder.ui.window.opening import Opening
from cnnbuilder.ui.window.own_images import OwnImages
from cnnbuilder.ui.window.training_strip import TrainingStrip
from cnnbuilder.ui.window.workspaces import Workspace, Workspaces


class SessionHost(QObject):
    """Answers the session's requests with its own workspaces; another session has another host."""

    def __init__(self, session: Session, window: QWidget) -> None:
        """`window`: over which dialogs and questions open."""
        super().__init__(window)
        self.session = session
        self.workspaces = Workspaces(session)
        self.build = self.workspaces.build
        self.actions = Actions(self.workspaces)
        self.files = Files(session, window)
        self.importer = Importer(session, window)
        self.exporter = Exporter(session, window)
        self.images = OwnImages(session, window)
        self.opening = Opening(session, self.files, self.importer, self.images)
        self.closing = Closing(session, self.files, window)
        self.strip = TrainingStrip(session)
        self._shows_run = False
        self.build.canvas.source_pasted.connect(self.importer.pasted)
        self.build.canvas.clipboard_refused.connect(self.importer.refuse)
        self.build.drawer.export_requested.connect(lambda style: self.exporter.ask("model", style))
        self.strip.clicked.connect(lambda: self.go_to("train"))
        session.workspace_requested.connect(self.go_to)
        session.page_requested.connect(self.show_page)
        session.problem_requested.connect(self.open_problem)
        session.fields_requested.connect(self._edit_block)
        session.block_requested.connect(self._show_block)
        session.plot_file_requested.connect(self.exporter.save_plot)
        session.run_started.connect(self._run_started)
        session.document_replaced.connect(self._document_replaced)

    # --- training ---------------------------------------------------------------------------------

    def train(self) -> None:
        """Train was pressed: it starts, and the Train workspace shows it."""
        self._shows_run = True
        self._train()

    def train_here(self, quick: bool = False) -> None:
        """Starts, and leaves a person where they are."""
        self._shows_run = False
        self._train(quick)

    def _train(self, quick: bool = False) -> None:
        """Where a person looks at one data set while another is in use, Train asks which is meant."""
        data = self.session.data
        shown, in_use = data.shown, data.in_use
        looking = self.workspaces.current == "data" and data.choice_comes_first
        if not looking or shown is None or in_use is None or self.session.runner.active:
            self.session.train(quick)
            return
        self.session.say(
            TRAIN,
            _("Train {in_use} or {shown}?").format(in_use=in_use.title, shown=shown.title),
            (in_use.title, lambda: self.session.train(quick)),
            (shown.title, lambda: self.session.train_with(shown, quick)),
        )

    def _run_started(self) -> None:
        if self._shows_run:
            self._shows_run = False
            self.go_to("train")

    # --- where one is -----------------------------------------------------------------------------

    def go_to(self, key: str) -> None:
        """Shows a workspace, with the keyboard in it."""
        if key != self.workspaces.current:
            workspace: Workspace = self.workspaces.open(key)  # type: ignore[assignment]
            workspace.take_focus()

    def show_page(self, key: str) -> QWidget:
        """Opens a page of Build, wherever it is there."""
        self.workspaces.open("build")
        return self.build.show_page(key)

    def open_problem(self, problem: Problem) -> None:
        """Shows a problem in Build, with its mend ready to be pressed."""
        self.workspaces.open("build")
        self.build.open_problem(problem)

    def _edit_block(self, id_: str) -> None:
        self.workspaces.open("build")
        self.build.edit_block(id_)

    def _show_block(self, id_: str) -> None:
        self.workspaces.open("build")
        self.build.canvas.show_block(id_)

    def _document_replaced(self) -> None:
        present: Workspace = self.workspaces.currentWidget()  # type: ignore[assignment]
        # What had the focus may be gone with the document before.
        present.take_focus()

    def shutdown(self) -> None:
        """The window closes, and its children are gone."""
        self.exporter.shutdown()
        self.importer.shutdown()
        self.session.shutdown()
