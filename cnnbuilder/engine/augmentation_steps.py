"""Which functions of `engine.augmentation` vary images as a project says: one list for the training and its script."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.network.data import Augmentation

MODULE = "cnnbuilder.engine.augmentation"
"""Loading it would load torch."""
KEYS = ("scrambled", "image_keys", "uniform")
"""What decides on every image."""


class AugmentationStep(NamedTuple):
    """A call `function(images, keys, *arguments)`, whose value are the images from then on."""

    function: str
    arguments: tuple[bool | float, ...]
    needs: tuple[str, ...] = ()
    """Functions that it calls, besides `uniform`."""


def augmentation_steps(augmentation: Augmentation) -> tuple[AugmentationStep, ...]:
    """What is done with a batch of uint8 images, in this order; uint8 again at the end. Empty where all is off.

    Mixing, which changes labels too, is not among them.
    """
    a = augmentation
    steps = []
    if a.rotation or a.scale:
        steps.append(AugmentationStep("randomly_turned", (a.rotation, a.scale), ("turned",)))
    if a.flip_horizontal or a.flip_vertical:
        steps.append(AugmentationStep("randomly_flipped", (a.flip_horizontal, a.flip_vertical)))
    if a.shift:
        steps.append(AugmentationStep("randomly_shifted", (a.shift,), ("moved",)))
    if a.colour:
        steps.append(AugmentationStep("randomly_recoloured", (a.colour,), ("recoloured", "lightness")))
    if a.erasing:
        steps.append(AugmentationStep("randomly_erased", (a.erasing,), ("rectangles",)))
    return tuple(steps)


def mixes(augmentation: Augmentation) -> bool:
    """Whether images are mixed with others."""
    return bool(augmentation.mixup or augmentation.cutmix)


def varies(augmentation: Augmentation) -> bool:
    """Whether anything is on."""
    return bool(augmentation_steps(augmentation)) or mixes(augmentation)
