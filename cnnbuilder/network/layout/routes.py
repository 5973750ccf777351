"""One part laid out: which way each wire runs, in tracks of its own, and from that the places of rows and columns.

Between two rows lies a channel, beside each column a lane; no card stands in either. A wire that is not straight runs
level in a channel and upright in a lane, or down a column that is free. A channel is as high and a lane as wide as
the tracks in it need.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from cnnbuilder.network.layout.geometry import CARD_WIDTH, COLUMN_GAP, GAP, PORT, Route
from cnnbuilder.network.layout.groups import CARD_HEIGHT, Edge, Group
from cnnbuilder.network.layout.tracks import Run, levels, slots
from cnnbuilder.network.project import Wire

MARGIN = 20.0
"""Between a card and the nearest track beside it."""
TRACK = 8.0
ENTRY = 6.0
"""Between two wires that enter a card's side."""
PORTS = (PORT, PORT - 7, PORT - 14)
"""Where a block's outputs leave: those that go aside left of the one that goes on, so that they do not cross it."""
TAPS = (12.0, 8.0, 4.0)
"""How far below its card a wire turns left, by port."""

Value = tuple[int, int]
"""The number of a group and of its output: wires of one value may share a line."""
Side = tuple[int, int]
"""A column and the side of it on which a lane runs: -1 left, 1 right."""


class Way(NamedTuple):
    """How a wire that is not straight runs: level (by a tap below its card, or by a channel), upright, and in."""

    edge: Edge
    kind: str
    """ "top": down its target's column and in from above; "drop": down its own column; "lane": beside the target's."""
    channel: int | None
    """The channel in which it runs level; None: right below its card, or right into its target."""
    side: int
    """From which side it enters: -1 left, 1 right, 0 from above."""


class ComponentLayout:
    """Where the groups of one part stand, and the routes of its wires. The line through it stands at x = 0."""

    def __init__(self, part: list[Group]) -> None:
        self._part = part
        self._rows = 1 + max(group.row for group in part)
        self._columns = 1 + max(group.column for group in part)
        self._cards = {(group.column, group.row): group for group in part}
        self._corridors: dict[tuple[int, int], Value] = {}
        """Which value runs down a column past a row in which no card stands."""
        self._ending: dict[tuple[int, int], Group] = {}
        """Which card a wire that came down a column enters from there, so that the column is free again below."""
        self._tapped: dict[tuple[int, int], Group] = {}
        """Which card's wire comes in from the right below a row and goes down the column from there."""
        edges = [edge for group in part for edge in group.into]
        straight = [edge for edge in edges if self._runs_straight(edge)]
        done = {id(edge) for edge in straight}
        self._ways = [self._way(edge) for edge in edges if id(edge) not in done]
        self._ports = self._number_ports()
        self._lanes = self._fill_lanes()
        self._entries = self._sort_entries()
        self._xs = self._place_columns()
        self._tops, self._channel_y = self._place_rows()
        self.routes: dict[Wire, Route] = {edge.wire: self._straight_route(edge) for edge in straight}
        for place, way in enumerate(self._ways):
            self.routes[way.edge.wire] = self._route(way, self._entries.get(place, 0.0))

    # --- which way each wire runs -----------------------------------------------------------------------

    def _free(self, column: int, first: int, last: int, value: Value) -> bool:
        """Whether nothing but this value is in a column from one row to another."""
        cards, corridors = self._cards, self._corridors
        for row in range(first, last + 1):
            cell = (column, row)
            if cell in cards or corridors.get(cell, value) != value or cell in self._ending:
                return False
            if cell in self._tapped:
                return False
        return True

    def _free_to_end(self, edge: Edge, value: Value) -> bool:
        """Whether a wire can come down its column as far as its target's row, and in from there."""
        column, row = edge.source.column, edge.target.row
        cell = (column, row)
        return (
            self._free(column, edge.source.row + 1, row - 1, value)
            and cell not in self._cards
            and self._corridors.get(cell, value) == value
            and cell not in self._ending
            and self._tapped.get(cell, edge.target) is edge.target
            and self._no_card_between(edge.target.column, column, row)
        )

    def _hold(self, column: int, first: int, last: int, value: Value) -> None:
        for row in range(first, last + 1):
            self._corridors[column, row] = value

    def _runs_straight(self, edge: Edge) -> bool:
        source, target = edge.source, edge.target
        if source.column != target.column or target.row <= source.row or target.topped:
            return False
        value = _value(edge)
        if not self._free(source.column, source.row + 1, target.row - 1, value):
            return False
        self._hold(source.column, source.row + 1, target.row - 1, value)
        target.topped = True
        source.straight = edge.wire.output
        return True

    def _way(self, edge: Edge) -> Way:
        source, target = edge.source, edge.target
        value = _value(edge)
        if source.column < target.column:
            tap = self._no_card_between(source.column, target.column, source.row)
            channel = None if tap else source.row + 1
            if self._enters_above(edge, value):
                return Way(edge, "top", channel, 0)
            return Way(edge, "lane", channel, 1)
        if source.column > target.column and target.row > source.row:
            if self._free_to_end(edge, value):
                self._hold(source.column, source.row + 1, target.row - 1, value)
                self._ending[source.column, target.row] = target
                return Way(edge, "drop", None, -1)
            if self._free(source.column, source.row + 1, target.row - 1, value):
                self._hold(source.column, source.row + 1, target.row - 1, value)
                return Way(edge, "lane", target.row, -1)
        tap = source.column == target.column
        return Way(edge, "lane", None if tap else source.row + 1, -1)

    def _enters_above(self, edge: Edge, value: Value) -> bool:
        source, target = edge.source, edge.target
        beside = (target.column, source.row)
        if target.topped or target.row <= source.row or beside in self._cards or beside in self._corridors:
            return False
        # A wire that came down this column into the source itself has ended above the tap.
        if self._ending.get(beside, source) is not source:
            return False
        if not self._free(target.column, source.row + 1, target.row - 1, value):
            return False
        self._hold(target.column, source.row + 1, target.row - 1, value)
        self._tapped[beside] = source
        target.topped = True
        return True

    def _no_card_between(self, right: int, left: int, row: int) -> bool:
        return all((column, row) not in self._cards for column in range(right + 1, left))

    # --- in which track ---------------------------------------------------------------------------------

    def _number_ports(self) -> dict[Value, int]:
        """The number of the port by which each value leaves: 0 for the one that goes straight on, or the first."""
        ports: dict[Value, int] = {}
        for group in self._part:
            if not group.out:
                continue
            outputs = sorted({edge.wire.output for edge in group.out})
            if group.straight is not None:
                outputs.remove(group.straight)
                outputs.insert(0, group.straight)
            ports.update({(group.number, output): port for port, output in enumerate(outputs)})
        return ports

    def _fill_lanes(self) -> dict[Side, dict[Value, int]]:
        """The slot of each value in each lane, from the cards that it enters outwards; shorter runs lie nearer."""
        runs: dict[Side, dict[Value, Run]] = defaultdict(dict)
        for way in self._ways:
            if way.kind != "lane":
                continue
            source, target = way.edge.source, way.edge.target
            # Four steps a row: its channel, the height of its card, the tap below it.
            begin = 4 * source.row + 2 if way.channel is None else 4 * way.channel
            end = 4 * target.row + (1 if way.side < 0 else 3)
            lane = runs[target.column, way.side]
            run = Run(min(begin, end), max(begin, end))
            value = _value(way.edge)
            lane[value] = run.joined(lane[value]) if value in lane else run
        return {side: slots(lane) for side, lane in runs.items()}

    def _sort_entries(self) -> dict[int, float]:
        """How far below its target's top each wire enters a side, by the wire's place among the ways.

        What comes from further away enters lower, so that no wire crosses another on its way in.
        """
        entering: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
        for place, way in enumerate(self._ways):
            if way.side:
                target = way.edge.target
                entering[target.number, way.side].append((self._distance(way), place))
        groups = {group.number: group for group in self._part}
        found: dict[int, float] = {}
        most: dict[int, int] = {}
        for (number, _side), wires in entering.items():
            most[number] = max(most.get(number, 0), len(wires))
        for number, count in most.items():
            groups[number].height = max(CARD_HEIGHT, 2 * ENTRY + ENTRY * count)
        for (number, _side), wires in entering.items():
            wires.sort()
            middle = groups[number].height / 2
            for i, (_distance, place) in enumerate(wires):
                found[place] = middle + (i - (len(wires) - 1) / 2) * ENTRY
        return found

    def _distance(self, way: Way) -> float:
        """How far out a wire comes down beside its target; only the order means something."""
        target = way.edge.target
        if way.kind == "drop":
            return 1e6 * way.edge.source.column + self._ports[_value(way.edge)]
        return self._lanes[target.column, way.side][_value(way.edge)]

    # --- where that is ----------------------------------------------------------------------------------

    def _place_columns(self) -> list[float]:
        tracks = {side: 1 + max(lane.values()) for side, lane in self._lanes.items()}
        xs = [0.0]
        for column in range(1, self._columns + 1):
            count = tracks.get((column - 1, -1), 0) + tracks.get((column, 1), 0)
            lane = max(COLUMN_GAP, 2 * MARGIN + TRACK * (count - 1))
            xs.append(xs[-1] - lane - CARD_WIDTH)
        # Left of the last column there is a lane, but no column.
        left = tracks.get((self._columns - 1, -1), 0)
        self.left = xs[self._columns - 1] - (MARGIN + TRACK * (left - 1) if left else 0.0)
        return xs

    def _slot_x(self, way: Way) -> float:
        target = way.edge.target
        slot = self._lanes[target.column, way.side][_value(way.edge)]
        x = self._xs[target.column]
        return x - MARGIN - TRACK * slot if way.side < 0 else x + CARD_WIDTH + MARGIN + TRACK * slot

    def _port_x(self, group: Group, port: int) -> float:
        return self._xs[group.column] + (PORTS[port] if port < len(PORTS) else PORT + 18 * _crowded(port))

    def _ends(self, way: Way) -> tuple[float, float]:
        """Where a wire comes from and where it goes on upright."""
        here = self._port_x(way.edge.source, self._ports[_value(way.edge)])
        return here, self._xs[way.edge.target.column] + PORT if way.kind == "top" else self._slot_x(way)

    def _place_rows(self) -> tuple[list[float], dict[tuple[int, Value, bool], float]]:
        """The top of each row, and the height at which each value runs in each channel, to the right or to the left."""
        spans: dict[int, dict[tuple[Value, bool], tuple[float, float]]] = defaultdict(dict)
        for way in self._ways:
            if way.channel is None:
                continue
            here, there = self._ends(way)
            key = (_value(way.edge), there > here)
            old = spans[way.channel].get(key)
            if old is not None and (old[1] > there) == key[1]:
                there = old[1]
            spans[way.channel][key] = (here, there)
        heights = [0.0] * self._rows
        for group in self._part:
            heights[group.row] = max(heights[group.row], group.total)
        tops: list[float] = []
        level_y: dict[tuple[int, Value, bool], float] = {}
        y = 0.0
        for row in range(self._rows + 1):
            placed = levels(spans[row]) if row in spans else {}
            for (value, right), level in placed.items():
                level_y[row, value, right] = y + GAP + TRACK * level
            if row:
                y += GAP + (TRACK * (1 + max(placed.values())) + 4 if placed else 0.0)
            tops.append(y)
            if row < self._rows:
                y += heights[row]
        self.height = tops[-1] - GAP
        return tops, level_y

    def left_of(self, group: Group) -> float:
        """The x of a group's left edge."""
        return self._xs[group.column]

    def top_of(self, group: Group) -> float:
        """The y of a group's upper edge."""
        return self._tops[group.row]

    def _straight_route(self, edge: Edge) -> Route:
        x = self._xs[edge.source.column] + PORT
        return ((x, self.top_of(edge.source) + edge.source.total), (x, self.top_of(edge.target)))

    def _route(self, way: Way, depth: float) -> Route:
        source, target = way.edge.source, way.edge.target
        value = _value(way.edge)
        port = self._ports[value]
        x, y = self._port_x(source, port), self.top_of(source) + source.total
        entry = self.top_of(target) + depth
        if way.kind == "drop":
            return ((x, y), (x, entry), (self._xs[target.column], entry))
        _here, there = self._ends(way)
        if way.channel is None:
            level = y + (TAPS[port] if port < len(TAPS) else TAPS[0] + 10 * _crowded(port))
        else:
            level = self._channel_y[way.channel, value, there > x]
        if way.kind == "top":
            return ((x, y), (x, level), (there, level), (there, self.top_of(target)))
        edge_x = self._xs[target.column] + (0.0 if way.side < 0 else CARD_WIDTH)
        return ((x, y), (x, level), (there, level), (there, entry), (edge_x, entry))


def _crowded(port: int) -> float:
    """Where a port beyond those that have a place of their own stands, from 0 to 1: however many, no two alike."""
    return 1 - 1 / (port - len(PORTS) + 2)


def _value(edge: Edge) -> Value:
    return (edge.source.number, edge.wire.output)
