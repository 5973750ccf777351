"""The scene's items: each holds what it shows and where, knows its bounds, and hands painting on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnbuilder.ui.canvas.cards import (
    RESTING,
    Card,
    CardState,
    paint_card,
    paint_far,
    paint_middling,
    paint_ports,
)
from cnnbuilder.ui.canvas.level_of_detail import MIDDLING, NEAR
from cnnbuilder.ui.canvas.style import CanvasStyle, canvas_style
from cnnbuilder.ui.canvas.wires import Line, Tensor, paint_line, paint_tensor

(
    WIRE_LAYER, BROKEN_WIRE_LAYER, LIT_WIRE_LAYER, TENSOR_LAYER, CARD_LAYER, BROKEN_LAYER, SELECTED_LAYER,
) = range(7)  # fmt: skip


class PaintContext:
    """What all items of one scene share while they paint: the style of the theme in use."""

    def __init__(self) -> None:
        self.style: CanvasStyle = canvas_style()


class CanvasItem(QGraphicsItem):
    """What all items have: the place where they belong."""

    def __init__(self) -> None:
        super().__init__()
        # Kept here as well: asking Qt for positions was a tenth of an edit's time at a thousand blocks.
        self.place = (0.0, 0.0)
        self._bounds = QRectF()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def _take(self, bounds: QRectF) -> None:
        """Shows itself anew, within these bounds."""
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.update()

    def put(self, x: float, y: float) -> None:
        """Stands here at once."""
        self.place = (x, y)
        self.setPos(x, y)


class BlockItem(CanvasItem):
    """One block's card or strip."""

    def __init__(self, id_: str, card: Card, paint_context: PaintContext) -> None:
        super().__init__()
        self.id = id_
        self.card = card
        self.state = RESTING
        self.ports: tuple[QPointF, ...] = ()
        self._paint_context = paint_context
        self._bounds = _card_bounds(card)
        self._layer = -1
        self._set_layer()

    def show_card(self, card: Card) -> None:
        """Shows another card; paints only if it differs."""
        if card == self.card:
            return
        self.card = card
        self._set_layer()
        self._take(_card_bounds(card))

    def show_state(self, state: CardState) -> None:
        """Shows selection, pointer or flash; paints only if they differ."""
        if state == self.state:
            return
        self.state = state
        self._set_layer()
        self.update()

    def _set_layer(self) -> None:
        """A frame lies over the neighbours that it touches."""
        layer = SELECTED_LAYER if self.state.selected else BROKEN_LAYER if self.card.broken else CARD_LAYER
        if layer != self._layer:
            self._layer = layer
            self.setZValue(layer)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        style = self._paint_context.style
        scale = painter.worldTransform().m11()
        if scale < MIDDLING:
            paint_far(painter, self.card, self.state, style)
            return
        if scale < NEAR:
            paint_middling(painter, self.card, self.state, style)
        else:
            paint_card(painter, self.card, self.state, style)
        if self.state.hovered:
            paint_ports(painter, self.ports, style)


def _card_bounds(card: Card) -> QRectF:
    # Frame, ports and the far view's pen reach beyond the edge.
    return QRectF(-6, -6, card.width + 12, card.height + 12)


class WireItem(CanvasItem):
    """One wire, or the free end of the last block."""

    def __init__(self, line: Line, paint_context: PaintContext) -> None:
        super().__init__()
        self.line = line
        self.flash = 0.0
        self.lit = False
        self._paint_context = paint_context
        self._bounds = line.bounds()
        self._set_layer()

    def show_line(self, line: Line) -> None:
        """Shows another line; paints only if it differs."""
        if line == self.line:
            return
        self.line = line
        self._set_layer()
        self._take(line.bounds())

    def show_lit(self, lit: bool) -> None:
        """Shows that it belongs to what is selected."""
        if lit != self.lit:
            self.lit = lit
            self._set_layer()
            self.update()

    def _set_layer(self) -> None:
        """Where wires share a line, the one that means something now lies above."""
        self.setZValue(LIT_WIRE_LAYER if self.lit else BROKEN_WIRE_LAYER if self.line.broken else WIRE_LAYER)

    def show_flash(self, level: float) -> None:
        """Lights the label: 1 fully, 0 not at all."""
        self.flash = level
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        scale = painter.worldTransform().m11()
        paint_line(painter, self.line, self.flash, scale, self._paint_context.style, self.lit)


class TensorItem(CanvasItem):
    """One tensor in the lane of volumes."""

    def __init__(self, tensor: Tensor, paint_context: PaintContext) -> None:
        super().__init__()
        self.tensor = tensor
        self.picture: QImage | None = None
        self._paint_context = paint_context
        self._bounds = tensor.bounds()
        self.setZValue(TENSOR_LAYER)

    def show_tensor(self, tensor: Tensor) -> None:
        """Shows another tensor; paints only if it differs."""
        if tensor == self.tensor:
            return
        self.tensor = tensor
        self._take(tensor.bounds())

    def show_picture(self, picture: QImage | None) -> None:
        """Lays a picture on the face, or takes it off."""
        if picture is not self.picture:
            self.picture = picture
            self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        near = painter.worldTransform().m11() >= NEAR
        paint_tensor(painter, self.tensor, self.picture, near, self._paint_context.style)
