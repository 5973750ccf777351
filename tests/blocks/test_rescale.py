"""Rescale does what torchvision's `transform_input` does, bit by bit, and learns nothing."""

from __future__ import annotations

import torch
from torchvision.models.googlenet import GoogLeNet

from cnnbuilder.blocks.base import image
from cnnbuilder.blocks.rescale import Rescale
from tests.blocks.torchs import build


def test_it_is_the_transform_of_googlenet() -> None:
    block = Rescale(
        id="b",
        scale=(0.229 / 0.5, 0.224 / 0.5, 0.225 / 0.5),
        shift=((0.485 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.406 - 0.5) / 0.5),
    )
    module = build(block, image(3, 9, 7))
    assert module is not None
    assert not module.state_dict()
    with torch.device("meta"):
        whole = GoogLeNet(transform_input=True, init_weights=False)
    pixels = torch.randn(2, 3, 9, 7)
    assert torch.equal(module(pixels), whole._transform_input(pixels))
