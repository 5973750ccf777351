"""Whether one training step finds room in the device's memory, and which batch size would. Pure."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from cnnbuilder.engine.messages import Ready
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.project import Training
from cnnbuilder.text import _, bytes_text, number

COMFORTABLE = 0.8
"""A forecast up to this share of the memory is advised: PyTorch itself and the system need some as well."""


class TooLarge(NamedTuple):
    """What is said of a step that finds no room, and the batch size that does."""

    sentence: str
    batch_size: int


def too_large(analysis: Analysis, training: Training, ready: Ready | None) -> TooLarge | None:
    """Compares the forecast with the device's memory; None where it fits, or where the device is not known."""
    if ready is None or not ready.memory_bytes:
        return None
    needed = training_memory(analysis, training)
    if needed <= ready.memory_bytes:
        return None
    batch = training.batch_size
    while batch > 1:
        batch //= 2
        if training_memory(analysis, replace(training, batch_size=batch)) <= COMFORTABLE * ready.memory_bytes:
            break
    sentence = _("One step at batch size {batch} takes about {needed}, and {device} has {memory}.").format(
        batch=number(training.batch_size),
        needed=bytes_text(needed),
        device=ready.device_name if ready.device != "cpu" else _("this computer"),
        memory=bytes_text(ready.memory_bytes),
    )
    return TooLarge(sentence, batch)
