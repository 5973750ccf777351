"""The inspector: one selected block, several, or, with nothing selected, the whole network."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from cnnbuilder.blocks.base import Block
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.build.block_page import BlockPage
from cnnbuilder.ui.build.network_page import NetworkPage
from cnnbuilder.ui.build.several_page import SeveralPage
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme


class Inspector(QScrollArea):
    """Shows what is selected. Pages are made when first needed, one for each kind of block."""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.document
        self._selection = session.selection
        self._blocks: dict[type[Block], BlockPage] = {}
        self._several: SeveralPage | None = None
        self._network: NetworkPage | None = None
        self._stack = _Stack()
        self.setAccessibleName(_("Inspector"))
        self.setWidget(self._stack)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._document.changed.connect(self._document_changed)
        session.memory.changed.connect(self._memory_changed)
        self._selection.changed.connect(self._selection_changed)

    @property
    def page(self) -> QWidget | None:
        """The page that is shown."""
        return self._stack.currentWidget()

    def edit(self) -> None:
        """Puts the caret into the first field of the selected block, or into the one that wants filling in."""
        page = self.page
        if isinstance(page, BlockPage):
            page.form.focus_first()
        else:
            self.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(600))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def _selection_changed(self) -> None:
        if self.isVisible():
            self._show()
            self.verticalScrollBar().setValue(0)

    def _document_changed(self, before: Project, after: Project) -> None:
        if self.isVisible() and before is not after:
            self._show()

    def _memory_changed(self) -> None:
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        rows = self._document.analysis.rows
        ids = frozenset(id_ for id_ in self._selection.ids if id_ in rows)
        if len(ids) == 1:
            (id_,) = ids
            # A layer that is used again is edited where it stands.
            owner = rows[id_].shares or id_
            block_page = self._block_page(type(rows[owner].block))
            block_page.show_block(owner, selected=id_)
            self._turn_to(block_page)
        elif ids:
            if self._several is None:
                self._several = SeveralPage(self._document)
                self._stack.addWidget(self._several)
            self._several.show_blocks(ids)
            self._turn_to(self._several)
        else:
            if self._network is None:
                self._network = NetworkPage(self._session)
                self._network.chosen.connect(lambda id_: self._selection.select([id_]))
                self._stack.addWidget(self._network)
            self._network.show_network(flash=self.page is self._network)
            self._turn_to(self._network)

    def _block_page(self, kind: type[Block]) -> BlockPage:
        page = self._blocks.get(kind)
        if page is None:
            page = self._blocks[kind] = BlockPage(self._session, kind)
            self._stack.addWidget(page)
        return page

    def _turn_to(self, page: QWidget) -> None:
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)


class _Stack(QStackedWidget):
    """As tall as the page that is shown, not as the tallest: a short page does not scroll."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.sizeHint() if page is not None else QSize()

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        if page is None:
            return QSize()
        return QSize(page.minimumSizeHint().width(), self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        page = self.currentWidget()
        if page is None:
            return 0
        return page.heightForWidth(width) if page.hasHeightForWidth() else page.sizeHint().height()
