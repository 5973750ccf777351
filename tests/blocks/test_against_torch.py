"""torch is the referee of every kind: shape and count are its own, and a problem stands exactly where it refuses."""

from __future__ import annotations

import warnings

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.blocks.fixes import MisfitError
from tests.blocks.torchs import apply, build, results
from tests.network.chains import FIELDS, blocks

axis = st.integers(1, 9)
arriving = st.one_of(
    st.builds(lambda *sizes: Shape(sizes, "CHW"), axis, axis, axis),
    st.builds(lambda *sizes: Shape(sizes, "CHW"), axis, axis, axis),
    st.builds(lambda *sizes: Shape(sizes, "HWC"), axis, axis, axis),
    st.builds(lambda *sizes: Shape(sizes, "F"), axis),
    st.builds(lambda *sizes: Shape(sizes, "CF"), axis, axis),
)
EMPTYING = ("Slice", "ConvTranspose2d")
"""Kinds that torch lets make a tensor without a value; here that is a mistake to be named."""


def torchs_answer(block: Block, *shapes: Shape) -> tuple[list[tuple[int, ...]], int] | str:
    """The shapes that leave and the number of parameters, of 2 images in training; or why torch refuses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = build(block, *shapes)
            tensors = [torch.rand(2, *s.sizes) for s in shapes]
            outputs = results(apply(block, module, tensors, *shapes))
    except (RuntimeError, ValueError, IndexError, AssertionError) as error:
        return str(error) or "refused"
    params = sum(p.numel() for p in module.parameters()) if module is not None else 0
    return [tuple(output.shape[1:]) for output in outputs], params


def ours(block: Block, *shapes: Shape) -> tuple[list[tuple[int, ...]], int] | str:
    try:
        outputs = block.outputs(*shapes)
    except MisfitError as misfit:
        assert misfit.message.endswith(".")
        for fix in misfit.fixes:
            assert fix.label
        return misfit.message
    params = sum(torch.Size(shape).numel() for shape in block.weights(*shapes).values())
    return [shape.sizes for shape in outputs], params


def check(block: Block, *shapes: Shape) -> None:
    answer, expected = ours(block, *shapes), torchs_answer(block, *shapes)
    if isinstance(answer, str):
        deliberate = (
            # torch acts on the columns of an image, which nobody means
            (block.kind() == "Linear" and shapes[0].axes == "CHW")
            # torch takes the batch for an axis of one image
            or (len(shapes[0].sizes) < 3 and "needs channels × height × width" in answer)
            # torch cuts the first axis of an image into several, which no block could take
            or (block.kind() == "Unflatten" and len(shapes[0].sizes) > 1)
            # torch lets nothing at all flow on
            or (block.kind() in EMPTYING and not isinstance(expected, str) and 0 in expected[0][0])
            # torch lines up axes from the last, so that batch and channels meet
            or len({len(shape.sizes) for shape in shapes}) > 1
        )
        assert isinstance(expected, str) or deliberate, f"{block} refuses {shapes}: {answer}"
    else:
        assert answer == expected, f"{block} on {shapes}"


@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(blocks(), arriving)
def test_random_blocks(block: Block, shape: Shape) -> None:
    check(block, shape)


@pytest.mark.parametrize("kind", FIELDS)
def test_each_kind(kind: str) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(blocks((kind,)), arriving)
    def agrees(block: Block, shape: Shape) -> None:
        check(block, shape)

    agrees()


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_joining(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["Add", "Subtract", "Multiply", "Concat"]))
    fields = {"dim": data.draw(st.integers(1, 3))} if kind == "Concat" else {}
    first = data.draw(arriving)
    others = st.one_of(
        st.just(first),
        arriving,
        st.sampled_from(range(len(first.sizes))).map(
            lambda i: Shape((*first.sizes[:i], 1, *first.sizes[i + 1 :]), first.axes)
        ),
    )
    check(KINDS[kind](id="b", **fields), first, *data.draw(st.lists(others, min_size=1, max_size=3)))


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 10), st.integers(1, 3), arriving)
def test_splitting(chunks: int, dim: int, shape: Shape) -> None:
    check(KINDS["Chunk"](id="b", chunks=chunks, dim=dim), shape)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(1, 3), arriving)
def test_splitting_by_sizes(sizes: list[int], dim: int, shape: Shape) -> None:
    check(KINDS["Split"](id="b", split_sizes=tuple(sizes), dim=dim), shape)
