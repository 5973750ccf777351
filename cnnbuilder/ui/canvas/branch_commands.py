"""Commands that draw branches: join the selected blocks by a new one, cut the wire between two."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.merge_edits import MERGE_KINDS, join, wire_between
from cnnbuilder.network.removal import cut
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.command_set import CommandSet
from cnnbuilder.ui.canvas.context import CanvasContext


class BranchCommands(QObject):
    """The actions of one canvas that join and cut."""

    wire_wanted = Signal(str, str)
    """A wire is to be drawn from this block; (id, kind of the block that joins)."""

    def __init__(self, context: CanvasContext, commands: CommandSet) -> None:
        super().__init__(context)
        self._context = context
        self._commands = commands
        self.joins: list[QAction] = []
        for kind in MERGE_KINDS:
            block = KINDS[kind]
            action = commands.add(
                "network",
                _("Join with {kind}").format(kind=kind),
                _("{kind} {does}: a new block that takes all selected ones").format(
                    kind=kind, does=block.title
                ),
                partial(self.join, kind),
                block.shortcut,
            )
            self.joins.append(action)
        self.draw_wire = commands.add(
            "network",
            _("Draw a &wire"),
            _("Draw a wire from the selected block: arrow keys or pointer choose where, Enter ends it"),
            self._draw_wire,
            "W",
        )
        self.cut_wire = commands.add(
            "network",
            _("C&ut the wire"),
            _("Take away the wire between the two selected blocks"),
            self._cut_wire,
            "X",
        )

    def refresh(self) -> None:
        """Enables what can be done now."""
        ids = self._context.selection.ids
        few = "" if len(ids) > 1 else few_text()
        one = len(ids) == 1 and ids <= self._context.network.by_id.keys()
        self._commands.allow(self.draw_wire, "" if one else _("Select the block that the wire begins at."))
        for action in self.joins:
            self._commands.allow(action, few)
        wire = wire_between(self._context.network, ids)
        self._commands.allow(
            self.cut_wire, "" if wire is not None else _("Select the two blocks that the wire joins first.")
        )

    def join(self, kind: str) -> None:
        """Joins the selected blocks by a new one of this kind, or says that there are too few."""
        network, new = join(self._context.network, kind, self._context.selection.ids)
        if new is None:
            self._context.status_hint.emit(few_text())
            return
        self._context.edit(_("Join with {kind}").format(kind=kind), network)
        self._context.select([new])

    def _draw_wire(self) -> None:
        for id_ in self._context.selection.ids:
            self.wire_wanted.emit(id_, "Add")

    def _cut_wire(self) -> None:
        wire = wire_between(self._context.network, self._context.selection.ids)
        if wire is not None:
            rows = self._context.analysis.rows
            upper, lower = rows[wire.from_].name, rows[wire.to].name
            title = _("Cut {upper} from {lower}").format(upper=upper, lower=lower)
            self._context.edit(title, cut(self._context.network, wire))


def few_text() -> str:
    """Why blocks cannot be joined yet."""
    return _("Select two blocks first: a click with Ctrl adds one.")
