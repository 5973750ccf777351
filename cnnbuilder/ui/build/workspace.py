"""The Build workspace: palette and outline left, the canvas over its drawer, the inspector right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.build.canvas_area import CanvasArea
from cnnbuilder.ui.build.drawer import Drawer
from cnnbuilder.ui.build.inspector import Inspector
from cnnbuilder.ui.build.palette import Palette
from cnnbuilder.ui.build.problems import ProblemsView
from cnnbuilder.ui.build.sample_picture import SamplePicture
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.columns import Columns, SidePanel
from cnnbuilder.ui.widgets.split import VerticalSplit
from cnnbuilder.ui.widgets.tabs import Tabs

PALETTE_WIDTH, INSPECTOR_WIDTH = 216, 296
DRAWER_PAGES = ("analysis", "code", "problems")


class BuildWorkspace(QWidget):
    """Where a network is put together."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.area = CanvasArea(session)
        self.canvas = self.area.canvas
        self.inspector = Inspector(session)
        self.drawer = Drawer(session)
        self._picture = SamplePicture(session, self.canvas)
        self.left = SidePanel("left", PALETTE_WIDTH)
        self.left_tabs = Tabs(_("Left panel"))
        self.left_tabs.add("blocks", _("Blocks"), _("Blocks to build with"), self._make_palette)
        self.left_tabs.add("outline", _("Outline"), _("The network as a table"), self._make_outline)
        self.left.set_content(self.left_tabs)
        self.left.add_icon("blocks", "blocks", _("Blocks"), _("Blocks to build with"))
        self.left.add_icon("outline", "outline", _("Outline"), _("The network as a table"))
        self.right = SidePanel("right", INSPECTOR_WIDTH)
        self.right.set_content(_panel(self.inspector))
        self.right.add_icon(
            "inspector", "settings", _("Inspector"), _("Fields and numbers of what is selected")
        )
        self.split = VerticalSplit(self.area, self.drawer)
        self.drawer.folded_changed.connect(self.split.fit)
        self.columns = Columns((self.left,), self.split, (self.right,))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.columns)
        self.left.asked.connect(self.show_page)
        self.right.asked.connect(lambda _key: self.columns.open(self.right))
        self.canvas.edit_requested.connect(self.edit_block)
        self.canvas.status_hint.connect(session.hint_requested)
        self.left_tabs.open("blocks")

    # --- what is asked for ------------------------------------------------------------------------

    def regions(self) -> tuple[QWidget, ...]:
        """Its parts, in the order in which Tab and F6 walk through them."""
        return self.left, self.area, self.right, self.drawer

    def take_focus(self) -> None:
        """Puts the keyboard where a person goes on: on the canvas, or on the first card."""
        self.area.take_focus()

    def show_page(self, key: str) -> QWidget:
        """Opens a page, left or in the drawer, wherever it is; "remarks" are a part of "problems"."""
        if key == "remarks":
            page = self.show_page("problems")
            if isinstance(page, ProblemsView):
                page.focus_remarks()
            return page
        if key in DRAWER_PAGES:
            return self.drawer.open(key)
        self.columns.open(self.left)
        return self.left_tabs.open(key)

    def search_blocks(self) -> None:
        """Puts the caret into the palette's search."""
        page = self.show_page("blocks")
        if isinstance(page, Palette):
            page.focus_search()

    def edit_block(self, id_: str) -> None:
        """Opens the inspector on a block, ready to type; on a further use of a layer, where that layer stands."""
        row = self._session.document.analysis.rows.get(id_)
        self._session.selection.select([id_ if row is None or row.shares is None else row.shares])
        if self.right.folded:
            self.columns.open(self.right)
        self.inspector.edit()

    def open_problem(self, problem: Problem) -> None:
        """Shows a problem on the canvas, with its fix ready to be pressed, or the caret in the field to fill in."""
        block = self._session.document.project.network.by_id.get(problem.id or "")
        if block is not None and block.open:
            self.edit_block(block.id)
            self.canvas.show_block(block.id)
        else:
            self.canvas.show_problem(problem)

    def toggle_left(self) -> None:
        """Folds or opens the left panel."""
        self.columns.toggle(self.left)

    def toggle_right(self) -> None:
        """Folds or opens the inspector."""
        self.columns.toggle(self.right)

    def toggle_drawer(self) -> None:
        """Folds or opens the drawer."""
        self.drawer.set_folded(not self.drawer.folded)

    # --- pages ------------------------------------------------------------------------------------

    def _make_palette(self) -> Palette:
        palette = Palette()
        self.area.follow(palette)
        palette.template_requested.connect(self._session.begin_template)
        return palette

    def _make_outline(self) -> QWidget:
        from cnnbuilder.ui.build.outline import Outline

        return Outline(self._session)


def _panel(content: QWidget) -> QWidget:
    """A side panel's ground with one widget on it."""
    panel = QWidget()
    panel.setProperty("role", "panel")
    panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    panel.setFocusProxy(content)
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(content)
    return panel
