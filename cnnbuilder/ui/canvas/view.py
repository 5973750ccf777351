"""The canvas widget: shows the document's network and turns mouse, keys and palette into edits of it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.engine.data import catalogue
from cnnbuilder.network import edits, fixes
from cnnbuilder.network.merge_edits import wire_between
from cnnbuilder.network.project import Problem
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.background import paint_background
from cnnbuilder.ui.canvas.camera import Camera
from cnnbuilder.ui.canvas.carrying import PaletteDrag
from cnnbuilder.ui.canvas.commands import CanvasCommands, Menu
from cnnbuilder.ui.canvas.following import Following
from cnnbuilder.ui.canvas.hands import Hands
from cnnbuilder.ui.canvas.level_of_detail import MIDDLING
from cnnbuilder.ui.canvas.overlays import Overlays
from cnnbuilder.ui.canvas.overview import paint_overview
from cnnbuilder.ui.canvas.scene import CanvasScene
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.canvas.touch import handle_touch
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.selection import Selection

RING = 2
BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class CanvasView(QGraphicsView):
    """The network as a picture that can be worked on. The outline is its face for screen readers."""

    zoom_percent_changed = Signal(int)
    edit_requested = Signal(str)
    """Enter or a double click on a block: its fields are wanted."""
    status_hint = Signal(str)
    """What letting go here would do; empty when nothing is carried."""

    def __init__(self, document: Document, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.selection = selection
        self.canvas = CanvasScene(self)
        self.camera = Camera(self)
        self._band: QRectF | None = None
        self._ring = False
        self._set_up()
        self.setScene(self.canvas)
        self.hands = Hands(self)
        self.overlays = Overlays(self)
        self.commands = CanvasCommands(self)
        self.camera.zoom_percent_changed.connect(self.zoom_percent_changed)
        self.camera.moved.connect(self.overlays.follow)
        self.following = Following(self)

    def _set_up(self) -> None:
        self.setAccessibleName(_("Canvas"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        # The focus ring has a place of its own, so that showing it repaints nothing else.
        self.setViewportMargins(RING, RING, RING, RING)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setRenderHints(
            QPainter.RenderHint.Antialiasing
            | QPainter.RenderHint.TextAntialiasing
            | QPainter.RenderHint.SmoothPixmapTransform
        )
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        # Painters here leave no state behind that the next item would mind.
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setInteractive(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 160)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)

    # --- what others use -----------------------------------------------------------------------------

    def fit(self) -> None:
        """Shows the whole network."""
        self.camera.fit()

    def menu_actions(self, menu: Menu) -> list[QAction]:
        """The canvas' actions that belong into the menu "edit", "network" or "view"."""
        return self.commands.menu(menu)

    def append(self, kind: str) -> None:
        """Adds a block of this kind behind the selection, or at the end; between two that are joined by a wire."""
        self.cancel_gesture()
        project = self.document.project
        wire = wire_between(project.network, self.selection.ids)
        after = self._last_selected() if wire is None else wire.from_
        block = edits.create(kind, project.network, after, self.classes())
        if wire is None:
            network = edits.append(project.network, block, after)
        else:
            network = edits.insert_on_wire(project.network, block, wire)
        self.document.edit(
            _("Add {kind}").format(kind=kind), msgspec.structs.replace(project, network=network)
        )
        self.selection.select([block.id])
        self.show_block(block.id)

    def begin_palette_drag(self, kind: str, position: QPoint) -> None:
        """A new block of this kind is carried; `position` is global."""
        self.hands.begin(PaletteDrag(self, kind))
        self.move_palette_drag(position)

    def move_palette_drag(self, position: QPoint) -> None:
        """It is here now."""
        if isinstance(self.hands.gesture, PaletteDrag):
            self.hands.gesture.move(QPointF(self.viewport().mapFromGlobal(position)))

    def end_palette_drag(self, position: QPoint) -> None:
        """It is let go here: put in, appended or left by itself; outside the canvas nothing happens."""
        if isinstance(self.hands.gesture, PaletteDrag):
            self.hands.end(QPointF(self.viewport().mapFromGlobal(position)))

    def cancel_palette_drag(self) -> None:
        """It is put back."""
        if isinstance(self.hands.gesture, PaletteDrag):
            self.cancel_gesture()

    def show_problem(self, problem: Problem) -> None:
        """Brings a problem into view and puts the focus on the button that mends it."""
        self.cancel_gesture()
        if problem.id is not None:
            self.selection.select([problem.id])
            self.show_block(problem.id)
        self.overlays.open_problem(problem, focus=True)

    def set_sample_image(self, image: QImage | None, label: str = "") -> None:
        """Lays a picture on the Input's volume; `label` says what it is. None takes it off."""
        self.canvas.show_picture(image, label)

    def quick_add(self) -> None:
        """Opens the search field that adds a block behind the selection."""
        last = self._last_selected()
        rect = self.block_area(last) if last is not None else QRect()
        at = rect.bottomLeft() + QPoint(0, 8) if last is not None else self.viewport().rect().center()
        self.overlays.open_quick_add(at)

    # --- what gestures and overlays use --------------------------------------------------------------

    def classes(self) -> int:
        """How many classes the project's data has; 10 where it has none."""
        info = self.data()
        return len(info.classes) if info is not None else 10

    def data(self) -> catalogue.DataSetInfo | None:
        """The data set of the project, where it has one."""
        return catalogue.resolve_or_none(self.document.project.data)

    def block_area(self, id_: str) -> QRect:
        """Where a block's card is seen, in pixels of this widget."""
        rect = self.mapFromScene(self.canvas.block_rect(id_)).boundingRect()
        return rect.translated(self.viewport().pos())

    def show_block(self, id_: str) -> None:
        """Scrolls a block into view."""
        rect = self.canvas.block_rect(id_)
        if not rect.isEmpty():
            self.camera.show_area(rect.adjusted(0, 0, 0, 30))

    def show_band(self, area: QRectF | None) -> None:
        """Draws the rubber band, or takes it away."""
        old, self._band = self._band, area
        for rect in (old, area):
            if rect is not None:
                self.viewport().update(self.mapFromScene(rect).boundingRect().adjusted(-3, -3, 3, 3))

    @property
    def carrying(self) -> bool:
        """Whether blocks are on their way: what is shown is a preview."""
        return self.hands.carrying

    def apply_fix(self, problem: Problem, fix: Fix) -> None:
        """Mends a problem, as one undo step."""
        project = self.document.project
        network = fixes.apply_fix(project.network, problem, fix)
        self.document.edit(fix.label, msgspec.structs.replace(project, network=network))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _last_selected(self) -> str | None:
        here = [id_ for id_ in self.document.analysis.rows if id_ in self.selection.ids]
        return here[-1] if here else None

    # --- events --------------------------------------------------------------------------------------

    def cancel_gesture(self) -> None:
        """Puts back whatever is being done with the mouse."""
        self.hands.cancel()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._show_ring(False)
        self.hands.press(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hands.move(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hands.release(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        id_ = self.canvas.block_at(self.camera.scene_point(event.position()))
        if event.button() == Qt.MouseButton.LeftButton and id_ is not None:
            self.edit_requested.emit(id_)

    def leaveEvent(self, event: QEvent) -> None:
        self.canvas.show_hovered(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.hands.wheel(event)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if handle_touch(self, event):
            return True
        if event.type() == QEvent.Type.ToolTip:
            return self.overlays.show_tip(event)
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.hands.gesture is not None:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        last = self._last_selected()
        at = self.mapToGlobal(self.block_area(last).center()) if by_key and last else event.globalPos()
        menu = self.commands.context_menu(self._last_selected() is not None)
        menu.exec(at)
        menu.deleteLater()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.hands.wants(event):
            event.accept()
            return True
        if kind == QEvent.Type.WindowDeactivate:
            self.hands.let_go()
        elif kind == QEvent.Type.Paint:
            # Of the frame around the viewport, which paints itself.
            self._paint_ring()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Never on to QGraphicsView, which would scroll by keys that mean something else here.
        if not self.hands.key_press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self.hands.key_release(event):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Who came by the mouse knows where the focus is.
        self._show_ring(event.reason() in BY_KEYS)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.hands.forget_space()
        self._show_ring(False)

    def _show_ring(self, shown: bool) -> None:
        if shown != self._ring:
            self._ring = shown
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.camera.refit()
        self.overlays.follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.camera.refit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.cancel_gesture()
        super().hideEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.camera.moved.emit()

    # --- painting ------------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_background(
            painter, self.mapFromScene(QPointF(0, 0)), self.camera.scale, self.canvas.paint_context.style
        )

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        style = self.canvas.paint_context.style
        if self.camera.scale < MIDDLING and self.canvas.arrangement is not None:
            paint_overview(painter, self.canvas.arrangement, style)
        if self._band is None:
            return
        painter.setPen(style.band)
        painter.setBrush(style.band_fill)
        painter.drawRect(self._band)

    def _paint_ring(self) -> None:
        """The ring around the canvas: inked while the keyboard brought the focus here."""
        style = canvas_style()
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.ink if self._ring else style.canvas)
        painter.end()
