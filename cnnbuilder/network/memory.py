"""A forecast of how much memory one training step takes at its peak."""

from __future__ import annotations

import math
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.optimizers import OPTIMIZERS
from cnnbuilder.network.project import Training
from cnnbuilder.network.saved_activations import FULL, HALF, Precision, SavedActivations, saved_activations

LABEL_BYTES = 8
"""Labels are int64."""
COMFORTABLE = 0.8
"""A forecast up to this share of a memory is advised: PyTorch itself and the system need some as well."""


class Memory(Struct, frozen=True):
    """Bytes at the moment of a training step when they are most. What PyTorch takes for itself is not in it."""

    batch_size: int
    precision: Precision
    weights: int
    copies: int
    """The weights once more in bfloat16."""
    buffers: int
    optimizer: int
    """What the optimiser remembers of earlier steps."""
    gradients: int
    """Of the weights, as far as the backward pass has come."""
    activations: int
    """Kept for the backward pass, the images included, as far as it has not come yet."""
    working: int
    """Values and gradients under way."""
    batch: int
    """Images and labels, where the images are not among the activations."""
    at: str
    """The block that is computed at that moment, by its id; empty for the optimiser's step."""

    @property
    def total(self) -> int:
        """The peak."""
        return (
            self.weights
            + self.copies
            + self.buffers
            + self.optimizer
            + self.gradients
            + self.activations
            + self.working
            + self.batch
        )


class _Moment(NamedTuple):
    """One moment of a step: bytes of one image, and bytes whatever the batch."""

    activations: int
    working: int
    gradients: int
    copies: int
    at: str


class _Step(NamedTuple):
    """What a step's memory depends on, whatever the batch."""

    saved: SavedActivations
    params: int
    trainable: int
    buffers: int
    batch: int
    moments: list[_Moment]


def forecast(analysis: Analysis, training: Training, precision: Precision = "float32") -> Memory:
    """The peak of one training step at the batch size and with the optimiser of `training`."""
    step = _step(analysis, precision)
    batch = training.batch_size
    slots = OPTIMIZERS[training.optimizer].slots(training)
    most = max(step.moments, key=lambda moment: batch * (moment[0] + moment[1]) + moment[2] + moment[3])
    return Memory(
        batch_size=batch,
        precision=precision,
        weights=FULL * step.params,
        copies=most.copies,
        buffers=step.buffers,
        optimizer=FULL * step.trainable * slots,
        gradients=most.gradients,
        activations=batch * most.activations,
        working=batch * most.working,
        batch=batch * step.batch,
        at=most.at,
    )


def training_memory(analysis: Analysis, training: Training, precision: Precision = "float32") -> int:
    """Bytes at the peak of one training step."""
    return forecast(analysis, training, precision).total


def fitting_batch(analysis: Analysis, training: Training, room: int, precision: Precision) -> int | None:
    """The largest power of two below the batch size in use whose step leaves some of `room` bytes; None: not even 1."""
    batch = 1 << (training.batch_size - 1).bit_length() >> 1 if training.batch_size > 1 else 0
    while batch:
        if training_memory(analysis, replace(training, batch_size=batch), precision) <= COMFORTABLE * room:
            return batch
        batch //= 2
    return None


def kept_for_backward(analysis: Analysis, precision: Precision = "float32") -> dict[str, int]:
    """Bytes of one image that each block adds to what the forward pass keeps for the backward pass, by block id.

    A value that several blocks read is kept once, and counts for the block that it comes from.
    """
    found = _step(analysis, precision).saved
    return {row.block.id: found.kept(place) for place, row in enumerate(found.rows)}


def saved_values(analysis: Analysis, precision: Precision = "float32") -> SavedActivations:
    """What is kept of each block, and why."""
    return _step(analysis, precision).saved


_recent: dict[tuple[int, Precision], tuple[Analysis, _Step]] = {}
"""The last few, by the analysis itself: every view of an edit asks anew. Holding the analysis keeps its id its own."""


def _step(analysis: Analysis, precision: Precision) -> _Step:
    key = (id(analysis), precision)
    if key not in _recent:
        while len(_recent) >= 4:
            del _recent[next(iter(_recent))]
        _recent[key] = analysis, _follow(analysis, precision)
    return _recent[key][1]


def _follow(analysis: Analysis, precision: Precision) -> _Step:
    """Goes through one step, forward and back, and notes what is alive."""
    found = saved_activations(analysis, precision)
    params = trainable = buffers = 0
    copies = [0] * len(found.rows)
    for place, row in enumerate(found.rows):
        measured = row.measured
        if measured is None or (not measured.params and not measured.buffers):
            continue
        params += measured.params
        if not row.block.frozen:
            trainable += measured.params
        # Frozen, and with nothing before it that learns, it is cast for the moment only.
        if precision != "float32" and row.block.autocast == "half" and found.learning[place]:
            copies[place] = HALF * measured.params
        for shape in measured.buffers.values():
            buffers += FULL * math.prod(shape)
    labels = LABEL_BYTES if found.rows else 0
    images = found.sizes[0] if found.rows and 0 not in found.readers else 0
    moments: list[_Moment] = [_Moment(0, 0, FULL * trainable, 0, "")]
    if found.rows:
        _backward(found, copies, moments)
        _forward(found, copies, moments)
    return _Step(found, params, trainable, buffers, images + labels, moments)


def _forward(found: SavedActivations, copies: list[int], moments: list[_Moment]) -> None:
    """Kept so far; what waits for a block further on; what is made now."""
    rows, _widths, sizes, owners, sources, _learning, readers, extras = found
    waiting = [0] * len(rows)
    for arriving in sources:
        for source in arriving:
            waiting[source] += 1
    kept = held = copied = 0
    most = found.total  # less than at its end is no peak: the weights' copies, too, only become more
    for here in range(len(rows)):
        made = sizes[here] if owners[here] == here else 0
        kept += extras[here]
        copied += copies[here]
        if kept + held + made > most:
            most = kept + held + made
            moments.append(_Moment(kept, held + made, 0, copied, rows[here].block.id))
        if here in readers:
            kept += made
        elif here:
            held += made
        for source in sources[here]:
            waiting[source] -= 1
            if not waiting[source] and source and source not in readers:
                held -= sizes[source]


def _backward(found: SavedActivations, copies: list[int], moments: list[_Moment]) -> None:
    """Still kept; gradients of values that go on; gradients of weights that are there already.

    Between two blocks that learn only the larger moments can be the peak.
    """
    rows, _widths, sizes, owners, sources, learning, readers, extras = found
    released = [0] * len(rows)
    for source, reader in readers.items():
        released[reader] += sizes[source]
    kept, copied, gradients = found.total, sum(copies), 0
    last = owners[-1]
    flowing = [False] * len(rows)
    flowing[last] = True
    # The loss keeps the logarithms of the classes' chances.
    under_way = 2 * sizes[last]
    moments.append(_Moment(kept, under_way, 0, copied, rows[-1].block.id))
    most = 0
    for here in range(len(rows) - 1, -1, -1):
        if not learning[here]:
            continue
        row, owner = rows[here], owners[here]
        new = going_on = 0
        for source in sources[here]:
            if learning[source] and source != owner:
                going_on += sizes[source]
                if not flowing[source]:
                    flowing[source] = True
                    new += sizes[source]
        if row.measured is not None and row.measured.params and not row.block.frozen:
            gradients += FULL * row.measured.params
            most = 0
        # The copy goes when its gradient is there, which is bfloat16 as well before it becomes float32: as much again.
        if kept + under_way + going_on > most:
            most = kept + under_way + going_on
            moments.append(_Moment(kept, under_way + going_on, gradients, copied, row.block.id))
        copied -= copies[here]
        kept -= extras[here] + released[here]
        under_way += new
        if owner == here and flowing[here]:
            under_way -= sizes[here]
