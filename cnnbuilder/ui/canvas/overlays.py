"""What floats over the canvas without being part of it: the problem's popup, quick add, the zoom, tooltips."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.layout import PORT
from cnnbuilder.network.mends import offered
from cnnbuilder.network.project import Problem
from cnnbuilder.network.removal import OutputRef
from cnnbuilder.network.wire_edits import branch_off, shapes_behind
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.drag import on_grid
from cnnbuilder.ui.canvas.presenter import Presenter
from cnnbuilder.ui.canvas.problem_popup import ProblemPopup
from cnnbuilder.ui.canvas.tooltips import tip_at
from cnnbuilder.ui.canvas.zoom_button import ZoomButton
from cnnbuilder.ui.fields.quick_add import QuickAdd

INSET = 10


class Overlays(QObject):
    """Keeps them in their places while the canvas moves under them. `widget` is the canvas' own."""

    append_requested = Signal(str)
    """A block of this kind is wanted behind the selection."""

    def __init__(self, context: CanvasContext, presenter: Presenter, widget: QWidget) -> None:
        super().__init__(widget)
        self._asking_for: tuple[OutputRef, QPointF] | None = None
        """The value that the block which is searched for takes, and where in the scene it is to stand."""
        self._context = context
        self._presenter = presenter
        self._widget = widget
        self._opened: Problem | None = None
        self.popup = ProblemPopup(widget)
        self.popup.fix_chosen.connect(self._apply_fix)
        self.popup.left.connect(self._popup_left)
        self.quick_add = QuickAdd(widget)
        self.quick_add.closed.connect(self._ask_for_focus)
        self.quick_add.chosen.connect(self._add)
        context.block_for_value.connect(self._open_for_value)
        self.zoom = ZoomButton(widget)
        self.zoom.clicked.connect(lambda: context.camera.zoom_to(1.0))
        context.camera.zoom_percent_changed.connect(self._show_zoom)
        context.camera.moved.connect(self.follow)
        context.block_clicked.connect(self._open_problem_of)
        presenter.shown.connect(self.refresh)
        self._show_zoom(context.camera.percent)

    def follow(self) -> None:
        """The canvas moved: go along."""
        self._place_popup()
        self._place_zoom()

    def restyle(self) -> None:
        """The theme or the text size changed."""
        self.zoom.adjustSize()
        self._place_zoom()
        self.popup.update()
        self.follow()

    def _ask_for_focus(self) -> None:
        self._context.focus_requested.emit(Qt.FocusReason.OtherFocusReason)

    # --- the zoom ------------------------------------------------------------------------------------

    def _show_zoom(self, percent: int) -> None:
        self.zoom.show_percent(percent)
        self._place_zoom()

    def _place_zoom(self) -> None:
        # At the right: the stack, wherever it begins, stands left of it.
        zoom, widget = self.zoom, self._widget
        zoom.move(widget.width() - zoom.width() - INSET, widget.height() - zoom.height() - INSET)
        # A problem's sentence goes before it.
        hidden = self.popup.isVisibleTo(widget) and self.popup.geometry().intersects(zoom.geometry())
        zoom.setVisible(not hidden)

    # --- the problem's popup -------------------------------------------------------------------------

    def open_problem(self, problem: Problem) -> None:
        """Shows the popup of this problem, with room for it beside its block."""
        self._opened = problem
        self.refresh()
        block = self._context.scene.block_rect(problem.id or "")
        if self.popup.isVisible() and self.popup.geometry().intersects(
            self._context.block_area(problem.id or "")
        ):
            self._context.camera.show_area(
                block.adjusted(0, 0, 0, self.popup.height() / self._context.camera.scale)
            )

    def _open_problem_of(self, id_: str) -> None:
        """Shows the popup of a block, where it has a problem, or something is to be said of it before training."""
        present = (*self._context.analysis.problems, *self._context.conditions(self._context.analysis))
        found = next((problem for problem in present if problem.id == id_), None)
        if found is not None:
            self.open_problem(found)
        else:
            self._close_condition()

    def refresh(self) -> None:
        """Shows the problem that is there now: the one that was opened while it lasts, else the first."""
        problems, conditions = (
            self._context.analysis.problems,
            self._context.conditions(self._context.analysis),
        )
        if self._opened not in (*problems, *conditions):
            same = [p for p in problems if self._opened is not None and p.id == self._opened.id]
            self._opened = same[0] if same else None
        shown = self._opened or next(iter(problems), None)
        if not self._context.network.blocks or self._presenter.previewing:
            shown = None
        if shown is None or shown in problems:
            fixes = offered(self._context.analysis, shown) if shown is not None else ()
            self.popup.show_problem(shown, fixes)
        else:
            self.popup.show_condition(shown)
        self.follow()

    def _close_condition(self) -> None:
        """What is no problem need not stand there until it is mended."""
        if self._opened is not None and self._opened not in self._context.analysis.problems:
            self._opened = None
            self.refresh()

    def _popup_left(self) -> None:
        self._close_condition()
        self._ask_for_focus()

    def _place_popup(self) -> None:
        problem = self.popup.problem
        if problem is None:
            return
        arrangement = self._context.scene.arrangement
        boxes = arrangement.boxes if arrangement is not None else {}
        id_ = problem.id if problem.id in boxes else next(iter(boxes), None)
        if id_ is None:
            self.popup.hide()
            return
        self.popup.place(self._context.block_area(id_), self._context.camera.viewport_area())

    def _apply_fix(self, problem: Problem, fix: Fix) -> None:
        self._context.edit(fix.label, apply_fix(self._context.network, problem, fix))
        self._ask_for_focus()

    # --- quick add and tooltips ----------------------------------------------------------------------

    def open_quick_add(self) -> None:
        """Opens the search field below what is selected, or in the middle."""
        self._asking_for = None
        last = self._context.last_selected()
        if last is not None:
            at = self._context.block_area(last).bottomLeft() + QPoint(0, 8)
        else:
            at = self._context.camera.viewport_area().center()
        self.quick_add.open(at, QRect(QPoint(0, 0), self._widget.size()))

    def _open_for_value(self, value: OutputRef, at: QPointF) -> None:
        """A wire was let go on empty ground: what fits it, each with the shape that comes of it."""
        self._asking_for = value, self._context.camera.scene_point(at)
        place = QPoint(round(at.x()), round(at.y())) + self._context.camera.viewport_area().topLeft()
        shapes = shapes_behind(self._context.analysis, value, self._context.classes())
        self.quick_add.open(place, QRect(QPoint(0, 0), self._widget.size()), shapes)

    def _add(self, kind: str) -> None:
        asking, self._asking_for = self._asking_for, None
        if asking is None:
            self.append_requested.emit(kind)
            return
        value, at = asking
        if value[0] not in self._context.network.by_id:
            return
        place = on_grid(at.x() - PORT), on_grid(at.y())
        network, new = branch_off(self._context.analysis, value, kind, self._context.classes(), place)
        self._context.edit(_("Add {kind}").format(kind=kind), network)
        self._context.select([new])

    def show_tip(self, event: QHelpEvent) -> None:
        """Says more of what is under the pointer than has room on it."""
        text = tip_at(self._context.scene, self._context.camera.scene_point(QPointF(event.pos())))
        if text:
            QToolTip.showText(event.globalPos(), text, self._widget)
        else:
            QToolTip.hideText()
