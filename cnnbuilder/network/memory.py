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
    return fixed + training.batch_size * _activations(analysis, rows)


def _activations(analysis: Analysis, rows: list[Row]) -> int:
    """Bytes of one image's activations and their gradients, where they are largest in the step."""
    owner = _owners(analysis, rows)
    size = {
        row.block.id: VALUE_BYTES * sum(shape.count for shape in row.measured.outputs)
        for row in rows
        if row.measured is not None
    }
    kept = {owner[id_] for id_ in _kept(analysis, rows)}
    alive = peak = 0
    saved_by: list[int] = []
    for row in rows:
        # Forward: what is kept so far, and what goes into and comes out of this block.
        sources = {
            owner[wire.from_] for wire in analysis.network.incoming[row.block.id] if wire.from_ in owner
        }
        arriving = sum(size[id_] for id_ in sources - kept)
        own = 0 if row.block.is_view else size[row.block.id]
        peak = max(peak, alive + arriving + own)
        saved = own if owner[row.block.id] in kept else 0
        saved += row.block.extra_saved_bytes(row.output) if row.output is not None else 0
        saved_by.append(saved)
        alive += saved
    for row, saved in zip(reversed(rows), reversed(saved_by), strict=True):
        # Backward: what is still kept, the gradient that arrives here and those that leave.
        if row.block.arity[1] == 0:
            break
        leaving = sum(
            size[wire.from_] for wire in analysis.network.incoming[row.block.id] if wire.from_ in size
        )
        gradients = 0 if row.block.is_view else size[row.block.id] + leaving
        peak = max(peak, alive + gradients)
        alive -= saved
    return peak


def _owners(analysis: Analysis, rows: list[Row]) -> dict[str, str]:
    """For each block the block whose output's memory its own output is: itself, unless it is a view."""
    owner: dict[str, str] = {}
    for row in rows:
        id_ = row.block.id
        wires = analysis.network.incoming[id_]
        owner[id_] = owner.get(wires[0].from_, id_) if row.block.is_view and wires else id_
    return owner


def _kept(analysis: Analysis, rows: list[Row]) -> set[str]:
    """The blocks whose output the backward pass reads."""
    kept = {row.block.id for row in rows if row.block.keeps_output}
    for row in rows:
        if row.block.keeps_input:
            kept.update(wire.from_ for wire in analysis.network.incoming[row.block.id])
    return kept
