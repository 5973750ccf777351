"""The window: where its parts stand, and how they hear of one another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from cnnbuilder.network.project import Problem, Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _
from cnnbuilder.ui import layout_memory
from cnnbuilder.ui.actions import Actions
from cnnbuilder.ui.bars import Bars
from cnnbuilder.ui.bottom import Bottom
from cnnbuilder.ui.canvas.commands import Menu
from cnnbuilder.ui.commands import ask_command
from cnnbuilder.ui.data_choice import DataChoice
from cnnbuilder.ui.device_chip import DeviceChip
from cnnbuilder.ui.document import Document
from cnnbuilder.ui.errands import Errands
from cnnbuilder.ui.files import Files, dropped_file
from cnnbuilder.ui.focus_order import move_focus
from cnnbuilder.ui.menus import Menus
from cnnbuilder.ui.panels.inspector import Inspector
from cnnbuilder.ui.panels.palette import Palette
from cnnbuilder.ui.recovery import Leftover, Recovery
from cnnbuilder.ui.run_control import RunControl, complete, missing_text
from cnnbuilder.ui.sample_picture import SamplePicture
from cnnbuilder.ui.selection import Selection
from cnnbuilder.ui.sides import Across, Side, Sides
from cnnbuilder.ui.start import CanvasArea
from cnnbuilder.ui.status import StatusLine
from cnnbuilder.ui.tabs import Tabs
from cnnbuilder.ui.toolbar import Toolbar
from cnnbuilder.ui.training.runner import Runner
from cnnbuilder.ui.view_choices import ViewChoices

if TYPE_CHECKING:
    from cnnbuilder.ui.windows import Windows

LEFT_WIDTH, RIGHT_WIDTH = 232, 320


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
        self.bottom = Bottom(self.document, self.selection, self.runner)
        self.control = RunControl(self.document, self.runner, self.bars, self.bottom.begin_training)
        self.data = DataChoice(self.document, self.toolbar.data, self.bars, self)
        self.picture = SamplePicture(self.document, self.runner, self.canvas)
        self.device = DeviceChip(self.toolbar.device, self.runner, self)
        self.choices = ViewChoices(self)
        self.actions_by_name = Actions(self)
        self._painted = False
        self._closed = False
        self._arrange()
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

    def _arrange(self) -> None:
        self.left = Side(LEFT_WIDTH)
        self.left_tabs = Tabs(_("Left panel"))
        self.left_tabs.add("blocks", _("Blocks"), _("Blocks to build with"), self._make_palette)
        self.left_tabs.add("outline", _("Outline"), _("The network as a table"), self._make_outline)
        self.left.set_panel(self.left_tabs)
        self.left.add_icon("blocks", "blocks", _("Blocks"), _("Blocks to build with"))
        self.left.add_icon("outline", "outline", _("Outline"), _("The network as a table"))
        self.right = Side(RIGHT_WIDTH)
        self.inspector = Inspector(self.document, self.selection)
        panel = QWidget()
        panel.setProperty("role", "panel")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.inspector)
        self.right.set_panel(panel)
        self.right.add_icon(
            "inspector", "settings", _("Inspector"), _("Fields and numbers of what is selected")
        )

        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bars)
        column.addWidget(self.area, 1)
        self.centre = QSplitter(Qt.Orientation.Vertical)
        self.centre.addWidget(top)
        self.centre.addWidget(self.bottom)
        self.centre.setStretchFactor(0, 1)
        self.centre.setStretchFactor(1, 0)
        self.bottom.live_in(self.centre)
        self.across = Across()
        for widget in (self.left, self.centre, self.right):
            self.across.addWidget(widget)
        self.centre.setHandleWidth(1)
        self.centre.setChildrenCollapsible(False)
        self.across.setStretchFactor(1, 1)
        self.sides = Sides(self.across, self.left, self.right)

        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.across, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)

    def _make_palette(self) -> Palette:
        palette = Palette()
        self.area.follow(palette)
        palette.template_requested.connect(self.begin_template)
        return palette

    def _make_outline(self) -> QWidget:
        from cnnbuilder.ui.panels.outline import Outline

        outline = Outline(self.document, self.selection)
        outline.edit_requested.connect(self._edit_block)
        return outline

    def _fill_toolbar(self) -> None:
        for group in (("new", "open", "save"), ("undo", "redo")):
            if group[0] == "undo":
                self.toolbar.add_gap()
            for name in group:
                self.toolbar.add_action(self.actions_by_name[name])
        self.toolbar.set_menu(self.toolbar.data, self.data.menu)
        for button, name in (
            (self.toolbar.train, "train"),
            (self.toolbar.pause, "pause"),
            (self.toolbar.stop, "stop"),
        ):
            button.setToolTip(self.actions_by_name[name].toolTip())
            button.clicked.connect(self.actions_by_name[name].trigger)

    def _connect(self) -> None:
        self.document.changed.connect(self._document_changed)
        self.document.path_changed.connect(self._name_window)
        self.document.undo_stack.cleanChanged.connect(self._name_window)
        self.area.template_chosen.connect(self.begin_template)
        self.left.asked.connect(self.show_page)
        self.right.asked.connect(lambda _key: self.sides.open(self.right))
        self.status.problems_clicked.connect(lambda: self.show_page("problems"))
        self.status.fix_clicked.connect(self.complete)
        self.canvas.edit_requested.connect(self._edit_block)
        self.canvas.status_hint.connect(self.status.say)
        self.control.problems_wanted.connect(self.show_first_problem)
        self.control.closable.connect(self.close, Qt.ConnectionType.QueuedConnection)
        self.files.has_runs = self.bottom.has_runs
        self.files.is_training = lambda: self.runner.active
        self.control.choose_data = self.toolbar.data.showMenu
        self.runner.state_changed.connect(self._run_changed)
        self.inspector.code_requested.connect(lambda _id: self.show_page("code"))
        self.bottom.connect_window(self)
        self._run_changed()

    # --- what the parts ask for -------------------------------------------------------------------

    def canvas_actions(self, menu: Menu) -> list[QAction]:
        """The canvas' own actions that belong into a menu: "edit", "view" or "network"."""
        return self.canvas.menu_actions(menu)

    def show_page(self, key: str) -> QWidget:
        """Opens a tab, left or at the bottom, wherever it is."""
        if key in ("blocks", "outline"):
            self.sides.open(self.left)
            return self.left_tabs.open(key)
        return self.bottom.open(key)

    def show_first_problem(self) -> None:
        """Shows the first problem, if there is one."""
        problems = self.document.analysis.problems
        if problems:
            self.open_problem(problems[0])

    def open_problem(self, problem: Problem) -> None:
        """Shows a problem on the canvas, with its fix ready to be pressed."""
        self.canvas.show_problem(problem)

    def search_blocks(self) -> None:
        """Puts the caret into the palette's search."""
        page = self.show_page("blocks")
        if isinstance(page, Palette):
            page.focus_search()

    def complete(self) -> None:
        """Makes the network a classifier of its data."""
        complete(self.document)

    def _edit_block(self, id_: str) -> None:
        self.selection.select([id_])
        if self.right.folded:
            self.sides.open(self.right)
        self.inspector.edit()

    def toggle_left(self) -> None:
        self.sides.toggle(self.left)

    def toggle_right(self) -> None:
        self.sides.toggle(self.right)

    def toggle_bottom(self) -> None:
        self.bottom.set_folded(not self.bottom.folded)

    def ask_command(self) -> None:
        """The command palette."""
        ask_command(self, self.menuBar())

    def show_shortcuts(self) -> None:
        from cnnbuilder.ui.about import show_shortcuts

        show_shortcuts(self, self.menuBar())

    def show_about(self) -> None:
        from cnnbuilder.ui.about import show_about

        show_about(self)

    # --- documents --------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty document in this window; what is unsaved is asked about first."""
        if self._may_leave():
            self._begin(Project())

    def begin_template(self, name: str) -> None:
        """A template's project in this window."""
        if self.files.untouched or self._may_leave():
            self._begin(TEMPLATES[name].make())
            self.canvas.setFocus()

    def new_window(self) -> None:
        """Another window with an empty document."""
        if self.windows is not None:
            self.windows.show_empty(self)

    def open(self) -> None:
        """Asks for a file and opens it."""
        path = self.files.ask_path()
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> bool:
        """Opens a file here, or raises the window that has it. False where it cannot be opened."""
        path = path.absolute()
        if path != self.document.path and self.files.raise_other(path):
            return True
        project = self.files.read(path)
        if project is None or not (self.files.untouched or self._may_leave()):
            return False
        self._leave()
        self.files.take(path, project)
        return True

    def restore(self, leftover: Leftover) -> None:
        """Takes up unsaved work of a crash."""
        if self.files.untouched or self._may_leave():
            self._leave()
            self.files.restore(leftover.project, leftover.path)
            self.recovery.keep_now()
            leftover.discard()

    def _begin(self, project: Project) -> None:
        self._leave()
        self.files.begin(project)

    def _may_leave(self) -> bool:
        return self.files.settle_edits() and self.control.may_leave()

    def _leave(self) -> None:
        """Before another document comes: nothing of the present one stays selected."""
        self.selection.select([])
        self.bottom.drop_unsaved_runs()

    # --- what changed -----------------------------------------------------------------------------

    def _document_changed(self) -> None:
        document = self.document
        missing = missing_text(document)
        self.status.show_state(document.project, document.analysis, missing)
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
        for name in ("pause", "stop", "discard"):
            self.actions_by_name[name].setEnabled(active)
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
        self.sides.arrange()
        self.bottom.fit_height()
        self.bottom.open_current()
        if self.focusWidget() is None:
            self.area.take_focus()

    def focusNextPrevChild(self, next: bool) -> bool:
        parts = (self.toolbar, self.left, self.bars, self.area, self.right, self.bottom, self.status)
        return move_focus(self, parts, rows=(self.toolbar, self.status), forward=next)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            # Not within the drop: a question would hold up the program that the file comes from.
            QTimer.singleShot(0, self, lambda: self.open_path(path))

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
