"""The window: where its parts stand, and how they hear of one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.build.canvas_area import CanvasArea
from cnnbuilder.ui.build.drawer import Bottom
from cnnbuilder.ui.build.sample_picture import SamplePicture
from cnnbuilder.ui.build.workspace import LEFT_PAGES, Panes
from cnnbuilder.ui.canvas.commands import Menu
from cnnbuilder.ui.exporting.exporter import Exporter
from cnnbuilder.ui.importing.importer import Importer
from cnnbuilder.ui.session.background_tasks import Errands
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.memory_estimate import MemoryOutlook
from cnnbuilder.ui.session.recovery import Recovery
from cnnbuilder.ui.session.runner import Runner
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.widgets.message_bars import Bars
from cnnbuilder.ui.window import layout_memory
from cnnbuilder.ui.window.actions import Actions
from cnnbuilder.ui.window.command_palette import ask_command
from cnnbuilder.ui.window.data_choice import DataChoice
from cnnbuilder.ui.window.device_chip import DeviceChip
from cnnbuilder.ui.window.files import Files
from cnnbuilder.ui.window.focus_order import move_focus
from cnnbuilder.ui.window.menus import Menus
from cnnbuilder.ui.window.opening import Opening
from cnnbuilder.ui.window.run_control import RunControl, complete, missing_text
from cnnbuilder.ui.window.status_bar import StatusLine
from cnnbuilder.ui.window.top_bar import Toolbar
from cnnbuilder.ui.window.view_choices import ViewChoices

if TYPE_CHECKING:
    from cnnbuilder.ui.window.windows import Windows


class Window(QMainWindow):
    """One open document, and everything around it."""

    answers = Signal()
    """Painted for the first time, and back in the event loop: a person can work."""

    def __init__(self, document: Document | None = None, windows: Windows | None = None) -> None:
        super().__init__()
        self.document = document or Document()
        self.windows = windows
        self.selection = Selection(self)
        self.runner = Runner(self)
        self.errands = Errands(self.runner)
        self.bars = Bars()
        self.toolbar = Toolbar()
        self.status = StatusLine()
        self.area = CanvasArea(self.document, self.selection)
        self.canvas = self.area.canvas
        self.files = Files(self, self.document, self.bars)
        self.recovery = Recovery(self.document, self)
        self.outlook = MemoryOutlook(self.document, self.runner)
        self.bottom = Bottom(self.document, self.selection, self.runner, self.outlook)
        self.exporter = Exporter(self)
        self.control = RunControl(self.document, self.runner, self.bars, self.bottom.begin_training)
        self.data = DataChoice(self.document, self.toolbar.data, self.bars, self)
        self.picture = SamplePicture(self.document, self.runner, self.canvas)
        self.device = DeviceChip(self.toolbar.device, self.runner, self)
        self.choices = ViewChoices(self)
        self.actions_by_name = Actions(self)
        self._painted = False
        self._closed = False
        self.opening = Opening(self)
        self.importer = Importer(self)
        self.panes = Panes(self)
        self.setCentralWidget(self.panes)
        self.menus = Menus(self)
        self._fill_toolbar()
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(720, 480)
        layout_memory.restore(self)
        self._document_changed()
        self._name_window()
        # The last child goes last: every view that listens to it is gone by then.
        self.document.setParent(self)

    # --- building ---------------------------------------------------------------------------------

    def _fill_toolbar(self) -> None:
        for group in (("new", "open", "save"), ("undo", "redo")):
            if group[0] == "undo":
                self.toolbar.add_gap()
            for name in group:
                self.toolbar.add_action(self.actions_by_name[name])
        self.toolbar.set_menu(self.toolbar.data, self.data.menu)
        for button, name in ((self.toolbar.train, "train"), (self.toolbar.pause, "pause")):
            button.setToolTip(self.actions_by_name[name].toolTip())
            button.clicked.connect(self.actions_by_name[name].trigger)
        self.toolbar.offer_stop([self.actions_by_name[name] for name in ("stop", "discard")])

    def _connect(self) -> None:
        self.document.changed.connect(self._document_changed)
        self.outlook.changed.connect(self._document_changed)
        self.document.path_changed.connect(self._name_window)
        self.document.undo_stack.cleanChanged.connect(self._name_window)
        self.area.template_chosen.connect(self.opening.begin_template)
        self.status.problems_clicked.connect(lambda: self.show_page("problems"))
        self.status.fix_clicked.connect(self.complete)
        self.canvas.edit_requested.connect(self.panes.edit_block)
        self.canvas.status_hint.connect(self.status.say)
        self.control.problems_wanted.connect(self.show_first_problem)
        self.control.closable.connect(self.close, Qt.ConnectionType.QueuedConnection)
        self.files.has_runs = self.bottom.has_runs
        self.files.is_training = lambda: self.runner.active
        self.control.choose_data = self.toolbar.data.showMenu
        self.runner.state_changed.connect(self._run_changed)
        self.panes.inspector.code_requested.connect(lambda _id: self.show_page("code"))
        self.bottom.connect_window(self)
        self._run_changed()

    # --- what the parts ask for -------------------------------------------------------------------

    def canvas_actions(self, menu: Menu) -> list[QAction]:
        """The canvas' own actions that belong into a menu: "edit", "view" or "network"."""
        return self.canvas.menu_actions(menu)

    def show_page(self, key: str) -> QWidget:
        """Opens a tab, left or at the bottom, wherever it is."""
        return self.panes.show_left(key) if key in LEFT_PAGES else self.bottom.open(key)

    def show_first_problem(self) -> None:
        """Shows the first problem, if there is one."""
        problems = self.document.analysis.problems
        if problems:
            self.open_problem(problems[0])

    def open_problem(self, problem: Problem) -> None:
        """Shows a problem on the canvas, with its fix ready to be pressed, or the caret in the field to fill in."""
        block = self.document.project.network.by_id.get(problem.id or "")
        if block is not None and block.open:
            self.panes.edit_block(block.id)
            self.canvas.show_block(block.id)
        else:
            self.canvas.show_problem(problem)

    def complete(self) -> None:
        """Makes the network a classifier of its data."""
        complete(self.document)

    def toggle_bottom(self) -> None:
        self.bottom.set_folded(not self.bottom.folded)

    def ask_command(self) -> None:
        """The command palette."""
        ask_command(self, self.menuBar())

    def show_shortcuts(self) -> None:
        from cnnbuilder.ui.window.about import show_shortcuts

        show_shortcuts(self, self.menuBar())

    def show_about(self) -> None:
        from cnnbuilder.ui.window.about import show_about

        show_about(self)

    # --- what changed -----------------------------------------------------------------------------

    def _document_changed(self) -> None:
        document = self.document
        missing = missing_text(document)
        precision = self.outlook.precision(document.project.training)
        self.status.show_state(document.project, document.analysis, missing, precision, self.outlook.room)
        self.bottom.set_problem_count(
            len(document.analysis.problems) if document.project.network.blocks else 0
        )
        self.actions_by_name["classifier"].setEnabled(missing is not None)
        self.actions_by_name["first-problem"].setEnabled(bool(document.analysis.problems))

    def _name_window(self) -> None:
        self.toolbar.show_title(self.files.name, self.files.edited)
        self.setWindowTitle(f"{self.files.name}[*] – cnnbuilder")
        self.setWindowModified(self.files.edited)

    def _run_changed(self) -> None:
        active, state = self.runner.active, self.runner.state
        self.toolbar.show_running(active, state == "paused" or self.runner.status.pausing)
        self.toolbar.pause.setEnabled(state in ("training", "paused"))
        for name in ("pause", "discard"):
            self.actions_by_name[name].setEnabled(active)
        self.actions_by_name["stop"].setEnabled(active and state != "stopping")
        for name in ("train", "quick"):
            self.actions_by_name[name].setEnabled(not active)
        self.actions_by_name["pause"].setText(_("&Go on") if state == "paused" else _("&Pause"))
        self.actions_by_name["test"].setEnabled(state == "finished")

    # --- coming and going -------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.answers.emit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Widths and heights are known only now.
        self.panes.sides.arrange()
        self.bottom.fit_height()
        self.bottom.open_current()
        if self.focusWidget() is None:
            self.area.take_focus()

    def focusNextPrevChild(self, next: bool) -> bool:
        left, right = self.panes.left, self.panes.right
        parts = (self.toolbar, left, self.bars, self.area, right, self.bottom, self.status)
        return move_focus(self, parts, rows=(self.toolbar, self.status), forward=next)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.opening.drag_enters(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.opening.dropped(event)

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    def quit(self) -> None:
        """Closes every window, each asking for itself."""
        if self.windows is not None:
            self.windows.close_all()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closed and not self._may_close():
            event.ignore()
            return
        if not self._closed:
            self._closed = True
            layout_memory.save(self)
            self.recovery.close()
            self.errands.shutdown()
            self.runner.shutdown()
            self.exporter.shutdown()
            self.importer.shutdown()
            self.bottom.drop_unsaved_runs()
            if self.windows is not None:
                self.windows.closed(self)
        event.accept()

    def _may_close(self) -> bool:
        # Unsaved work first: its answer "Cancel" must not leave a run stopped.
        if not self.files.settle_edits():
            return False
        if self.document.path is None and self.files.declined:
            return True  # what would be kept of the run goes with the project
        return self.control.may_close()
