"""All commands of one canvas: what menus, context menu and keys do with the selection and the view."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.canvas.command_set import CommandSet, Menu
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.edit_commands import EditCommands
from cnnbuilder.ui.canvas.network_commands import NetworkCommands


class CanvasCommands(QObject):
    """Makes the actions, enables what can be done now, and puts the context menu together."""

    def __init__(self, context: CanvasContext, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._set = CommandSet(widget)
        self.about_to_run = self._set.about_to_run
        self.edit = EditCommands(context, self._set)
        self.network = NetworkCommands(context, self._set)
        camera = context.camera
        add = self._set.add
        self.fit = add("view", _("&Fit"), _("Show the whole network"), camera.fit, "F", "fit")
        self.zoom_in = add(
            "view",
            _("Zoom &in"),
            _("Show it larger"),
            camera.zoom_in,
            ("Ctrl++", "Ctrl+=", "+", "="),
            "zoom-in",
        )
        self.zoom_out = add(
            "view", _("Zoom &out"), _("Show it smaller"), camera.zoom_out, ("Ctrl+-", "-"), "zoom-out"
        )
        add("view", _("&100 %"), _("Show it at its own size"), lambda: camera.zoom_to(1.0), "Ctrl+0")
        context.selection.changed.connect(self.refresh)
        context.document.changed.connect(self.refresh)
        self.refresh()

    def menu(self, name: Menu) -> list[QAction]:
        """The actions of one menu."""
        return self._set.menu(name)

    def why_not(self, event: QKeyEvent) -> str:
        """Why the command of a key that was pressed is grey; empty where none of this key is."""
        return self._set.why_not(event)

    def context_menu(self, on_blocks: bool) -> QMenu:
        """What can be done with the selected blocks, or with the canvas."""
        edit, network = self.edit, self.network
        branches = network.branches
        if on_blocks:
            groups = [
                [network.edit_block, network.add_block],
                [edit.cut, edit.copy, edit.copy_source, edit.paste, edit.duplicate],
                [network.up, network.down],
                [
                    action
                    for action in (*branches.joins, branches.draw_wire, branches.cut_wire)
                    if action.isEnabled()
                ],
                [edit.delete],
            ]
        else:
            groups = [[network.add_block, edit.paste, edit.select_all], [network.tidy, self.fit]]
        menu = QMenu(self._widget)
        # What is grey says why.
        menu.setToolTipsVisible(True)
        for number, group in enumerate(groups):
            if number and group:
                menu.addSeparator()
            menu.addActions(group)
        return menu

    def refresh(self, *_change: object) -> None:
        """Enables what can be done now."""
        self.edit.refresh()
        self.network.refresh()
