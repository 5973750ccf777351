"""The panels left and right of the canvas: they fold to a strip of icons before the canvas gets too narrow."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

CANVAS_MINIMUM = 600
"""The canvas, and the panel below it, keep this width (at 100 % text) as long as a panel beside can still fold."""
CANVAS_LEAST = 320
"""A panel that a person opens by hand may take the canvas down to this."""


class Side(QWidget):
    """A panel, or in its place a strip of icons that open it."""

    asked = Signal(str)
    """A person clicked the icon of this page on the strip."""

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.usual_width = width
        self.folded = False
        self._strip = QWidget()
        self._strip.setProperty("role", "panel")
        self._strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = QVBoxLayout(self._strip)
        self._icons.setContentsMargins(4, 8, 4, 8)
        self._icons.setSpacing(4)
        self._icons.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._strip)
        self._chosen_width = 0
        theme.changed.connect(self._fit_icons)

    def set_panel(self, panel: QWidget) -> None:
        """What is shown while not folded."""
        self._stack.addWidget(panel)
        self._stack.setCurrentWidget(panel)

    def add_icon(self, key: str, name: str, title: str, tip: str) -> None:
        """One icon of the strip."""
        button = QToolButton()
        button.setIcon(icon(name, "secondary"))
        button.setAccessibleName(title)
        button.setToolTip(tip)
        button.clicked.connect(lambda: self.asked.emit(key))
        self._icons.insertWidget(self._icons.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._fit_icons()

    def _fit_icons(self) -> None:
        for button in self._strip.findChildren(QToolButton):
            button.setIconSize(QSize(theme.px(20), theme.px(20)))

    @property
    def strip_width(self) -> int:
        """The width of the strip of icons."""
        return theme.px(20) + 24

    @property
    def wanted_width(self) -> int:
        """The width it has, or would have, unfolded."""
        return max(theme.px(self.usual_width), self._chosen_width)

    def choose_width(self, width: int) -> None:
        """A width that a person has given it; 0: the usual."""
        self._chosen_width = width

    def set_folded(self, folded: bool) -> None:
        """Folds to the strip, or unfolds."""
        self.folded = folded
        self._stack.setCurrentIndex(0 if folded else 1)
        least = self.strip_width if folded else round(theme.px(self.usual_width) * 0.85)
        self.setMinimumWidth(least)
        self.setMaximumWidth(least if folded else 16_777_215)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), 0)


class Across(QSplitter):
    """A splitter that says when it has been resized, after it has laid itself out."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class Sides(QObject):
    """Decides which panels are folded: the person's wish first, then the canvas' width."""

    def __init__(self, splitter: Across, left: Side, right: Side) -> None:
        super().__init__(splitter)
        self._splitter = splitter
        self.left = left
        self.right = right
        self.hidden: set[Side] = set()
        """Folded because a person wanted so."""
        self._first = right
        """The one that stays when only one fits."""
        self._forced: Side | None = None
        splitter.resized.connect(self.arrange)
        splitter.splitterMoved.connect(self._moved)
        theme.changed.connect(self.arrange)

    def _moved(self) -> None:
        for side in (self.left, self.right):
            if not side.folded:
                side.choose_width(side.width())

    def open(self, side: Side) -> None:
        """A person wants to see this side now."""
        self.hidden.discard(side)
        self._first = self._forced = side
        self.arrange()

    def toggle(self, side: Side) -> None:
        """Folds or unfolds by a person's wish."""
        if side.folded:
            self.open(side)
            return
        self.hidden.add(side)
        if self._forced is side:
            self._forced = None
        self.arrange()

    def arrange(self) -> None:
        """Folds and unfolds so that the canvas keeps its width."""
        total = self._splitter.width() - 2 * self._splitter.handleWidth()
        second = self.left if self._first is self.right else self.right
        strip = self.left.strip_width
        widths = {self.left: strip, self.right: strip}
        for side in (self._first, second):
            if side in self.hidden:
                continue
            others = sum(width for other, width in widths.items() if other is not side)
            least = CANVAS_LEAST if side is self._forced else theme.px(CANVAS_MINIMUM)
            if total - others - side.wanted_width >= least:
                widths[side] = side.wanted_width
        for side, width in widths.items():
            side.set_folded(width == strip)
        centre = max(0, total - sum(widths.values()))
        self._splitter.setSizes([widths[self.left], centre, widths[self.right]])
