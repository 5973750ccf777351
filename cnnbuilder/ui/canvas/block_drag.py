"""Blocks of the canvas on their way elsewhere on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from cnnbuilder.network import edits
from cnnbuilder.network.loose import in_the_middle, take_out
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.drag import DragGesture, on_grid
from cnnbuilder.ui.canvas.drop_targets import AtEnd, Free, IntoWire, Stay, Target
from cnnbuilder.ui.canvas.presenter import Presenter


class BlockDrag(DragGesture):
    """Moves blocks, with the strips joined to them; `grabbed` is where in the scene they were taken hold of."""

    def __init__(
        self, context: CanvasContext, presenter: Presenter, ids: tuple[str, ...], grabbed: QPointF
    ) -> None:
        super().__init__(context, presenter)
        self._ids = ids
        self._grabbed = grabbed
        arrangement = context.scene.arrangement
        assert arrangement is not None
        self._boxes = {id_: arrangement.boxes[id_] for id_ in ids}
        # A strip without a place of its own follows the card that it is joined to.
        self._heads = [id_ for id_ in ids if arrangement.above.get(id_) not in ids]
        stacked = any(self.base.by_id[id_].position is None for id_ in self._heads)
        wired = any(self.base.incoming[id_] or self.base.outgoing[id_] for id_ in self._heads)
        self._at_home = stacked and wired
        self._taken_from: Network | None = None
        self._taken_out = self.base
        self._leaves_the_stack = stacked and in_the_middle(self.base, ids)

    def begin(self) -> None:
        super().begin()
        if self._at_home:
            self.target = Stay()
            self._draw(glide=False)

    def dragged(self) -> frozenset[str]:
        return frozenset(self._ids)

    def takes_input(self) -> bool:
        return any(self.base.by_id[id_].arity[1] != 0 for id_ in self._heads)

    def is_strip(self) -> bool:
        return all(self.base.by_id[id_].keeps_shape for id_ in self._ids)

    def free_at(self, x: float, y: float) -> Free:
        first = self._boxes[self._heads[0]]
        return Free(on_grid(first.x + x - self._grabbed.x()), on_grid(first.y + y - self._grabbed.y()))

    def apply(self, target: Target) -> Network:
        match target:
            case IntoWire(wire):
                return edits.move_to_wire(self.base, self._ids, wire)
            case AtEnd(after):
                return edits.move_behind(self.base, self._ids, after)
            case Free(x, y):
                first = self._boxes[self._heads[0]]
                places = {
                    id_: (self._boxes[id_].x + x - first.x, self._boxes[id_].y + y - first.y)
                    for id_ in self._heads
                }
                return edits.set_positions(self._apart(), dict(places))
        return self.base

    def _apart(self) -> Network:
        """The network in which the blocks have places of their own: out of it, where they stood in the middle."""
        if not self._leaves_the_stack:
            return self.base
        if self._taken_from is not self.base:
            # Once for all places: what they stood in closes the same way wherever they are.
            self._taken_from = self.base
            self._taken_out = take_out(self.base, self._ids)
        return self._taken_out

    def title(self) -> str:
        count = len(self._heads)
        if count == 1:
            return _("Move {name}").format(name=self.word())
        return ngettext("Move {count} block", "Move {count} blocks", count).format(count=count)

    def word(self) -> str:
        rows = self.context.analysis.rows
        if len(self._heads) == 1 and self._heads[0] in rows:
            return rows[self._heads[0]].name
        return _("them")

    def document_changed(self) -> bool:
        if any(id_ not in self.context.network.by_id for id_ in self._ids):
            return False
        return super().document_changed()


def drag_of(context: CanvasContext, presenter: Presenter, id_: str, pressed: QPointF) -> BlockDrag | None:
    """The drag of a block, pressed here in the viewport: with the others that are selected, or with its strips."""
    arrangement = context.scene.arrangement
    if arrangement is None or id_ not in arrangement.boxes:
        return None
    selected = context.selection.ids
    ids = arrangement.group(id_)
    if id_ in selected and len(selected) > 1:
        ids = tuple(other for other in arrangement.boxes if other in selected)
    return BlockDrag(context, presenter, ids, context.camera.scene_point(pressed))
