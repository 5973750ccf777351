"""A forecast of how much memory one training step takes at its peak."""

from __future__ import annotations

import math

from cnnbuilder.network.analysis import Analysis, Row
from cnnbuilder.network.project import Training

VALUE_BYTES = 4
"""Weights, gradients and optimiser state are float32; the forecast takes activations as float32 too."""


def training_memory(analysis: Analysis, training: Training) -> int:
    """Bytes at the peak of one training step at the batch size of `training`.

    Weights, gradients, optimiser state, buffers; the activations that the backward pass keeps; and the gradients that
    are alive where the sum is largest. What PyTorch and the convolution library take for themselves is not in it.
    """
    rows = [row for row in analysis.rows.values() if row.connected and row.output is not None]
    states = 2 if training.optimizer == "adamw" else int(training.momentum > 0)
    fixed = analysis.params * VALUE_BYTES * (2 + states)
    fixed += VALUE_BYTES * sum(math.prod(shape) for row in rows for shape in row.buffers.values())
    return fixed + training.batch_size * _peak(analysis, rows)


def kept_for_backward(analysis: Analysis) -> dict[str, int]:
    """Bytes of one image that each block adds to what the forward pass keeps for the backward pass, by block id.

    A value that several blocks read is kept once, and counts for the block that it comes from.
    """
    rows = [row for row in analysis.rows.values() if row.connected and row.measured and row.measured.outputs]
    return _kept(analysis, rows, _owners(analysis, rows))


def _peak(analysis: Analysis, rows: list[Row]) -> int:
    """Bytes of one image's activations and their gradients, where they are largest in the step."""
    owner = _owners(analysis, rows)
    kept = _kept(analysis, rows, owner)
    size = {row.block.id: _bytes(row) for row in rows}
    incoming = analysis.network.incoming
    alive = peak = 0
    for row in rows:
        # Forward: what is kept so far, and what goes into and comes out of this block.
        id_ = row.block.id
        sources = {owner[wire.from_] for wire in incoming[id_] if wire.from_ in owner}
        arriving = sum(size[source] for source in sources if kept[source] < size[source])
        own = size[id_] if owner[id_] == id_ else 0
        peak = max(peak, alive + arriving + max(own, kept[id_]))
        alive += kept[id_]
    for row in reversed(rows):
        # Backward: what is still kept, the gradient that arrives here and those that leave.
        id_ = row.block.id
        if not incoming[id_]:
            break
        leaving = sum(size[wire.from_] for wire in incoming[id_] if wire.from_ in size)
        gradients = size[id_] + leaving if owner[id_] == id_ else 0
        peak = max(peak, alive + gradients)
        alive -= kept[id_]
    return peak


def _bytes(row: Row) -> int:
    """What all that leaves a block takes, for one image."""
    return VALUE_BYTES * sum(shape.count for shape in row.measured.outputs) if row.measured else 0


def _kept(analysis: Analysis, rows: list[Row], owner: dict[str, str]) -> dict[str, int]:
    """For each block the bytes of its output if it owns them and the backward pass reads them, and its extras."""
    incoming = analysis.network.incoming
    read: set[str] = set()
    extras: dict[str, int] = {}
    learning: set[str] = set()
    for row in rows:
        block = row.block
        id_ = block.id
        sources = [wire.from_ for wire in incoming[id_] if wire.from_ in owner]
        # Where nothing before it learns, no gradient comes this far, and torch keeps nothing.
        if not row.params and learning.isdisjoint(sources):
            continue
        learning.add(id_)
        if block.keeps_output:
            read.add(owner[id_])
        if block.keeps_input():
            # A factor is read for the gradients of the others only.
            read.update(
                owner[source]
                for i, source in enumerate(sources)
                if len(sources) == 1 or not learning.isdisjoint(sources[:i] + sources[i + 1 :])
            )
        if row.output is not None:
            shapes = [shape for shape in row.inputs if shape is not None]
            extras[id_] = block.extra_saved_bytes(row.output, *shapes)
    return {
        row.block.id: (_bytes(row) if row.block.id in read else 0) + extras.get(row.block.id, 0)
        for row in rows
    }


def _owners(analysis: Analysis, rows: list[Row]) -> dict[str, str]:
    """For each block the block whose output's memory its own output is: itself, unless it is a view."""
    owner: dict[str, str] = {}
    for row in rows:
        id_ = row.block.id
        wires = analysis.network.incoming[id_]
        owner[id_] = owner.get(wires[0].from_, id_) if wires and row.block.is_view() else id_
    return owner
