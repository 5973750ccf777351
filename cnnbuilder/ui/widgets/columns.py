"""Panels left and right of a centre, which fold to rails of icons before the centre gets too narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

CENTRE_LEAST = 600
"""The centre keeps this width (at 100 % text) as long as a panel beside it can still fold."""
RAIL = 40


class SidePanel(QWidget):
    """A panel, or in its place a rail of icons that open it."""

    asked = Signal(str)
    """A person clicked the icon of this page on the rail."""

    def __init__(self, key: str, width: int, parent: QWidget | None = None) -> None:
        """`width`: its usual one, at 100 % text."""
        super().__init__(parent)
        self.key = key
        self.usual_width = width
        self.folded = False
        self.hidden = False
        """Folded because a person wanted so."""
        self.content: QWidget | None = None
        self._rail = QWidget()
        self._rail.setProperty("role", "panel")
        self._rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = QVBoxLayout(self._rail)
        self._icons.setContentsMargins(2, 8, 2, 8)
        self._icons.setSpacing(4)
        self._icons.addStretch(1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._rail)
        self._chosen_width = 0
        theme.changed.connect(self._fit_icons)

    def set_content(self, content: QWidget) -> None:
        """What is shown while not folded."""
        self.content = content
        self._stack.addWidget(content)
        self._stack.setCurrentWidget(content)

    def add_icon(self, key: str, name: str, title: str, tip: str) -> None:
        """One icon of the rail."""
        button = QToolButton()
        button.setIcon(icon(name, "secondary"))
        button.setAccessibleName(title)
        button.setToolTip(tip)
        button.clicked.connect(lambda: self.asked.emit(key))
        self._icons.insertWidget(self._icons.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._fit_icons()

    def _fit_icons(self) -> None:
        for button in self._rail.findChildren(QToolButton):
            button.setIconSize(QSize(theme.px(20), theme.px(20)))

    @property
    def rail_width(self) -> int:
        """The width of the rail."""
        return max(RAIL, theme.px(20) + 20)

    @property
    def wanted_width(self) -> int:
        """The width it has, or would have, unfolded."""
        return max(theme.px(self.usual_width), self._chosen_width)

    def choose_width(self, width: int) -> None:
        """A width that a person has given it; 0: the usual."""
        self._chosen_width = width

    def set_folded(self, folded: bool) -> None:
        """Folds to the rail, or unfolds."""
        self.folded = folded
        if self.content is not None and not folded and self.content.parent() is not self:
            self._stack.addWidget(self.content)  # it lay over the centre
        self._stack.setCurrentIndex(0 if folded else self._stack.count() - 1)
        least = self.rail_width if folded else round(theme.px(self.usual_width) * 0.85)
        self.setMinimumWidth(least)
        self.setMaximumWidth(least if folded else 16_777_215)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), 0)


class Columns(QSplitter):
    """Side panels and a centre. Which panels are folded: the person's wish first, then the centre's width.

    A folded panel that finds no room opens over the centre, beside its rail; Escape closes it.
    """

    arranged = Signal()
    """Panels were folded or unfolded for the width there is."""

    def __init__(self, left: Sequence[SidePanel], centre: QWidget, right: Sequence[SidePanel]) -> None:
        """Panels fold in the order of `right` from the last, then `left` from the first, unless `fold_order` is set."""
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.left, self.centre, self.right = tuple(left), centre, tuple(right)
        self.panels = (*self.left, *self.right)
        self.fold_order: tuple[SidePanel, ...] = (*reversed(self.right), *self.left)
        self._over: SidePanel | None = None
        self._opened: list[SidePanel] = []
        """What a person opened by hand, the latest last: it is folded last."""
        for widget in (*self.left, centre, *self.right):
            self.addWidget(widget)
        self.setStretchFactor(len(self.left), 1)
        self.splitterMoved.connect(self._moved)
        theme.changed.connect(self.arrange)

    # --- what a person asks for -------------------------------------------------------------------

    @property
    def over(self) -> SidePanel | None:
        """The panel that lies over the centre."""
        return self._over

    def open(self, panel: SidePanel) -> None:
        """A person wants to see this panel now; where there is no room, it opens over the centre."""
        panel.hidden = False
        if panel in self._opened:
            self._opened.remove(panel)
        self._opened.append(panel)
        self.arrange()
        if panel.folded and panel.content is not None:
            self._lay_over(panel)

    def toggle(self, panel: SidePanel) -> None:
        """Folds or unfolds by a person's wish."""
        if panel is self._over:
            self.close_over()
        elif panel.folded:
            self.open(panel)
        else:
            panel.hidden = True
            self.arrange()

    def close_over(self) -> None:
        """Takes away the panel that lies over the centre."""
        panel, self._over = self._over, None
        if panel is None or panel.content is None:
            return
        panel.content.removeEventFilter(self)
        panel.content.hide()
        if panel.folded:
            self.centre.setFocus()

    def _lay_over(self, panel: SidePanel) -> None:
        self.close_over()
        content = panel.content
        assert content is not None
        self._over = panel
        content.setParent(self.parentWidget() or self.window())
        content.installEventFilter(self)
        self._place_over()
        content.show()
        content.raise_()
        content.setFocus()

    def _place_over(self) -> None:
        panel = self._over
        if panel is None or panel.content is None:
            return
        holder = panel.content.parentWidget()
        assert holder is not None
        rail = QRect(panel.mapTo(holder, panel.rect().topLeft()), panel.size())
        width = min(panel.wanted_width, self.width() - 2 * panel.rail_width)
        left = rail.right() + 1 if panel in self.left else rail.left() - width
        panel.content.setGeometry(left, rail.top(), width, rail.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.close_over()
            return True
        return super().eventFilter(watched, event)

    # --- the width there is -----------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        # With every panel folded: what is unfolded now must not keep the window from getting narrower.
        rails = sum(panel.rail_width for panel in self.panels)
        return QSize(rails + self.centre.minimumSizeHint().width(), self.centre.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def _moved(self) -> None:
        for panel in self.panels:
            if not panel.folded:
                panel.choose_width(panel.width())

    def arrange(self) -> None:
        """Folds and unfolds so that the centre keeps its width."""
        total = self.width() - (len(self.panels)) * self.handleWidth()
        shown = [panel for panel in self.panels if not panel.hidden]
        order = [panel for panel in self.fold_order if panel in shown]
        order.sort(key=lambda panel: self._opened.index(panel) if panel in self._opened else -1)

        def centre() -> int:
            return total - sum(
                panel.wanted_width if panel in shown else panel.rail_width for panel in self.panels
            )

        while order and centre() < theme.px(CENTRE_LEAST):
            shown.remove(order.pop(0))
        if self._over is not None and (self._over in shown or self._over.hidden):
            self.close_over()
        for panel in self.panels:
            panel.set_folded(panel not in shown)
        widths = [panel.wanted_width if panel in shown else panel.rail_width for panel in self.panels]
        count = len(self.left)
        self.setSizes([*widths[:count], max(0, centre()), *widths[count:]])
        self._place_over()
        self.arranged.emit()


def side_panel(key: str, width: int, content: QWidget, icon_name: str, title: str) -> SidePanel:
    """A panel of one page, on a panel's ground, with its icon on the rail."""
    panel = SidePanel(key, width)
    content.setProperty("role", "panel")
    content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    panel.set_content(content)
    panel.add_icon(key, icon_name, title, title)
    return panel


def scrolled(content: QWidget) -> QScrollArea:
    """The content, scrolling where it does not fit."""
    area = QScrollArea(widgetResizable=True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what lies in it takes it
    area.setWidget(content)
    return area
