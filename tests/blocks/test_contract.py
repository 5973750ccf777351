"""The contract that every kind of block keeps; a new kind is tested by being there."""

from __future__ import annotations

import inspect
import re
from typing import Any, get_args

import msgspec
import pytest
import torch
import torchvision.ops
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block, Shape, flat, image
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.resources import resource
from tests.blocks.torchs import apply, build, results

ARRIVING = {"flat": flat(48), "image": image(8, 12, 9)}
NAMES = [name for name, kind in KINDS.items() if name != "Input" and kind.offered]

FROM_THE_WIRE = {"in_channels", "in_features", "num_features", "num_channels"}
"""Arguments of torch's that follow from what arrives."""
LEFT_OUT = {
    "self", "args", "kwargs",
    "inplace",  # saves memory only, and is unsafe where a value is read twice
    "device", "dtype",  # where and how the network runs is not drawn
    "return_indices",  # for unpooling, which no classifier has
}  # fmt: skip
NEWER = {"BatchNorm1d": {"bias"}, "BatchNorm2d": {"bias"}, "InstanceNorm2d": {"bias"}, "GroupNorm": {"bias"}}
"""Arguments that the oldest torch we run with does not know."""


ONE_VALUE_ONLY = {
    "ConvTranspose2d": {"padding_mode"},  # torch takes no border but zeros
    "Unflatten": {"dim"},  # a flat vector has one axis
    "Upsample": {"recompute_scale_factor"},  # which of two numbers equal to the eye is computed with
}
"""Arguments of torch's for which a block has no field, and why."""


IN_RANGE: dict[tuple[str, str], tuple[Any, ...]] = {
    ("ScaleShift", "factor"): (-101,),
    ("ScaleShift", "summand"): (-101,),
    ("ChannelPad", "value"): (-101,),
    ("Slice", "start"): (-101,),
    ("Slice", "end"): (-101,),
    ("Input", "features"): ([1],),
    ("Split", "split_sizes"): ([1], [1, 2, 3, 4, 5]),
}
"""What most fields refuse and these do not: numbers of any size, places from the end, any number of sizes."""


def torchs_class(kind: str) -> type[nn.Module] | None:
    """The layer of torch's or torchvision's; None where they have a function only, or nothing."""
    return getattr(nn, kind, None) or getattr(torchvision.ops, kind, None)


def _may_be_empty(declared: Any) -> bool:
    """Whether None is a value of this type."""
    return declared is type(None) or any(_may_be_empty(part) for part in get_args(declared))


def made(kind: str) -> tuple[Block, tuple[Shape, ...]]:
    """The block with its defaults, and something that fits it."""
    block = KINDS[kind](id="b")
    for shape in ARRIVING.values():
        shapes = (shape,) * block.arity[0]
        try:
            block.outputs(*shapes)
        except MisfitError:
            continue
        return block, shapes
    raise AssertionError(f"nothing fits {kind}")


def every_fit(kind: str) -> list[tuple[Block, tuple[Shape, ...]]]:
    """The block with each usual value of each field in turn, wherever it fits, on vectors and on images."""
    changes: list[dict[str, Any]] = [{}]
    for info in KINDS[kind].fields():
        changes += [{info.name: value} for value in info.field.usual]
        if info.type is bool or isinstance(info.default, bool):
            changes.append({info.name: not info.default})
    if any(info.name == "dim" for info in KINDS[kind].fields()):
        changes += [{**change, "dim": dim} for change in changes for dim in (2, 3) if "dim" not in change]
    fitting = []
    for change in changes:
        block = KINDS[kind](id="b").with_fields(**change)
        for shape in ARRIVING.values():
            for count in sorted({block.arity[0], block.arity[1] or 3}):
                try:
                    block.outputs(*(shape,) * count)
                except MisfitError:
                    continue
                fitting.append((block, (shape,) * count))
    return fitting


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_it_is(kind: str) -> None:
    cls = KINDS[kind]
    for sentence in (cls.summary, cls.when):
        assert re.fullmatch(r"[A-Z].+\.", sentence)
    assert cls.title
    assert not cls.title.endswith(".")
    assert cls.keywords
    assert cls.name_prefix.isidentifier()
    assert cls.family
    assert resource(f"icons/{cls.icon}.svg").is_file()
    assert not cls.paper or re.search(r"\b(19|20)\d\d\b", cls.paper)
    assert kind in ("Input", "Unread", "Shared") or cls.page.startswith("https://docs.pytorch.org/")
    for info in cls.fields():
        assert info.field.label
        assert info.field.help.endswith(".")
        for value in info.field.usual:
            cls(id="b").with_fields(**{info.name: value})


def test_no_two_kinds_look_alike_in_the_palette() -> None:
    titles = [kind.title for kind in KINDS.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("kind", [name for name in NAMES if torchs_class(name)])
def test_its_fields_are_all_of_torchs_with_torchs_defaults(kind: str) -> None:
    parameters = inspect.signature(torchs_class(kind).__init__).parameters  # type: ignore[misc]
    fields = {info.name: info.default for info in KINDS[kind].fields()}
    left_out = LEFT_OUT | NEWER.get(kind, set()) | ONE_VALUE_ONLY.get(kind, set())
    expected = set(parameters) - FROM_THE_WIRE - left_out
    assert set(fields) - NEWER.get(kind, set()) == expected
    for name, ours in fields.items():
        default = parameters[name].default
        if default is not inspect.Parameter.empty and default is not None:
            assert ours == default or ours == (default, default)


@pytest.mark.parametrize("kind", KINDS)
def test_values_out_of_range_are_refused_and_the_block_stays(kind: str) -> None:
    block = KINDS[kind](id="b")
    for info in block.fields():
        bad_values = ["x", -101, [], [1], [1, -200], [1, 2, 3, 4, 5], {}, 1 << 40, float("nan"), float("inf")]
        for bad in [
            -(1 << 40),
            *(bad for bad in bad_values if bad not in IN_RANGE.get((kind, info.name), ())),
        ]:
            with pytest.raises(msgspec.ValidationError):
                block.with_fields(**{info.name: bad})
        if info.default is not None and not _may_be_empty(info.type):
            with pytest.raises(msgspec.ValidationError):
                block.with_fields(**{info.name: None})


@pytest.mark.filterwarnings("ignore:dropout2d")
@pytest.mark.parametrize("kind", NAMES)
def test_shape_and_weights_are_torchs(kind: str) -> None:
    for block, shapes in every_fit(kind):
        module = build(block, *shapes)
        tensors = [torch.rand(2, *shape.sizes) for shape in shapes]
        if module is not None:
            module.eval()
        assert block.learns or not block.weights(*shapes)
        outputs = results(apply(block, module, tensors, *shapes))
        ours = block.outputs(*shapes)
        assert [tuple(output.shape[1:]) for output in outputs] == [shape.sizes for shape in ours]
        assert all(len(shape.axes) == len(shape.sizes) for shape in ours)
        weights, buffers = dict(block.weights(*shapes)), dict(block.buffers(*shapes))
        if module is None:
            assert not weights
            assert not buffers
            continue
        assert {name: tuple(value.shape) for name, value in module.named_parameters()} == weights
        assert {name: tuple(value.shape) for name, value in module.named_buffers()} == buffers
        if block.call(*shapes).function:
            assert torch.equal(module(*tensors), outputs[0])


@pytest.mark.parametrize("kind", NAMES)
def test_the_code_says_the_fields(kind: str) -> None:
    """Every field reaches the layer: no value of a block is lost on the way into code."""
    for block, shapes in every_fit(kind):
        module = build(block, *shapes)
        if module is None:
            continue
        for info in block.fields():
            value, theirs = getattr(block, info.name), getattr(module, info.name, None)
            if info.name == "scale_factor" and block.size is not None:  # type: ignore[attr-defined]
                assert theirs is None  # the size alone counts
            elif info.name == "bias":
                assert (theirs is not None) == (value and module.weight is not None)
            elif info.name == "dims":
                assert tuple(theirs) == (0, *value)
            elif isinstance(value, tuple):
                assert theirs in (value, value[0]) or tuple(theirs) == value
            elif info.name == "normalized_shape":
                assert theirs
            elif theirs is not None:
                assert theirs == value


@pytest.mark.parametrize("kind", NAMES)
def test_formulas_end_in_the_numbers_that_are_shown(kind: str) -> None:
    for block, shapes in every_fit(kind):
        params = sum(torch.Size(shape).numel() for shape in block.weights(*shapes).values())
        counts = block.count_formulas(*shapes)
        assert bool(counts) == bool(params)
        for formula in counts:
            assert formula.numbers.endswith(f"{params:,}")
        fields = {info.name for info in block.fields()}
        for formula in (*counts, *block.output_formulas(*shapes)):
            assert formula.letters
            assert {part.field for part in formula.parts} - {""} <= fields
            right = formula.numbers.split(" = ")
            assert len(right) == 1 or _value(right[0]) == int(right[1].replace(",", ""))
        block.summary_text()


def _value(numbers: str) -> float:
    """What the line with the numbers comes to, read as arithmetic."""
    text = numbers.replace(",", "").replace("·", "*").replace("−", "-").replace("/", "//")
    # ⌈a / b⌉ is −⌊−a / b⌋
    text = re.sub(r"⌈\((.*)\) // (\d+)⌉", r"-(-(\1) // \2)", text)
    return eval(text.replace("⌊", "(").replace("⌋", ")"))


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


def test_a_frozen_block_says_so_where_it_has_something_to_learn() -> None:
    assert KINDS["Conv2d"](id="b", frozen=True).label_text() == "frozen · 16 filters · 3×3"
    assert KINDS["BatchNorm2d"](id="b", frozen=True).label_text() == "frozen"
    assert (
        KINDS["MaxPool2d"](id="b", frozen=True).label_text()
        == KINDS["MaxPool2d"](id="b").label_text()
        == "2×2"
    )
