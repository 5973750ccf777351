"""Whether one training step finds room in the device's memory, and which batch size would. Pure."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.engine.messages import Ready
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.memory import fitting_batch, training_memory
from cnnbuilder.network.project import Training
from cnnbuilder.network.saved_activations import Precision, precision_on
from cnnbuilder.text import _, bytes_text, number


class TooLarge(NamedTuple):
    """What is said of a step that finds no room, and the batch size that does."""

    sentence: str
    batch_size: int


def precision_in_use(training: Training, ready: Ready | None) -> Precision:
    """In what training computes: "auto" is bfloat16 where the device has it, known once PyTorch is loaded."""
    if ready is None:
        return "float32"
    return precision_on(ready.device, ready.bfloat16 and training.precision == "auto")


def room_text(analysis: Analysis, training: Training, ready: Ready | None) -> str:
    """The forecast against the device's memory: "fits: 1.9 of 8 GB"; without a device known, "about 1.9 GB"."""
    precision = precision_in_use(training, ready)
    needed = training_memory(analysis, training, precision)
    batch = number(training.batch_size)
    if ready is None or not ready.memory_bytes:
        return _("about {needed} at batch {batch}").format(needed=bytes_text(needed), batch=batch)
    room = ready.memory_bytes
    if needed <= room:
        return _("fits: {needed} of {room}").format(needed=bytes_text(needed), room=bytes_text(room))
    fitting = fitting_batch(analysis, training, room, precision)
    sentence = _("needs about {needed}, {device} has {room}").format(
        needed=bytes_text(needed), device=device_text(ready), room=bytes_text(room)
    )
    if fitting is None:
        return _("{sentence}: even one image does not fit").format(sentence=sentence)
    return _("{sentence}: try batch {batch}").format(sentence=sentence, batch=number(fitting))


def device_text(ready: Ready) -> str:
    """The device as a sentence names it."""
    return ready.device_name if ready.device != "cpu" else _("this computer")


def too_large(analysis: Analysis, training: Training, ready: Ready | None) -> TooLarge | None:
    """Compares the forecast with the device's memory; None where it fits, or where the device is not known."""
    if ready is None or not ready.memory_bytes:
        return None
    precision = precision_in_use(training, ready)
    needed = training_memory(analysis, training, precision)
    if needed <= ready.memory_bytes:
        return None
    batch = fitting_batch(analysis, training, ready.memory_bytes, precision) or 1
    sentence = _("One step at batch size {batch} takes about {needed}, and {device} has {memory}.").format(
        batch=number(training.batch_size),
        needed=bytes_text(needed),
        device=device_text(ready),
        memory=bytes_text(ready.memory_bytes),
    )
    return TooLarge(sentence, batch)
