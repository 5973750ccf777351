"""Images come out as they are, and grow by whole pixels of the screen."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from cnnbuilder.ui.images.pixels import image_of, interleaved, paint_image, whole_zoom

sizes = st.integers(1, 40)


@given(channels=st.sampled_from([1, 3]), height=sizes, width=sizes, seed=st.integers(0, 1000))
def test_every_pixel_keeps_its_place_and_colour(channels: int, height: int, width: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (channels, height, width), np.uint8)
    image = image_of(pixels.tobytes(), (channels, height, width))
    assert (image.width(), image.height()) == (width, height)
    assert interleaved(pixels.tobytes(), pixels.shape) == pixels.transpose(1, 2, 0).tobytes()
    y, x = height // 2, width // 3
    colour = image.pixelColor(x, y)
    assert [colour.red(), colour.green(), colour.blue()] == [pixels[c % channels, y, x] for c in range(3)]


@given(
    height=st.integers(1, 300),
    width=st.integers(1, 300),
    side=st.integers(8, 300),
    ratio=st.sampled_from([1.0, 1.25, 1.5, 2.0]),
)
def test_the_zoom_fills_what_it_can_with_whole_pixels(
    height: int, width: int, side: int, ratio: float
) -> None:
    zoom, longest = whole_zoom(height, width, side, ratio), max(height, width)
    assert longest * zoom <= side + 1e-9
    if longest <= int(side * ratio):
        on_screen = zoom * ratio
        assert math.isclose(on_screen, round(on_screen)) and on_screen >= 1
        assert longest * (on_screen + 1) > int(side * ratio)
    else:
        assert math.isclose(longest * zoom, side)


def test_what_grows_stays_sharp() -> None:
    black_and_white = image_of(bytes([0, 255, 255, 0]), (1, 2, 2))
    ground = QImage(20, 20, QImage.Format.Format_RGB32)
    ground.fill(0x808080)
    painter = QPainter(ground)
    place = paint_image(painter, black_and_white, QRectF(0, 0, 20, 20), 8)
    painter.end()
    assert place == QRectF(2, 2, 16, 16)
    found = {ground.pixelColor(x, y).red() for x in range(20) for y in range(20)}
    assert found == {0, 128, 255}
