"""Rescale does what torchvision's `transform_input` does, bit by bit, and learns nothing."""

from __future__ import annotations

import torch
from torchvision.models.googlenet import GoogLeNet

from cnnbuilder.blocks.base import image
from cnnbuilder.blocks.rescale import Rescale
from tests.blocks.torchs import build


def test_it_is_the_transform_of_googlenet() -> None:
    # torchvision writes 0.229 / 0.5 and (0.485 - 0.5) / 0.5.
    block = Rescale(id="b", scale=(0.458, 0.448, 0.45), shift=(-0.03, -0.088, -0.188))
    module = build(block, image(3, 9, 7))
    assert module is not None
    assert not module.state_dict()
    with torch.device("meta"):
        whole = GoogLeNet(transform_input=True, init_weights=False)
    pixels = torch.randn(2, 3, 9, 7)
    assert torch.equal(module(pixels), whole._transform_input(pixels))
