"""The convolutional classifiers of torchvision, by name. Without torch, so that the window may list them."""

from __future__ import annotations

import re

from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

NETWORKS: tuple[str, ...] = tuple(
    """
    alexnet
    convnext_base convnext_large convnext_small convnext_tiny
    densenet121 densenet161 densenet169 densenet201
    efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_b4 efficientnet_b5
    efficientnet_b6 efficientnet_b7 efficientnet_v2_l efficientnet_v2_m efficientnet_v2_s
    googlenet inception_v3
    mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3
    mobilenet_v2 mobilenet_v3_large mobilenet_v3_small
    regnet_x_16gf regnet_x_1_6gf regnet_x_32gf regnet_x_3_2gf regnet_x_400mf regnet_x_800mf regnet_x_8gf
    regnet_y_128gf regnet_y_16gf regnet_y_1_6gf regnet_y_32gf regnet_y_3_2gf regnet_y_400mf regnet_y_800mf
    regnet_y_8gf
    resnet101 resnet152 resnet18 resnet34 resnet50
    resnext101_32x8d resnext101_64x4d resnext50_32x4d
    shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0
    squeezenet1_0 squeezenet1_1
    vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn
    wide_resnet101_2 wide_resnet50_2
    """.split()  # noqa: SIM905  a list of 68 lines says no more
)
"""All of torchvision's classifiers but its transformers; a test compares them with torchvision's own list."""

TRANSFORMERS = ("vit", "swin", "maxvit")
"""What the names of torchvision's other classifiers begin with."""


class UnknownNetworkError(Exception):
    """There is no such network to read. Carries one sentence, with the nearest name where one is near."""


def find(name: str) -> str:
    """The network's name as torchvision has it; capitals, spaces, hyphens and points do not matter.

    Raises `UnknownNetworkError`.
    """
    wanted = re.sub(r"[\s.\-]+", "_", name.strip().lower())
    if wanted in NETWORKS:
        return wanted
    if wanted.startswith(TRANSFORMERS):
        raise UnknownNetworkError(
            _(
                "{name} is a transformer, and there is no block for its attention: choose a convolutional network."
            ).format(name=_short(name))
        )
    joined = [network for network in NETWORKS if _letters(network) == _letters(wanted)]
    if len(joined) == 1:
        return joined[0]
    near = nearest(wanted, NETWORKS)
    if near:
        raise UnknownNetworkError(
            _("torchvision has no convolutional classifier “{name}”: did you mean {nearest}?").format(
                name=_short(name), nearest=near
            )
        )
    raise UnknownNetworkError(
        _("torchvision has no convolutional classifier “{name}”. It has {n}, among them resnet50.").format(
            name=_short(name), n=len(NETWORKS)
        )
    )


def _letters(name: str) -> str:
    return name.replace("_", "")


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:37]}…"
