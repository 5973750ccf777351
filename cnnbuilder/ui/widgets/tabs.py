"""Segmented tabs whose pages are made when they are first shown: what is not seen costs no start time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from cnnbuilder.ui.widgets.theme import theme


class Tabs(QWidget):
    """A row of tabs over one page at a time. Pages are known by a key."""

    shown = Signal(str)
    """The key of the page that is shown now."""
    chosen = Signal(str)
    """A person clicked this tab, be it the open one."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._keys: list[str] = []
        self._factories: list[Callable[[], QWidget]] = []
        self._pages: list[QWidget | None] = []
        self._badges: dict[str, QLabel] = {}
        self.bar = QTabBar()
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setAccessibleName(name)
        self.corner = QHBoxLayout()
        self.corner.setSpacing(8)
        row = QHBoxLayout()
        row.setContentsMargins(10, 4, 8, 4)
        row.addWidget(self.bar)
        row.addStretch(1)
        row.addLayout(self.corner)
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
        self.bar.currentChanged.connect(self._show)
        theme.changed.connect(self._fit_badges)
        self.bar.tabBarClicked.connect(self._clicked)

    def add(self, key: str, title: str, tip: str, factory: Callable[[], QWidget]) -> None:
        """Adds a tab; `factory` makes its page when it is first needed."""
        self._keys.append(key)
        self._factories.append(factory)
        self._pages.append(None)
        index = self.bar.addTab(title)
        self.bar.setTabToolTip(index, tip)

    @property
    def current(self) -> str:
        """The key of the open tab."""
        return self._keys[self.bar.currentIndex()]

    def open(self, key: str) -> QWidget:
        """Shows a page, and returns it."""
        page = self.page(key)
        self.bar.setCurrentIndex(self._keys.index(key))
        self._show(self._keys.index(key))
        return page

    def page(self, key: str) -> QWidget:
        """The page of a key; made now where it is not yet there."""
        index = self._keys.index(key)
        page = self._pages[index]
        if page is None:
            page = self._pages[index] = self._factories[index]()
            self._stack.addWidget(page)
        return page

    def made(self, key: str) -> QWidget | None:
        """The page of a key where it has been made."""
        return self._pages[self._keys.index(key)]

    def set_tab_visible(self, key: str, visible: bool) -> None:
        """Offers a page, or no longer."""
        self.bar.setTabVisible(self._keys.index(key), visible)
        self.bar.updateGeometry()

    def is_tab_visible(self, key: str) -> bool:
        """Whether a page is offered."""
        return self.bar.isTabVisible(self._keys.index(key))

    def set_badge(self, key: str, count: int) -> None:
        """A small number at a tab; none for 0."""
        index = self._keys.index(key)
        if not count:
            if self._badges.pop(key, None) is not None:
                self.bar.setTabButton(index, QTabBar.ButtonPosition.RightSide, None)
            return
        label = self._badges.get(key)
        if label is None:
            label = self._badges[key] = QLabel(self.bar)
            label.setProperty("role", "badge")
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setText(str(count))
        self._fit_badge(key)

    def _fit_badges(self) -> None:
        for key in self._badges:
            self._fit_badge(key)

    def _fit_badge(self, key: str) -> None:
        """As large as it will be drawn, before the tab is laid out around it."""
        label = self._badges.get(key)
        if label is not None:
            label.ensurePolished()
            label.adjustSize()
            self.bar.setTabButton(self._keys.index(key), QTabBar.ButtonPosition.RightSide, label)
            label.show()  # set once more, Qt hides it as the one that was there before

    def set_contents_visible(self, visible: bool) -> None:
        """Leaves only the row of tabs, or shows the page again."""
        self._stack.setVisible(visible)

    def header_height(self) -> int:
        """The height of the row of tabs."""
        return self.bar.sizeHint().height() + 8

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), self.header_height())

    def _clicked(self, index: int) -> None:
        if index >= 0:
            self.chosen.emit(self._keys[index])

    def _show(self, index: int) -> None:
        if 0 <= index < len(self._keys):
            page = self._pages[index]
            # The very first tab is current as soon as it is added: its page waits until it is asked for.
            if page is None and (self.isVisible() or self._stack.count()):
                page = self.page(self._keys[index])
            if page is not None and self._stack.currentWidget() is not page:
                self._stack.setCurrentWidget(page)
            if page is not None:
                self.shown.emit(self._keys[index])
