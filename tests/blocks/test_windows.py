"""What an output pixel looks at, measured by torch's gradients: no kind reaches further than it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.network.receptive import PIXEL, Receptive, receptive
from tests.blocks.test_contract import every_fit
from tests.blocks.torchs import apply, build, results

SPATIAL = [
    name
    for name, kind in KINDS.items()
    # The statistics that a normalisation takes over an image do not count as seen (Araujo and others, 2019).
    if kind.arity[0] and kind.family != "normalisation"
]
WINDOWED = [name for name in SPATIAL if KINDS[name].window is not Block.window]
RESAMPLED = [name for name in SPATIAL if KINDS[name].resampling is not Block.resampling]
DRAWS = 6
"""Pools pass their gradient to one pixel of a window; several images show all of it."""


def image_fits(kind: str) -> Iterator[tuple[Block, tuple[Shape, ...], Shape]]:
    """The kind with its usual values on images, where images leave it, whatever the order of their axes."""
    for block, shapes in every_fit(kind):
        output = block.outputs(*shapes)[0]
        if all(shape.is_image for shape in shapes) and {"H", "W"} <= set(output.axes):
            yield block, shapes, output


def seen_from(block: Block, shapes: tuple[Shape, ...], output: Shape, place: tuple[int, int]) -> torch.Tensor:
    """H×W: how often the output at (row, column) `place` hung on each pixel of what arrives."""
    module = build(block, *shapes)
    if module is not None:
        module.double().eval()
        for weight in module.parameters():
            nn.init.uniform_(weight, 0.5, 1.0)
    index = tuple({"H": place[0], "W": place[1]}.get(axis, slice(None)) for axis in output.axes)
    seen = torch.zeros(shapes[0].sizes[1:])
    for _draw in range(DRAWS):
        tensors = [torch.rand(1, *shape.sizes, dtype=torch.double, requires_grad=True) for shape in shapes]
        y = results(apply(block, module, tensors, *shapes))[0]
        # Squares, because the shares of a softmax add up to what no input changes.
        y[0][index].square().sum().backward()
        for tensor in tensors:
            assert tensor.grad is not None
            seen += tensor.grad[0].abs().sum(0) > 1e-12
    return seen


def check_field(block: Block, shapes: tuple[Shape, ...], output: Shape) -> None:
    """Nothing outside the field that the block claims is seen; without a window or a whole axis, sizes stay."""
    claimed = receptive(block, shapes, output, [PIXEL] * len(shapes), shapes[0])
    sizes = {axis: size for axis, size in zip(output.axes, output.sizes, strict=True) if axis in "HW"}
    if block.window(*shapes) is None and block.resampling(*shapes) is None:
        for axis in set("HW") - set(block.reduced_axes(*shapes)):
            assert sizes[axis] == dict(zip("CHW", shapes[0].sizes, strict=True))[axis], f"{axis} changes"
    last, middle = (sizes["H"] - 1, sizes["W"] - 1), (sizes["H"] // 2, sizes["W"] // 2)
    for place in ((0, 0), middle, last):
        check_place(claimed, seen_from(block, shapes, output, place), place, sizes)


def check_place(
    claimed: Receptive, seen: torch.Tensor, place: tuple[int, int], sizes: dict[str, int]
) -> None:
    for axis, letter in enumerate("HW"):
        lines = seen.sum(1 - axis).nonzero().flatten().tolist()
        if not lines:
            continue  # all of it lies on the border
        assert lines[-1] - lines[0] < claimed.pixels[axis], f"more is seen than {claimed.size} at {place}"
        start = claimed.start(place)[axis]
        if start < 0:
            continue  # a mirrored border shows pixels of the image
        # Adaptive pools lie apart unevenly: only their first window, and windows that do not shrink, have a place.
        if place[axis] == 0 or sizes[letter] == seen.shape[axis]:
            assert start <= lines[0], f"it is seen before {start} at {place}"
            assert lines[-1] < start + claimed.pixels[axis], f"it is seen behind {start} at {place}"


@pytest.mark.filterwarnings("ignore:dropout2d")
@pytest.mark.parametrize("kind", SPATIAL)
def test_no_pixel_is_seen_outside_the_field(kind: str) -> None:
    for fit in image_fits(kind):
        check_field(*fit)


@pytest.mark.parametrize("kind", WINDOWED)
def test_a_kind_that_says_nothing_of_its_window_is_caught(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fits = list(image_fits(kind))
    monkeypatch.setattr(KINDS[kind], "window", lambda self, *inputs: None)
    with pytest.raises(AssertionError):
        for fit in fits:
            check_field(*fit)


@pytest.mark.parametrize("kind", RESAMPLED)
def test_a_kind_that_says_nothing_of_how_it_resamples_is_caught(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = list(image_fits(kind))
    monkeypatch.setattr(KINDS[kind], "resampling", lambda self, *inputs: None)
    with pytest.raises(AssertionError):
        for fit in fits:
            check_field(*fit)


@pytest.mark.parametrize(
    "kind", [name for name in SPATIAL if KINDS[name].reduced_axes is not Block.reduced_axes]
)
def test_a_kind_that_says_nothing_of_a_whole_axis_is_caught(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spatial = [fit for fit in image_fits(kind) if set(fit[0].reduced_axes(*fit[1])) & set("HW")]
    monkeypatch.setattr(KINDS[kind], "reduced_axes", lambda self, *inputs: "")
    for fit in spatial:
        with pytest.raises(AssertionError):
            check_field(*fit)
