"""The canvas' actions: what menus, context menu and keys do with the selection and the view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from cnnbuilder.network import edits
from cnnbuilder.network.analysis import execution_order
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.canvas.clipboard import CanvasClipboard
from cnnbuilder.ui.canvas.joins import Joins
from cnnbuilder.ui.widgets.icons import icon

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.view import CanvasView

Menu = Literal["edit", "network", "view"]


class CanvasCommands(QObject):
    """Makes the actions and carries them out. Shortcuts hold while the canvas has the focus."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.clipboard = CanvasClipboard(view)
        self._menus: dict[Menu, list[QAction]] = {"edit": [], "network": [], "view": []}
        keys = QKeySequence.StandardKey
        self.cut = self.add(
            "edit", _("Cu&t"), _("Copy the selected blocks and take them out"), self._cut, keys.Cut
        )
        self.copy = self.add(
            "edit",
            _("&Copy"),
            _("Copy the selected blocks as text that can be mailed"),
            self._copy,
            keys.Copy,
            "copy",
        )
        self.copy_source = self.add(
            "edit",
            _("Copy as P&yTorch"),
            _("Copy the selected blocks, or all, as lines of PyTorch"),
            lambda: self.clipboard.copy_source(self._ids()),
            "Ctrl+Shift+C",
        )
        self.paste = self.add(
            "edit",
            _("&Paste"),
            _("Add copied blocks or PyTorch code behind the selection"),
            self._paste,
            keys.Paste,
            "paste",
        )
        self.duplicate = self.add(
            "edit",
            _("&Duplicate"),
            _("Add the selected blocks once more"),
            self._duplicate,
            "Ctrl+D",
            "duplicate",
        )
        self.delete = self.add(
            "edit", _("De&lete"), _("Take the selected blocks out and close the chain"), self._delete,
            ("Del", "Backspace"), "delete",
        )  # fmt: skip
        self.select_all = self.add(
            "edit", _("Select &all"), _("Select every block"), self._select_all, keys.SelectAll
        )
        # Space and Enter are read by the view itself: Space held moves the ground.
        self.add_block = self.add(
            "network", _("Add a &block…"), _("Search for a block and add it behind the selection"), view.quick_add,
            "Space", "add",
        )  # fmt: skip
        self.edit_block = self.add(
            "network",
            _("&Edit block"),
            _("Go to the fields of the selected block"),
            self._edit,
            "Return",
            "pen",
        )
        self.up = self.add(
            "network",
            _("Move &up"),
            _("Move the selected block one place up"),
            lambda: self._move(-1),
            "Ctrl+Up",
        )
        self.down = self.add(
            "network",
            _("Move &down"),
            _("Move the selected block one place down"),
            lambda: self._move(1),
            "Ctrl+Down",
        )
        self.joins = Joins(view, self)
        self.tidy = self.add(
            "network", _("&Tidy up"), _("Put every block back in the stack"), self._tidy, "Ctrl+L", "tidy"
        )
        camera = view.camera
        self.fit = self.add("view", _("&Fit"), _("Show the whole network"), view.fit, "F", "fit")
        self.zoom_in = self.add(
            "view",
            _("Zoom &in"),
            _("Show it larger"),
            camera.zoom_in,
            ("Ctrl++", "Ctrl+=", "+", "="),
            "zoom-in",
        )
        self.zoom_out = self.add(
            "view", _("Zoom &out"), _("Show it smaller"), camera.zoom_out, ("Ctrl+-", "-"), "zoom-out"
        )
        self.full_size = self.add(
            "view", _("&100 %"), _("Show it at its own size"), lambda: camera.zoom_to(1.0), "Ctrl+0"
        )
        view.selection.changed.connect(self.refresh)
        view.document.changed.connect(self.refresh)
        self.refresh()

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
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setStatusTip(tip)
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        action.triggered.connect(lambda _checked=False: self._run(slot))
        self._view.addAction(action)
        self._menus[menu].append(action)
        return action

    def _run(self, slot: Callable[[], object]) -> None:
        # A key pressed in mid-drag acts on what the document holds, not on the preview.
        self._view.cancel_gesture()
        slot()

    def menu(self, name: Menu) -> list[QAction]:
        """The actions of one menu."""
        return list(self._menus[name])

    def context_menu(self, on_blocks: bool) -> QMenu:
        """What can be done with the selected blocks, or with the canvas."""
        if on_blocks:
            groups = [
                [self.edit_block, self.add_block],
                [self.cut, self.copy, self.copy_source, self.paste, self.duplicate],
                [self.up, self.down],
                [action for action in (*self.joins.joins, self.joins.cut_wire) if action.isEnabled()],
                [self.delete],
            ]
        else:
            groups = [[self.add_block, self.paste, self.select_all], [self.tidy, self.fit]]
        menu = QMenu(self._view)
        for number, group in enumerate(groups):
            if number and group:
                menu.addSeparator()
            menu.addActions(group)
        return menu

    def refresh(self, *_change: object) -> None:
        """Enables what can be done now."""
        some = bool(self._ids())
        for action in (self.cut, self.copy, self.duplicate, self.delete, self.up, self.down, self.edit_block):
            action.setEnabled(some)
        self.joins.refresh()
        for action in (self.select_all, self.copy_source):
            action.setEnabled(bool(self._network.blocks))

    @property
    def _network(self) -> Network:
        return self._view.document.project.network

    def _ids(self) -> list[str]:
        """The selected blocks that are there, in the order in which they run."""
        selected = self._view.selection.ids
        if not selected:
            return []
        order, cyclic = execution_order(self._network)
        return [id_ for id_ in (*order, *cyclic) if id_ in selected]

    def _do(self, title: str, network: Network) -> None:
        project = self._view.document.project
        self._view.document.edit(title, msgspec.structs.replace(project, network=network))

    def _counted(self, one: str, many_one: str, many: str, ids: list[str]) -> str:
        """ "Delete conv1", or "Delete 3 blocks"."""
        if len(ids) == 1:
            return one.format(name=self._view.document.analysis.rows[ids[0]].name)
        return ngettext(many_one, many, len(ids)).format(count=len(ids))

    def _delete(self) -> None:
        if ids := self._ids():
            self._remove(
                ids, self._counted(_("Delete {name}"), "Delete {count} block", "Delete {count} blocks", ids)
            )

    def _remove(self, ids: list[str], title: str) -> None:
        network = self._network
        heir = _heir(network, ids)
        self._do(title, edits.remove(network, ids))
        # The keyboard goes on where the deleted block was.
        self._view.selection.select([heir] if heir is not None else [])

    def _copy(self) -> None:
        if ids := self._ids():
            self.clipboard.copy(ids)

    def _cut(self) -> None:
        if ids := self._ids():
            self._copy()
            self._remove(ids, self._counted(_("Cut {name}"), "Cut {count} block", "Cut {count} blocks", ids))

    def _paste(self) -> None:
        ids = self._ids()
        self.clipboard.paste(ids[-1] if ids else None)

    def _duplicate(self) -> None:
        if ids := self._ids():
            network, new = edits.duplicate(self._network, ids)
            title = self._counted(
                _("Duplicate {name}"), "Duplicate {count} block", "Duplicate {count} blocks", ids
            )
            self._do(title, network)
            self._show_new(new)

    def _show_new(self, new: tuple[str, ...]) -> None:
        if new:
            self._view.selection.select(new)
            self._view.show_block(new[-1])

    def _select_all(self) -> None:
        self._view.selection.select(self._network.by_id)

    def _edit(self) -> None:
        if ids := self._ids():
            self._view.edit_requested.emit(ids[0])

    def _move(self, by: int) -> None:
        ids = self._ids()
        if len(ids) != 1:
            return
        name = self._view.document.analysis.rows[ids[0]].name
        title = _("Move {name} up") if by < 0 else _("Move {name} down")
        network = edits.move_in_stack(self._network, ids[0], by)
        if network == self._network:
            self._view.status_hint.emit(_("{name} cannot go further that way.").format(name=name))
        self._do(title.format(name=name), network)
        self._view.show_block(ids[0])

    def _tidy(self) -> None:
        self._do(_("Tidy up"), edits.tidy(self._network))


def _heir(network: Network, ids: list[str]) -> str | None:
    """The block that is selected once these are gone: what follows, else what came before."""
    gone = set(ids)
    for wires, end in ((network.outgoing, "to"), (network.incoming, "from_")):
        for id_ in reversed(ids):
            for wire in wires[id_]:
                other: str = getattr(wire, end)
                if other not in gone:
                    return other
    return None
