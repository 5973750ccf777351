"""Carrying blocks over the canvas: new ones from the palette, or those that stand there. Previews, then one edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QPointF, Qt

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.input import Input
from cnnbuilder.network import edits
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.layout import CARD_HEIGHT, CARD_WIDTH
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.canvas.drop_targets import AtEnd, Free, IntoWire, Stay, Target, target_at
from cnnbuilder.ui.canvas.gestures import Gesture
from cnnbuilder.ui.widgets.theme import GRID

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.view import CanvasView


HOLD = 12.0
"""How far the pointer may go on before another place is meant."""


class Carry(Gesture):
    """What palette drag and move share: the canvas shows the network as it would be if one let go now."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.base: Network = view.document.project.network
        self.target: Target | None = None
        self.preview: Network = self.base
        self._at: QPointF | None = None
        self._chosen_at = QPointF()
        self._said = ""

    # What the two kinds of carrying differ in.

    def carried(self) -> frozenset[str]:
        """The ids that are shown as ghosts."""
        raise NotImplementedError

    def apply(self, target: Target) -> Network:
        """The network if one let go at this target."""
        raise NotImplementedError

    def free_at(self, x: float, y: float) -> Free:
        """Where it stands by itself when the pointer is at (x, y) of the scene."""
        raise NotImplementedError

    def is_strip(self) -> bool:
        """Whether it keeps its input's shape."""
        raise NotImplementedError

    def takes_input(self) -> bool:
        """Whether it can go into a wire at all."""
        raise NotImplementedError

    def title(self) -> str:
        """The name of the edit."""
        raise NotImplementedError

    def word(self) -> str:
        """What is carried, for hints."""
        raise NotImplementedError

    def finished(self) -> None:
        """Called after the edit."""

    # What they share.

    def move(self, at: QPointF) -> None:
        self._at = at
        self.view.camera.follow_edge(at)
        if not self.view.viewport().rect().contains(at.toPoint()):
            self._show(None)
            return
        point = self.view.camera.scene_point(at)
        self._show(self._resolve(point.x(), point.y()))

    def keep_up(self) -> None:
        """The canvas scrolled under the pointer."""
        if self._at is not None:
            self.move(self._at)

    def _resolve(self, x: float, y: float) -> Target:
        arrangement = self.view.canvas.arrangement
        if arrangement is None or not self.base.blocks:
            return AtEnd(None)
        if not self.takes_input():
            return self.free_at(x, y)
        # Put into a skip, a block stands away from the pointer: a small move does not mean another place.
        still = (QPointF(x, y) - self._chosen_at).manhattanLength() <= HOLD
        if still and isinstance(self.target, IntoWire | AtEnd):
            return self.target
        # Over the ghost itself, or over the wires that hold it, nothing changes while it sits in the chain.
        sticky = self.target is not None and not isinstance(self.target, Free)
        self._chosen_at = QPointF(x, y)
        found = target_at(
            arrangement, x, y, self.carried() & self.view.canvas.ghosts, self.is_strip(), sticky
        )
        if isinstance(found, Stay):
            return self.target if self.target is not None else found
        if isinstance(found, IntoWire) and found.wire not in self.base.wires:
            return Stay()
        return found if found is not None else self.free_at(x, y)

    def _show(self, target: Target | None) -> None:
        if target == self.target:
            return
        jumped = type(target) is not type(self.target) or not isinstance(target, Free)
        self.target = target
        self.preview = self.base if target is None else self.apply(target)
        self._draw(glide=jumped)
        hint = self._hint()
        if hint != self._said:
            self._said = hint
            self.view.status_hint.emit(hint)

    def _draw(self, glide: bool) -> None:
        ghosts = self.carried() if self.target is not None else frozenset()
        known = self.view.document.analysis
        # A place of its own changes no number.
        same = self.preview.wires is known.network.wires and len(self.preview.blocks) == len(
            known.network.blocks
        )
        analysis = known if same else analyse(self.preview, known)
        self.view.following.show_preview(self.preview, analysis, ghosts, glide)

    def _hint(self) -> str:
        rows = self.view.document.analysis.rows
        match self.target:
            case IntoWire(wire):
                return _("Let go to put {word} between {upper} and {lower}").format(
                    word=self.word(), upper=rows[wire.from_].name, lower=rows[wire.to].name
                )
            case AtEnd(None):
                return _("Let go to begin with {word}").format(word=self.word())
            case AtEnd(after) if after in rows:
                return _("Let go to put {word} behind {upper}").format(
                    word=self.word(), upper=rows[after].name
                )
            case Free():
                return _("Let go to leave {word} here · on a wire it would go in").format(word=self.word())
        return _("Escape puts it back")

    def end(self, at: QPointF) -> None:
        self.view.camera.follow_edge(None)
        self.move(at)
        self.view.camera.follow_edge(None)
        self.view.status_hint.emit("")
        document = self.view.document
        if self.target is None or self.preview == self.base:
            self.view.following.show_document(glide=True)
            return
        document.edit(self.title(), msgspec.structs.replace(document.project, network=self.preview))
        self.finished()

    def cancel(self) -> None:
        self.view.camera.follow_edge(None)
        self.view.status_hint.emit("")
        self.view.following.show_document(glide=True)

    def document_changed(self) -> None:
        """Rests the preview on what is there now."""
        self.base = self.view.document.project.network
        self.target = None
        self.preview = self.base
        self.view.following.show_document()
        if self._at is not None:
            self.move(self._at)


class PaletteDrag(Carry):
    """A new block of one kind on its way in."""

    def __init__(self, view: CanvasView, kind: str) -> None:
        super().__init__(view)
        self.kind = kind
        self._block: Block = self._made(None)

    def _made(self, after: str | None) -> Block:
        return edits.create(self.kind, self.base, after, self.view.classes())

    def carried(self) -> frozenset[str]:
        return frozenset({edits.new_id(self.base)})

    def is_strip(self) -> bool:
        return KINDS[self.kind].keeps_shape

    def takes_input(self) -> bool:
        return KINDS[self.kind].arity[1] != 0

    def free_at(self, x: float, y: float) -> Free:
        return Free(_on_grid(x - CARD_WIDTH / 2), _on_grid(y - CARD_HEIGHT / 2))

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
        self.view.selection.select([self._block.id])
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)


class Move(Carry):
    """Blocks of the canvas on their way elsewhere."""

    def __init__(self, view: CanvasView, ids: tuple[str, ...], grabbed: QPointF) -> None:
        super().__init__(view)
        self._ids = ids
        self._grabbed = grabbed
        arrangement = view.canvas.arrangement
        assert arrangement is not None
        self._boxes = {id_: arrangement.boxes[id_] for id_ in ids}
        # A strip without a place of its own follows the card that it is joined to.
        self._heads = [id_ for id_ in ids if arrangement.above.get(id_) not in ids]
        stacked = any(self.base.by_id[id_].position is None for id_ in self._heads)
        wired = any(self.base.incoming[id_] or self.base.outgoing[id_] for id_ in self._heads)
        self._at_home = stacked and wired
        if self._at_home:
            self.target = Stay()
            self._draw(glide=False)

    def carried(self) -> frozenset[str]:
        return frozenset(self._ids)

    def takes_input(self) -> bool:
        return any(self.base.by_id[id_].arity[1] != 0 for id_ in self._heads)

    def is_strip(self) -> bool:
        return all(self.base.by_id[id_].keeps_shape for id_ in self._ids)

    def free_at(self, x: float, y: float) -> Free:
        first = self._boxes[self._heads[0]]
        return Free(_on_grid(first.x + x - self._grabbed.x()), _on_grid(first.y + y - self._grabbed.y()))

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
                return edits.set_positions(self.base, places)
        return self.base

    def title(self) -> str:
        count = len(self._heads)
        if count == 1:
            return _("Move {name}").format(name=self.word())
        return ngettext("Move {count} block", "Move {count} blocks", count).format(count=count)

    def word(self) -> str:
        rows = self.view.document.analysis.rows
        if len(self._heads) == 1 and self._heads[0] in rows:
            return rows[self._heads[0]].name
        return _("them")

    def document_changed(self) -> None:
        if any(id_ not in self.view.document.project.network.by_id for id_ in self._ids):
            self.view.cancel_gesture()
            return
        super().document_changed()


def _on_grid(value: float) -> float:
    return round(value / GRID) * float(GRID)
