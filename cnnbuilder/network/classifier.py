"""Whether a network classifies: right networks need not, and then they cannot be trained yet."""

from __future__ import annotations

from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.edits import append, new_id, replace_block
from cnnbuilder.network.project import Network
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, number

SHARES = frozenset({"Softmax", "LogSoftmax"})
"""Activations that make shares of scores, which only the end of a classifier has."""
_UNCHANGED_IN_USE = ("Dropout", "Identity", "Flatten")


def outputs(analysis: Analysis) -> int | None:
    """How many classes the network tells apart, or None where what leaves it is no flat vector."""
    shape = analysis.output
    return shape.sizes[0] if shape is not None and shape.axes == "F" else None


def gives_shares(network: Network) -> bool:
    """Whether what leaves it are shares already, of which no softmax is taken: Softmax or Sigmoid at the end."""
    ends = [
        block for block in network.blocks if network.incoming[block.id] and not network.outgoing[block.id]
    ]
    if len(ends) != 1:
        return False
    block = ends[0]
    by_id = {one.id: one for one in network.blocks}
    while block.kind() in _UNCHANGED_IN_USE and len(network.incoming[block.id]) == 1:
        block = by_id[network.incoming[block.id][0].from_]
    return block.kind() in ("Softmax", "Sigmoid")


def not_yet(analysis: Analysis, classes: int) -> str | None:
    """Why a network without problems cannot learn to tell `classes` classes apart, or None where it can."""
    shape = analysis.output
    if analysis.problems or shape is None:
        return None
    unlike = _unlike_its_pictures(analysis)
    if unlike is not None:
        return unlike
    found = outputs(analysis)
    if found is None:
        return _("not yet a classifier: add Flatten and Linear ({classes})").format(classes=number(classes))
    if not analysis.params:
        return _("not yet a classifier: add Linear ({classes})").format(classes=number(classes))
    if found < classes:
        text = (
            _("{found} outputs for {classes} classes: add Linear ({classes})")
            if output_layer(analysis) is None
            else _("{found} outputs for {classes} classes: give the last Linear {classes} outputs")
        )
        return text.format(found=number(found), classes=number(classes))
    return None


def behind_the_last_linear(analysis: Analysis) -> tuple[list[Row], Row | None]:
    """The activations between the last Linear and the end of the network, the last one first; and that Linear.

    None where blocks stand between that give their values another shape: what it gives are no outputs then.
    """
    network = analysis.network
    end = end_row(analysis)
    behind: list[Row] = []
    while end is not None:
        if isinstance(end.block, Linear):
            return behind, end
        wires = network.incoming[end.block.id]
        if len(wires) != 1 or not end.block.keeps_shape:
            break
        if end.block.family == "activation":
            behind.append(end)
        end = analysis.rows[wires[0].from_]
    return [], None


def end_row(analysis: Analysis) -> Row | None:
    """The block whose values leave the network; None where there is none, or more than one."""
    outgoing = analysis.network.outgoing
    ends = [row for id_, row in analysis.rows.items() if row.connected and not outgoing[id_]]
    return ends[0] if len(ends) == 1 else None


def output_layer(analysis: Analysis) -> Row | None:
    """The Linear whose outputs are the network's scores; None where it ends in anything else.

    A Linear with a ReLU behind it is a layer in the middle whose end is missing; one with a Softmax is the end.
    """
    behind, last = behind_the_last_linear(analysis)
    return last if all(row.block.kind() in SHARES for row in behind) else None


def _unlike_its_pictures(analysis: Analysis) -> str | None:
    """Why pictures cannot be laid out as the flat vector that the network takes; None where they can, or need not."""
    source = next((block for block in analysis.network.blocks if isinstance(block, Input)), None)
    if source is None or not source.features:
        return None
    values = source.channels * source.height * source.width
    if values == source.features[0]:
        return None
    return _(
        "not yet trainable: the Input takes {n} numbers, but its pictures of {c} × {h} × {w} have {values}:"
        " give it channels, height and width that come to {n}"
    ).format(
        n=number(source.features[0]),
        c=source.channels,
        h=source.height,
        w=source.width,
        values=number(values),
    )


def make_classifier(network: Network, classes: int) -> Network:
    """The network with what it lacks to tell `classes` classes apart."""
    analysis = analyse(network)
    if analysis.output is None:
        return network
    last = output_layer(analysis)
    if last is not None:
        return replace_block(network, last.block.with_fields(out_features=classes))
    if analysis.output.is_image:
        network = append(network, Flatten(id=new_id(network)), None)
    return append(network, Linear(id=new_id(network), out_features=classes), None)
