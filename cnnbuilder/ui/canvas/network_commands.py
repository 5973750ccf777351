"""The commands of the Network menu on one block: add, edit, move up and down; and tidying all of them up."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnbuilder.network import edits
from cnnbuilder.network.merge_edits import MERGE_KINDS, wire_between
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.branch_commands import BranchCommands
from cnnbuilder.ui.canvas.command_set import CommandSet
from cnnbuilder.ui.canvas.context import CanvasContext


class NetworkCommands(QObject):
    """What is done with one block, or with the order of all."""

    search_requested = Signal()
    """A block is to be searched for; `append` adds the one that is chosen."""

    def __init__(self, context: CanvasContext, commands: CommandSet) -> None:
        super().__init__(context)
        self._context = context
        self._commands = commands
        # Space and Enter are read by the keyboard's own class: Space held moves the ground.
        self.add_block = commands.add(
            "network", _("Add a &block…"), _("Search for a block and add it behind the selection"),
            self.search_requested.emit, "Space", "add",
        )  # fmt: skip
        self.edit_block = commands.add(
            "network",
            _("&Edit block"),
            _("Go to the fields of the selected block"),
            self._edit,
            "Return",
            "pen",
        )
        self.up = commands.add(
            "network",
            _("Move &up"),
            _("Move the selected block one place up"),
            lambda: self._move(-1),
            "Ctrl+Up",
        )
        self.down = commands.add(
            "network",
            _("Move &down"),
            _("Move the selected block one place down"),
            lambda: self._move(1),
            "Ctrl+Down",
        )
        self.branches = BranchCommands(context, commands)
        self.tidy = commands.add(
            "network", _("&Tidy up"), _("Put every block back in the stack"), self._tidy, "Ctrl+L", "tidy"
        )

    def refresh(self) -> None:
        """Enables what can be done now."""
        unselected = "" if self._context.has_selected() else _("Select a block first.")
        self._commands.allow(self.edit_block, unselected)
        several = len(self._context.selection.ids) > 1
        for action in (self.up, self.down):
            self._commands.allow(
                action, _("One block at a time is moved: select it alone.") if several else unselected
            )
        self.branches.refresh()

    def append(self, kind: str) -> None:
        """Adds a block of this kind behind the selection, or at the end; between two that are joined by a wire.

        One that takes several values joins the selected blocks; of one alone a wire is drawn to what it joins.
        """
        context = self._context
        if kind in MERGE_KINDS:
            self._join(kind, context.selected_in_order())
            return
        network = context.network
        wire = wire_between(network, context.selection.ids)
        after = context.last_selected() if wire is None else wire.from_
        block = edits.create(kind, network, after, context.classes())
        added = (
            edits.append(network, block, after)
            if wire is None
            else edits.insert_on_wire(network, block, wire)
        )
        context.edit(_("Add {kind}").format(kind=kind), added)
        context.select([block.id])

    def _join(self, kind: str, ids: list[str]) -> None:
        end = edits.end_of_chain(self._context.network)
        if len(ids) > 1:
            self.branches.join(kind)
        elif ids or end is not None:
            self.branches.wire_wanted.emit(ids[0] if ids else end, kind)

    def _edit(self) -> None:
        if ids := self._context.selected_in_order():
            self._context.fields_requested.emit(ids[0])

    def _move(self, by: int) -> None:
        ids = self._context.selected_in_order()
        if len(ids) != 1:
            return
        name = self._context.analysis.rows[ids[0]].name
        title = _("Move {name} up") if by < 0 else _("Move {name} down")
        network = edits.move_in_stack(self._context.network, ids[0], by)
        if network == self._context.network:
            self._context.status_hint.emit(_("{name} cannot go further that way.").format(name=name))
        self._context.edit(title.format(name=name), network)
        self._context.show_block(ids[0])

    def _tidy(self) -> None:
        self._context.edit(_("Tidy up"), edits.tidy(self._context.network))
