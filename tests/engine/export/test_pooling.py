"""Pools that ONNX lacks compute the same when they are made of what it has."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import nn

from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.pooling import AdaptiveMaxPool2d, AvgPool2d
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.engine.export.comparing import a_few_images, logits_in_program, normalised
from cnnbuilder.engine.export.onnx import onnx_bytes, onnx_logits
from cnnbuilder.engine.export.pooling import translatable
from cnnbuilder.engine.export.weights import weighted
from cnnbuilder.network.data import Data
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import chain


class Around(nn.Module):
    """A network that is one pool."""

    def __init__(self, pool: nn.Module) -> None:
        super().__init__()
        self.pool = pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.pool(x)


@pytest.mark.parametrize("output_size", list(product((1, 2, 3, 5, 7, 9), (1, 4, 9, 11))))
def test_adaptive_max_pools_of_any_size(output_size: tuple[int, int]) -> None:
    net = Around(nn.AdaptiveMaxPool2d(output_size))
    images = torch.rand(2, 3, 7, 9)
    assert torch.equal(translatable(net)(images), net(images))


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("divisor", [1, 7, None])
def test_average_pools_that_onnx_lacks(divisor: int | None, counted: bool) -> None:
    compared = 0
    for kernel, stride, padding, ceil in product((1, 2, 3, 4), (1, 2, 3, 5), (0, 1, 2), (False, True)):
        if padding > kernel / 2:
            continue
        pool = nn.AvgPool2d((kernel, 3), (stride, 2), (padding, 1), ceil, counted, divisor)
        for height in (5, 6, 7, 8, 11):
            images = torch.rand(2, 2, height, 9)
            expected = pool(images)
            found = translatable(Around(pool))(images)
            assert found.shape == expected.shape
            assert torch.allclose(found, expected, atol=1e-5)
            compared += 1
    assert compared > 300


def test_max_pools_whose_windows_reach_over_the_end() -> None:
    """PyTorch leaves a window out that would begin in the border; ONNX counts it."""
    compared = 0
    for kernel, stride, padding, dilation in product((1, 2, 3, 4), (1, 2, 3, 5), (0, 1, 2), (1, 2)):
        if padding > kernel / 2:
            continue
        pool = nn.MaxPool2d((kernel, 2), (stride, 2), (padding, 1), (dilation, 1), ceil_mode=True)
        for height in (7, 8, 11):
            images = torch.randn(2, 2, height, 7)
            net = translatable(Around(pool))
            assert torch.equal(net(images), pool(images))
            assert not any(isinstance(part, nn.MaxPool2d) for part in net.modules())
            compared += 1
    assert compared > 150


def test_other_networks_stay_as_they_are() -> None:
    net = Around(nn.AvgPool2d(2))
    assert translatable(net) is net


@pytest.mark.parametrize(
    "pool",
    [AdaptiveMaxPool2d(id="", output_size=(3, 5)), AvgPool2d(id="", divisor_override=3, ceil_mode=True)],
)
def test_they_leave_as_onnx(pool: AdaptiveMaxPool2d | AvgPool2d) -> None:
    project = Project(chain(Input(id="", height=11, width=8), pool, Flatten(id="")), Data(None))
    found = weighted(project)
    images = a_few_images(found.preparation)
    logits = onnx_logits(
        onnx_bytes(project.network, found, normalise=False), normalised(images, found.preparation)
    )
    assert torch.allclose(logits, logits_in_program(found.net, found.preparation, images), atol=1e-5)
