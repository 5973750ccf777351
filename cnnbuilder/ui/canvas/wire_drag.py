"""A wire drawn by hand: shows the network as it would be if one let go now, then makes one edit of it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse, execution_order
from cnnbuilder.network.merge_edits import MERGE_KINDS
from cnnbuilder.network.removal import OutputRef, cut
from cnnbuilder.network.wire_edits import Behind, Drawn, Into, Onto, Target, above, drawn
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.gesture import Gesture
from cnnbuilder.ui.canvas.presenter import Presenter
from cnnbuilder.ui.canvas.wire_handles import Handle, target_at, value_at
from cnnbuilder.ui.canvas.wire_verdict import WireVerdict

HOLD = 14.0
"""How far the pointer may stray, in the scene, before another target is meant: what is shown moves under it."""


class WireDrag(Gesture):
    """Draws a new wire, or carries the end of one. Let go where it was pressed, it hangs on until the next click.

    The pointer, or the arrow keys, choose the target; A, C and M what a new block on a wire is.
    """

    cursor = Qt.CursorShape.CrossCursor
    reads_letters = True

    def __init__(
        self, context: CanvasContext, presenter: Presenter, handle: Handle, verdict: WireVerdict
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self._handle = handle
        self._verdict = verdict
        self._kind = "Add"
        network = context.network
        self._base = context.analysis
        if handle.wire is not None:
            self._base = analyse(cut(network, handle.wire), context.analysis)
        self.target: Target | None = None
        self._value: OutputRef | None = handle.value
        if handle.wire is not None:
            self._value = (handle.wire.from_, handle.wire.output)
        self._drawn: Drawn | None = None
        self._at: QPointF | None = None
        self._chosen_at = QPointF()
        self._pressed_at: QPointF | None = None
        self._steps: list[Target] = []
        self._home = False
        self.hanging = False

    # --- from begin to end ---------------------------------------------------------------------------

    def begin(self) -> None:
        self._presenter.begin_preview()
        self._verdict.kind_chosen.connect(self.choose_kind)
        self._dim()
        self.context.status_hint.emit(self._hint())

    def move(self, at: QPointF) -> Gesture | None:
        if self._pressed_at is None:
            self._pressed_at = at
        self._at = at
        self._steps = []
        self.context.camera.follow_edge(at)
        self._follow()
        return None

    def scrolled(self) -> None:
        if self._at is not None:
            self.move(self._at)

    def hangs(self, at: QPointF) -> bool:
        """A click without a way: the wire hangs on the pointer until the next click."""
        travelled = self._pressed_at is not None and (
            (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        )
        if self.hanging or travelled:
            return False
        self.hanging = True
        return True

    def end(self, at: QPointF) -> None:
        self.move(at)
        self.finish()

    def finish(self) -> None:
        """Makes the edit that is shown; without a target asks for a block, or takes the old wire away."""
        at, target, done, value = self._at, self.target, self._drawn, self._value
        self._put_back()
        if target is not None and done is not None:
            if done.network is None:
                self._presenter.show_document(glide=True)
                self.context.status_hint.emit(_("{reason}.").format(reason=done.words))
                return
            self.context.edit(self._title(target), done.network)
            if self.context.network is not done.network:  # the very wire that it was
                self._presenter.show_document()
            chosen = sorted(done.new & {self._joining_id(done)}) or [self._end_of(target)]
            self.context.select(id_ for id_ in chosen if id_ in self.context.network.by_id)
        elif self._home:
            self._presenter.show_document(glide=True)
        elif self._handle.wire is not None:
            rows = self.context.analysis.rows
            wire = self._handle.wire
            title = _("Cut {upper} from {lower}").format(
                upper=rows[wire.from_].name, lower=rows[wire.to].name
            )
            self.context.edit(title, self._base.network)
        else:
            self._presenter.show_document(glide=True)
            if value is not None and at is not None:
                self.context.block_for_value.emit(value, at)  # the search has the keyboard then
                return
        self.context.focus_requested.emit(Qt.FocusReason.MouseFocusReason)

    def cancel(self) -> None:
        self._put_back()
        self._presenter.show_document(glide=True)

    def document_changed(self) -> bool:
        return False

    def _put_back(self) -> None:
        self.context.camera.follow_edge(None)
        self.context.status_hint.emit("")
        self.context.scene.show_loose_wire(None)
        self.context.scene.dim(frozenset())
        self._verdict.kind_chosen.disconnect(self.choose_kind)
        self._verdict.hide()
        self._presenter.end_preview()

    # --- keys ----------------------------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Arrows walk through the targets, Enter takes the one shown, A, C and M choose what joins."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        kinds = {KINDS[kind].shortcut: kind for kind in MERGE_KINDS}
        letter = event.text().upper()
        if event.key() in steps:
            self._step(steps[Qt.Key(event.key())])
        elif letter in kinds:
            self.choose_kind(kinds[letter])
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        if self._handle.input is not None:
            self._step_value(by, Onto(*self._handle.input))
            return
        if not self._steps:
            self._steps = self._targets()
        if not self._steps:
            return
        place = self._steps.index(self.target) + by if self.target in self._steps else (0 if by > 0 else -1)
        self._show(self._steps[place % len(self._steps)])
        id_ = self._joining_id(self._drawn) if self._drawn is not None else None
        shown = id_ if id_ is not None else self._end_of(self.target) if self.target is not None else None
        if shown is not None:
            self._point_at(shown)

    def _step_value(self, by: int, target: Onto) -> None:
        """Walks through the values that a free input could have."""
        values = [
            (id_, 0)
            for id_ in execution_order(self._base.network)[0]
            if drawn(self._base, (id_, 0), target).fits and id_ != target.block
        ]
        if not values:
            return
        place = values.index(self._value) + by if self._value in values else (0 if by > 0 else -1)
        self._value = values[place % len(values)]
        self._show(target)
        self._point_at(self._value[0])

    def _point_at(self, id_: str) -> None:
        """The pointer's part, for keys: what is chosen is in view, and the verdict beside it."""
        self.context.show_block(id_)
        area = self.context.camera.viewport_rect(self.context.scene.block_rect(id_))
        self._at = QPointF(area.center())
        self._say()

    def _targets(self) -> list[Target]:
        """What the arrows walk through: wires and joining blocks below the value, the ends; those that can be."""
        network = self._base.network
        if self._value is None:
            return []
        order = execution_order(network)[0]
        found: list[Target] = []
        for id_ in order:
            if network.layers[id_].arity[1] is None or not network.incoming[id_]:
                found.append(Onto(id_, len(network.incoming[id_])))
            found.extend(Into(wire) for wire in network.outgoing[id_])
            if not network.outgoing[id_]:
                found.append(Behind(id_))
        return [
            target
            for target in found
            if drawn(self._base, self._value, target, self._kind).network is not None
        ]

    def choose_kind(self, kind: str) -> None:
        """A new block on a wire is of this kind."""
        self._kind = kind
        self._show(self.target, anew=True)

    # --- what is shown -------------------------------------------------------------------------------

    def _follow(self) -> None:
        at, camera = self._at, self.context.camera
        arrangement = self.context.scene.arrangement
        if at is None or arrangement is None:
            return
        if not camera.sees(at):
            self._show(None)
            return
        point = camera.scene_point(at)
        x, y = point.x(), point.y()
        if self._handle.input is not None:
            self._value = value_at(arrangement, x, y)
            self._show(Onto(*self._handle.input) if self._value is not None else None)
            return
        new = self._drawn.new if self._drawn is not None else frozenset()
        still = (point - self._chosen_at).manhattanLength() <= HOLD
        if self.target is not None and new and (still or arrangement.block_at(x, y) in new):
            self._show(self.target)
            return
        target = target_at(arrangement, x, y, camera.scale, new)
        self._home = self._is_home(target)
        if self._home:
            target = None
        elif isinstance(target, Into) and target.wire not in self._base.network.wires:
            target = self.target
        if target != self.target:
            self._chosen_at = point
        self._show(target)

    def _is_home(self, target: Target | None) -> bool:
        """Whether the wire whose end is carried stays as it is there."""
        wire = self._handle.wire
        return wire is not None and (target == Into(wire) or target == Onto(wire.to, wire.input))

    def _show(self, target: Target | None, anew: bool = False) -> None:
        if target != self.target or anew or self._handle.input is not None:
            self.target = target
            self._drawn = None
            if target is not None and self._value is not None:
                self._drawn = drawn(self._base, self._value, target, self._kind)
            self._draw()
        self._say()

    def _draw(self) -> None:
        done = self._drawn
        if done is None or done.network is None or not done.new:
            # What is pointed at stays under the pointer, whatever the wire would change in the layout;
            # the old wire stays until it is known where its end goes.
            self._presenter.show_preview(self.context.network, self.context.analysis, frozenset(), glide=True)
        else:
            self._presenter.show_preview(
                done.network, analyse(done.network, self._base), done.new, glide=True
            )
        self._dim()

    def _dim(self) -> None:
        """What the wire cannot reach steps back."""
        network = self._base.network
        if self._value is not None and self._handle.input is None:
            self.context.scene.dim(above(network, self._value[0]) - {self._value[0]})

    def _say(self) -> None:
        """The loose end, and the verdict beside it."""
        scene, camera, at = self.context.scene, self.context.camera, self._at
        done = self._drawn
        if at is None:
            return
        loose = None if done is not None and done.new else camera.scene_point(at)
        start = QPointF(self._handle.x, self._handle.y)
        scene.show_loose_wire((start, loose) if loose is not None else None)
        area = QRect(QPoint(0, 0), camera.viewport_area().size())
        place = QRect(QPoint(round(at.x()), round(at.y())), QSize(1, 1))
        if done is None or self.target is None:
            if self._handle.wire is not None and not self._home and camera.sees(at):
                self._verdict.say(_("Let go to take the wire away"), "", None, place, area)
            else:
                self._verdict.hide()
            return
        merges = isinstance(self.target, Into | Behind)
        if done.network is None:
            title = _("This cannot be")
        elif not done.fits:
            title = _("Let go to join: it does not fit yet")
        elif merges:
            title = _("Let go to join with {kind}").format(kind=self._kind)
        else:
            title = _("Let go to join")
        joining = self._joining_id(done)
        if joining is not None:  # beside what would come, not over it
            place = camera.viewport_rect(scene.block_rect(joining))
        self._verdict.say(title, done.words, self._kind if merges and done.network else None, place, area)

    def _hint(self) -> str:
        if self._handle.input is not None:
            return _("Choose the value that goes into it: a block, or a wire · Escape leaves it open")
        return _("On a wire: a skip, joined with Add · on a block: into it · Escape puts it back")

    # --- words and ids -------------------------------------------------------------------------------

    def _joining_id(self, done: Drawn) -> str | None:
        """The new block that joins, where there is one."""
        network = done.network
        if network is None:
            return None
        return next((id_ for id_ in done.new if network.by_id[id_].kind() in MERGE_KINDS), None)

    def _end_of(self, target: Target) -> str:
        match target:
            case Onto(block):
                return block
            case Into(wire):
                return wire.to
            case Behind(block):
                return block

    def _title(self, target: Target) -> str:
        if isinstance(target, Into | Behind):
            return _("Join with {kind}").format(kind=self._kind)
        rows = self._base.rows
        upper = rows[self._value[0]].name if self._value is not None else ""
        return _("Join {upper} to {lower}").format(upper=upper, lower=rows[target.block].name)
