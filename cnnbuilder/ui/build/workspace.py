"""Where the window's parts stand: palette and outline left, canvas over the bottom panel, inspector right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.build.inspector import Inspector
from cnnbuilder.ui.build.palette import Palette
from cnnbuilder.ui.widgets.side_panel import Across, Side, Sides
from cnnbuilder.ui.widgets.tabs import Tabs

if TYPE_CHECKING:
    from cnnbuilder.ui.window.window import Window

LEFT_WIDTH, RIGHT_WIDTH = 232, 320
LEFT_PAGES = ("blocks", "outline")


class Panes(QWidget):
    """The inside of one window, between its menu bar and its frame."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self._window = window
        self.left = Side(LEFT_WIDTH)
        self.left_tabs = Tabs(_("Left panel"))
        self.left_tabs.add("blocks", _("Blocks"), _("Blocks to build with"), self._make_palette)
        self.left_tabs.add("outline", _("Outline"), _("The network as a table"), self._make_outline)
        self.left.set_panel(self.left_tabs)
        self.left.add_icon("blocks", "blocks", _("Blocks"), _("Blocks to build with"))
        self.left.add_icon("outline", "outline", _("Outline"), _("The network as a table"))
        self.right = Side(RIGHT_WIDTH)
        self.inspector = Inspector(window.document, window.selection, window.outlook)
        panel = _column(self.inspector, filling=self.inspector)
        panel.setProperty("role", "panel")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.right.set_panel(panel)
        self.right.add_icon(
            "inspector", "settings", _("Inspector"), _("Fields and numbers of what is selected")
        )
        centre = QSplitter(Qt.Orientation.Vertical)
        centre.addWidget(_column(window.bars, window.area, filling=window.area))
        centre.addWidget(window.bottom)
        centre.setStretchFactor(0, 1)
        centre.setStretchFactor(1, 0)
        centre.setHandleWidth(1)
        centre.setChildrenCollapsible(False)
        window.bottom.live_in(centre)
        across = Across()
        for widget in (self.left, centre, self.right):
            across.addWidget(widget)
        across.setStretchFactor(1, 1)
        self.sides = Sides(across, self.left, self.right)
        _stack(self, window.toolbar, across, window.status, filling=across)
        self.left.asked.connect(self.show_left)
        self.right.asked.connect(lambda _key: self.sides.open(self.right))

    def show_left(self, key: str) -> QWidget:
        """Opens "blocks" or "outline"."""
        self.sides.open(self.left)
        return self.left_tabs.open(key)

    def search_blocks(self) -> None:
        """Puts the caret into the palette's search."""
        page = self.show_left("blocks")
        if isinstance(page, Palette):
            page.focus_search()

    def edit_block(self, id_: str) -> None:
        """Opens the inspector on a block, ready to type."""
        self._window.selection.select([id_])
        if self.right.folded:
            self.sides.open(self.right)
        self.inspector.edit()

    def toggle_left(self) -> None:
        """Folds or opens the left panel."""
        self.sides.toggle(self.left)

    def toggle_right(self) -> None:
        """Folds or opens the inspector."""
        self.sides.toggle(self.right)

    def _make_palette(self) -> Palette:
        palette = Palette()
        self._window.area.follow(palette)
        palette.template_requested.connect(self._window.opening.begin_template)
        return palette

    def _make_outline(self) -> QWidget:
        from cnnbuilder.ui.build.outline import Outline

        outline = Outline(self._window.document, self._window.selection)
        outline.edit_requested.connect(self.edit_block)
        return outline


def _column(*widgets: QWidget, filling: QWidget) -> QWidget:
    holder = QWidget()
    _stack(holder, *widgets, filling=filling)
    return holder


def _stack(holder: QWidget, *widgets: QWidget, filling: QWidget) -> None:
    """One below the other, without gaps; `filling` takes all the room that the others leave."""
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget, int(widget is filling))
