"""The receptive field is where the gradient of an output pixel lies on the image."""

from __future__ import annotations

from fractions import Fraction

import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import source
from cnnbuilder.network.project import Network
from cnnbuilder.network.receptive import Receptive
from cnnbuilder.network.templates import chain
from tests.network.chains import blocks, inputs
from tests.network.graphs import graphs
from tests.network.test_against_torch import build, up_to_break

WINDOWS = ("Conv2d", "AvgPool2d", "ZeroPad2d", "ReLU", "Identity", "LayerScale")
LARGER = ("Upsample", "ConvTranspose2d", "PixelShuffle")
SEEN = (*WINDOWS, *LARGER, "MaxPool2d", "Sigmoid", "Flatten", "Linear", "Softmax", "Permute")


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


def _inside(start: int, field: Receptive, seen: torch.Tensor, axis: int) -> bool:
    """Whether a field does not reach over the border."""
    return start >= 0 and start + field.pixels[axis] <= seen.shape[axis]


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
        start = field.start((place[1], place[2]))[axis]
        if {block.kind() for block in network.blocks} & set(LARGER) and not _inside(start, field, seen, axis):
            continue  # blending repeats the edge of each map, so that pixels before it are seen
        assert start <= first_seen <= last_seen < start + field.pixels[axis]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(inputs, st.lists(blocks((*LARGER, "Conv2d", "AvgPool2d")), min_size=2, max_size=4), st.data())
def test_behind_blocks_that_make_the_image_larger_it_stays_the_gradients(
    first: object, drawn: list, data: st.DataObject
) -> None:
    plain = [replace(b, padding_mode="zeros") if b.kind() == "Conv2d" else b for b in drawn]
    network = up_to_break(chain(first, *plain))  # type: ignore[arg-type]
    analysis = analyse(network)
    field = list(analysis.rows.values())[-1].receptive
    assert field is not None
    assert analysis.output is not None
    assume(analysis.output.count < 100_000)
    place = [data.draw(st.integers(0, size - 1)) for size in analysis.output.sizes]
    seen = gradient(network, 0, *place[1:])
    for axis in (0, 1):
        if not seen.any():
            continue
        first_seen, last_seen = extent(seen, axis)
        start = field.start((place[1], place[2]))[axis]
        if _inside(start, field, seen, axis):
            assert start <= first_seen <= last_seen < start + field.pixels[axis]


def test_doubled_and_convolved_a_pixel_looks_at_two_and_neighbours_half_a_pixel_further() -> None:
    network = chain(KINDS["Input"](id=""), KINDS["Upsample"](id=""), KINDS["Conv2d"](id="", padding=(1, 1)))
    row = list(analyse(network).rows.values())[-1]
    assert row.receptive is not None
    assert row.receptive_field == (2, 2)
    assert row.receptive.stride == (Fraction(1, 2), Fraction(1, 2))
    assert row.receptive.first == (-1, -1)


def test_halved_and_doubled_again_it_runs_in_step_with_the_skip_past_both() -> None:
    network = chain(
        KINDS["Input"](id=""),
        KINDS["MaxPool2d"](id=""),
        KINDS["ConvTranspose2d"](id="", kernel_size=(2, 2), stride=(2, 2)),
    )
    field = list(analyse(network).rows.values())[-1].receptive
    assert field is not None
    assert (field.size, field.stride, field.offset) == ((2, 2), (1, 1), (0, 0))


def test_blended_and_taken_apart_again_the_end_of_each_field_is_in_it() -> None:
    network = chain(
        KINDS["Input"](id="", height=1, width=18),
        KINDS["Upsample"](id="", scale_factor=(4.0, 4.0), mode="bilinear"),
        KINDS["Upsample"](id="", size=(1, 4)),
    )
    field = list(analyse(network).rows.values())[-1].receptive
    assert field is not None
    first, last = extent(gradient(network, 0, 0, 1), 1)
    assert (first, last) == (4, 5)
    assert field.start((0, 1))[1] <= first <= last < field.start((0, 1))[1] + field.pixels[1]


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
