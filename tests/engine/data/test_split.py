"""Division into parts: every class its share, whole groups, always the same images."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.engine.data.split import divide, held_out
from cnnbuilder.network.data import Split


@given(labels=st.lists(st.integers(0, 5), min_size=1, max_size=300), share=st.floats(0, 1))
@settings(deadline=None)
def test_every_class_gives_its_share(labels: list[int], share: float) -> None:
    count = int(share * len(labels))
    marked = held_out(np.array(labels), count)
    assert marked.sum() == count
    for label in set(labels):
        members = np.array(labels) == label
        assert abs(marked[members].sum() - members.sum() * count / len(labels)) < 1
    assert (marked == held_out(np.array(labels), count)).all()


def test_the_choice_is_the_same_on_every_machine() -> None:
    marked = held_out(np.arange(1000) % 10, 100)
    assert np.flatnonzero(marked)[:12].tolist() == [32, 38, 54, 67, 75, 95, 111, 137, 146, 156, 200, 205]


LABELS = st.lists(st.integers(0, 5), max_size=200).map(lambda labels: np.array(labels, np.int64))
SPLITS = st.builds(Split, val=st.floats(0, 0.5), test=st.floats(0, 0.5), seed=st.integers(0, 5))


def none_given(labels: np.ndarray) -> np.ndarray:
    return np.full(len(labels), -1, np.int64)


@given(labels=LABELS, split=SPLITS)
@settings(deadline=None)
def test_each_class_is_within_one_image_of_its_share_and_keeps_one_to_learn_from(
    labels: np.ndarray, split: Split
) -> None:
    parts = divide(labels, none_given(labels), None, split)
    assert set(parts.tolist()) <= {0, 1, 2}  # one part for each image, so none is in two
    for label in set(labels.tolist()):
        of_class = parts[labels == label]
        assert abs((of_class == 1).sum() - len(of_class) * split.val) < 1 + 1e-6
        assert abs((of_class == 2).sum() - len(of_class) * split.test) < 1 + 1e-6
        assert (of_class == 0).any()
    assert (parts == divide(labels, none_given(labels), None, split)).all()


@given(data=st.data(), labels=LABELS, split=SPLITS)
@settings(deadline=None)
def test_no_group_is_cut(data: st.DataObject, labels: np.ndarray, split: Split) -> None:
    numbers = st.lists(st.integers(0, 30), min_size=len(labels), max_size=len(labels))
    groups = np.array(data.draw(numbers), np.int64)
    stands = {group: data.draw(st.sampled_from((-1, 0, 1, 2))) for group in set(groups.tolist())}
    said = np.array([stands[group] for group in groups.tolist()], np.int64)
    said[data.draw(st.integers(0, len(labels))) :] = -1  # of the same group some say nothing
    parts = divide(labels, said, groups, split)
    assert all(len(set(parts[groups == group].tolist())) == 1 for group in stands)
    assert (parts[said > 0] == said[said > 0]).all()


def test_groups_come_near_the_shares() -> None:
    groups = np.arange(1000) // 4
    labels = groups % 5
    parts = divide(labels, none_given(labels), groups, Split(val=0.2, test=0.1))
    for label in range(5):
        of_class = parts[labels == label]
        assert abs((of_class == 1).sum() - 40) <= 4
        assert abs((of_class == 2).sum() - 20) <= 4


def test_groups_of_one_image_are_divided_as_images_are() -> None:
    labels = np.arange(500) % 7
    split = Split(val=0.21, test=0.13)
    one_each = divide(labels, none_given(labels), np.arange(500), split)
    assert (one_each == divide(labels, none_given(labels), None, split)).all()
    by_sevens = np.arange(500) // 7
    ignored = divide(labels, none_given(labels), by_sevens, Split(val=0.21, test=0.13, by_group=False))
    assert (ignored == one_each).all()


def test_parts_that_the_source_has_stand_and_validation_is_held_out_of_training() -> None:
    labels = np.arange(400) % 4
    said = np.where(np.arange(400) < 300, 0, 2)
    parts = divide(labels, said, None, Split(val=0.1, test=0.5))
    assert (parts[300:] == 2).all()
    assert np.bincount(parts[:300]).tolist() == [268, 32]
    assert np.bincount(labels[parts == 1]).tolist() == [8, 8, 8, 8]


def test_parts_that_the_source_has_can_be_divided_anew() -> None:
    labels = np.arange(400) % 4
    said = np.where(np.arange(400) < 300, 0, 2)
    parts = divide(labels, said, None, Split(own_parts=False, val=0.1, test=0.2))
    assert np.bincount(parts).tolist() == [280, 40, 80]
    assert (parts == divide(labels, none_given(labels), None, Split(val=0.1, test=0.2))).all()


def test_another_seed_holds_out_other_images_and_the_same_one_the_same_on_every_machine() -> None:
    labels = np.arange(1000) % 10
    parts = divide(labels, none_given(labels), None, Split())
    assert np.flatnonzero(parts == 1)[:8].tolist() == [1, 18, 35, 39, 46, 51, 58, 61]
    assert (parts != divide(labels, none_given(labels), None, Split(seed=1))).any()


def test_no_images_are_divided_into_none() -> None:
    nothing = np.zeros(0, np.int64)
    assert len(divide(nothing, nothing, nothing, Split())) == 0


def test_a_class_of_three_images_is_in_every_part() -> None:
    parts = divide(np.zeros(3, np.int64), none_given(np.zeros(3)), None, Split())
    assert sorted(parts.tolist()) == [0, 1, 2]
