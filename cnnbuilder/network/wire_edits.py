"""Wires drawn by hand: where a value may go, what a wire does there, and the word for it before it is done. Pure."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from cnnbuilder.blocks import KINDS, OFFERED
from cnnbuilder.blocks.base import Shape
from cnnbuilder.blocks.fixes import Fix, InsertOnWires
from cnnbuilder.network.analysis import Analysis, analyse, execution_order
from cnnbuilder.network.edits import Position, append, connect, create, insert_on_wire, new_id
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.mends import offered
from cnnbuilder.network.project import Network, Problem, Wire
from cnnbuilder.network.removal import OutputRef
from cnnbuilder.text import _


class Onto(NamedTuple):
    """A wire ends at a block: at a free input, else in the place of the wire that enters input `input`."""

    block: str
    input: int = 0


class Into(NamedTuple):
    """A value is merged into a wire: a new block stands there that takes both."""

    wire: Wire


class Behind(NamedTuple):
    """A value is merged with what leaves the network at a block that nothing follows."""

    block: str


Target = Onto | Into | Behind


class Drawn(NamedTuple):
    """What a wire would do."""

    network: Network | None
    """None: it cannot be."""
    words: str
    """Why not; else the shape that comes of it, or what does not fit yet."""
    new: frozenset[str] = frozenset()
    """The ids of the blocks that come with it."""
    fits: bool = True
    """Whether no problem comes with it; False too where it cannot be."""


def above(network: Network, id_: str) -> frozenset[str]:
    """A block and all that its value is made of: a wire from it to one of them would close a circle."""
    found, waiting = {id_}, [id_]
    while waiting:
        for wire in network.incoming.get(waiting.pop(), ()):
            if wire.from_ not in found:
                found.add(wire.from_)
                waiting.append(wire.from_)
    return frozenset(found)


def drawn(analysis: Analysis, value: OutputRef, target: Target, kind: str = "Add") -> Drawn:
    """The network with a wire from `value` to a target.

    `kind`: of the new block where the value is merged into a wire. Where its shapes differ and a convolution of one
    pixel on the shorter way makes them equal, it comes with the block.
    """
    match target:
        case Onto(block, input_):
            return _onto(analysis, value, block, input_)
        case Into(wire):
            return _merged(analysis, value, (wire.from_, wire.output), wire, kind)
        case Behind(block):
            return _merged(analysis, value, (block, 0), None, kind)


def branch_off(
    analysis: Analysis, value: OutputRef, kind: str, classes: int, position: Position | None
) -> tuple[Network, str]:
    """A new block that takes a value beside what takes it already, and its id.

    Where nothing takes the value yet the block follows it in the stack, and `position` does not count.
    """
    network = analysis.network
    block = create(kind, network, value[0], classes)
    taken = any((wire.output == value[1]) for wire in network.outgoing[value[0]])
    if not taken:
        return append(network, block, value[0]), block.id
    placed = replace(block, position=position)
    wire = Wire(value[0], block.id, 0, value[1])
    return Network((*network.blocks, placed), (*network.wires, wire)), block.id


def shapes_behind(analysis: Analysis, value: OutputRef, classes: int) -> dict[str, str]:
    """Of every kind that fits behind a value the shape that comes of it."""
    found = {}
    for kind in OFFERED:
        if kind.arity[1] == 0:
            continue
        network, new = branch_off(analysis, value, kind.kind(), classes, None)
        after = analyse(network, analysis)
        row = after.rows[new]
        if row.output is not None and row.problem is None:
            found[kind.kind()] = str(row.output)
    return found


def _onto(analysis: Analysis, value: OutputRef, to: str, input_: int) -> Drawn:
    network = analysis.network
    block = network.by_id[to]
    least, most = network.layers[to].arity
    if most == 0:
        return _refused(_("{kind} takes no wire").format(kind=block.kind()))
    if to in above(network, value[0]):
        return _refused(_circle(analysis, value[0], to))
    entering = network.incoming[to]
    if any((wire.from_, wire.output) == value for wire in entering):
        return _refused(_("{name} has this value already").format(name=_name(analysis, to)))
    free = most is None or len(entering) < most or len(entering) < least
    place = len(entering) if free else min(input_, len(entering) - 1)
    changed = connect(network, Wire(value[0], block.id, place, value[1]))
    return _judged(analysis, changed, to)


def _merged(analysis: Analysis, value: OutputRef, other: OutputRef, wire: Wire | None, kind: str) -> Drawn:
    network = analysis.network
    if value == other:
        return _refused(_("Both would be the same value"))
    if wire is not None and wire.to in above(network, value[0]):
        return _refused(_circle(analysis, value[0], wire.to))
    block = KINDS[kind](id=new_id(network))
    changed = insert_on_wire(network, block, wire) if wire is not None else append(network, block, other[0])
    # Values enter in the order in which they run, as where blocks are joined by a command.
    order = {id_: place for place, id_ in enumerate(execution_order(network)[0])}
    values = sorted((value, other), key=lambda ref: order.get(ref[0], len(order)))
    rest = tuple(old for old in changed.wires if old.to != block.id)
    taken = tuple(Wire(from_, block.id, place, output) for place, (from_, output) in enumerate(values))
    return _judged(analysis, Network(changed.blocks, (*rest, *taken)), block.id)


def _judged(analysis: Analysis, network: Network, id_: str) -> Drawn:
    """What comes of it, with a convolution on the skip where that alone is missing."""
    after = analyse(network, analysis)
    new = frozenset(network.by_id.keys() - analysis.network.by_id.keys())
    problem = next((found for found in after.problems if found.id == id_), None)
    if (
        problem is None or after.rows[id_].problem is None
    ):  # that there are several ends is no matter of this wire
        return Drawn(network, _shape_text(after.rows[id_].output), new)
    match_ = _match(after, problem)
    if match_ is not None and new:
        matched = apply_fix(network, problem, match_)
        result = analyse(matched, after).rows[id_].output
        words = _("{shapes}\n{fix}").format(shapes=_shapes_text(after, id_), fix=match_.label)
        return Drawn(
            matched,
            f"{words} → {result}" if result is not None else words,
            frozenset(matched.by_id.keys() - analysis.network.by_id.keys()),
        )
    return Drawn(network, _shapes_text(after, id_) or problem.message, new, fits=False)


def _match(analysis: Analysis, problem: Problem) -> Fix | None:
    """The mend that brings one value to the other's shape by a new block on its wire."""
    return next(
        (fix for fix in offered(analysis, problem) if isinstance(fix, InsertOnWires) and _is_point(fix)), None
    )


def _is_point(fix: InsertOnWires) -> bool:
    return all(insert.kind in ("Conv2d", "Linear") for insert in fix.inserts)


def _refused(words: str) -> Drawn:
    return Drawn(None, words, fits=False)


def _circle(analysis: Analysis, from_: str, to: str) -> str:
    if from_ == to:
        return _("{name} cannot feed itself").format(name=_name(analysis, to))
    return _("A circle: {upper} is made of what leaves {lower}").format(
        upper=_name(analysis, from_), lower=_name(analysis, to)
    )


def _name(analysis: Analysis, id_: str) -> str:
    row = analysis.rows.get(id_)
    return row.name if row is not None else analysis.network.by_id[id_].kind()


def _shape_text(shape: Shape | None) -> str:
    return str(shape) if shape is not None else _("shape not known yet")


def _shapes_text(analysis: Analysis, id_: str) -> str:
    """ "16 × 32 × 32 and 32 × 16 × 16"; empty where one of them is not known."""
    shapes = analysis.rows[id_].inputs
    if len(shapes) < 2 or None in shapes:
        return ""
    return _(" and ").join(str(shape) for shape in shapes)
