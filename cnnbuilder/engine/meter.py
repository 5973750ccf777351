"""Collects losses and hits of training steps and reads them back rarely, so that no step waits for its own loss."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from cnnbuilder.engine.task import CLASSIFICATION
from cnnbuilder.text import _

MOST_STEPS = 256
"""Logits of at most so many steps are kept between two readings."""


class DivergedError(Exception):
    """The loss is infinite or no number. `step` counts from 1 over the whole run."""

    def __init__(self, step: int) -> None:
        super().__init__(_("The loss is no longer a number after step {step}").format(step=step))
        self.step = step


class StepMetrics(NamedTuple):
    """What some steps in a row came to."""

    losses: tuple[float, ...]
    """Each the mean over its batch."""
    sizes: tuple[int, ...]
    """Images of each batch."""
    correct: int
    last_step: int

    @property
    def images(self) -> int:
        """How many images the steps saw."""
        return sum(self.sizes)

    @property
    def loss(self) -> float:
        """The mean over the images."""
        return sum(loss * size for loss, size in zip(self.losses, self.sizes, strict=True)) / self.images


class Meter:
    """Takes each step's loss and logits as they lie on the device; `read` brings them here."""

    def __init__(self, device: torch.device) -> None:
        self._asynchronous = device.type == "cuda"
        self._losses: list[Tensor] = []
        self._logits: list[Tensor] = []
        self._labels: list[Tensor] = []
        self._last_step = 0
        self._under_way: tuple[Tensor, torch.cuda.Event | None, tuple[int, ...], int] | None = None

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor, step: int) -> None:
        """One step's results; nothing is computed or copied yet."""
        self._losses.append(loss.detach())
        self._logits.append(logits.detach())
        self._labels.append(labels)
        self._last_step = step

    @property
    def full(self) -> bool:
        """Whether it is time to read whatever the clock says."""
        return len(self._losses) >= MOST_STEPS

    def read(self) -> StepMetrics | None:
        """What was added before the last call, on CUDA; on other devices all that was added. None: nothing yet.

        Raises `DivergedError`.
        """
        earlier = self._arrived()
        self._send()
        return earlier if self._asynchronous else self._arrived()

    def read_all(self) -> list[StepMetrics]:
        """Everything that was added, waiting for the device. Raises `DivergedError`."""
        found = [self._arrived()]
        self._send()
        found.append(self._arrived())
        return [metrics for metrics in found if metrics]

    def _send(self) -> None:
        if not self._losses:
            return
        hits = CLASSIFICATION.said(torch.cat(self._logits)).eq(torch.cat(self._labels)).sum()
        values = torch.stack([*self._losses, hits.to(torch.float32)])
        event = None
        if self._asynchronous:
            host = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
            host.copy_(values, non_blocking=True)
            event = torch.cuda.Event()  # type: ignore[no-untyped-call]
            event.record()
            values = host
        sizes = tuple(len(labels) for labels in self._labels)
        self._under_way = (values, event, sizes, self._last_step)
        self._losses, self._logits, self._labels = [], [], []

    def _arrived(self) -> StepMetrics | None:
        if self._under_way is None:
            return None
        values, event, sizes, last_step = self._under_way
        self._under_way = None
        if event is not None:
            event.synchronize()
        *losses, correct = values.tolist()
        for number, loss in enumerate(losses):
            if not math.isfinite(loss):
                raise DivergedError(last_step - len(losses) + 1 + number)
        return StepMetrics(tuple(losses), sizes, int(correct), last_step)
