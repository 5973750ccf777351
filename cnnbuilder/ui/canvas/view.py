"""The canvas widget: puts the canvas' parts together, and hands Qt's events to the one that they are meant for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
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

from cnnbuilder.network.project import Problem, Project
from cnnbuilder.text import _
from cnnbuilder.ui.canvas.camera import Camera
from cnnbuilder.ui.canvas.command_set import Menu
from cnnbuilder.ui.canvas.commands import CanvasCommands
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.interaction import InteractionController
from cnnbuilder.ui.canvas.keyboard import Keyboard
from cnnbuilder.ui.canvas.overlays import Overlays
from cnnbuilder.ui.canvas.presenter import Presenter
from cnnbuilder.ui.canvas.scene import CanvasScene
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.canvas.touch import TOUCH, handle_touch
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme

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
    """What letting go here would do; empty when nothing is dragged."""
    source_pasted = Signal(object)
    """Source was pasted: a `clipboard.Pasted` with its remarks."""
    clipboard_refused = Signal(str)
    """One sentence on why nothing was copied or pasted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document = session.document
        self.selection = selection = session.selection
        self.camera = Camera(self)
        self._scene = CanvasScene(self)
        self._ring = False
        self._context = context = CanvasContext(document, selection, self._scene, self.camera, self)
        self._presenter = Presenter(context)
        self.interaction = InteractionController(context, self._presenter, self.viewport())
        self._keyboard = Keyboard(context, self.interaction)
        self.overlays = Overlays(context, self._presenter, self)
        self.commands = CanvasCommands(context, self)
        # Not earlier: what is set up here sends events, which the parts are to answer.
        self._set_up()
        self.setScene(self._scene)
        self._wire()
        self._presenter.show_document()
        self._selection_changed()

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

    def _wire(self) -> None:
        context, commands, overlays = self._context, self.commands, self.overlays
        context.status_hint.connect(self.status_hint)
        context.fields_requested.connect(self.edit_requested)
        context.focus_requested.connect(self.setFocus)
        self.camera.zoom_percent_changed.connect(self.zoom_percent_changed)
        commands.about_to_run.connect(self.cancel_gesture)
        commands.network.search_requested.connect(overlays.open_quick_add)
        commands.network.branches.wire_wanted.connect(self.interaction.begin_wire)
        commands.edit.clipboard.read.connect(self.source_pasted)
        commands.edit.clipboard.refused.connect(self.clipboard_refused)
        overlays.append_requested.connect(self.append)
        overlays.popup.wheel_turned.connect(self.interaction.wheel)
        self._keyboard.add_requested.connect(commands.network.add_block.trigger)
        self._keyboard.edit_requested.connect(commands.network.edit_block.trigger)
        self.document.changed.connect(self._document_changed)
        self.selection.changed.connect(self._selection_changed)
        theme.changed.connect(self._theme_changed)

    # --- what others use -----------------------------------------------------------------------------

    def fit(self) -> None:
        """Shows the whole network."""
        self.camera.fit()

    def menu_actions(self, menu: Menu) -> list[QAction]:
        """The canvas' actions that belong into the menu "edit", "network" or "view"."""
        return self.commands.menu(menu)

    @property
    def paste_action(self) -> QAction:
        """Paste, for what stands in the canvas' place while it is empty."""
        return self.commands.edit.paste

    def append(self, kind: str) -> None:
        """Adds a block of this kind behind the selection, or at the end; between two that are joined by a wire."""
        self.cancel_gesture()
        self.commands.network.append(kind)

    def begin_palette_drag(self, kind: str, position: QPoint) -> None:
        """A new block of this kind is dragged in; `position` is global."""
        self.interaction.begin_palette_drag(kind, position)

    def move_palette_drag(self, position: QPoint) -> None:
        """It is here now."""
        self.interaction.move_palette_drag(position)

    def end_palette_drag(self, position: QPoint) -> None:
        """It is let go here: put in, appended or left by itself; outside the canvas nothing happens."""
        self.interaction.end_palette_drag(position)

    def cancel_palette_drag(self) -> None:
        """It is put back."""
        self.interaction.cancel_palette_drag()

    def show_problem(self, problem: Problem) -> None:
        """Brings a problem into view and puts the focus on the button that mends it."""
        self.cancel_gesture()
        if problem.id is not None:
            self._context.select([problem.id])
        self.overlays.open_problem(problem)
        self.overlays.popup.focus_fix()

    def set_sample_image(self, image: QImage | None, label: str = "") -> None:
        """Lays a picture on the Input's volume; `label` says what it is. None takes it off."""
        self._scene.show_picture(image, label)

    def show_block(self, id_: str) -> None:
        """Scrolls a block into view."""
        self._context.show_block(id_)

    def block_area(self, id_: str) -> QRect:
        """Where a block's card is seen, in pixels of this widget."""
        return self._context.block_area(id_)

    def quick_add(self) -> None:
        """Opens the search field that adds a block behind the selection."""
        self.overlays.open_quick_add()

    def cancel_gesture(self) -> None:
        """Puts back whatever is being done with the mouse."""
        self.interaction.cancel()

    # --- what changed --------------------------------------------------------------------------------

    def _document_changed(self, before: Project, after: Project) -> None:
        present = after.network.by_id
        self.selection.select(id_ for id_ in self.selection.ids if id_ in present)
        # A gesture first: it may go on, and then it says what is shown.
        self.interaction.document_changed(before, after)
        self._presenter.document_changed(before, after)

    def _selection_changed(self) -> None:
        self._presenter.show_selection()
        self.setAccessibleDescription(self._presenter.selection_text())

    def _theme_changed(self) -> None:
        self._scene.show_theme()
        self.overlays.restyle()
        if abs(self.transform().m11() - self.camera.scale) > 1e-6:  # another text size; colours move nothing
            self.camera.refit()
        self.viewport().update()
        self.update()

    # --- events --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._show_ring(False)
        self.interaction.press(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.interaction.move(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.interaction.release(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        id_ = self.interaction.block_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and id_ is not None:
            self.edit_requested.emit(id_)

    def leaveEvent(self, event: QEvent) -> None:
        self._scene.show_hovered(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.interaction.wheel(event)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        # By its type first: Qt sends others while the view is still being made.
        if event.type() in TOUCH and handle_touch(event, self.camera, self.interaction):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self.overlays.show_tip(event)
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.interaction.gesture is not None:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        last = self._context.last_selected()
        at = (
            self.mapToGlobal(self._context.block_area(last).center())
            if by_key and last
            else event.globalPos()
        )
        menu = self.commands.context_menu(last is not None)
        menu.exec(at)
        menu.deleteLater()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if (
            kind == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._keyboard.wants(event)
        ):
            event.accept()
            return True
        if kind == QEvent.Type.WindowDeactivate:
            self.interaction.window_left()
        elif kind == QEvent.Type.Paint:
            # Of the frame around the viewport, which paints itself.
            self._paint_ring()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Never on to QGraphicsView, which would scroll by keys that mean something else here.
        if self._keyboard.key_press(event):
            return
        event.ignore()
        # A grey command's key comes here, and not to the command.
        if why_not := self.commands.why_not(event):
            self.status_hint.emit(why_not)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._keyboard.key_release(event):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Who came by the mouse knows where the focus is.
        self._show_ring(event.reason() in BY_KEYS)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # The release of Space will not be seen.
        self.interaction.disarm_pan()
        self._show_ring(False)

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

    # --- the focus ring ------------------------------------------------------------------------------

    def _show_ring(self, shown: bool) -> None:
        if shown != self._ring:
            self._ring = shown
            self.update()

    def _paint_ring(self) -> None:
        """The ring around the canvas: inked while the keyboard brought the focus here."""
        style = canvas_style()
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.ink if self._ring else style.canvas)
        painter.end()
