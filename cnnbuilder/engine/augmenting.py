"""Varies the batches of a training as its project says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from cnnbuilder.engine import augmentation
from cnnbuilder.engine.augmentation_steps import augmentation_steps, mixes
from cnnbuilder.network.data import Augmentation


class Augmenter:
    """A project's augmentation with a training's seed."""

    def __init__(self, settings: Augmentation, seed: int) -> None:
        self._settings = settings
        self._seed = seed
        self._steps = augmentation_steps(settings)
        self.mixes = mixes(settings)
        """Whether images are mixed with others of their batch, labels too."""

    def keys(self, epoch: int, rows: Tensor, times: Tensor) -> NDArray[np.uint64]:
        """What decides on each of N images: its row in the prepared array, and how often it came before."""
        return augmentation.image_keys(self._seed, epoch, rows, times)

    def varied(self, images: Tensor, keys: NDArray[np.uint64]) -> Tensor:
        """N×C×H×W uint8 images, each varied in its own way; uint8."""
        for step in self._steps:
            images = getattr(augmentation, step.function)(images, keys, *step.arguments)
        return augmentation.in_whole_numbers(images)

    def mixed(self, images: Tensor, keys: NDArray[np.uint64]) -> tuple[Tensor, Tensor, Tensor]:
        """See `augmentation.mixed`."""
        return augmentation.mixed(images, keys, self._settings.mixup, self._settings.cutmix)
