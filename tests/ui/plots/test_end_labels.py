"""Words at the ends of the curves: whatever the values are, none lies over another."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.ui.plots.end_labels import Box, place, spread

heights = st.floats(1, 30)
boxes = st.builds(Box, st.floats(0, 400), st.floats(-100, 400), st.floats(1, 120), heights)


@given(st.lists(boxes, max_size=12), st.floats(20, 400))
def test_no_word_lies_over_another_and_none_leaves_its_room(wanted: list[Box], room: float) -> None:
    placed = [box for box in place(wanted, 0.0, room) if box is not None]
    assert not [pair for pair in combinations(placed, 2) if pair[0].overlaps(pair[1])]
    for box in placed:
        assert box.middle - box.height / 2 >= -1e-6
        assert box.middle + box.height / 2 <= room + 1e-6


@given(st.lists(boxes, max_size=12), st.floats(20, 400))
def test_words_keep_their_size_and_move_up_and_down_only(wanted: list[Box], room: float) -> None:
    for before, after in zip(wanted, place(wanted, 0.0, room), strict=True):
        assert after is None or after._replace(middle=before.middle) == before


@given(st.lists(boxes, min_size=1, max_size=12), st.floats(31, 400))
def test_the_first_word_is_always_there(wanted: list[Box], room: float) -> None:
    assert place(wanted, 0.0, room)[0] is not None


def test_where_all_have_room_none_moves() -> None:
    apart = [Box(0, 20, 50, 10), Box(0, 60, 50, 10), Box(200, 20, 50, 10)]
    assert place(apart, 0, 100) == apart


def test_where_there_is_no_room_the_last_ones_are_left_out() -> None:
    same = [Box(0, 10, 50, 10) for _number in range(5)]
    assert [box is not None for box in place(same, 0, 35)] == [True, True, True, False, False]


@given(st.lists(st.tuples(st.floats(0, 100), heights), max_size=6))
def test_words_keep_their_order_and_their_distance(column: list[tuple[float, float]]) -> None:
    column.sort()
    sizes = [height for _middle, height in column]
    middles = spread([middle for middle, _height in column], sizes, 0, max(200.0, sum(sizes)))
    for one, other, above, below in zip(middles, middles[1:], sizes, sizes[1:], strict=False):
        assert other - one >= (above + below) / 2 - 1e-6


def test_a_crowd_is_centred_on_what_it_wants() -> None:
    assert spread([50, 50, 50], [10, 10, 10], 0, 100) == pytest.approx([40, 50, 60])


@given(st.lists(st.floats(10, 90), min_size=2, max_size=6))
def test_no_other_way_to_keep_apart_is_nearer_to_what_is_wanted(wanted: list[float]) -> None:
    wanted.sort()
    placed = spread(wanted, [8] * len(wanted), 0, 200)
    cost = sum((at - want) ** 2 for at, want in zip(placed, wanted, strict=True))
    for shift in (-0.5, 0.5):
        for number in range(len(placed)):
            other = [at + shift * (i == number) for i, at in enumerate(placed)]
            if all(b - a >= 8 - 1e-9 for a, b in pairwise(other)):
                assert sum((a - w) ** 2 for a, w in zip(other, wanted, strict=True)) >= cost - 1e-6
