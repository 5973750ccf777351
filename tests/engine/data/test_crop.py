"""The centre crop is torchvision's own, pixel by pixel."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms._presets import ImageClassification

from cnnbuilder.engine.data.crop import centre
from cnnbuilder.engine.data.source import DataProblem


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.integers(8, 40),
    st.integers(4, 40),
    st.booleans(),
    st.integers(0, 9),
)
def test_it_is_what_torchvision_does(
    height: int, width: int, shorter_side: int, size: int, bicubic: bool, seed: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    mode: Literal["bilinear", "bicubic"] = "bicubic" if bicubic else "bilinear"
    theirs = ImageClassification(
        crop_size=size,
        resize_size=shorter_side,
        interpolation=InterpolationMode(mode),
        mean=(0, 0, 0),
        std=(1, 1, 1),
    )
    ours = centre(pixels, (3, size, size), shorter_side, mode)
    assert torch.equal(theirs(Image.fromarray(pixels)), torch.from_numpy(ours) / 255)


def test_grey_becomes_colour_and_colour_grey() -> None:
    ramp = np.arange(100, dtype=np.uint8).reshape(10, 10)
    colour = centre(ramp[:, :, None], (3, 4, 6), 10)
    assert colour.shape == (3, 4, 6)
    assert (colour == ramp[3:7, 2:8]).all()
    assert (centre(ramp, (3, 4, 6), 10) == colour).all()
    assert (centre(np.repeat(ramp[:, :, None], 3, 2), (1, 4, 6), 10) == colour[:1]).all()


def test_a_shape_that_no_picture_has_gets_its_sentence() -> None:
    with pytest.raises(DataProblem, match="1 channel"):
        centre(np.zeros((4, 4, 3), np.uint8), (2, 4, 4), 4)


def test_a_thread_of_a_picture_gets_its_sentence_and_not_gigabytes() -> None:
    with pytest.raises(DataProblem, match="30,000 × 1 pixels"):
        centre(np.zeros((1, 30_000, 3), np.uint8), (3, 4, 4), 4)
