"""The canvas' actions as a set: each belongs to a menu, has a key that holds while the canvas has the focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnbuilder.ui.widgets.icons import icon

Menu = Literal["edit", "network", "view"]


class CommandSet(QObject):
    """Makes the actions of one widget and knows them by menu, in the order in which they were made."""

    about_to_run = Signal()
    """A command is carried out next: what is being done with the mouse is put back first."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._menus: dict[Menu, list[QAction]] = {"edit": [], "network": [], "view": []}
        self._tips: dict[QAction, str] = {}
        self._refusals: dict[QAction, str] = {}

    def add(
        self,
        menu: Menu,
        text: str,
        tip: str,
        slot: Callable[[], object],
        shortcut: str | QKeySequence.StandardKey | tuple[str, ...],
        icon_name: str = "",
    ) -> QAction:
        """Makes an action of the canvas and puts it into one of the menus."""
        action = QAction(text, self)
        if isinstance(shortcut, tuple):
            action.setShortcuts([QKeySequence(keys) for keys in shortcut])
        else:
            action.setShortcut(QKeySequence(shortcut))
        # Elsewhere, in a text field say, these keys mean something else.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if icon_name:
            action.setIcon(icon(icon_name))
            action.setIconVisibleInMenu(False)
        self._tips[action] = tip
        self.allow(action)
        action.triggered.connect(lambda _checked=False: self._run(slot))
        self._widget.addAction(action)
        self._menus[menu].append(action)
        return action

    def allow(self, action: QAction, why_not: str = "") -> None:
        """Enables an action, or greys it and lets it say why: one sentence with what to do first."""
        if self._refusals.get(action) == why_not:
            return
        action.setEnabled(not why_not)
        self._refusals[action] = why_not
        tip = self._tips[action]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        named = f"{tip} ({keys})" if keys else tip
        action.setStatusTip(f"{tip}. {why_not}" if why_not else tip)
        action.setToolTip(f"{named}\n{why_not}" if why_not else named)

    def why_not(self, event: QKeyEvent) -> str:
        """Why the command of a key that was pressed is grey; empty where none of this key is."""
        pressed = QKeySequence(event.keyCombination())
        return next(
            (why for action, why in self._refusals.items() if why and pressed in action.shortcuts()), ""
        )

    def menu(self, name: Menu) -> list[QAction]:
        """The actions of one menu."""
        return list(self._menus[name])

    def _run(self, slot: Callable[[], object]) -> None:
        # A key pressed in mid-drag acts on what the document holds, not on the preview.
        self.about_to_run.emit()
        slot()
