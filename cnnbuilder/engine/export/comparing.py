"""Images to compare two forms of one network on, and how far apart their logits are."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnbuilder.engine.batches import Normalise
from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.engine.data.prepare import Part, prepare, sample
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.export.silence_output import silence_output
from cnnbuilder.engine.runs import Preparation

TOLERANCE = 1e-4
"""The largest difference between logits that is taken for rounding; where they exceed 1, as a part of the largest."""
_SMALL = 0.01
"""And at most this part of the largest: an untrained deep network may have logits that are all below the tolerance."""
_FEW, _MANY = 4, 16

Images = NDArray[np.uint8]


def a_few_images(preparation: Preparation) -> Images:
    """Random images and, where the data are here, the first real one: N×C×H×W, at once."""
    images = _random(preparation, _FEW)
    info = resolve_or_none(preparation.data)
    if info is None or not info.available():
        return images
    try:
        real, _label = sample(info, preparation.shape)
    except DataProblem:
        return images
    return np.concatenate((real[None], images))


def real_images(preparation: Preparation) -> Images | None:
    """Validation images, N×C×H×W, prepared where they are not yet; None where the data are not here."""
    info = resolve_or_none(preparation.data)
    if info is None or not info.available():
        return None
    try:
        return _first(prepare(info, preparation.shape).val)
    except DataProblem:
        return None


def _first(part: Part) -> Images:
    return part.array[part.rows[:_MANY]]


def random_images(preparation: Preparation) -> Images:
    """Noise, the same each time: N×C×H×W."""
    return _random(preparation, _MANY)


def unit_values(images: Images) -> Tensor:
    """The images as values from 0 to 1, as others read them."""
    return torch.from_numpy(images.astype(np.float32)) / 255


def normalised(images: Images, preparation: Preparation) -> Tensor:
    """What the exported network gets for these images, computed as its description says."""
    mean, std = (torch.tensor(values).view(1, -1, 1, 1) for values in (preparation.mean, preparation.std))
    return (unit_values(images) - mean) / std


def logits_in_program(net: nn.Module, preparation: Preparation, images: Images) -> Tensor:
    """What the program itself computes for these images: its own normalisation and order in memory."""
    normalise = Normalise(preparation.mean, preparation.std, torch.device("cpu"))
    net = deepcopy(net).to(memory_format=torch.channels_last)
    return logits_of(net, normalise(torch.tensor(images)))


@torch.inference_mode()
def logits_of(net: nn.Module, values: Tensor) -> Tensor:
    """What the network says of normalised images."""
    with silence_output():  # PyTorch warns of paddings that cost a copy
        logits: Tensor = net(values)
    return logits


def largest_difference(logits: Tensor, expected: Tensor) -> float:
    """Between any two logits; infinite where there are none to compare."""
    if logits.shape != expected.shape:
        return float("inf")
    difference = float((logits - expected).abs().max())
    return float("inf") if difference != difference else difference


def agrees(difference: float, expected: Tensor) -> bool:
    """Whether a difference is no more than rounding."""
    largest = float(expected.abs().max())
    return difference <= min(TOLERANCE * max(1.0, largest), _SMALL * largest)


def _random(preparation: Preparation, count: int) -> Images:
    return np.random.default_rng(0).integers(0, 256, (count, *preparation.shape), np.uint8)
