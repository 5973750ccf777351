"""Whether a network classifies: right networks need not, and then they cannot be trained yet."""

from __future__ import annotations

from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.edits import append, new_id
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, number


def outputs(analysis: Analysis) -> int | None:
    """How many classes the network tells apart, or None where what leaves it is no flat vector."""
    shape = analysis.output
    return shape.sizes[0] if shape is not None and shape.axes == "F" else None


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
        return _("{found} outputs for {classes} classes: give the last Linear {classes} outputs").format(
            found=number(found), classes=number(classes)
        )
    return None


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
    last = [row.block for row in analysis.rows.values() if row.connected][-1]
    if isinstance(last, Linear):
        return Network(
            tuple(
                block.with_fields(out_features=classes) if block is last else block
                for block in network.blocks
            ),
            network.wires,
        )
    if analysis.output.is_image:
        network = append(network, Flatten(id=new_id(network)), None)
    return append(network, Linear(id=new_id(network), out_features=classes), None)
