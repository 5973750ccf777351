"""The switch in the top bar: one segment a workspace, as wide as the widest label, never moving."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import NORMAL, theme

FRAME = 3
"""Pixels around the segments."""


class Place(NamedTuple):
    """A workspace as the switch names it."""

    key: str
    title: str
    icon: str
    tip: str


PLACES = (
    Place("build", _("Build"), "blocks", _("Put the network together")),
    Place("data", _("Data"), "data", _("Choose and look at the images that it learns from")),
    Place("train", _("Train"), "chart", _("Train it, compare its runs, try it")),
)
"""In the order of Ctrl+1, Ctrl+2, …; a workspace enters with the issue that fills it."""


class WorkspaceSwitch(QWidget):
    """Shows where one is, and goes elsewhere."""

    chosen = Signal(str)
    """A person chose this workspace."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "switch")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Workspace"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.compact = False
        self.segments: dict[str, QToolButton] = {}
        self._icons: dict[str, QIcon] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(FRAME, FRAME, FRAME, FRAME)
        row.setSpacing(0)
        for number, place in enumerate(PLACES, 1):
            button = QToolButton()
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setText(place.title)
            button.setIcon(icon(place.icon, "secondary"))
            button.setToolTip(f"{place.tip} (Ctrl+{number})")
            button.setAccessibleName(place.title)
            button.setAccessibleDescription(place.tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, key=place.key: self.chosen.emit(key))
            group.addButton(button)
            row.addWidget(button)
            self.segments[place.key] = button
        theme.changed.connect(self._fit)
        self.show_current(PLACES[0].key)

    @property
    def current(self) -> str:
        """The workspace that is marked."""
        return next(key for key, button in self.segments.items() if button.isChecked())

    def show_current(self, key: str) -> None:
        """Marks a workspace as the one that is shown."""
        self.segments[key].setChecked(True)
        self._fit()

    def set_compact(self, compact: bool) -> None:
        """Icons, and the name of the present one alone."""
        if compact != self.compact:
            self.compact = compact
            self._fit()

    def width_for(self, compact: bool) -> int:
        """How wide it is in either form, in pixels."""
        widest, narrow = self._widths()
        count = len(self.segments)
        return 2 * FRAME + (widest + narrow * (count - 1) if compact else widest * count)

    def _widths(self) -> tuple[int, int]:
        """Of a segment with its name, and of one with its icon alone."""
        bold = QFontMetrics(theme.font(NORMAL, bold=True))
        widest = max(bold.horizontalAdvance(button.text()) for button in self.segments.values())
        return widest + theme.px(16) + 44, theme.px(16) + 30

    def _fit(self) -> None:
        widest, narrow = self._widths()
        height = theme.px(NORMAL) + 15
        for button in self.segments.values():
            named = not self.compact or button.isChecked()
            beside, alone = (
                Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
                Qt.ToolButtonStyle.ToolButtonIconOnly,
            )
            button.setToolButtonStyle(beside if named else alone)
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setFixedSize(widest if named else narrow, height)
        self.setFixedSize(self.width_for(self.compact), height + 2 * FRAME)
