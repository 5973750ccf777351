"""How the figure of the papers is laid out: in order, on one scale, without anything lying over its words."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from PySide6.QtCore import QRectF

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import flat, image
from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.figures.marks import STROKES, Mark, Sign, Volume, Way, Words
from cnnbuilder.ui.figures.shapes import LONGEST_BAR, Sizes
from cnnbuilder.ui.figures.volumes import WIDEST, VolumesFigure
from tests.network.graphs import graphs
from tests.network.papers import PAPERS

NETWORKS = {
    **PAPERS,
    **{name: lambda template=template: template.make().network for name, template in TEMPLATES.items()},
}


def test_every_sign_that_a_kind_has_can_be_drawn() -> None:
    assert {kind.sign for kind in KINDS.values()} - {""} <= STROKES.keys()


def figure_of(name: str) -> VolumesFigure:
    return VolumesFigure(analyse(NETWORKS[name]()))


def letters(words: Words) -> QRectF:
    """Where the letters themselves are, without the room around them."""
    return words.bounds.adjusted(1, 3, -1, -3)


def covered(marks: list[Mark]) -> list[tuple[str, str]]:
    """Words that lie on others, under a solid or under a line."""
    words = [mark for mark in marks if isinstance(mark, Words)]
    found = [
        (one.text, other.text)
        for one, other in combinations(words, 2)
        if letters(one).intersects(letters(other))
    ]
    for mark in marks:
        if isinstance(mark, Volume | Sign):
            areas = [mark.bounds]
        elif isinstance(mark, Way):
            areas = [
                QRectF(min(x0, x1) - 0.5, min(y0, y1) - 0.5, abs(x1 - x0) + 1, abs(y1 - y0) + 1)
                for (x0, y0), (x1, y1) in pairwise(mark.points)
            ]
        else:
            continue
        found += [
            (one.text, type(mark).__name__)
            for one in words
            if any(letters(one).intersects(area) for area in areas)
        ]
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_lies_over_a_word(name: str) -> None:
    assert covered(figure_of(name).marks) == []


def signs_in_a_row() -> Network:
    """Two sums whose words below them are wider than the way between them."""
    kinds = ["Input", "ReLU", "Add", "Add", "ReLU", "Add", "GroupNorm"]
    blocks = [KINDS[kind](id=f"b{place}") for place, kind in enumerate(kinds)]
    blocks[-1] = blocks[-1].with_fields(num_groups=1)
    wires = [Wire(f"b{place}", f"b{place + 1}") for place in range(6)]
    wires += [Wire("b0", sum_, 1) for sum_ in ("b2", "b3", "b5")]
    return Network(tuple(blocks), tuple(wires))


def branch_of_long_numbers(height: int) -> Network:
    """A branch to a concatenation, whose last size is wider than its solid, from before a sum."""
    blocks = [
        *(Input(id="b1", channels=4, height=height, width=height), KINDS["Chunk"](id="b2", chunks=2, dim=1)),
        *(KINDS["Add"](id="b3"), KINDS["LayerScale"](id="b4"), KINDS["LayerScale"](id="b5")),
        *(KINDS["Flatten"](id="b6"), KINDS["Flatten"](id="b7"), KINDS["Concat"](id="b8")),
    ]
    wires = [
        Wire("b1", "b2"),
        Wire("b2", "b3", 1, 0),
        Wire("b2", "b3", 0, 1),
        Wire("b3", "b4"),
        Wire("b2", "b5"),
    ]
    wires += [Wire("b4", "b6"), Wire("b5", "b7"), Wire("b6", "b8"), Wire("b7", "b8", 1, 0)]
    return Network(tuple(blocks), tuple(wires))


@given(graphs(longest=14))
@example(signs_in_a_row())
@example(branch_of_long_numbers(7))
@example(branch_of_long_numbers(224))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_lies_over_a_word_in_any_network(network: Network) -> None:
    assert covered(VolumesFigure(analyse(network)).marks) == []


@pytest.mark.parametrize("name", NETWORKS)
def test_a_figure_is_no_wider_than_a_page_takes(name: str) -> None:
    assert figure_of(name).area.width() <= WIDEST + 80


def test_solids_stand_from_left_to_right_on_one_axis() -> None:
    solids = [mark for mark in figure_of("digits").marks if isinstance(mark, Volume)]
    assert len(solids) == 9
    assert all(one.bounds.right() < other.x for one, other in pairwise(solids))
    assert {mark.y for mark in solids} == {0.0}
    assert [mark.family for mark in solids[:3]] == ["input", "convolution", "pooling"]


def test_a_skip_leads_over_the_labels_and_into_the_sign() -> None:
    marks = figure_of("small_resnet").marks
    signs = [mark for mark in marks if isinstance(mark, Sign)]
    assert [sign.sign for sign in signs] == ["+", "+"]
    arcs = [
        mark for mark in marks if isinstance(mark, Way) and mark.arrow and mark.points[-1][0] == signs[0].x
    ]
    (arc,) = arcs
    labels = [m.bounds.top() for m in marks if isinstance(m, Words) and arc.points[0][0] < m.x < signs[0].x]
    assert arc.points[1][1] < min(labels)


def test_equal_tensors_stand_side_by_side() -> None:
    solids = [mark for mark in figure_of("vgg16").marks if isinstance(mark, Volume)]
    one, other = solids[1:3]
    assert one.solid == other.solid
    assert 0 < other.x - (one.x + one.solid.side.boundingRect().width()) < 8


def test_what_is_repeated_says_how_often() -> None:
    words = [mark.text for mark in figure_of("resnet50").marks if isinstance(mark, Words)]
    assert [text for text in words if text.endswith(" times")] == ["2 times", "3 times", "5 times", "2 times"]


def test_sizes_keep_their_order_on_one_scale() -> None:
    sizes = Sizes([image(3, 224, 224), image(512, 7, 7), flat(25_088)])
    faces = [sizes.solid(image(64, size, size)).bounds.height() for size in (7, 14, 28, 112, 224)]
    depths = [sizes.solid(image(n, 14, 14)).side.boundingRect().width() for n in (16, 64, 256, 512)]
    bars = [sizes.solid(flat(n)).side.boundingRect().height() for n in (100, 1000, 4096, 25_088)]
    for lengths in (faces, depths, bars):
        assert lengths == sorted(set(lengths))
    assert bars[-1] == pytest.approx(LONGEST_BAR)
