"""Mean and standard deviation that values are normalised by. Without torch."""

from __future__ import annotations

from typing import Literal

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Of the images that torchvision's networks have learned from; of red, green and blue, black 0 and white 1."""
Figures = tuple[tuple[float, ...], tuple[float, ...]]
"""Mean and deviation of each channel."""


def figures(
    normalisation: Literal["set", "imagenet", "none"], mean: tuple[float, ...], std: tuple[float, ...]
) -> Figures:
    """What is to be used; `mean` and `std` are the training part's own.

    "none" leaves values from 0 to 1. Grey images get the average over ImageNet's three channels.
    """
    return figures_given(normalisation, len(mean)) or (mean, std)


def figures_given(normalisation: Literal["set", "imagenet", "none"], channels: int) -> Figures | None:
    """What does not hang on the images; None where it does."""
    if normalisation == "none":
        return (0.0,) * channels, (1.0,) * channels
    if normalisation == "set":
        return None
    if channels == 3:
        return IMAGENET_MEAN, IMAGENET_STD
    return (round(sum(IMAGENET_MEAN) / 3, 6),) * channels, (round(sum(IMAGENET_STD) / 3, 6),) * channels
