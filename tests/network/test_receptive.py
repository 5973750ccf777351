"""The receptive field is where the gradient of an output pixel lies on the image."""

from __future__ import annotations

import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import source
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import chain
from tests.network.chains import blocks, inputs
from tests.network.graphs import graphs
from tests.network.test_against_torch import build, up_to_break

WINDOWS = ("Conv2d", "AvgPool2d", "ZeroPad2d", "ReLU", "Identity", "LayerScale")
SEEN = (*WINDOWS, "MaxPool2d", "Sigmoid", "Flatten", "Linear", "Softmax", "Permute")


def gradient(network: Network, *place: int) -> torch.Tensor:
    """H×W: how one value of the output, at `place`, hangs on each pixel of the image; positive layers throughout."""
    net = build(source(network).text).double().eval()
    for weight in net.parameters():
        nn.init.uniform_(weight, 0.5, 1.0)
    x = (torch.rand(1, *network.blocks[0].output().sizes) + 0.5).double().requires_grad_()
    y = net(x)[0]
    values = y[(slice(None), *place[1:])].sum() if len(place) == 3 else y.sum()
    values.backward()
    assert x.grad is not None
    return x.grad[0].abs().sum(0)


def extent(seen: torch.Tensor, axis: int) -> tuple[int, int]:
    """The first and the last row (or column) that counts."""
    lines = seen.sum(1 - axis).nonzero()
    return int(lines[0]), int(lines[-1])


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(inputs, st.lists(blocks(WINDOWS), min_size=1, max_size=5), st.data())
def test_inside_the_image_it_is_exactly_the_gradient(first: object, drawn: list, data: st.DataObject) -> None:
    plain = [replace(b, padding_mode="zeros") if b.kind() == "Conv2d" else b for b in drawn]
    network = up_to_break(chain(first, *plain))  # type: ignore[arg-type]
    analysis = analyse(network)
    row = list(analysis.rows.values())[-1]
    assert row.receptive is not None
    assert analysis.output is not None
    _channels, rows, columns = analysis.output.sizes
    place = (data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1)))
    seen = gradient(network, 0, *place)
    for axis in (0, 1):
        start = row.receptive.offset[axis] + place[axis] * row.receptive.stride[axis]
        end = start + row.receptive.size[axis] - 1
        length = seen.shape[axis]
        if not seen.any():
            continue  # a window may stand on the border alone
        first_seen, last_seen = extent(seen, axis)
        assert max(0, start) <= first_seen <= last_seen <= min(length - 1, end)
        if start >= 0 and end < length:
            assert (first_seen, last_seen) == (start, end)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(graphs(kinds=SEEN), st.data())
def test_nothing_outside_of_it_counts(network: Network, data: st.DataObject) -> None:
    analysis = analyse(network)
    row = list(analysis.rows.values())[-1]
    assert analysis.output is not None
    assume(not any(getattr(b, "padding_mode", "zeros") != "zeros" for b in network.blocks))
    field, output = row.receptive, analysis.output
    assert field is not None
    on_a_map = output.axes == "CHW"
    place = [data.draw(st.integers(0, size - 1)) for size in output.sizes] if on_a_map else [0]
    if not on_a_map:
        return
    seen = gradient(network, *place)
    for axis in (0, 1):
        if not seen.any():
            continue
        first_seen, last_seen = extent(seen, axis)
        start = field.offset[axis] + place[1 + axis] * field.stride[axis]
        assert start <= first_seen <= last_seen < start + field.size[axis]


def test_a_linear_behind_a_small_map_looks_at_what_the_map_looks_at() -> None:
    network = chain(
        KINDS["Input"](id="", height=20, width=32),
        KINDS["Conv2d"](id="", kernel_size=(3, 3)),
        KINDS["AdaptiveAvgPool2d"](id="", output_size=(1, 2)),
        KINDS["Flatten"](id=""),
        KINDS["Linear"](id=""),
    )
    field = list(analyse(network).rows.values())[-1].receptive
    assert field is not None
    assert (field.size, field.stride, field.offset) == ((20, 32), (0, 0), (0, 0))


def test_a_border_moves_it() -> None:
    network = chain(KINDS["Input"](id=""), KINDS["ZeroPad2d"](id="", padding=(2, 0, 3, 1)))
    field = list(analyse(network).rows.values())[-1].receptive
    assert field is not None
    assert (field.size, field.offset) == ((1, 1), (-3, -2))
