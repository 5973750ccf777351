"""The scene: its items follow the network by difference; what did not change is not touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QObject, QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsScene

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.ui.canvas.animation import Flash, Glide
from cnnbuilder.ui.canvas.arrangement import Arrangement, WireKey
from cnnbuilder.ui.canvas.background import paint_background
from cnnbuilder.ui.canvas.cards import PORT_RADIUS, Card, CardState, card_for
from cnnbuilder.ui.canvas.items import BlockItem, CanvasItem, PaintContext, TensorItem, WireItem
from cnnbuilder.ui.canvas.level_of_detail import MIDDLING
from cnnbuilder.ui.canvas.overview import paint_overview
from cnnbuilder.ui.canvas.style import canvas_style

Changes = list[BlockItem | WireItem]
Moves = list[tuple[CanvasItem, QPointF, QPointF]]
NOBODY: frozenset[str] = frozenset()
NOTHING: Mapping[str, str] = {}
DIM = 0.35
"""How opaque a block is that steps back."""
MOST_LIT = 24
"""Of more blocks than this the wires are not set off: everything would be."""


class CanvasScene(QGraphicsScene):
    """Shows one network at a time: the document's, or the preview of a gesture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.paint_context = PaintContext()
        self.blocks: dict[str, BlockItem] = {}
        self.wires: dict[WireKey, WireItem] = {}
        self.tensors: dict[str, TensorItem] = {}
        self.arrangement: Arrangement | None = None
        self.ghosts: frozenset[str] = NOBODY
        self.warnings: Mapping[str, str] = NOTHING
        self._made_from: dict[str, tuple[object, ...]] = {}
        self._picture: QImage | None = None
        self.picture_label = ""
        self._selected: frozenset[str] = NOBODY
        self._hovered: str | None = None
        self._lit: frozenset[WireKey] = frozenset()
        self._rubber_band: QRectF | None = None
        self._loose_wire: tuple[QPointF, QPointF] | None = None
        self._dimmed: frozenset[str] = NOBODY
        self.flash = Flash(self)
        self.glide = Glide(self)

    def show_network(
        self,
        network: Network,
        analysis: Analysis,
        *,
        ghosts: Collection[str] = NOBODY,
        note: str = "",
        warnings: Mapping[str, str] = NOTHING,
        flash: bool = False,
        glide: bool = False,
    ) -> None:
        """Brings the items in line with a network.

        `ghosts` are drawn as what is not there yet; `note` stands on the Input's card; `warnings` is what is to be
        said of blocks before training. With `flash`, values that
        changed light up once; with `glide`, what stands elsewhere moves there instead of jumping.
        """
        self.glide.finish()
        arrangement = Arrangement(network, analysis, self.arrangement)
        self.ghosts = frozenset(ghosts)
        self.warnings = warnings
        changed: Changes = []
        moves: Moves = []
        self._show_blocks(arrangement, note, changed, moves)
        self._show_lines(arrangement, changed, moves)
        self._show_tensors(arrangement, moves)
        self.arrangement = arrangement
        self._show_states(self.blocks)
        self._light_wires()
        self.glide.run(moves, glide)
        if flash:
            self.flash.run(changed)

    def _show_blocks(self, arrangement: Arrangement, note: str, changed: Changes, moves: Moves) -> None:
        rows, above, below = arrangement.analysis.rows, arrangement.above, arrangement.strip_of
        layers = arrangement.network.layers
        for id_ in [id_ for id_ in self.blocks if id_ not in arrangement.boxes]:
            self.removeItem(self.blocks.pop(id_))
            self._made_from.pop(id_, None)
        for id_, box in arrangement.boxes.items():
            block, row = layers[id_], rows.get(id_)
            ghost = id_ in self.ghosts
            made_from = (
                block, row.measured if row else None, box.width, box.height, id_ in above, id_ in below, ghost,
                note if block.family == "input" else "", id_ in self.warnings,
            )  # fmt: skip
            item = self.blocks.get(id_)
            if item is None or self._made_from[id_] != made_from:
                self._made_from[id_] = made_from
                card = card_for(block, row, box, made_from[4], made_from[5], ghost, *made_from[7:])
                if item is None:
                    item = self.blocks[id_] = BlockItem(id_, card, self.paint_context)
                    item.put(box.x, box.y)
                    self.addItem(item)
                else:
                    if _value_changed(item.card, card):
                        changed.append(item)
                    item.show_card(card)
            _move(item, box.x, box.y, moves)

    def _show_lines(self, arrangement: Arrangement, changed: Changes, moves: Moves) -> None:
        for key in [key for key in self.wires if key not in arrangement.lines]:
            self.removeItem(self.wires.pop(key))
        for key, placed in arrangement.lines.items():
            item = self.wires.get(key)
            if item is None:
                item = self.wires[key] = WireItem(placed.line, self.paint_context)
                item.put(placed.x, placed.y)
                self.addItem(item)
            elif item.line is not placed.line:
                if item.line.label != placed.line.label and placed.line.known:
                    changed.append(item)
                item.show_line(placed.line)
            _move(item, placed.x, placed.y, moves)

    def _show_tensors(self, arrangement: Arrangement, moves: Moves) -> None:
        for id_ in [id_ for id_ in self.tensors if id_ not in arrangement.tensors]:
            self.removeItem(self.tensors.pop(id_))
        by_id = arrangement.network.by_id
        for id_, placed in arrangement.tensors.items():
            item = self.tensors.get(id_)
            if item is None:
                item = self.tensors[id_] = TensorItem(placed.tensor, self.paint_context)
                item.put(placed.x, placed.y)
                self.addItem(item)
            elif item.tensor is not placed.tensor:
                item.show_tensor(placed.tensor)
            if by_id[id_].family == "input":
                item.show_picture(self._picture)
            _move(item, placed.x, placed.y, moves)

    def show_picture(self, picture: QImage | None, label: str = "") -> None:
        """Lays a picture on the Input's solid; `label` is what it is called."""
        self._picture = picture
        self.picture_label = label
        for id_, item in self.tensors.items():
            if self.arrangement is not None and self.arrangement.network.by_id[id_].family == "input":
                item.show_picture(picture)

    def show_selected(self, ids: frozenset[str]) -> None:
        """Frames these blocks."""
        before, self._selected = self._selected, ids
        differing = before ^ ids
        if self.arrangement is not None:
            # A frame closes or opens towards a joined neighbour.
            above, below = self.arrangement.above, self.arrangement.strip_of
            differing |= {
                neighbours[id_] for id_ in differing for neighbours in (above, below) if id_ in neighbours
            }
        self._show_states(differing)
        self._light_wires()

    def _light_wires(self) -> None:
        """Sets off the wires of what is selected, so that one sees where a skip comes from and goes."""
        before, self._lit = self._lit, frozenset()
        if self.arrangement is not None and len(self._selected) <= MOST_LIT:
            network = self.arrangement.network
            self._lit = frozenset(
                wire
                for id_ in self._selected
                if id_ in network.by_id
                for wire in (*network.incoming[id_], *network.outgoing[id_])
            )
        for key in before | self._lit:
            if key in self.wires:
                self.wires[key].show_lit(key in self._lit)

    def show_hovered(self, id_: str | None) -> None:
        """Shows the ports of the block that the pointer is near."""
        before, self._hovered = self._hovered, id_
        if id_ is not None and self.arrangement is not None and id_ != before:
            self.blocks[id_].ports = self.arrangement.ports(id_)
        self._show_states([other for other in (before, id_) if other is not None])

    def _show_states(self, ids: Iterable[str]) -> None:
        selected = self._selected
        above, below = (self.arrangement.above, self.arrangement.strip_of) if self.arrangement else ({}, {})
        for id_ in ids:
            item = self.blocks.get(id_)
            if item is None:
                continue
            chosen = id_ in selected
            if not chosen and not item.state.selected and id_ != self._hovered and not item.state.hovered:
                continue
            item.show_state(
                CardState(
                    chosen,
                    chosen and above.get(id_) in selected,
                    chosen and below.get(id_) in selected,
                    id_ == self._hovered,
                    item.state.flash,
                )
            )

    def show_rubber_band(self, area: QRectF | None) -> None:
        """Draws the rubber band, or takes it away."""
        old, self._rubber_band = self._rubber_band, area
        for rect in (old, area):
            if rect is not None:
                # What the pen adds is less than this at every zoom at which one can still select.
                self.update(rect.adjusted(-1, -1, 1, 1))

    def show_loose_wire(self, ends: tuple[QPointF, QPointF] | None) -> None:
        """Draws a wire whose end is in the hand, or takes it away."""
        old, self._loose_wire = self._loose_wire, ends
        for line in (old, ends):
            if line is not None:
                self.update(QRectF(*line).normalized().adjusted(-8, -8, 8, 8))

    def dim(self, ids: frozenset[str]) -> None:
        """These blocks step back."""
        before, self._dimmed = self._dimmed, ids
        for id_ in before | ids:
            if id_ in self.blocks:
                self.blocks[id_].setOpacity(DIM if id_ in ids else 1.0)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_background(painter, self.paint_context.style)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        style = self.paint_context.style
        if painter.worldTransform().m11() < MIDDLING and self.arrangement is not None:
            paint_overview(painter, self.arrangement, style)
        if self._loose_wire is not None:
            painter.setPen(style.lit_wire)
            painter.drawLine(*self._loose_wire)
            painter.setBrush(style.raised)
            painter.drawEllipse(self._loose_wire[1], PORT_RADIUS, PORT_RADIUS)
        if self._rubber_band is None:
            return
        painter.setPen(style.band)
        painter.setBrush(style.band_fill)
        painter.drawRect(self._rubber_band)

    def show_theme(self) -> None:
        """Takes up the theme in use and repaints."""
        self.paint_context.style = canvas_style()
        self.update()

    def content_bounds(self) -> QRectF:
        """The area that blocks, wires and volumes take."""
        if self.arrangement is None:
            return QRectF()
        left, top, right, bottom = self.arrangement.bounds()
        return QRectF(left, top, right - left, bottom - top)

    def block_rect(self, id_: str) -> QRectF:
        """Where a block's card stands; empty where there is none."""
        box = self.arrangement.boxes.get(id_) if self.arrangement is not None else None
        return QRectF(box.x, box.y, box.width, box.height) if box is not None else QRectF()

    def block_at(self, point: QPointF) -> str | None:
        """The block under a point of the scene."""
        for item in self.items(point):
            if isinstance(item, BlockItem) and self.block_rect(item.id).contains(point):
                return item.id
        return None

    def wire_at(self, point: QPointF) -> Wire | None:
        """The wire at a point of the scene; where several share a line, the one that ends nearest."""
        return self.arrangement.wire_at(point.x(), point.y()) if self.arrangement is not None else None

    def source_of(self, item: WireItem | TensorItem) -> str | None:
        """The block whose output a wire or a solid shows."""
        if self.arrangement is None:
            return None
        for key, wire in self.wires.items():
            if wire is item:
                return self.arrangement.lines[key].source
        return next((id_ for id_, tensor in self.tensors.items() if tensor is item), None)

    def blocks_in(self, area: QRectF) -> frozenset[str]:
        """The blocks that an area touches."""
        if self.arrangement is None:
            return NOBODY
        return frozenset(id_ for id_ in self.arrangement.boxes if self.block_rect(id_).intersects(area))


def _move(item: CanvasItem, x: float, y: float, moves: Moves) -> None:
    if item.place != (x, y):
        item.place = (x, y)
        moves.append((item, item.pos(), QPointF(x, y)))


def _value_changed(before: Card, after: Card) -> bool:
    return before.params != after.params and bool(after.params)
