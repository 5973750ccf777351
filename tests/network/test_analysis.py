"""Analysis is total: every drawing has an answer, with numbers up to the break and one problem at it."""

from __future__ import annotations

import ast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import source
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.project import Network, Training, Wire
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.network.chains import blocks, chains, inputs


def network_of(name: str) -> Network:
    return TEMPLATES[name].make().network


@pytest.mark.parametrize(
    ("name", "params", "output"),
    [
        ("digits", 33_546, (10,)),
        ("colour-32", 33_834, (10,)),
        ("lenet5", 61_706, (10,)),
        ("quiz-130", 5_300, (20, 16, 16)),
        ("example-200", 4_720, (32, 100, 100)),
    ],
)
def test_templates_have_the_published_numbers(name: str, params: int, output: tuple[int, ...]) -> None:
    analysis = analyse(network_of(name))
    assert analysis.problems == ()
    assert analysis.params == params
    assert analysis.output is not None
    assert analysis.output.sizes == output


def test_the_quiz_counts_5120_values() -> None:
    output = analyse(network_of("quiz-130")).output
    assert output is not None
    assert output.count == 5_120


def test_multiply_accumulates_are_those_of_the_papers() -> None:
    # LeNet-5 with 5×5 filters on 32×32: 416,520 = 117,600 + 240,000 + 48,000 + 10,080 + 840
    assert analyse(network_of("lenet5")).macs == 416_520


def test_digits_shrinks_and_deepens_as_the_lesson_says() -> None:
    shapes = [
        str(row.output)
        for row in analyse(network_of("digits")).rows.values()
        if row.block.kind() == "MaxPool2d"
    ]
    assert shapes == ["16 × 16 × 16", "32 × 8 × 8", "64 × 4 × 4"]


def test_linear_on_an_image_is_one_problem_with_its_fix() -> None:
    network = chain(
        KINDS["Input"](id="", channels=32, height=7, width=7), KINDS["Linear"](id=""), KINDS["ReLU"](id="")
    )
    analysis = analyse(network)
    (problem,) = analysis.problems
    assert problem.message == "Linear needs a flat vector but gets 32 × 7 × 7, that is 1,568 values."
    assert analysis.rows["b3"].unknown == "unknown, because of fc1"
    mended = analyse(apply_fix(network, problem, problem.fixes[0]))
    assert mended.problems == ()
    assert mended.params == 15_690


def test_a_kernel_larger_than_the_image_says_so_with_numbers() -> None:
    network = chain(KINDS["Input"](id="", height=4, width=4), KINDS["Conv2d"](id="", kernel_size=(7, 7)))
    (problem,) = analyse(network).problems
    assert problem.message == "The 7×7 kernel of Conv2d is larger than the 4×4 image."
    assert analyse(apply_fix(network, problem, problem.fixes[0])).problems == ()


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (Network(), "The network is empty: it begins with an Input block."),
        (
            Network((KINDS["ReLU"](id="a"),)),
            "The network has no Input block, so nothing says what size its images have.",
        ),
        (
            Network((KINDS["Input"](id="a"), KINDS["Input"](id="b"))),
            "There is a second Input block; images come in at one place.",
        ),
        (
            Network(
                (KINDS["Input"](id="a"), KINDS["ReLU"](id="b"), KINDS["ReLU"](id="c")),
                (Wire("b", "c"), Wire("c", "b")),
            ),
            "ReLU feeds itself through a circle of wires; values must flow one way.",
        ),
        (
            Network(
                (KINDS["Input"](id="a"), KINDS["ReLU"](id="b"), KINDS["Flatten"](id="c")),
                (Wire("a", "b"), Wire("a", "c")),
            ),
            "The network ends in several places (relu1 and flatten1); only one can be its output.",
        ),
        (
            Network(
                (KINDS["Input"](id="a"), KINDS["ReLU"](id="b")), (Wire("a", "b"), Wire("a", "b", input=1))
            ),
            "ReLU takes 1 wire in but gets 2.",
        ),
        (
            Network((KINDS["Input"](id="a"), KINDS["ReLU"](id="b")), (Wire("b", "a"),)),
            "A wire into Input comes from a block that is not joined to the network.",
        ),
    ],
)
def test_odd_graphs_are_answered(network: Network, sentence: str) -> None:
    analysis = analyse(network)
    assert [problem.message for problem in analysis.problems] == [sentence]


@pytest.mark.parametrize("case", range(2))
def test_fixes_of_the_graph_mend_it(case: int) -> None:
    input_, relu, flatten = KINDS["Input"](id="a"), KINDS["ReLU"](id="b"), KINDS["Flatten"](id="c")
    network = (
        Network((input_, relu, flatten), (Wire("a", "b"), Wire("a", "c"))),
        Network((input_, relu, flatten), (Wire("a", "b"), Wire("c", "b", 1), Wire("b", "c"))),
    )[case]
    problems = analyse(network).problems
    assert problems
    fixed = apply_fix(network, problems[0], problems[0].fixes[0])
    assert len(analyse(fixed).problems) < len(problems)


def test_a_loose_block_is_not_part_of_the_network() -> None:
    network = network_of("digits")
    with_loose = Network((*network.blocks, KINDS["ReLU"](id="z", position=(500.0, 0.0))), network.wires)
    analysis = analyse(with_loose)
    assert analysis.problems == ()
    assert [row.block.id for row in analysis.loose] == ["z"]
    assert analysis.rows["z"].unknown == "not joined to the network"


def test_the_receptive_field_grows_as_the_formula_says() -> None:
    rows = {row.name: row.receptive_field for row in analyse(network_of("digits")).rows.values()}
    assert rows["conv1"] == (3, 3)
    assert rows["conv2"] == (8, 8)
    assert rows["conv3"] == (18, 18)
    assert rows["fc1"] == (32, 32)


@given(chains())
def test_an_edit_measured_again_gives_what_a_fresh_look_gives(network: Network) -> None:
    before = analyse(network)
    first = network.blocks[0]
    changed = Network(
        (msgspec.structs.replace(first, height=first.height + 1), *network.blocks[1:]), network.wires
    )  # type: ignore[attr-defined]
    assert analyse(changed, before) == analyse(changed)


wires = st.builds(Wire, st.sampled_from("abcdefx"), st.sampled_from("abcdefx"), st.integers(0, 3))


@settings(max_examples=300)
@given(st.lists(st.one_of(blocks(), inputs), max_size=6), st.lists(wires, max_size=12))
def test_any_graph_whatever_has_an_answer(drawn: list[object], joined: list[Wire]) -> None:
    placed = tuple(msgspec.structs.replace(block, id="abcdef"[index]) for index, block in enumerate(drawn))  # type: ignore[type-var]
    network = Network(placed, tuple(joined))
    analysis = analyse(network)
    assert set(analysis.rows) == {block.id for block in placed}
    assert training_memory(analysis, Training()) >= 0
    for problem in analysis.problems:
        for fix in problem.fixes:
            analyse(apply_fix(network, problem, fix))


joints = st.sampled_from([KINDS[kind](id="b") for kind in ("Add", "Multiply", "Concat", "Chunk")])
tangled = st.builds(
    Wire, st.sampled_from("abcdefx"), st.sampled_from("abcdefx"), st.integers(-1, 3), st.integers(-1, 3)
)


@settings(max_examples=500)
@given(st.lists(st.one_of(blocks(), inputs, joints), max_size=6), st.lists(tangled, max_size=12))
def test_a_graph_without_problems_has_code_and_one_with_has_a_reason(
    drawn: list[object], joined: list[Wire]
) -> None:
    placed = tuple(msgspec.structs.replace(block, id="abcdef"[index]) for index, block in enumerate(drawn))  # type: ignore[type-var]
    network = Network(placed, tuple(joined))
    analysis = analyse(network)
    assert set(analysis.rows) == {block.id for block in placed}
    if not analysis.problems:
        assert analysis.output is not None
        ast.parse(source(network).text)
    assert (analysis.output is None) <= bool(analysis.problems)
    assert analyse(network, analysis) == analysis
    for problem in analysis.problems:
        for fix in problem.fixes:
            analyse(apply_fix(network, problem, fix))
