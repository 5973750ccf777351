"""Commands that draw branches: join the selected blocks by a new one, cut the wire between two."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.merge_edits import MERGE_KINDS, join, wire_between
from cnnbuilder.network.project import Network
from cnnbuilder.network.removal import cut
from cnnbuilder.text import _

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.commands import CanvasCommands
    from cnnbuilder.ui.canvas.view import CanvasView


class Joins(QObject):
    """The actions of one canvas that join and cut."""

    def __init__(self, view: CanvasView, commands: CanvasCommands) -> None:
        super().__init__(view)
        self._view = view
        self.joins: list[QAction] = []
        for kind in MERGE_KINDS:
            block = KINDS[kind]
            action = commands.add(
                "network",
                _("Join with {kind}").format(kind=kind),
                _("{kind} {does}: a new block that takes all selected ones").format(
                    kind=kind, does=block.title
                ),
                partial(self._join, kind),
                block.shortcut,
            )
            self.joins.append(action)
        self.cut_wire = commands.add(
            "network",
            _("Cut the &wire"),
            _("Take away the wire between the two selected blocks"),
            self._cut_wire,
            "X",
        )

    def refresh(self) -> None:
        """Enables what can be done now."""
        ids = self._view.selection.ids
        for action in self.joins:
            action.setEnabled(len(ids) > 1)
        self.cut_wire.setEnabled(wire_between(self._network, ids) is not None)

    @property
    def _network(self) -> Network:
        return self._view.document.project.network

    def _join(self, kind: str) -> None:
        network, new = join(self._network, kind, self._view.selection.ids)
        if new is None:
            return
        self._edit(_("Join with {kind}").format(kind=kind), network)
        self._view.selection.select([new])
        self._view.show_block(new)

    def _cut_wire(self) -> None:
        wire = wire_between(self._network, self._view.selection.ids)
        if wire is not None:
            rows = self._view.document.analysis.rows
            upper, lower = rows[wire.from_].name, rows[wire.to].name
            title = _("Cut {upper} from {lower}").format(upper=upper, lower=lower)
            self._edit(title, cut(self._network, wire))

    def _edit(self, title: str, network: Network) -> None:
        document = self._view.document
        document.edit(title, msgspec.structs.replace(document.project, network=network))
