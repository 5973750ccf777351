"""Edits of a project's data are checked, undo each other, and warn where a flip would lie."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.network.data import Change, Data, Folder
from cnnbuilder.network.data_edits import (
    flip_warning,
    setting,
    with_changes,
    with_setting,
    without_changes,
)

DATA = Data(Folder("/pictures"))
IMAGES = st.text("0123456789abcdef", min_size=32, max_size=32)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("fit", "crop"),
        ("normalisation", "imagenet"),
        ("balance", "sampling"),
        ("split.seed", 7),
        ("split.val", 0.2),
        ("augmentation.shift", 0.1),
        ("augmentation.flip_horizontal", True),
    ],
)
def test_a_setting_takes_its_place_and_nothing_else_changes(place: str, value: object) -> None:
    after = with_setting(DATA, place, value)
    assert setting(after, place) == value
    assert with_setting(after, place, setting(DATA, place)) == DATA


@pytest.mark.parametrize(
    ("place", "value"),
    [("fit", "bent"), ("split.val", 1.0), ("split.seed", -1), ("augmentation.shift", 0.6), ("balance", 3)],
)
def test_a_value_out_of_range_is_refused(place: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        with_setting(DATA, place, value)


@given(st.lists(IMAGES, unique=True, max_size=5), st.lists(IMAGES, unique=True, max_size=5))
def test_what_is_set_aside_and_taken_back_is_as_before(before: list[str], images: list[str]) -> None:
    data = with_changes(DATA, before, part="val")
    fresh = [image for image in images if image not in before]
    assert with_changes(with_changes(data, fresh, excluded=True), fresh, excluded=False) == data
    assert without_changes(with_changes(data, fresh, label="cat"), fresh) == data


def test_decisions_about_one_image_stand_side_by_side() -> None:
    image = "0" * 32
    data = with_changes(with_changes(DATA, [image], label="cat"), [image], part="train")
    assert data.changes == (Change(image, label="cat", part="train"),)


@pytest.mark.parametrize(
    ("classes", "lies"),
    [
        (tuple("0123456789"), True),
        (("zero", "one", "two"), True),
        (tuple("ABCDE"), True),
        (("arrow left", "arrow right", "stop"), True),
        (("left", "right", "stop", "go", "wait"), True),
        (("t-shirt", "pants", "hat"), False),
        (("cat", "dog"), False),
        ((), False),
    ],
)
def test_a_flip_lies_where_its_mirror_is_another_class(classes: tuple[str, ...], lies: bool) -> None:
    assert (flip_warning(classes) is not None) is lies
