"""The outline: the network as a table that keyboard and screen reader reach as well as the mouse."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QVBoxLayout, QWidget

from cnnbuilder.network.edits import move_in_stack, remove
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.build.empty import Empty
from cnnbuilder.ui.build.outline_model import BLOCK, NAME, OUTPUT, PARAMETERS, OutlineModel, head
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import SMALL, theme


class Outline(QWidget):
    """Selection goes both ways. Delete heals the chain, Ctrl with Up or Down moves a block, Enter edits it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = document = session.document
        self._selection = selection = session.selection
        self._following = False
        self._shown = document.analysis
        self.model = OutlineModel(document.analysis, self)
        self.table = _Table()
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Outline of the network"))
        header = self.table.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(24)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.empty = Empty(document)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 8)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self.table.removed.connect(self._remove)
        self.table.moved.connect(self._move)
        self.table.entered_block.connect(lambda: self._edit(self.table.currentIndex()))
        self.table.doubleClicked.connect(self._edit)
        self.table.selectionModel().selectionChanged.connect(self._table_selected)
        selection.changed.connect(self._follow)
        document.changed.connect(self._changed)
        theme.changed.connect(self._restyle)
        self._show_empty()
        self._restyle()
        self._follow()

    def _restyle(self) -> None:
        self.table.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.table.fit()
        self.table.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        if self._shown is not self._document.analysis:
            self._shown = self._document.analysis
            self._following = True
            self.model.show_analysis(self._document.analysis)
            self._following = False
            self._show_empty()
        self._follow()

    def _show_empty(self) -> None:
        empty = not self.model.rowCount()
        if empty:
            self.empty.say(_("No blocks yet."))
        self.empty.setVisible(empty)
        self.table.setVisible(not empty)
        self.table.fit()

    def _ids(self) -> list[str]:
        return [self.model.id_at(index.row()) for index in self.table.selectionModel().selectedRows()]

    def _table_selected(self) -> None:
        if not self._following:
            self._selection.select(self._ids())

    def _follow(self) -> None:
        """Selects in the table what is selected elsewhere."""
        wanted = {place for id_ in self._selection.ids if (place := self.model.row_of(id_)) is not None}
        model = self.table.selectionModel()
        if wanted == {index.row() for index in model.selectedRows()}:
            return
        chosen = QItemSelection()
        for place in wanted:
            chosen.select(self.model.index(place, 0), self.model.index(place, PARAMETERS))
        self._following = True
        flags = QItemSelectionModel.SelectionFlag
        model.select(chosen, flags.ClearAndSelect | flags.Rows)
        if len(wanted) == 1:
            index = self.model.index(next(iter(wanted)), 0)
            model.setCurrentIndex(index, flags.NoUpdate)
            self.table.scrollTo(index)
        self._following = False

    def _edit(self, index: QModelIndex) -> None:
        if index.isValid():
            self._session.fields_requested.emit(self.model.id_at(index.row()))

    def _remove(self) -> None:
        ids = self._ids()
        if not ids:
            return
        place = min(index.row() for index in self.table.selectionModel().selectedRows())
        names = [self._document.analysis.rows[id_].name for id_ in ids]
        title = _("Delete {name}").format(name=names[0])
        if len(ids) > 1:
            title = ngettext("Delete {n} block", "Delete {n} blocks", len(ids)).format(n=len(ids))
        self._document.edit_network(title, remove(self._document.project.network, ids))
        # The focus goes to what took its place, so that the keyboard is never lost.
        if self.model.rowCount():
            self._selection.select([self.model.id_at(min(place, self.model.rowCount() - 1))])

    def _move(self, by: int) -> None:
        ids = self._ids()
        if len(ids) != 1:
            return
        name = self._document.analysis.rows[ids[0]].name
        title = _("Move {name} up").format(name=name) if by < 0 else _("Move {name} down").format(name=name)
        self._document.edit_network(title, move_in_stack(self._document.project.network, ids[0], by))


class _Table(QTreeView):
    removed = Signal()
    moved = Signal(int)
    entered_block = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_block.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Shapes and counts get what they need and the name the rest; the kind gives way first where it is narrow."""
        model = self.model()
        if not isinstance(model, OutlineModel):
            return
        needed = _needed(model, narrow=False)
        narrow = sum(needed.values()) > self.viewport().width()
        if narrow:
            needed = _needed(model, narrow=True)
        model.set_narrow(narrow)
        if self.isColumnHidden(BLOCK) != narrow:
            self.setColumnHidden(BLOCK, narrow)
        for column in (BLOCK, OUTPUT, PARAMETERS):
            self.header().resizeSection(column, needed[column])


def _needed(model: OutlineModel, *, narrow: bool) -> dict[int, int]:
    """The width that each column needs for its longest text and for its head."""
    needed = {}
    heads = QFontMetrics(theme.font(SMALL))
    for column in (NAME, BLOCK, OUTPUT, PARAMETERS):
        longest, font = model.longest(column, narrow)
        title = heads.horizontalAdvance(head(column, narrow))
        needed[column] = max(QFontMetrics(font).horizontalAdvance(longest) + 18, title + theme.px(22))
    needed[NAME] += theme.px(16) + 6
    return needed
