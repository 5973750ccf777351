"""A network in few steps: what is told, what is folded, what is condensed, and that nothing gets lost on the way."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.blocks.base import flat
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.normalisation import BatchNorm2d
from cnnbuilder.blocks.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.operations import Operation, Step, steps_of
from cnnbuilder.network.project import Network
from cnnbuilder.network.summarise import Segment, Stretch, fold, summarise
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.network import papers
from tests.network.graphs import graphs


def told(network: Network) -> list[tuple[str, ...]]:
    """The operations of each step along the main line, with its number."""
    stretches = summarise(analyse(network))
    return [
        (*([f"{step.times} ×"] if step.times > 1 else []), *(made.name for made in step.operations))
        for stretch in stretches
        for part in stretch.parts
        for step in part.steps
    ]


def only_step(*blocks: object) -> Step:
    """The step that some blocks behind an Input of 3 × 32 × 32 make."""
    network = chain(Input(id="", channels=3), *blocks)  # type: ignore[arg-type]
    return list(steps_of(analyse(network)).steps.values())[-1]


@pytest.mark.parametrize(
    ("block", "operation", "settings_"),
    [
        (Conv2d(id="", kernel_size=(5, 5)), "conv 5×5", ()),
        (Conv2d(id="", kernel_size=(1, 7), padding=(0, 3)), "conv 1×7", ()),
        (Conv2d(id="", stride=(2, 2)), "conv 3×3", ("stride 2",)),
        (Conv2d(id="", stride=(2, 1), dilation=(2, 2)), "conv 3×3", ("stride 2×1", "dilation 2")),
        (Conv2d(id="", out_channels=6, groups=3), "depthwise 3×3", ()),
        (MaxPool2d(id=""), "max pool 2×2", ()),
        (MaxPool2d(id="", kernel_size=(3, 3)), "max pool 3×3", ("stride 2",)),
        (AvgPool2d(id="", kernel_size=(4, 4), stride=(4, 4)), "avg pool 4×4", ()),
        (AdaptiveAvgPool2d(id="", output_size=(1, 1)), "global avg pool", ()),
        (AdaptiveAvgPool2d(id="", output_size=(6, 6)), "adaptive avg pool 6×6", ()),
    ],
)
def test_an_operation_is_said_as_the_papers_say_it(
    block: object, operation: str, settings_: tuple[str, ...]
) -> None:
    step = only_step(block)
    assert step.operations == (Operation(operation, settings_),)


def test_blocks_that_keep_the_shape_go_with_the_one_before() -> None:
    step = only_step(Conv2d(id="", out_channels=8), BatchNorm2d(id=""))
    assert step.operations == (Operation("conv 3×3"),)
    assert step.following == ("batch norm",)


def test_digits_is_told_in_full() -> None:
    assert told(TEMPLATES["digits"].make().network) == [
        ("input",),
        *[("conv 3×3",), ("max pool 2×2",)] * 3,
        ("flatten",),
        ("linear",),
    ]


def test_equal_neighbours_of_vgg_are_folded() -> None:
    assert told(papers.vgg16())[1:7] == [
        ("2 ×", "conv 3×3"), ("max pool 2×2",),
        ("2 ×", "conv 3×3"), ("max pool 2×2",),
        ("3 ×", "conv 3×3"), ("max pool 2×2",),
    ]  # fmt: skip


def test_a_deep_network_is_condensed_to_its_residual_blocks() -> None:
    assert told(papers.resnet50())[3:7] == [
        ("conv 1×1 · 64", "conv 3×3 · 64", "conv 1×1 · 256", "+ skip (conv 1×1)"),
        ("2 ×", "conv 1×1 · 64", "conv 3×3 · 64", "conv 1×1 · 256", "+ skip"),
        ("conv 1×1 · 128", "conv 3×3 · 128", "conv 1×1 · 512", "+ skip (conv 1×1)"),
        ("3 ×", "conv 1×1 · 128", "conv 3×3 · 128", "conv 1×1 · 512", "+ skip"),
    ]


def test_what_is_longer_still_is_counted_by_the_size_of_its_image() -> None:
    network = papers.mobilenet()
    lines = told(network)
    assert ("7 × depthwise 3×3", "14 × conv 1×1", "5 × add") in lines
    counted: Counter[str] = Counter()
    for text in itertools.chain.from_iterable(lines):
        count, times, name = text.partition(" × ")
        counted[name if times else text] += int(count) if times else 1
    assert counted == Counter(step.operations[0].name for step in steps_of(analyse(network)).steps.values())


def test_modules_that_differ_inside_are_not_folded() -> None:
    pen = papers.Pen(3, 64)
    pen.conv(32, 3)
    for inner in (8, 8, 12, 6, 7, 5, 4, 4, 4, 4):
        before = pen.last
        pen.add(
            "Concat", pen.conv(16, 1, before), pen.conv(inner, 1, before), pen.conv(16 - inner, 1, before)
        )
    pen.add("AdaptiveAvgPool2d", output_size=(1, 1))
    folded = [line for line in told(pen.head(10)) if "concat" in line]
    assert folded == [
        ("2 ×", "3 × conv 1×1", "concat"),
        *[("3 × conv 1×1", "concat")] * 4,
        ("4 ×", "3 × conv 1×1", "concat"),
    ]


def test_a_small_network_shows_its_branches() -> None:
    parts = [part for stretch in summarise(analyse(papers.small_resnet())) for part in stretch.parts]
    plain, projected = [part.skips for part in parts if part.skips]
    assert [(skip.start, skip.end, skip.steps) for skip in plain] == [(-1, 2, ())]
    assert [(skip.start, skip.end, skip.steps[0].operations[0].name) for skip in projected] == [
        (-1, 2, "conv 1×1")
    ]


def test_the_main_line_leads_past_a_gate() -> None:
    parts = [
        part for stretch in summarise(analyse(papers.squeeze_and_excitation())) for part in stretch.parts
    ]
    (gated,) = [part for part in parts if part.skips]
    assert [step.sign for step in gated.steps] == ["×"]
    assert [step.operations[0].name for step in gated.skips[0].steps] == [
        "global avg pool",
        "conv 1×1",
        "conv 1×1",
    ]


@given(graphs(longest=16))
@settings(max_examples=300, deadline=None)
def test_any_network_is_told_and_none_of_its_steps_is_lost(network: Network) -> None:
    analysis = analyse(network)
    steps = list(steps_of(analysis).steps.values())
    stretches = summarise(analysis)
    assert stretches[-1].parts[-1].steps[-1].shape == analysis.output
    shown = [
        step._replace(times=1)
        for stretch in stretches
        for part in stretch.parts * stretch.times
        for drawn in (*part.steps, *(inner for skip in part.skips for inner in skip.steps))
        for step in [drawn] * drawn.times
    ]
    condensed = [step for step in shown if step not in steps]
    if condensed:
        assert len(shown) < len(steps)
    else:
        assert Counter(shown) == Counter(steps)


letters = st.lists(st.sampled_from("abc"), max_size=40)


@given(letters)
@settings(max_examples=300)
def test_folding_says_how_often_and_changes_nothing(names: list[str]) -> None:
    parts = [Segment((Step((Operation(name),), "dense", flat(1)),)) for name in names]
    assert unfolded(fold(parts)) == parts


def test_a_stretch_of_several_parts_is_folded_as_one() -> None:
    parts = [Segment((Step((Operation(name),), "dense", flat(1)),)) for name in "abcabcabcd"]
    assert [(len(stretch.parts), stretch.times) for stretch in fold(parts)] == [(3, 3), (1, 1)]


def unfolded(stretches: tuple[Stretch, ...]) -> list[Segment]:
    """Every part as often as it is said to occur."""
    return [
        Segment((part.steps[0]._replace(times=1),))
        for stretch in stretches
        for _time in range(stretch.times)
        for part in stretch.parts
        for _again in range(part.steps[0].times)
    ]
