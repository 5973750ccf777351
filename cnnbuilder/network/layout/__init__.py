"""Where blocks stand and wires run: a stack from top to bottom, branches to its left, strips joined to cards."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.blocks.base import Block
from cnnbuilder.network.layout.columns import give_columns
from cnnbuilder.network.layout.free import free_routes
from cnnbuilder.network.layout.geometry import CARD_WIDTH, COLUMN_GAP, GAP, PORT, Box, Point, Route
from cnnbuilder.network.layout.groups import CARD_HEIGHT, STRIP_HEIGHT, Group, components, is_joined
from cnnbuilder.network.layout.routes import ComponentLayout
from cnnbuilder.network.project import Network, Wire

__all__ = [
    "CARD_HEIGHT",
    "CARD_WIDTH",
    "COLUMN_GAP",
    "GAP",
    "PORT",
    "STRIP_HEIGHT",
    "Box",
    "Layout",
    "Point",
    "Route",
    "arrange",
    "is_strip",
    "same_form",
    "same_places",
    "stand",
]


class PlannedComponent(NamedTuple):
    """Blocks that hang together, arranged, wherever some of them have been moved."""

    groups: list[Group]
    first: Group
    """Where the line through the part begins."""
    layout: ComponentLayout


Plan = tuple[PlannedComponent, ...]
"""Every part of a network; it follows from kinds and wires alone."""


class Layout(NamedTuple):
    """Where everything is, in canvas pixels at 100 %; y grows downwards."""

    boxes: dict[str, Box]
    """Of every block, in an order in which values flow."""
    routes: dict[Wire, Route]
    """The corners of every wire that is drawn; between a card and the strip joined to it there is none."""
    line: frozenset[str]
    """The blocks of the straight line through the network, as far as they stand in it."""
    bounds: tuple[float, float, float, float]
    """Left, top, right and bottom of all blocks and wires."""
    plan: Plan
    """What the layout was made from."""


def arrange(network: Network) -> Layout:
    """The layout of any network. Equal networks get equal layouts.

    Blocks stand in rows, each below all that feeds it. The longest line runs straight down; branches stand in columns
    to its left, what hangs on nothing further left still. Wires turn only between rows and between columns, where
    no block stands; two values never share a line, the wires of one value do. A block with a position stands there
    instead, with its strips below it, and leaves its place free: moving one block moves no other.
    """
    return stand(network, plan(network))


def plan(network: Network) -> Plan:
    """The places of all blocks and the ways of all wires, as if nobody had moved anything."""
    by_id = network.by_id
    found = []
    for part in components(network):
        first = next((group for group in part if by_id[group.ids[0]].family == "input"), part[0])
        give_columns(part, first, by_id, GAP)
        found.append(PlannedComponent(part, first, ComponentLayout(part)))
    return tuple(found)


def stand(network: Network, plan: Plan) -> Layout:
    """The layout of a network whose plan is known."""
    boxes: dict[str, Box] = {}
    routes: dict[Wire, Route] = {}
    line: frozenset[str] = frozenset()
    top = left = furthest = 0.0
    free: list[Wire] = []
    by_id = network.by_id
    for number, planned in enumerate(plan):
        part, first, made = planned
        position = by_id[first.ids[0]].position
        if position is not None:
            # Who moves the first block moves all that hangs on it.
            dx, dy = position[0] - made.left_of(first), position[1] - made.top_of(first)
        elif number == 0:
            dx, dy = 0.0, 0.0
        else:
            # Beside the network, one below the other.
            dx, dy = left - COLUMN_GAP - CARD_WIDTH, top
            top += made.height + GAP
        if number == 0:
            left = made.left + dx
        home = _stand(network, planned, dx, dy, boxes)
        for wire, route in made.routes.items():
            if wire.from_ in home and wire.to in home:
                routes[wire] = tuple((x + dx, y + dy) for x, y in route) if dx or dy else route
            else:
                free.append(wire)
        free += [wire for wire in _loosened(network, part, boxes) if wire not in routes]
        if number == 0:
            line = frozenset(id_ for group in part if group.column == 0 for id_ in group.ids if id_ in home)
        furthest = min(furthest, made.left + dx)
    if free:
        ways = free_routes(boxes, free)
        routes.update(ways)
        furthest = min(furthest, *(x for way in ways.values() for x, _y in way))
    return Layout(boxes, routes, line, _bounds(boxes, furthest), plan)


def _bounds(boxes: dict[str, Box], furthest: float) -> tuple[float, float, float, float]:
    standing = boxes.values()
    return (
        min([furthest, *[box.x for box in standing]]),
        min([box.y for box in standing], default=0.0),
        max([box.x + box.width for box in standing], default=0.0),
        max([box.y + box.height for box in standing], default=0.0),
    )


def _stand(
    network: Network, planned: PlannedComponent, dx: float, dy: float, boxes: dict[str, Box]
) -> set[str]:
    """Puts the blocks of a part where they stand; returns those that are at home, not where a person moved them."""
    part, first, made = planned
    home: set[str] = set()
    by_id = network.by_id
    for group in part:
        x, y = made.left_of(group) + dx, made.top_of(group) + dy
        at_home = True
        for place, id_ in enumerate(group.ids):
            position = by_id[id_].position
            height = STRIP_HEIGHT if place else group.height
            if position is not None:
                x, y = position
                at_home = at_home and group is first and place == 0
                box = Box(x, y, CARD_WIDTH, CARD_HEIGHT if place else height)
            else:
                box = Box(x, y, CARD_WIDTH, height, place > 0)
            boxes[id_] = box
            y = box.bottom
            if at_home:
                home.add(id_)
    return home


def _loosened(network: Network, part: list[Group], boxes: dict[str, Box]) -> list[Wire]:
    """The wires between blocks of one group that no longer touch, because one has a place of its own."""
    return [network.incoming[id_][0] for group in part for id_ in group.ids[1:] if not boxes[id_].strip]


def is_strip(network: Network, block: Block) -> bool:
    """Whether a block is drawn as a thin strip joined to the card above."""
    return block.position is None and is_joined(network, block)


def same_form(one: Network, other: Network) -> bool:
    """Whether two networks differ in fields, names and positions at most, so that they have the same plan."""
    if one.wires is not other.wires or len(one.blocks) != len(other.blocks):
        return False
    return all(
        old is new or (old.id == new.id and type(old) is type(new))
        for old, new in zip(one.blocks, other.blocks, strict=True)
    )


def same_places(one: Network, other: Network) -> bool:
    """Whether networks of the same form also have the same layout: nothing was moved."""
    return all(
        old is new or old.position == new.position for old, new in zip(one.blocks, other.blocks, strict=True)
    )
