"""A new block from the palette on its way onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.input import Input
from cnnbuilder.network import edits
from cnnbuilder.network.layout import CARD_HEIGHT, CARD_WIDTH
from cnnbuilder.network.project import Network
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.drag import DragGesture, on_grid
from cnnbuilder.ui.canvas.drop_targets import AtEnd, Free, IntoWire, Target
from cnnbuilder.ui.canvas.presenter import Presenter


class PaletteDrag(DragGesture):
    """A new block of one kind. The palette's mouse feeds it."""

    from_outside = True

    def __init__(self, context: CanvasContext, presenter: Presenter, kind: str) -> None:
        super().__init__(context, presenter)
        self.kind = kind
        self._block: Block = self._made(None)

    def _made(self, after: str | None) -> Block:
        return edits.create(self.kind, self.base, after, self.context.classes())

    def dragged(self) -> frozenset[str]:
        return frozenset({edits.new_id(self.base)})

    def is_strip(self) -> bool:
        return KINDS[self.kind].keeps_shape

    def takes_input(self) -> bool:
        return KINDS[self.kind].arity[1] != 0

    def free_at(self, x: float, y: float) -> Free:
        return Free(on_grid(x - CARD_WIDTH / 2), on_grid(y - CARD_HEIGHT / 2))

    def apply(self, target: Target) -> Network:
        if isinstance(self._block, Input) and not any(isinstance(block, Input) for block in self.base.blocks):
            # The first Input goes before everything, wherever it is dropped.
            self._block = self._made(None)
            return edits.append(self.base, self._block)
        match target:
            case IntoWire(wire) if not isinstance(self._block, Input):
                self._block = self._made(wire.from_)
                return edits.insert_on_wire(self.base, self._block, wire)
            case AtEnd(after) if not isinstance(self._block, Input):
                self._block = self._made(after)
                return edits.append(self.base, self._block, after)
            case Free(x, y):
                self._block = self._made(None)
                return edits.place_loose(self.base, self._block, (x, y))
        return self.base

    def title(self) -> str:
        return _("Add {kind}").format(kind=self.kind)

    def word(self) -> str:
        return self.kind

    def finished(self) -> None:
        self.context.selection.select([self._block.id])
        self.context.focus_requested.emit(Qt.FocusReason.MouseFocusReason)
        if len(self.context.network.incoming[self._block.id]) == 1 < self._block.arity[0]:
            self.context.value_for_input.emit(self._block.id)
