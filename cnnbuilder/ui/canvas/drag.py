"""Dragging blocks over the canvas: shows the network as it would be if one let go now, then makes one edit of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.project import Network
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.drop_targets import AtEnd, Free, IntoWire, Stay, Target, target_at
from cnnbuilder.ui.canvas.gesture import Gesture
from cnnbuilder.ui.canvas.presenter import Presenter
from cnnbuilder.ui.widgets.theme import GRID

HOLD = 12.0
"""How far the pointer may go on before another place is meant."""


class DragGesture(Gesture):
    """What both drags share; a subclass says what is dragged and what letting go at a target does to the network."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, context: CanvasContext, presenter: Presenter) -> None:
        super().__init__(context)
        self._presenter = presenter
        self.base: Network = context.network
        self.target: Target | None = None
        self.preview: Network = self.base
        self._at: QPointF | None = None
        self._chosen_at = QPointF()
        self._said = ""
        self._analysis = context.analysis

    # What the two kinds of drags differ in.

    def dragged(self) -> frozenset[str]:
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
        """What is dragged, for hints."""
        raise NotImplementedError

    def finished(self) -> None:
        """Called after the edit."""

    # What they share.

    def begin(self) -> None:
        self._presenter.begin_preview()

    def move(self, at: QPointF) -> Gesture | None:
        self._at = at
        camera = self.context.camera
        camera.follow_edge(at)
        if camera.sees(at):
            point = camera.scene_point(at)
            self._show(self._resolve(point.x(), point.y()))
        else:
            self._show(None)
        return None

    def scrolled(self) -> None:
        if self._at is not None:
            self.move(self._at)

    def _resolve(self, x: float, y: float) -> Target:
        arrangement = self.context.scene.arrangement
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
            arrangement, x, y, self.dragged() & self.context.scene.ghosts, self.is_strip(), sticky
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
            self.context.status_hint.emit(hint)

    def _draw(self, glide: bool) -> None:
        ghosts = self.dragged() if self.target is not None else frozenset()
        self._presenter.show_preview(self.preview, self._analysed(), ghosts, glide)

    def _analysed(self) -> Analysis:
        """The numbers of the preview; a place of its own changes none of them."""
        for known in (self.context.analysis, self._analysis):
            same_blocks = len(self.preview.blocks) == len(known.network.blocks)
            if same_blocks and self.preview.wires is known.network.wires:
                return known
        self._analysis = analyse(self.preview, self.context.analysis)
        return self._analysis

    def _hint(self) -> str:
        rows = self.context.analysis.rows
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
        self.move(at)
        self.context.camera.follow_edge(None)
        self.context.status_hint.emit("")
        self._presenter.end_preview()
        if self.target is None or self.preview == self.base:
            self._presenter.show_document(glide=True)
            return
        self.context.edit(self.title(), self.preview)
        self.finished()

    def cancel(self) -> None:
        self.context.camera.follow_edge(None)
        self.context.status_hint.emit("")
        self._presenter.end_preview()
        self._presenter.show_document(glide=True)

    def document_changed(self) -> bool:
        """Rests the preview on what is there now."""
        self.base = self.context.network
        self._analysis = self.context.analysis
        self.target = None
        self.preview = self.base
        self._presenter.show_document()
        self.scrolled()
        return True


def on_grid(value: float) -> float:
    """The grid's nearest line: blocks that stand by themselves stand on it."""
    return round(value / GRID) * float(GRID)
