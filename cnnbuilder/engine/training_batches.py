"""The batches of a training: in the order of each epoch, varied as the project says, with the loss of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from torch import Tensor

from cnnbuilder.engine.augmentation_steps import varies
from cnnbuilder.engine.augmenting import Augmenter
from cnnbuilder.engine.balance import balanced_order, class_weights, times_before
from cnnbuilder.engine.batches import Batches
from cnnbuilder.engine.task import CLASSIFICATION, Loss, Task, varied_loss
from cnnbuilder.engine.training_step import in_batches, shuffled
from cnnbuilder.network.data import Data


class TrainingBatch(NamedTuple):
    """What one step learns from."""

    images: Tensor
    """N×C×H×W float32, normalised, on the device."""
    labels: Tensor
    """N int64 on the device: where images are mixed, of the greater part or the lesser."""
    loss: Loss


class TrainingBatches:
    """The training part as a training sees it. What it draws depends on seed and epoch alone, never on what came."""

    def __init__(
        self, batches: Batches, data: Data, classes: int, seed: int, task: Task = CLASSIFICATION
    ) -> None:
        self._batches = batches
        self._seed = seed
        self._balanced = data.balance == "sampling"
        self._augmenter = Augmenter(data.augmentation, seed) if varies(data.augmentation) else None
        self._weights = None
        self._plain = _mean(task)
        if data.balance == "weights":
            self._weights = class_weights(batches.labels, classes).to(batches.device)

    def __len__(self) -> int:
        return len(self._batches)

    def of_epoch(self, epoch: int, batch_size: int, first: int = 0) -> Iterator[TrainingBatch]:
        """The batches of that epoch (from 1), from number `first` on."""
        order = self._order(epoch)
        if self._augmenter is None:
            loss = self._plain if self._weights is None else varied_loss(self._weights, None, None)
            for images, labels in self._batches.in_order(order, batch_size, first):
                yield TrainingBatch(images, labels, loss)
            return
        numbers = in_batches(order, batch_size)[first:]
        times = in_batches(times_before(order), batch_size)[first:]
        for chosen, before in zip(numbers, times, strict=True):
            yield self._varied(self._augmenter, epoch, chosen, before)

    def _order(self, epoch: int) -> Tensor:
        if self._balanced:
            return balanced_order(self._batches.labels, self._batches.rows, self._seed, epoch)
        return shuffled(len(self._batches), self._seed, epoch)

    def _varied(self, augmenter: Augmenter, epoch: int, numbers: Tensor, times: Tensor) -> TrainingBatch:
        keys = augmenter.keys(epoch, self._batches.rows[numbers], times)
        images, labels = self._batches.pixels(numbers)
        images = augmenter.varied(images, keys)
        others = shares = None
        if augmenter.mixes:
            images, partners, own = augmenter.mixed(images, keys)
            others, shares = labels[partners.to(labels.device)], own.to(labels.device)
        loss = (
            self._plain
            if self._weights is None and others is None
            else varied_loss(self._weights, others, shares)
        )
        return TrainingBatch(self._batches.normalise(images), labels, loss)


def _mean(task: Task) -> Loss:
    def loss(logits: Tensor, labels: Tensor) -> Tensor:
        return task.loss(logits, labels, "mean")

    return loss
