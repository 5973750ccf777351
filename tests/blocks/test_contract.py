"""The contract that every kind of block keeps; a new kind is tested by being there."""

from __future__ import annotations

import msgspec
import pytest
import torch
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block, MisfitError, flat, image
from cnnbuilder.resources import resource

ARRIVING = {"flat": flat(48), "image": image(6, 12, 9)}
NAMES = [name for name in KINDS if name != "Input"]


def made(kind: str) -> tuple[Block, tuple]:
    """The block with its defaults and something that fits it."""
    block = KINDS[kind](id="b")
    for shape in ARRIVING.values():
        try:
            block.output(shape)
        except MisfitError:
            continue
        return block, (shape,)
    raise AssertionError(f"nothing fits {kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_is(kind: str) -> None:
    cls = KINDS[kind]
    assert cls.title
    assert cls.summary.endswith(".")
    assert cls.stem
    assert cls.family
    assert resource(f"icons/{cls.icon}.svg").is_file()
    for info in cls.fields():
        assert info.field.label
        assert info.field.help.endswith(".")
        for value in info.field.usual:
            cls(id="b").with_fields(**{info.name: value})


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_torchs_own_with_torchs_default(kind: str) -> None:
    if kind == "Input":
        return
    import inspect

    parameters = inspect.signature(getattr(nn, kind).__init__).parameters
    for info in KINDS[kind].fields():
        assert info.name in parameters
        default = parameters[info.name].default
        if default is not inspect.Parameter.empty and default is not None:
            ours = info.default
            assert ours == default or ours == (default, default)


@pytest.mark.parametrize("kind", KINDS)
def test_values_out_of_range_are_refused_and_the_block_stays(kind: str) -> None:
    block = KINDS[kind](id="b")
    for info in block.fields():
        for bad in (None, "x", -1, [], [1, 2, 3], 1 << 40, float("nan")):
            with pytest.raises(msgspec.ValidationError):
                block.with_fields(**{info.name: bad})


@pytest.mark.parametrize("kind", NAMES)
def test_shape_and_weights_are_torchs(kind: str) -> None:
    block, inputs = made(kind)
    module = eval(block.call(*inputs).module, {"nn": nn}).eval()
    tensors = [torch.rand(2, *shape.sizes) for shape in inputs]
    output = block.output(*inputs)
    result = module(*tensors)
    assert tuple(result.shape[1:]) == output.sizes
    assert len(output.axes) == len(output.sizes)
    assert {name: tuple(p.shape) for name, p in module.named_parameters()} == dict(block.weights(*inputs))
    assert {name: tuple(b.shape) for name, b in module.named_buffers()} == dict(block.buffers(*inputs))
    function = block.call(*inputs).function
    if function:
        scope = {"torch": torch, "F": nn.functional, "x": tensors[0]}
        assert torch.equal(eval(function.format(x="x"), scope), result)


@pytest.mark.parametrize("kind", NAMES)
def test_formulas_end_in_the_numbers_that_are_shown(kind: str) -> None:
    block, inputs = made(kind)
    params = sum(torch.Size(shape).numel() for shape in block.weights(*inputs).values())
    counts = block.count_formulas(*inputs)
    assert bool(counts) == bool(params)
    for formula in counts:
        assert formula.numbers.endswith(f"{params:,}")
    fields = {info.name for info in block.fields()}
    for formula in (*counts, *block.output_formulas(*inputs)):
        assert formula.letters
        assert {part.field for part in formula.parts} - {""} <= fields


def test_the_formulas_of_the_lesson() -> None:
    conv = KINDS["Conv2d"](id="b", out_channels=10)
    (size,) = conv.output_formulas(image(3, 130, 130))
    (count,) = conv.count_formulas(image(3, 130, 130))
    assert (size.letters, size.numbers) == ("⌊(W − F + 2P) / S⌋ + 1", "⌊(130 − 3 + 2·0) / 1⌋ + 1 = 128")
    assert (count.letters, count.numbers) == ("K·F·F·D + K", "10·3·3·3 + 10 = 280")


def test_height_and_width_have_formulas_of_their_own_where_they_differ() -> None:
    conv = KINDS["Conv2d"](id="b", kernel_size=(3, 5), stride=(2, 1), dilation=(1, 2))
    height, width = conv.output_formulas(image(1, 20, 30))
    assert height.numbers == "⌊(20 − 3 + 2·0) / 2⌋ + 1 = 9"
    assert width.numbers == "⌊(30 − 2·(5 − 1) − 1 + 2·0) / 1⌋ + 1 = 22"


def test_the_lessons_quiz_on_padding() -> None:
    conv = KINDS["Conv2d"]
    assert conv(id="b", kernel_size=(7, 7)).keep_size_padding() == (3, 3)  # type: ignore[attr-defined]
    assert "even kernel" in conv(id="b", kernel_size=(2, 2)).keep_size_padding()  # type: ignore[attr-defined,operator]
    assert "stride 2" in conv(id="b", stride=(2, 2)).keep_size_padding()  # type: ignore[attr-defined,operator]
