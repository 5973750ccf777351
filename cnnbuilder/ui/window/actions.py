"""Every action of the window by name: text, tooltip, shortcut, icon. Menus, toolbar and command palette show these."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.window.command_words import COMMAND_WORDS, give_words

Shortcut = str | QKeySequence.StandardKey | tuple[str, ...]


class Actions(QObject):
    """The actions of one session. They work while `window` is visible: a widget of the window, or the window itself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._texts: dict[str, str] = {}

    def add(
        self,
        name: str,
        text: str,
        tip: str,
        slot: Callable[[], object],
        shortcut: Shortcut = "",
        icon_name: str = "",
        checkable: bool = False,
    ) -> QAction:
        """Makes one action. `tip` says in a sentence what it does; the tooltip adds the shortcut."""
        action = QAction(text, self._window)
        action.setCheckable(checkable)
        action.triggered.connect(lambda _checked=False: slot())
        return self.take(name, action, tip, shortcut, icon_name)

    def take(
        self, name: str, action: QAction, tip: str, shortcut: Shortcut = "", icon_name: str = ""
    ) -> QAction:
        """Gives an action that was made elsewhere its name, tooltip, shortcut and icon."""
        if icon_name:
            action.setIcon(icon(icon_name))
            action.setIconVisibleInMenu(False)
        if isinstance(shortcut, tuple):
            action.setShortcuts([QKeySequence(keys) for keys in shortcut])
        elif shortcut:
            action.setShortcut(QKeySequence(shortcut))
        action.setStatusTip(tip)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        give_words(action, COMMAND_WORDS.get(name, ""))
        # Shown in no menu yet, its shortcut works all the same.
        self._window.addAction(action)
        self._actions[name] = action
        self._texts[name] = action.text()
        return action

    def reserve_text(self, name: str, text: str) -> None:
        """Another text that an action may have for a while."""
        self._texts[name] = text

    def text_of(self, name: str) -> str:
        """The text under this name."""
        return self._texts[name]

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def names(self) -> list[str]:
        """Every name, in order of making."""
        return list(self._actions)
