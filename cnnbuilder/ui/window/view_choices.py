"""The View menu's choices that hold for all windows: theme and text size."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.theme import theme


class ViewChoices(QObject):
    """Two menus that show and set the theme and the text size."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.themes = QMenu(_("&Theme"), parent)
        group = QActionGroup(self)
        self._themes = {}
        for mode, text, tip, keys in (
            ("system", _("&System"), _("Light or dark as the system is"), "Ctrl+Alt+S"),
            ("light", _("&Light"), _("Dark text on a light ground"), "Ctrl+Alt+L"),
            ("dark", _("&Dark"), _("Light text on a dark ground"), "Ctrl+Alt+D"),
        ):
            action = self.themes.addAction(text)
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setShortcut(keys)
            action.setToolTip(tip)
            action.setStatusTip(tip)
            action.triggered.connect(lambda _checked=False, mode=mode: self.set_theme(mode))
            self._themes[mode] = action
        self.sizes = QMenu(_("Text si&ze"), parent)
        group = QActionGroup(self)
        self._sizes = {}
        for size in settings.TEXT_SIZES:
            action = self.sizes.addAction(_("{size} %").format(size=size))
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setToolTip(_("Text at {size} per cent of the usual size").format(size=size))
            action.setStatusTip(action.toolTip())
            action.triggered.connect(lambda _checked=False, size=size: self.set_text_size(size))
            self._sizes[size] = action
        theme.changed.connect(self._show)
        self._show()

    def set_theme(self, mode: str) -> None:
        """Switches every window, and remembers it."""
        theme.set_mode(mode)
        settings.save_theme()

    def set_text_size(self, size: int) -> None:
        """Sets the size of text in per cent, and remembers it."""
        theme.set_scale(size / 100)
        settings.save_theme()

    def step_text_size(self, by: int) -> None:
        """The next larger (1) or smaller (-1) size."""
        sizes = settings.TEXT_SIZES
        present = min(range(len(sizes)), key=lambda i: abs(sizes[i] - theme.scale * 100))
        self.set_text_size(sizes[max(0, min(len(sizes) - 1, present + by))])

    def _show(self) -> None:
        self._themes[theme.mode].setChecked(True)
        for size, action in self._sizes.items():
            action.setChecked(size == round(theme.scale * 100))
