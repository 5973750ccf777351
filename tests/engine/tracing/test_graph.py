"""What a traced module becomes, node by node; what no block does is refused with its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torchvision.ops import StochasticDepth

from cnnbuilder.engine.module import build
from cnnbuilder.engine.torchvision_models import UnknownNetworkError
from cnnbuilder.engine.tracing.graph import CannotTraceError, trace
from cnnbuilder.engine.tracing.published import skeleton
from cnnbuilder.network.analysis import Analysis


class Does(nn.Module):
    """A module that does what a function says."""

    def __init__(self, forward: Callable[[nn.Module, Tensor], Tensor], **layers: nn.Module) -> None:
        super().__init__()
        self.does = forward
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x: Tensor) -> Tensor:
        return self.does(self, x)


def kinds(analysis: Analysis) -> list[str]:
    return [row.block.kind() for row in analysis.rows.values()]


@pytest.mark.parametrize(
    ("forward", "expected"),
    [
        (lambda _self, x: x.mean([2, 3]), ["AdaptiveAvgPool2d", "Flatten"]),
        (lambda _self, x: torch.cat([x], 1), []),
        (lambda _self, x: torch.cat([torch.relu(x), x], 1), ["ReLU", "Concat"]),
        (lambda _self, x: x.flatten(1), ["Flatten"]),
        (lambda _self, x: torch.permute(x, (0, 2, 3, 1)), ["Permute"]),
        (lambda _self, x: torch.relu(x) - x, ["ReLU", "Subtract"]),
        (lambda _self, x: x.chunk(2, 1)[1], ["Chunk"]),
        (lambda _self, x: torch.relu(x) * x + x, ["ReLU", "Multiply", "Add"]),
        (lambda _self, x: nn.functional.max_pool2d(x, 3, stride=2, ceil_mode=True), ["MaxPool2d"]),
        (lambda _self, x: nn.functional.avg_pool2d(x, kernel_size=3, stride=1, padding=1), ["AvgPool2d"]),
        (lambda _self, x: nn.functional.adaptive_avg_pool2d(x, (1, 1)), ["AdaptiveAvgPool2d"]),
    ],
)
def test_functions_become_blocks_that_do_the_same(
    forward: Callable[[nn.Module, Tensor], Tensor], expected: list[str]
) -> None:
    module = Does(forward).eval()
    traced = trace(module, (4, 8, 8))
    assert kinds(traced.analysis) == ["Input", *expected]
    images = torch.randn(2, 4, 8, 8)
    if expected != ["Chunk"]:  # its first piece is nobody's, and so no output of a network
        torch.testing.assert_close(build(traced.network).eval()(images), module(images))


@pytest.mark.parametrize(
    ("forward", "named"),
    [
        (lambda _self, x: torch.sin(x), "sin"),
        (lambda _self, x: x.mean([1]), "mean"),
        (lambda _self, x: x.mean([2, 3], keepdim=True), "mean"),
        (lambda _self, x: x + 1.0, "add"),
        (lambda _self, x: x * 2, "mul"),
        (lambda _self, x: torch.cumsum(x, 1), "cumsum"),
        (lambda _self, x: x[:, 1:], "getitem"),
        (lambda _self, x: x.view(x.size()[0], 4, 2, 8, 4), "view"),
        (lambda _self, x: x.transpose(2, 3), "transpose"),
        (lambda _self, x: (x, x), "output"),
        (lambda self, x: self.norm(x), "norm"),
    ],
)
def test_what_no_block_does_is_refused_by_name(
    forward: Callable[[nn.Module, Tensor], Tensor], named: str
) -> None:
    with pytest.raises(CannotTraceError, match=rf"^(No block does what {named}|{named} cannot be read)"):
        trace(Does(forward, norm=nn.BatchNorm1d(4)), (4, 8, 8))
    assert issubclass(CannotTraceError, UnknownNetworkError)


def test_a_layer_with_weights_that_is_used_twice_is_refused() -> None:
    with pytest.raises(CannotTraceError, match="conv is used a second time"):
        trace(Does(lambda self, x: self.conv(self.conv(x)), conv=nn.Conv2d(4, 4, 1)), (4, 8, 8))


def test_other_channels_than_a_layer_was_made_for_are_refused() -> None:
    with pytest.raises(CannotTraceError, match="in_channels = 3, but 4 arrive"):
        trace(Does(lambda self, x: self.conv(x), conv=nn.Conv2d(3, 4, 1)), (4, 8, 8))


def test_images_too_small_are_refused_with_the_sizes() -> None:
    with pytest.raises(CannotTraceError, match="The 3×3 kernel of Conv2d is larger than the 1×1 image"):
        trace(skeleton("inception_v3"), (3, 32, 32))


def test_layers_that_never_do_anything_are_left_out() -> None:
    module = nn.Sequential(
        nn.Identity(), StochasticDepth(0.0, "row"), nn.ReLU(), nn.Dropout(0.0), StochasticDepth(0.1, "row")
    )
    assert kinds(trace(module.eval(), (4, 8, 8)).analysis) == ["Input", "ReLU", "StochasticDepth"]


def test_densenet_goes_on_with_what_it_joined_before() -> None:
    """torchvision joins all layers before, over and over; that is the same, and a wire for each pair of them."""
    traced = trace(skeleton("densenet121"), (3, 224, 224))
    assert max(len(row.inputs) for row in traced.analysis.rows.values()) == 2
    assert kinds(traced.analysis).count("Concat") == 6 + 12 + 24 + 16


def test_the_channel_shuffle_and_the_halves_of_shufflenet_are_found() -> None:
    found = kinds(trace(skeleton("shufflenet_v2_x1_0"), (3, 224, 224)).analysis)
    assert found.count("ChannelShuffle") == 16
    assert found.count("Chunk") == 13


def test_the_transform_of_the_input_keeps_its_numbers() -> None:
    traced = trace(skeleton("googlenet"), (3, 224, 224))
    block = traced.network.blocks[1]
    assert block.kind() == "Rescale"
    assert block.scale == (0.458, 0.448, 0.45)  # type: ignore[attr-defined]
    assert block.shift == (-0.03, -0.088, -0.188)  # type: ignore[attr-defined]


def test_the_first_factors_of_convnext_are_told_as_a_person_would() -> None:
    scales = [
        block
        for block in trace(skeleton("convnext_tiny"), (3, 224, 224)).network.blocks
        if block.kind() == "LayerScale"
    ]
    assert len(scales) == 18
    assert {block.init_value for block in scales} == {1e-6}  # type: ignore[attr-defined]
