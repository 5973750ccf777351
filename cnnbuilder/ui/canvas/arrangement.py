"""What stands where: from a network and its numbers to cards, lines and tensors with their places."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF

from cnnbuilder.blocks.base import Shape
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.layout import PORT, Box, Layout, Route, arrange, same_form, same_places, stand
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.rows import Row
from cnnbuilder.ui.canvas.solids import Bar, Scale, Solid, form, scale_for
from cnnbuilder.ui.canvas.style import label_width
from cnnbuilder.ui.canvas.wire_bundling import bundle_end
from cnnbuilder.ui.canvas.wires import LABEL_LEFT, ROUND, STUB, Line, Tensor

LANE_GAP = 112.0
"""Between the cards and the lane of volumes."""
LEADER_GAP = 14.0
REACH = 7.0

WireKey = Wire | str
"""A wire, or the id of the block at whose free end a line hangs."""

_form = lru_cache(4096)(form)


class PlacedLine(NamedTuple):
    """A wire or a free end, and where it begins."""

    x: float
    y: float
    line: Line
    source: str


class PlacedTensor(NamedTuple):
    """A tensor in the lane; (x, y) is the middle of its left edge."""

    x: float
    y: float
    tensor: Tensor
    shape: Shape


def _layout(network: Network, before: Arrangement | None) -> Layout:
    """The layout of a network; what is known from one shown before is not worked out again."""
    if before is None or not same_form(before.network, network):
        return arrange(network)
    if same_places(before.network, network):
        return before.layout
    return stand(network, before.layout.plan)


def _same_numbers(one: Row | None, other: Row | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.measured is other.measured and one.connected == other.connected


class Arrangement:
    """One network laid out. `network` and `analysis` are the ones it shows.

    `before`: an arrangement shown until now; what looks the same in both is taken from there.
    """

    def __init__(self, network: Network, analysis: Analysis, before: Arrangement | None = None) -> None:
        self.network = network
        self.analysis = analysis
        self.layout: Layout = _layout(network, before)
        self.boxes: dict[str, Box] = self.layout.boxes
        self.strip_of: dict[str, str] = {}
        """The strip joined below a block."""
        self.above: dict[str, str] = {}
        """The block to which a strip is joined."""
        if before is not None and before.layout is self.layout:
            self.strip_of, self.above = before.strip_of, before.above
        else:
            self._join()
        self.lines: dict[WireKey, PlacedLine] = {}
        self.tensors: dict[str, PlacedTensor] = {}
        self._draw_lines(before)

    def _join(self) -> None:
        incoming = self.network.incoming
        for id_, box in self.boxes.items():
            if box.strip:
                above = incoming[id_][0].from_
                self.strip_of[above] = id_
                self.above[id_] = above

    def head(self, id_: str) -> str:
        """The card at the top of the group that a block belongs to."""
        while id_ in self.above:
            id_ = self.above[id_]
        return id_

    def tail(self, id_: str) -> str:
        """The last strip of the group that a block belongs to."""
        while id_ in self.strip_of:
            id_ = self.strip_of[id_]
        return id_

    def group(self, id_: str) -> tuple[str, ...]:
        """A block and the strips below it."""
        found = [id_]
        while found[-1] in self.strip_of:
            found.append(self.strip_of[found[-1]])
        return tuple(found)

    def ports(self, id_: str) -> tuple[QPointF, ...]:
        """Where wires enter and leave a block, from its upper left corner; without wires, where they would."""
        box, routes = self.boxes[id_], self.layout.routes
        ends = [routes[wire][-1] for wire in self.network.incoming[id_] if wire in routes]
        starts = [routes[wire][0] for wire in self.network.outgoing[id_] if wire in routes]
        if not ends and id_ not in self.above and self.network.by_id[id_].arity[1] != 0:
            ends = [(box.x + PORT, box.y)]
        if not starts and id_ not in self.strip_of:
            starts = [(box.x + PORT, box.bottom)]
        side = (box.right, box.y + box.height / 2)
        return tuple(QPointF(x - box.x, y - box.y) for x, y in dict.fromkeys((*ends, *starts, side)))

    def _draw_lines(self, before: Arrangement | None) -> None:
        rows, outgoing = self.analysis.rows, self.network.outgoing
        shapes: dict[str, Shape] = {}
        for id_, box in self.boxes.items():
            if id_ in self.strip_of:
                continue
            row = rows.get(id_)
            wires = outgoing[id_]
            if wires:
                label = self._label(row, wires, box)
                if label is not None and label[1] is not None:
                    shapes[id_] = label[1]
                if before is not None and self._keeps_lines(id_, wires, before):
                    for wire in wires:
                        self.lines[wire] = before.lines[wire]
                else:
                    self._draw_wires(id_, wires, label)
                continue
            if row is None or row.problem is None:
                self._draw_free_end(id_, box, row)
            if row is not None and row.output is not None:
                shapes[id_] = row.output
        self._draw_tensors(shapes, before)

    def _label(self, row: Row | None, wires: tuple[Wire, ...], box: Box) -> tuple[Wire, Shape | None] | None:
        """The wire out of a block that says the shape: the one that goes on; there is room beside it alone."""
        if row is None or not row.connected:
            return None
        if len(wires) == 1:
            return wires[0], row.output_at(wires[0].output)
        routes, port = self.layout.routes, box.x + PORT
        wire = next((wire for wire in wires if abs(routes[wire][0][0] - port) < 1), wires[0])
        return wire, row.output_at(wire.output)

    def _keeps_lines(self, id_: str, wires: tuple[Wire, ...], before: Arrangement) -> bool:
        """Whether what leaves a block looks as it did: the same numbers at both ends, the same ways."""
        old_rows, rows = before.analysis.rows, self.analysis.rows
        if not _same_numbers(old_rows.get(id_), rows.get(id_)) or before.network.outgoing.get(id_) != wires:
            return False
        old_routes, routes = before.layout.routes, self.layout.routes
        for wire in wires:
            if old_routes.get(wire) is not routes[wire]:
                return False
            if not _same_numbers(old_rows.get(wire.to), rows.get(wire.to)):
                return False
        return True

    def _draw_wires(self, id_: str, wires: tuple[Wire, ...], label: tuple[Wire, Shape | None] | None) -> None:
        rows, routes = self.analysis.rows, self.layout.routes
        row = rows.get(id_)
        drawn: dict[int, list[Route]] = {}
        for wire in wires:
            route = routes[wire]
            known = row is not None and row.output_at(wire.output) is not None
            text = ""
            if label is not None and label[0] is wire:
                text = str(label[1]) if label[1] is not None else "?"
            target = rows.get(wire.to)
            broken = target is not None and target.problem is not None
            x, y = route[0]
            corners = tuple([(to_x - x, to_y - y) for to_x, to_y in route[1:]])
            line = Line(corners, text, known, broken, False)
            if len(wires) > 1:
                others = drawn.setdefault(wire.output, [])
                parted = bundle_end(route, others, ROUND)
                others.append(route)
                if parted is not None:
                    begin = (parted.at[0] - x, parted.at[1] - y)
                    line = line._replace(shared=parted.corners, begin=begin)
            self.lines[wire] = PlacedLine(x, y, line, id_)

    def _draw_free_end(self, id_: str, box: Box, row: Row | None) -> None:
        known = row is not None and row.connected and row.output is not None
        label = str(row.output) if row is not None and known else ""
        line = Line(((0.0, STUB),), label, known, False, True)
        self.lines[id_] = PlacedLine(box.x + PORT, box.bottom, line, id_)

    def _draw_tensors(self, shapes: dict[str, Shape], before: Arrangement | None) -> None:
        self._scale = scale_for(set(shapes.values()))
        self._lane = lane = self.lane_left()
        kept = before.tensors if before is not None and self._same_lane(before) else {}
        old_lines = before.lines if before is not None else {}
        by_id = self.network.layers
        # Branches, and what was moved aside, have no row in the lane: their solids would stand in others'.
        line = self.layout.line or self.boxes
        for key, placed in self.lines.items():
            source = placed.source
            shape = shapes.get(source)
            if shape is None or not placed.line.label or source not in line:
                continue
            if source in kept and old_lines.get(key) is placed:
                self.tensors[source] = kept[source]
                continue
            text_end = placed.x + LABEL_LEFT + label_width(placed.line.label)
            family = by_id[self.head(source)].family
            leader = max(0.0, lane - text_end - LEADER_GAP)
            tensor = Tensor(_tensor_form(shape, self._scale), family, leader)
            self.tensors[source] = PlacedTensor(lane, placed.y + placed.line.label_y(), tensor, shape)

    def _same_lane(self, before: Arrangement) -> bool:
        return (
            before.layout.plan is self.layout.plan
            and before._scale == self._scale
            and before._lane == self._lane
        )

    def block_at(self, x: float, y: float) -> str | None:
        """The block whose card is at a point."""
        for id_, box in self.boxes.items():
            if box.x <= x <= box.right and box.y <= y <= box.bottom:
                return id_
        return None

    def wire_at(self, x: float, y: float) -> Wire | None:
        """The wire under a point, as far as a hand can point."""
        found = None if self.block_at(x, y) is not None else self.wire_near(x, y, REACH, bent=False)
        return found[0] if found is not None else None

    def wire_near(self, x: float, y: float, reach: float, bent: bool) -> tuple[Wire, float] | None:
        """The wire nearest to a point within reach, and how near; `bent`: only of those with corners.

        Where several share a line, the one that ends nearest.
        """
        best: tuple[float, float, Wire] | None = None
        for key, placed in self.lines.items():
            line = placed.line
            if isinstance(key, str) or (bent and line.straight):
                continue
            away = line.distance(x - placed.x, y - placed.y)
            if away > reach or (best is not None and away > best[0]):
                continue
            end_x, end_y = line.corners[-1]
            to_end = abs(placed.x + end_x - x) + abs(placed.y + end_y - y)
            if best is None or (away, to_end) < best[:2]:
                best = (away, to_end, key)
        return (best[2], best[0]) if best is not None else None

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that is drawn."""
        if not self.boxes:
            return (0.0, 0.0, 0.0, 0.0)
        left, top, right, bottom = self.layout.bounds
        for placed in self.tensors.values():
            solid = placed.tensor.form.bounds
            top = min(top, placed.y - solid.height() / 2)
            right = max(right, placed.x + solid.right())
        return left, top, right, bottom + STUB + 8

    def line_left(self) -> float:
        """Where the line through the network has its left edge."""
        return min((self.boxes[id_].x for id_ in self.layout.line), default=0.0)

    def lane_left(self) -> float:
        """Where the lane of volumes begins: right of the line through the network."""
        edges = [self.boxes[id_].right for id_ in self.layout.line]
        edges = edges or [box.right for box in self.boxes.values()]
        return max(edges, default=0.0) + LANE_GAP


def _tensor_form(shape: Shape, scale: Scale) -> Solid | Bar:
    found: Solid | Bar = _form(shape, scale)
    return found
