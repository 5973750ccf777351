"""The middle of the window: the canvas, and as long as there is nothing on it the templates to begin with."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from cnnbuilder.network.project import Project
from cnnbuilder.ui.build.palette import Palette
from cnnbuilder.ui.canvas.template_cards import EmptyCanvas
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.session.session import Session


class CanvasArea(QWidget):
    """Shows the cards while the network has no block, else the canvas; a block may be dropped on either."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "canvas-area")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document = session.document
        self.canvas = CanvasView(session)
        self.cards = EmptyCanvas()
        self.cards.template_chosen.connect(session.begin_template)
        self.cards.images_wanted.connect(session.images_requested)
        for card in (*self.cards.cards, self.cards.images):
            # Before there is a block the cards have the focus, and the first thing may be a paste.
            card.addAction(self.canvas.paste_action)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.cards)
        self._dragging = False
        document.changed.connect(self._changed)
        self._show()

    def follow(self, palette: Palette) -> None:
        """Lets the palette's gesture end on the canvas."""
        palette.drag_began.connect(self._drag_began)
        palette.drag_moved.connect(self.canvas.move_palette_drag)
        palette.drag_ended.connect(self._drag_ended)
        palette.drag_cancelled.connect(self._drag_cancelled)
        palette.append_requested.connect(self.canvas.append)

    def take_focus(self) -> None:
        """Puts the focus on the canvas, or on the first card."""
        (self.cards.cards[0] if self._stack.currentWidget() is self.cards else self.canvas).setFocus()

    def _drag_began(self, kind: str, position: QPoint) -> None:
        # The cards make room, so that one sees where the first block will go.
        self._dragging = True
        self._show()
        self.canvas.begin_palette_drag(kind, position)

    def _drag_ended(self, position: QPoint) -> None:
        self._dragging = False
        self.canvas.end_palette_drag(position)
        self._show()

    def _drag_cancelled(self) -> None:
        self._dragging = False
        self.canvas.cancel_palette_drag()
        self._show()

    def _changed(self, before: Project, after: Project) -> None:
        self._show()

    def _show(self) -> None:
        nothing = not self._document.project.network.blocks and not self._dragging
        self._stack.setCurrentWidget(self.cards if nothing else self.canvas)
