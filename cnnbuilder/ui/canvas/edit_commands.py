"""The commands of the Edit menu: cut, copy, paste, duplicate, delete, select all."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from cnnbuilder.network import edits
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.canvas.clipboard import CanvasClipboard
from cnnbuilder.ui.canvas.command_set import CommandSet
from cnnbuilder.ui.canvas.context import CanvasContext

KEYS = QKeySequence.StandardKey


class EditCommands(QObject):
    """What is done with the selected blocks as a whole."""

    def __init__(self, context: CanvasContext, commands: CommandSet) -> None:
        super().__init__(context)
        self._context = context
        self._commands = commands
        self.clipboard = CanvasClipboard(context)
        self.cut = commands.add(
            "edit", _("Cu&t"), _("Copy the selected blocks and take them out"), self._cut, KEYS.Cut
        )
        self.copy = commands.add(
            "edit",
            _("&Copy"),
            _("Copy the selected blocks as text that can be mailed"),
            self._copy,
            KEYS.Copy,
            "copy",
        )
        self.copy_source = commands.add(
            "edit",
            _("Copy as P&yTorch"),
            _("Copy the selected blocks, or all, as lines of PyTorch"),
            lambda: self.clipboard.copy_source(context.selected_in_order()),
            "Ctrl+Shift+C",
        )
        self.paste = commands.add(
            "edit",
            _("&Paste"),
            _("Add copied blocks or PyTorch code behind the selection"),
            self._paste,
            KEYS.Paste,
            "paste",
        )
        self.duplicate = commands.add(
            "edit",
            _("&Duplicate"),
            _("Add the selected blocks once more"),
            self._duplicate,
            "Ctrl+D",
            "duplicate",
        )
        self.delete = commands.add(
            "edit", _("De&lete"), _("Take the selected blocks out and close the chain"), self._delete,
            ("Del", "Backspace"), "delete",
        )  # fmt: skip
        self.select_all = commands.add(
            "edit", _("Select &all"), _("Select every block"), self._select_all, KEYS.SelectAll
        )

    def refresh(self) -> None:
        """Enables what can be done now."""
        unselected = "" if self._context.has_selected() else _("Select a block first.")
        for action in (self.cut, self.copy, self.duplicate, self.delete):
            self._commands.allow(action, unselected)
        empty = "" if self._context.network.blocks else _("There is no block yet.")
        for action in (self.select_all, self.copy_source):
            self._commands.allow(action, empty)

    def _counted(self, one: str, many_one: str, many: str, ids: list[str]) -> str:
        """ "Delete conv1", or "Delete 3 blocks"."""
        if len(ids) == 1:
            return one.format(name=self._context.analysis.rows[ids[0]].name)
        return ngettext(many_one, many, len(ids)).format(count=len(ids))

    def _delete(self) -> None:
        if ids := self._context.selected_in_order():
            self._remove(
                ids, self._counted(_("Delete {name}"), "Delete {count} block", "Delete {count} blocks", ids)
            )

    def _remove(self, ids: list[str], title: str) -> None:
        network = self._context.network
        rest = edits.remove(network, ids)
        heir = _heir(network, ids, rest)
        self._context.edit(title, rest)
        # The keyboard goes on where the deleted block was.
        self._context.selection.select([heir] if heir is not None else [])

    def _copy(self) -> None:
        if ids := self._context.selected_in_order():
            self.clipboard.copy(ids)

    def _cut(self) -> None:
        if ids := self._context.selected_in_order():
            self._copy()
            self._remove(ids, self._counted(_("Cut {name}"), "Cut {count} block", "Cut {count} blocks", ids))

    def _paste(self) -> None:
        ids = self._context.selected_in_order()
        self.clipboard.paste(ids[-1] if ids else None)

    def _duplicate(self) -> None:
        if ids := self._context.selected_in_order():
            network, new = edits.duplicate(self._context.network, ids)
            title = self._counted(
                _("Duplicate {name}"), "Duplicate {count} block", "Duplicate {count} blocks", ids
            )
            self._context.edit(title, network)
            if new:
                self._context.select(new)

    def _select_all(self) -> None:
        self._context.selection.select(self._context.network.by_id)


def _heir(network: Network, ids: list[str], rest: Network) -> str | None:
    """The block of `rest` that is selected once these are gone: what follows, else what came before."""
    for wires, end in ((network.outgoing, "to"), (network.incoming, "from_")):
        for id_ in reversed(ids):
            for wire in wires[id_]:
                other: str = getattr(wire, end)
                # Others may have gone along, as an Add with its skip.
                if other in rest.by_id:
                    return other
    return None
