"""Turns what went wrong in a training into one sentence that says what to do next."""

from __future__ import annotations

import errno
from pathlib import Path

import torch

from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.device import Device, UnknownDeviceError
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.meter import DivergedError
from cnnbuilder.engine.module import WeightsProblem
from cnnbuilder.engine.runs import RunProblem
from cnnbuilder.engine.source_text import SourceMissingError
from cnnbuilder.engine.torchvision_models import UnknownNetworkError
from cnnbuilder.engine.trainable import CannotTrainError
from cnnbuilder.network.code import CannotGenerateError
from cnnbuilder.network.file import FileProblemError
from cnnbuilder.network.project import Training
from cnnbuilder.text import _, number

SAYS_IT_ITSELF = (
    CannotTrainError,
    CannotGenerateError,
    DataProblem,
    ExportProblem,
    FileProblemError,
    RunProblem,
    SourceMissingError,
    UnknownDeviceError,
    UnknownNetworkError,
    WeightsProblem,
)
"""Errors whose text is a sentence for the user."""


def sentence(error: BaseException, training: Training | None = None, device: Device | None = None) -> str:
    """One sentence for the user, with advice where there is any."""
    if isinstance(error, SAYS_IT_ITSELF):
        return str(error)
    if isinstance(error, DivergedError) and training is not None:
        rate = f"{training.learning_rate / 10:.2g}"
        return _("{what}: try a learning rate of {rate}.").format(what=error, rate=rate)
    if is_out_of_memory(error):
        return _out_of_memory(training, device)
    if isinstance(error, OSError):
        return disk_sentence(error)
    what = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    if training is None:
        return _("Something unforeseen happened: {what}.").format(what=what)
    return _("The training ended with an error: {what}.").format(what=what)


def disk_sentence(error: OSError, where: Path | None = None) -> str:
    """Why nothing can be written there."""
    place = where or error.filename or _("the run's folder")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _("The disk is full: {place} cannot be written. Free some space and try again.").format(
            place=place
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("{place} cannot be written: save the project to another folder.").format(place=place)
    what = (error.strerror or str(error)).rstrip(".")
    return _("{place} cannot be used ({what}).").format(place=place, what=what)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the device or the machine had no more memory to give."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)


def _out_of_memory(training: Training | None, device: Device | None) -> str:
    where = _("Out of memory") if device is None or device.is_cpu else _("Out of memory on the GPU")
    if training is None:
        return _("{where}.").format(where=where)
    if training.batch_size == 1:
        return _("{where} even at batch size 1: make the images or the network smaller.").format(where=where)
    return _("{where} at batch size {size}: try {half}.").format(
        where=where, size=number(training.batch_size), half=number(training.batch_size // 2)
    )
