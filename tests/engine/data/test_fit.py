"""The rule that fits pictures to the Input: exact, the same alone and in a batch, close to Pillow's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from cnnbuilder.engine.data.fit import _ONE, _weights, fit, grey, resize
from cnnbuilder.engine.data.fit_rules import border
from cnnbuilder.engine.data.prepare import adapt
from cnnbuilder.engine.data.source import DataProblem

sides = st.integers(1, 70)
inputs = st.tuples(st.sampled_from([1, 3]), sides, sides)


def noise(count: int, shape: tuple[int, int, int], seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), np.uint8)


@given(original=inputs, wanted=inputs, seed=st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_a_picture_comes_out_the_same_alone_and_in_a_batch(
    original: tuple[int, int, int], wanted: tuple[int, int, int], seed: int
) -> None:
    images = noise(5, original, seed)
    batch = fit(images, wanted)
    assert batch.shape == (5, *wanted)
    assert batch.dtype == np.uint8
    for image, fitted in zip(images, batch, strict=True):
        assert (adapt(image.transpose(1, 2, 0), wanted) == fitted).all()


@given(height=sides, width=sides, new_height=sides, new_width=sides, seed=st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_resizing_agrees_with_pillow(
    height: int, width: int, new_height: int, new_width: int, seed: int
) -> None:
    image = noise(1, (1, height, width), seed)
    theirs = Image.fromarray(image[0, 0]).resize((new_width, new_height), Image.Resampling.BILINEAR)
    ours = resize(image, new_height, new_width)[0, 0]
    # Each direction is held to one step on the same pixels: after both, what either rounded first would count twice.
    across = Image.fromarray(image[0, 0]).resize((new_width, height), Image.Resampling.BILINEAR)
    assert np.abs(resize(image, height, new_width)[0, 0].astype(int) - np.asarray(across)).max() <= 1
    down = resize(np.asarray(across)[None, None], new_height, new_width)[0, 0]
    assert np.abs(down.astype(int) - np.asarray(theirs)).max() <= 1
    assert np.abs(ours.astype(int) - down).max() <= 1


@given(have=st.integers(1, 5000), want=st.integers(1, 300))
@settings(deadline=None)
def test_weights_are_whole_and_add_up(have: int, want: int) -> None:
    weights = _weights(have, want).astype(np.float64)
    assert (weights >= 0).all()
    assert (weights == np.round(weights)).all()
    assert (weights.sum(axis=0) == _ONE).all()


@given(value=st.integers(0, 255), wanted=inputs, height=sides, width=sides)
@settings(deadline=None)
def test_an_even_grey_stays_what_it_is(
    value: int, wanted: tuple[int, int, int], height: int, width: int
) -> None:
    images = np.full((1, 3, height, width), value, np.uint8)
    fitted = fit(images, wanted)
    inside = border((3, height, width), wanted)
    if inside is not None:
        rows = slice(inside.top, wanted[1] - inside.bottom)
        columns = slice(inside.left, wanted[2] - inside.right)
        assert fitted.sum() == fitted[:, :, rows, columns].sum()
        fitted = fitted[:, :, rows, columns]
    assert (fitted == value).all()


@pytest.mark.parametrize(
    ("have", "want", "expected"),
    [
        ((28, 28), (32, 32), (2, 2, 2, 2)),
        ((28, 28), (28, 28), (0, 0, 0, 0)),
        ((28, 28), (33, 37), (2, 3, 4, 5)),
        ((24, 24), (32, 32), (4, 4, 4, 4)),
        ((23, 24), (32, 32), None),
        ((28, 33), (32, 32), None),
        ((28, 28), (38, 38), None),
    ],
)
def test_a_little_smaller_gets_a_border_and_all_else_is_resized(
    have: tuple[int, int], want: tuple[int, int], expected: tuple[int, int, int, int] | None
) -> None:
    assert border((1, *have), (1, *want)) == expected


def test_the_border_is_black_and_the_picture_in_the_middle() -> None:
    images = noise(3, (1, 28, 28))
    fitted = fit(images, (1, 32, 32))
    assert (fitted[:, :, 2:30, 2:30] == images).all()
    assert fitted.sum() == images.sum()


def test_grey_becomes_colour_by_repeating_and_comes_back() -> None:
    images = noise(2, (1, 9, 9))
    colour = fit(images, (3, 9, 9))
    assert (colour == images).all()
    assert (fit(colour, (1, 9, 9)) == images).all()


def test_luminance_is_pillows() -> None:
    images = noise(4, (3, 16, 16))
    for ours, image in zip(grey(images)[:, 0], images, strict=True):
        assert (ours == np.asarray(Image.fromarray(image.transpose(1, 2, 0)).convert("L"))).all()


@pytest.mark.parametrize("channels", [0, 2, 4, 64])
def test_other_numbers_of_channels_are_refused(channels: int) -> None:
    with pytest.raises(DataProblem, match="1 channel"):
        fit(noise(1, (1, 8, 8)), (channels, 8, 8))


def test_a_large_photograph_shrinks_to_a_stamp() -> None:
    photograph = np.zeros((3000, 4000, 3), np.uint8)
    photograph[:, 2000:] = 200
    stamp = adapt(photograph, (3, 32, 32))
    assert (stamp[:, :, :15] == 0).all()
    assert (stamp[:, :, 17:] == 200).all()
