"""What floats over the canvas without being part of it: the problem's popup, quick add, the zoom, tooltips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QToolTip, QWidget

from cnnbuilder.network.analysis import Row
from cnnbuilder.network.project import Problem
from cnnbuilder.text import _, number
from cnnbuilder.ui.canvas.items import BlockItem, TensorItem, WireItem
from cnnbuilder.ui.canvas.problem_popup import ProblemPopup
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.fields.quick_add import QuickAdd
from cnnbuilder.ui.widgets.theme import theme

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.view import CanvasView

INSET = 10


class ZoomButton(QAbstractButton):
    """Says how large the network is shown; pressed, it goes back to 100 %."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # The keyboard has Ctrl+0 for it.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(_("Back to 100 % (Ctrl+0)"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 12, max(24, metrics.height() + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        style = canvas_style()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # On the canvas' own ground: it stays readable over a card.
        painter.setPen(style.hover if self.underMouse() else Qt.PenStyle.NoPen)
        painter.setBrush(style.canvas)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(style.secondary)
        painter.setFont(theme.font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Overlays(QObject):
    """Keeps them in their places while the canvas moves under them."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._opened: Problem | None = None
        self.popup = ProblemPopup(view)
        self.popup.fix_chosen.connect(view.apply_fix)
        self.popup.left.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.popup.installEventFilter(self)
        self.adding = QuickAdd(view)
        self.adding.chosen.connect(view.append)
        self.adding.closed.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.zoom = ZoomButton(view)
        self.zoom.clicked.connect(lambda: view.camera.zoom_to(1.0))
        view.camera.zoom_percent_changed.connect(self._show_zoom)
        self._show_zoom(view.camera.percent)

    def _show_zoom(self, percent: int) -> None:
        self.zoom.setText(_("{percent} %").format(percent=percent))
        self.zoom.setAccessibleName(_("Zoom: {percent} %").format(percent=percent))
        self.zoom.adjustSize()
        self._place_zoom()

    def _place_zoom(self) -> None:
        # At the right: the stack, wherever it begins, stands left of it.
        view = self._view
        self.zoom.move(view.width() - self.zoom.width() - INSET, view.height() - self.zoom.height() - INSET)
        # A problem's sentence goes before it.
        hidden = self.popup.isVisibleTo(view) and self.popup.geometry().intersects(self.zoom.geometry())
        self.zoom.setVisible(not hidden)

    def restyle(self) -> None:
        """The theme or the text size changed."""
        self.zoom.adjustSize()
        self._place_zoom()
        self.popup.fit()
        self.popup.update()
        self.follow()

    # --- the popup ----------------------------------------------------------------------------------

    def open_problem(self, problem: Problem, focus: bool = False) -> None:
        """Shows the popup of this problem."""
        self._opened = problem
        self.refresh()
        if focus:
            self.popup.focus_fix()

    def open_problem_of(self, id_: str) -> None:
        """Shows the popup of a block, where it has a problem."""
        problem = next((p for p in self._view.document.analysis.problems if p.id == id_), None)
        if problem is not None:
            self.open_problem(problem)

    def refresh(self) -> None:
        """Shows the problem that is there now: the one that was opened while it lasts, else the first."""
        view = self._view
        problems = view.document.analysis.problems
        if self._opened not in problems:
            same = [p for p in problems if self._opened is not None and p.id == self._opened.id]
            self._opened = same[0] if same else None
        shown = self._opened or next(iter(problems), None)
        if not view.document.project.network.blocks or view.carrying:
            shown = None
        self.popup.show_problem(shown)
        self.follow()

    def follow(self) -> None:
        """The canvas moved: go along."""
        self._place_popup()
        self._place_zoom()

    def _place_popup(self) -> None:
        problem = self.popup.problem
        if problem is None:
            return
        arrangement = self._view.canvas.arrangement
        boxes = arrangement.boxes if arrangement is not None else {}
        id_ = problem.id if problem.id in boxes else next(iter(boxes), None)
        if id_ is None:
            self.popup.hide()
            return
        self.popup.place(self._view.block_area(id_), self._view.viewport().geometry())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.popup and event.type() == QEvent.Type.Wheel and isinstance(event, QWheelEvent):
            self._view.wheelEvent(event)
            return True
        return super().eventFilter(watched, event)

    # --- quick add and tooltips ----------------------------------------------------------------------

    def open_quick_add(self, at: QPoint) -> None:
        """Opens the search field here."""
        self.adding.open(at, QRect(QPoint(0, 0), self._view.size()))

    def show_tip(self, event: QEvent) -> bool:
        """Says more of what is under the pointer than has room on it."""
        assert isinstance(event, QHelpEvent)
        text = self.tip_at(self._view.camera.scene_point(QPointF(event.pos())))
        if text:
            QToolTip.showText(event.globalPos(), text, self._view)
        else:
            QToolTip.hideText()
        return True

    def tip_at(self, point: QPointF) -> str:
        """More of what stands at a point of the scene than has room on it; empty on empty ground."""
        canvas = self._view.canvas
        if canvas.arrangement is None:
            return ""
        rows = canvas.arrangement.analysis.rows
        for item in canvas.items(point):
            if isinstance(item, BlockItem) and item.id in rows:
                row = rows[item.id]
                parts = [row.name, row.block.label_text(), row.problem or row.unknown or ""]
                if row.params:
                    parts.append(_("{count} parameters").format(count=number(row.params)))
                return "\n".join(part for part in parts if part)
            id_ = canvas.source_of(item) if isinstance(item, (WireItem, TensorItem)) else None
            if id_ is not None and id_ in rows:
                said = _tensor_tip(rows[id_])
                if isinstance(item, TensorItem) and item.picture is not None and canvas.picture_label:
                    said = f"{canvas.picture_label}\n{said}"
                return said
        return ""


def _tensor_tip(row: Row) -> str:
    if row.output is None:
        return row.unknown or row.problem or ""
    return _("{shape}: {count} values of one image, out of {name}").format(
        shape=row.output, count=number(row.output.count), name=row.name
    )
