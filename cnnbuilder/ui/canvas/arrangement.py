"""What stands where: from a network and its numbers to cards, lines and tensors with their places."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF

from cnnbuilder.blocks.base import Shape
from cnnbuilder.network.analysis import Analysis, Row
from cnnbuilder.network.layout import PORT, Box, Layout, Route, arrange, same_form
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.ui.canvas.inks import label_width
from cnnbuilder.ui.canvas.sharing import parting
from cnnbuilder.ui.canvas.solids import Bar, Scale, Solid, form, scale_for
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


class Arrangement:
    """One network laid out. `network` and `analysis` are the ones it shows.

    `before`: an arrangement shown until now; where only fields differ, everything stays where it is there.
    """

    def __init__(self, network: Network, analysis: Analysis, before: Arrangement | None = None) -> None:
        self.network = network
        self.analysis = analysis
        kept = before is not None and same_form(before.network, network)
        self.layout: Layout = before.layout if before is not None and kept else arrange(network)
        self.boxes: dict[str, Box] = self.layout.boxes
        self.strip_of: dict[str, str] = {}
        """The strip joined below a block."""
        self.above: dict[str, str] = {}
        """The block to which a strip is joined."""
        if before is not None and kept:
            self.strip_of, self.above = before.strip_of, before.above
        else:
            self._join()
        self.lines: dict[WireKey, PlacedLine] = {}
        self.tensors: dict[str, PlacedTensor] = {}
        self._draw_lines()

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
        return tuple(QPointF(x - box.x, y - box.y) for x, y in dict.fromkeys((*ends, *starts)))

    def _draw_lines(self) -> None:
        rows, outgoing, routes = self.analysis.rows, self.network.outgoing, self.layout.routes
        shapes: dict[str, Shape] = {}
        for id_, box in self.boxes.items():
            if id_ in self.strip_of:
                continue
            row = rows.get(id_)
            wires = outgoing[id_]
            if not wires and (row is None or row.problem is None):
                self._draw_free_end(id_, box, row)
            labelled = False
            port = box.x + PORT
            drawn: dict[int, list[Route]] = {}
            for wire in wires:
                route = routes[wire]
                shape = row.output_at(wire.output) if row is not None else None
                label = ""
                # Where several leave, the one that goes on says the shape; there is room beside it alone.
                if not labelled and abs(route[0][0] - port) < 1 and row is not None and row.connected:
                    labelled = True
                    label = str(shape) if shape is not None else "?"
                if label and shape is not None:
                    shapes[id_] = shape
                target_row = rows.get(wire.to)
                broken = target_row is not None and target_row.problem is not None
                x, y = route[0]
                corners = tuple([(to_x - x, to_y - y) for to_x, to_y in route[1:]])
                line = Line(corners, label, shape is not None, broken, False)
                if len(wires) > 1:
                    others = drawn.setdefault(wire.output, [])
                    parted = parting(route, others, ROUND)
                    others.append(route)
                    if parted is not None:
                        begin = (parted.at[0] - x, parted.at[1] - y)
                        line = line._replace(shared=parted.corners, begin=begin)
                self.lines[wire] = PlacedLine(x, y, line, id_)
            if not wires and row is not None and row.output is not None:
                shapes[id_] = row.output
        self._draw_tensors(shapes)

    def _draw_free_end(self, id_: str, box: Box, row: Row | None) -> None:
        known = row is not None and row.connected and row.output is not None
        label = str(row.output) if row is not None and known else ""
        line = Line(((0.0, STUB),), label, known, False, True)
        self.lines[id_] = PlacedLine(box.x + PORT, box.bottom, line, id_)

    def _draw_tensors(self, shapes: dict[str, Shape]) -> None:
        scale = scale_for(shapes.values())
        lane = self.lane_left()
        by_id = self.network.by_id
        # Branches, and what was moved aside, have no row in the lane: their solids would stand in others'.
        line = self.layout.line or self.boxes
        for placed in self.lines.values():
            shape = shapes.get(placed.source)
            if shape is None or not placed.line.label or placed.source not in line:
                continue
            text_end = placed.x + LABEL_LEFT + label_width(placed.line.label)
            family = by_id[self.head(placed.source)].family
            leader = max(0.0, lane - text_end - LEADER_GAP)
            tensor = Tensor(_tensor_form(shape, scale), family, leader)
            self.tensors[placed.source] = PlacedTensor(lane, placed.y + placed.line.label_y(), tensor, shape)

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
        boxes, tensors = self.boxes.values(), self.tensors.values()
        if not boxes:
            return (0.0, 0.0, 0.0, 0.0)
        upper = [tensor.y - tensor.tensor.form.bounds.height() / 2 for tensor in tensors]
        right = [tensor.x + tensor.tensor.form.bounds.right() for tensor in tensors]
        return (
            min(
                [*(box.x for box in boxes), *(x for route in self.layout.routes.values() for x, _y in route)]
            ),
            min([*(box.y for box in boxes), *upper]),
            max([*(box.x + box.width for box in boxes), *right]),
            max(box.bottom for box in boxes) + STUB + 8,
        )

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
