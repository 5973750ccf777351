"""Some blocks of a network as PyTorch source to paste elsewhere: a layer, an `nn.Sequential`, or a class."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from cnnbuilder.blocks.base import NO_WEIGHTS, Call, Shape
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network.analysis import Analysis, execution_order
from cnnbuilder.network.code import CannotGenerateError, source
from cnnbuilder.network.edits import is_chain, new_id, selected_part
from cnnbuilder.network.names import identifiers
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.rows import Measured, Row
from cnnbuilder.text import _


def snippet(analysis: Analysis, ids: Collection[str]) -> str:
    """The chosen blocks as source; read again, it makes equal blocks. Blocks joined through others follow each other.

    A chain without names of its own and frozen weights becomes an `nn.Sequential`, anything else a class `Net`; the
    Input is left out.
    Raises `CannotGenerateError` where there is nothing to write, or where what arrives is not known.
    """
    network = analysis.network
    chosen = [id_ for id_ in ids if id_ in network.by_id and not isinstance(network.by_id[id_], Input)]
    if not chosen:
        raise CannotGenerateError(_("There is no layer to copy. Add a block first."))
    part, shape = _fed(analysis, selected_part(network, chosen))
    measured = _measured(part, shape)
    rows = [row for row in measured.rows.values() if not isinstance(row.block, Input)]
    calls = [row.block.call(*_shapes(row)) for row in rows]
    alone = Network(part.blocks[1:], tuple(wire for wire in part.wires if wire.from_ != part.blocks[0].id))
    frozen = any(row.block.frozen for row in rows)
    if len(rows) == 1 and calls[0].module and not frozen:
        name = rows[0].block.name
        return _with_needs(calls, f"self.{rows[0].name} = {calls[0].module}" if name else calls[0].module)
    plain = not frozen and not any(row.block.name or row.shares is not None for row in rows)
    if is_chain(alone) and all(call.module for call in calls) and plain:
        lines = "".join(f"    {call.module},\n" for call in calls)
        return _with_needs(calls, f"nn.Sequential(\n{lines})")
    return source(part, "module", measured).text


def _fed(analysis: Analysis, part: Network) -> tuple[Network, Shape]:
    """The part behind an Input that stands for the one value that comes from outside, and that value's shape."""
    network = analysis.network
    inside = {(wire.to, wire.input) for wire in part.wires}
    outside = [
        wire for id_ in part.by_id for wire in network.incoming[id_] if (id_, wire.input) not in inside
    ]
    values = {(wire.from_, wire.output) for wire in outside}
    if len(values) > 1:
        names = _(" and ").join(dict.fromkeys(analysis.rows[from_].name for from_, _output in sorted(values)))
        raise CannotGenerateError(
            _("The selected blocks take values from {names}; copy blocks that take one value.").format(
                names=names
            )
        )
    shapes = [_arriving(analysis, wire) for wire in outside]
    if not shapes or shapes[0] is None:
        name = analysis.rows[part.blocks[0].id].name
        raise CannotGenerateError(
            _(
                "What arrives at {name} is not known, so it cannot be written. Join it to the network first."
            ).format(name=name)
        )
    begin = Input(id=new_id(network))
    wires = tuple(Wire(begin.id, wire.to, wire.input) for wire in outside)
    order = execution_order(part)[0]
    blocks = tuple(replace(part.by_id[id_], position=None) for id_ in order)
    return Network((begin, *blocks), (*wires, *part.wires)), shapes[0]


def _arriving(analysis: Analysis, wire: Wire) -> Shape | None:
    return analysis.rows[wire.from_].output_at(wire.output)


def _measured(part: Network, shape: Shape) -> Analysis:
    """The part with the shapes that flow through it. Raises `CannotGenerateError` where something does not fit."""
    names = identifiers(part.blocks)
    order, cyclic = execution_order(part)
    if cyclic:
        raise CannotGenerateError(_("The selected blocks feed each other in a circle; cut it first."))
    rows: dict[str, Row] = {}
    for id_ in order:
        block, drawn = part.layers[id_], part.by_id[id_]
        if isinstance(block, Input):
            rows[id_] = Row(block, names[id_], (), Measured((shape,)), None)
            continue
        inputs = tuple(rows[wire.from_].output_at(wire.output) for wire in part.incoming[id_])
        known = tuple(found for found in inputs if found is not None)
        try:
            if block.open or len(known) < max(len(inputs), block.arity[0]):
                raise CannotGenerateError(
                    _("{name} has a problem. Mend it, then copy it.").format(name=names[id_])
                )
            outputs = block.outputs(*known)
        except MisfitError as misfit:
            raise CannotGenerateError(misfit.message) from None
        shares = drawn.of if isinstance(drawn, Shared) and drawn is not block else None
        weights = block.weights(*known) if shares is None else NO_WEIGHTS
        rows[id_] = Row(block, names[id_], known, Measured(outputs, weights), None, shares=shares)
    return Analysis(part, rows, (), None, 0, 0)


def _shapes(row: Row) -> tuple[Shape, ...]:
    return tuple(shape for shape in row.inputs if shape is not None)


def _with_needs(calls: list[Call], text: str) -> str:
    """What the layers need stands above them."""
    imports = dict.fromkeys(call.imports for call in calls if call.imports)
    helpers = dict.fromkeys(call.helper for call in calls if call.helper)
    head = [*imports]
    if helpers:
        head = [
            *(["import torch"] if any("torch." in helper for helper in helpers) else []),
            "from torch import nn",
            *head,
        ]
    above = "\n".join(head) + "\n\n" if head else ""
    return above + "".join(f"{helper}\n\n" for helper in helpers) + text + "\n"
