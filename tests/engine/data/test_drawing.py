"""A drawing is brought into MNIST's form, wherever and however large it was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.drawing import like_mnist
from cnnbuilder.engine.data.prepare import adapt


@pytest.fixture(scope="module")
def digits() -> NDArray[np.uint8]:
    return find("mnist").read(lambda _fraction: None).test.images[:200, 0]


def ink_box(image: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def test_mnists_own_digits_stay_almost_what_they_are(digits: NDArray[np.uint8]) -> None:
    differences = [np.abs(like_mnist(digit).astype(int) - digit).mean() for digit in digits]
    assert np.median(differences) == 0
    assert np.mean(differences) < 8  # some move by one pixel: their makers rounded their own way


def test_a_digit_drawn_nine_times_as_large_anywhere_comes_back(digits: NDArray[np.uint8]) -> None:
    differences = []
    for number, digit in enumerate(digits):
        top, bottom, left, right = ink_box(digit)
        large = np.kron(digit[top:bottom, left:right], np.ones((9, 9), np.uint8))
        field = np.zeros((280, 280), np.uint8)
        row, column = number * 7 % (281 - len(large)), number * 11 % (281 - large.shape[1])
        field[row : row + len(large), column : column + large.shape[1]] = large
        differences.append(np.abs(like_mnist(field).astype(int) - like_mnist(digit)).mean())
    assert np.mean(differences) < 6  # of 255: shrinking softens edges a little


@given(
    height=st.integers(1, 200), width=st.integers(1, 200), top=st.integers(0, 80), left=st.integers(0, 80),
    ink=st.integers(1, 255),
)  # fmt: skip
@settings(deadline=None)
def test_the_longest_side_is_twenty_and_the_mass_is_in_the_middle(
    height: int, width: int, top: int, left: int, ink: int
) -> None:
    field = np.zeros((280, 280), np.uint8)
    field[top : top + height, left : left + width] = ink
    made = like_mnist(field)
    first, last, left_most, right_most = ink_box(made)
    assert max(last - first, right_most - left_most) == 20
    assert made.max() == 255
    for low, high in ((first, last), (left_most, right_most)):
        assert abs((low + high - 1) / 2 - 14) <= 0.5


def test_where_it_was_drawn_makes_no_difference(digits: NDArray[np.uint8]) -> None:
    for digit in digits[:20]:
        field = np.zeros((100, 120), np.uint8)
        field[60:88, 5:33] = digit
        assert (like_mnist(field) == like_mnist(digit)).all()


def test_nothing_drawn_stays_nothing() -> None:
    for shape in ((28, 28), (1, 1), (0, 0)):
        assert not like_mnist(np.zeros(shape, np.uint8)).any()


def test_a_lopsided_drawing_stays_inside_the_field() -> None:
    field = np.zeros((100, 100), np.uint8)
    field[10:12, 10:90] = 40  # a faint line whose mass sits at one end
    field[8:14, 86:90] = 255
    assert like_mnist(field).any(axis=0).sum() == 20


def test_a_drawing_goes_through_the_rule_of_the_data(digits: NDArray[np.uint8]) -> None:
    field = np.zeros((280, 280, 1), np.uint8)
    field[100:128, 30:58, 0] = digits[0]
    as_data = like_mnist(field[:, :, 0])[:, :, None]
    for shape in ((1, 28, 28), (1, 32, 32), (3, 32, 32), (1, 64, 64), (1, 20, 14)):
        assert (adapt(field, shape, drawn=True) == adapt(as_data, shape)).all()


def test_a_grey_drawing_in_three_channels_is_grey_and_one_in_colour_is_left_alone(
    digits: NDArray[np.uint8],
) -> None:
    grey = np.zeros((60, 60, 1), np.uint8)
    grey[3:31, 5:33, 0] = digits[0]
    assert (
        adapt(np.repeat(grey, 3, 2), (1, 32, 32), drawn=True) == adapt(grey, (1, 32, 32), drawn=True)
    ).all()
    colour = np.zeros((32, 32, 3), np.uint8)
    colour[4:8, 4:8, 0] = 255
    assert (adapt(colour, (3, 32, 32), drawn=True) == adapt(colour, (3, 32, 32))).all()
