"""What stands where: from a network and its numbers to cards, lines and tensors with their places."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from cnnbuilder.blocks.base import Shape
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.layout import Box, place
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.ui.canvas.cards import PORT_LEFT
from cnnbuilder.ui.canvas.inks import label_width
from cnnbuilder.ui.canvas.solids import Bar, Scale, Solid, form, scale_for
from cnnbuilder.ui.canvas.wires import LABEL_LEFT, STUB, Line, Tensor

LANE_GAP = 112.0
"""Between the cards and the lane of volumes."""
LEADER_GAP = 14.0
AROUND = 40.0

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
    """One network laid out. `network` and `analysis` are the ones it shows."""

    def __init__(self, network: Network, analysis: Analysis) -> None:
        self.network = network
        self.analysis = analysis
        self.boxes: dict[str, Box] = place(network)
        self.strip_of: dict[str, str] = {}
        """The strip joined below a block."""
        self.above: dict[str, str] = {}
        """The block to which a strip is joined."""
        for wire in network.wires:
            if self._is_joined(wire):
                self.strip_of[wire.from_] = wire.to
                self.above[wire.to] = wire.from_
        self.lines: dict[WireKey, PlacedLine] = {}
        self.tensors: dict[str, PlacedTensor] = {}
        self._draw_lines()

    def _is_joined(self, wire: Wire) -> bool:
        source, target = self.boxes.get(wire.from_), self.boxes.get(wire.to)
        return (
            source is not None
            and target is not None
            and target.strip
            and abs(target.y - source.bottom) < 0.5
            and abs(target.x - source.x) < 0.5
        )

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

    def _draw_lines(self) -> None:
        rows, outgoing = self.analysis.rows, self.network.outgoing
        shapes: dict[str, Shape] = {}
        for id_, box in self.boxes.items():
            row = rows.get(id_)
            wires = [wire for wire in outgoing[id_] if wire.to in self.boxes]
            if len(wires) == 1 and self.strip_of.get(id_) == wires[0].to:
                continue
            label, known = "", False
            if row is not None and row.connected:
                known = row.output is not None
                label = str(row.output) if known else "?"
            x, y = box.x + PORT_LEFT, box.bottom
            if not wires and (row is None or row.problem is None):
                line = Line(0, STUB, label if known else "", known, False, True, 0)
                self.lines[id_] = PlacedLine(x, y, line, id_)
            for wire in wires:
                if self.strip_of.get(id_) == wire.to:
                    continue
                target = self.boxes[wire.to]
                target_row = rows.get(wire.to)
                broken = target_row is not None and target_row.problem is not None
                dx, dy = target.x + PORT_LEFT - x, target.y - y
                line = Line(dx, dy, label, known, broken, False, self._around(id_, wire.to))
                self.lines[wire] = PlacedLine(x, y, line, id_)
                label = ""
            if known and row is not None and row.output is not None:
                shapes[id_] = row.output
        self._draw_tensors(shapes)

    def _around(self, source: str, target: str) -> float:
        """How far a wire swings left because other blocks stand between its ends."""
        one, other = self.boxes[source], self.boxes[target]
        if abs(one.x - other.x) > one.width / 2:
            return 0.0
        if other.y < one.bottom:
            return AROUND
        if other.y - one.bottom < 2 * STUB:
            return 0.0
        blocked = any(
            box.y < other.y and box.bottom > one.bottom and abs(box.x - one.x) < one.width / 2
            for id_, box in self.boxes.items()
            if id_ not in (source, target)
        )
        return AROUND if blocked else 0.0

    def _draw_tensors(self, shapes: dict[str, Shape]) -> None:
        scale = scale_for(shapes.values())
        lane = self.lane_left()
        by_id = self.network.by_id
        has_stack = any(block.position is None for block in self.network.blocks)
        for placed in self.lines.values():
            shape = shapes.get(placed.source)
            if shape is None or not placed.line.label or placed.source in self.tensors:
                continue
            if by_id[self.head(placed.source)].position is not None and has_stack:
                # What was moved aside has no row in the lane: its solid would stand in another's.
                continue
            text_end = placed.x + LABEL_LEFT + label_width(placed.line.label)
            family = by_id[self.head(placed.source)].family
            leader = max(0.0, lane - text_end - LEADER_GAP)
            tensor = Tensor(_tensor_form(shape, scale), family, leader)
            self.tensors[placed.source] = PlacedTensor(lane, placed.y + placed.line.label_y(), tensor, shape)

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that is drawn."""
        boxes, tensors = self.boxes.values(), self.tensors.values()
        if not boxes:
            return (0.0, 0.0, 0.0, 0.0)
        upper = [tensor.y - tensor.tensor.form.bounds.height() / 2 for tensor in tensors]
        right = [tensor.x + tensor.tensor.form.bounds.right() for tensor in tensors]
        return (
            min(box.x for box in boxes),
            min([*(box.y for box in boxes), *upper]),
            max([*(box.x + box.width for box in boxes), *right]),
            max(box.bottom for box in boxes) + STUB + 8,
        )

    def lane_left(self) -> float:
        """Where the lane of volumes begins: beside the blocks that stand in the stack."""
        by_id = self.network.by_id
        edges = [
            box.x + box.width for id_, box in self.boxes.items() if by_id[self.head(id_)].position is None
        ]
        edges = edges or [box.x + box.width for box in self.boxes.values()]
        return max(edges, default=0.0) + LANE_GAP


def _tensor_form(shape: Shape, scale: Scale) -> Solid | Bar:
    found: Solid | Bar = _form(shape, scale)
    return found
