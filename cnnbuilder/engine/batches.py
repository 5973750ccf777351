"""Brings whole batches of uint8 images to the device and normalises them there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cnnbuilder.engine.data.prepare import Part
from cnnbuilder.engine.device import Device
from cnnbuilder.engine.training_step import in_batches, normalise, pick

RESIDENT_SHARE = 0.2
"""Images are kept in an accelerator's memory for the whole run where they take at most this share of it."""


class Normalise:
    """uint8 values to zero mean and unit deviation, by the training part's own: (x / 255 − mean) / std."""

    def __init__(self, mean: Sequence[float], std: Sequence[float], device: torch.device) -> None:
        self._shift = torch.tensor(mean, dtype=torch.float32, device=device).mul_(255).view(1, -1, 1, 1)
        self._scale = (
            torch.tensor(std, dtype=torch.float32, device=device).mul_(255).reciprocal_().view(1, -1, 1, 1)
        )

    def __call__(self, images: Tensor) -> Tensor:
        """N×C×H×W uint8 → float32 in channels_last."""
        return normalise(images, self._shift, self._scale)


class Batches:
    """One part of a data set as batches on the device."""

    def __init__(self, part: Part, device: Device, normalise: Normalise, limit: int | None = None) -> None:
        """`limit`: use only so many images, chosen once and always the same."""
        self._device = device.torch
        self.normalise = normalise
        """uint8 images to what the network gets."""
        images, rows = as_tensor(part.array), torch.from_numpy(part.rows)
        labels = torch.from_numpy(part.labels)
        if limit is not None and limit < len(labels):
            rows, labels = pick(rows, labels, limit, rows.device)
        self._count = len(labels)
        self.rows = rows
        """The places of the images in the prepared array, N int64 on the CPU."""
        self.labels = labels
        """Theirs, N int64 on the CPU."""
        self._resident = device.is_cpu
        taken = images.nbytes * len(rows) // max(1, len(images))
        if not device.is_cpu and taken <= RESIDENT_SHARE * (device.memory_bytes or 0):
            images, labels = images.index_select(0, rows).to(self._device), labels.to(self._device)
            rows = torch.arange(len(labels), device=self._device)
            self._resident = True
        self._images, self._rows, self._labels = images, rows, labels

    def __len__(self) -> int:
        return self._count

    def all(self, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Every image once, as they stand."""
        for start in range(0, self._count, batch_size):
            yield self._batch(torch.arange(start, min(start + batch_size, self._count)))

    def in_order(self, order: Tensor, batch_size: int, first: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """The images in that order (numbers on the CPU), from batch number `first` on."""
        for numbers in in_batches(order.to(self._rows.device), batch_size)[first:]:
            yield self._batch(numbers)

    @property
    def device(self) -> torch.device:
        """Where batches go."""
        return self._device

    def _batch(self, numbers: Tensor) -> tuple[Tensor, Tensor]:
        images, labels = self.pixels(numbers)
        return self.normalise(images), labels

    def pixels(self, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """Images as uint8 and labels of these numbers, both on the device."""
        numbers = numbers.to(self._rows.device)
        rows, labels = self._rows.index_select(0, numbers), self._labels.index_select(0, numbers)
        if self._resident:
            return self._images.index_select(0, rows), labels
        # Too large for the accelerator: gathered into page-locked memory, copied while the last step still computes.
        pinned = self._device.type == "cuda"
        images = torch.empty((len(numbers), *self._images.shape[1:]), dtype=torch.uint8, pin_memory=pinned)
        torch.index_select(self._images, 0, rows, out=images)
        if pinned:
            labels = labels.pin_memory()
        return images.to(self._device, non_blocking=pinned), labels.to(self._device, non_blocking=pinned)


def as_tensor(images: NDArray[np.uint8]) -> Tensor:
    """The array as a tensor that shares its memory; it is only ever read."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(images)
