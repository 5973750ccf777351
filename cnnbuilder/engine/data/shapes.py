"""Draws the data set `shapes`: coloured figures on coloured grounds, 32×32, the same pictures on every machine.

Only sums, products, quotients and square roots of float32 numbers are used, which every processor computes
alike, and directions from a rounded table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data.figures import FIGURES
from cnnbuilder.engine.data.source import Originals, Pictures, Report

VERSION = 1
"""Raise it when a picture comes out differently."""

_SIZE = 32
_SEED = 1998
BLOCK = 500
"""Pictures drawn in one go; each such block has random numbers of its own."""

Floats = NDArray[Any]
"""float32: mypy's view of what arithmetic makes of it is less certain."""

_angles = np.arange(720) * (np.pi / 360)
# Rounded, or the last bit of a cosine would differ between machines.
_directions = np.round(np.stack([np.cos(_angles), np.sin(_angles)]), 5)
_DIRECTIONS = _directions.astype(np.float32)
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32).reshape(1, 3, 1, 1)
_COLUMN = np.arange(_SIZE, dtype=np.float32).reshape(1, 1, _SIZE) - (_SIZE - 1) / 2
_ROW = _COLUMN.reshape(1, _SIZE, 1)


def draw_all(train: int, test: int, report: Report) -> Originals:
    """So many pictures to train and to test with, every class equally often, in mixed order."""
    drawn = []
    count = -(-(train + test) // BLOCK)
    for number in range(count):
        drawn.append(draw_block(number))
        report((number + 1) / count)
    images = np.concatenate([images for images, _labels in drawn])
    labels = np.concatenate([labels for _images, labels in drawn])
    return Originals(
        Pictures(images[:train], labels[:train]),
        Pictures(images[train : train + test], labels[train : train + test]),
    )


def draw_block(number: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The pictures (N×3×32×32) and classes of one block."""
    chance = _Chance(number)
    labels = chance.order() % len(FIGURES)
    figure, ground = _colours(chance)
    distance = _distances(labels, chance)
    picture = _ground(ground, chance)
    shadow = _cover(distance - 1.5, softness=5)
    picture *= 1 - chance.between(0, 0.35) * shadow
    picture += (_lit(figure, chance) - picture) * _cover(distance, softness=1)
    return _grained(picture, chance), labels


class _Chance:
    """Random numbers of one block, from PCG64's raw stream: the same in all numpys."""

    def __init__(self, block: int) -> None:
        self._stream = np.random.PCG64([_SEED, block])

    def between(self, low: float, high: float) -> Floats:
        """One number a picture, N×1×1×1."""
        whole = self._stream.random_raw(BLOCK) >> np.uint64(40)
        share = whole.astype(np.float32) * np.float32(2**-24)
        return (low + (high - low) * share).reshape(-1, 1, 1, 1)

    def direction(self) -> tuple[Floats, Floats]:
        """Cosine and sine of any angle, N×1×1×1 each."""
        places = self._stream.random_raw(BLOCK) % np.uint64(_DIRECTIONS.shape[1])
        x, y = _DIRECTIONS[:, places.astype(np.intp)]
        return x.reshape(-1, 1, 1, 1), y.reshape(-1, 1, 1, 1)

    def order(self) -> NDArray[np.int64]:
        """The numbers 0 to N - 1, mixed."""
        lots = self._stream.random_raw(BLOCK)
        return np.argsort(lots, kind="stable").astype(np.int64)

    def bytes(self, *shape: int) -> NDArray[np.uint8]:
        """Whole numbers 0 to 255."""
        count = int(np.prod(shape))
        raw = self._stream.random_raw(-(-count // 8)).astype("<u8")
        return raw.view(np.uint8)[:count].reshape(shape)


def _colours(chance: _Chance) -> tuple[Floats, Floats]:
    """Of figure and ground, N×3×1×1 each: far enough apart in luminance to be seen."""
    light = chance.between(0.12, 0.92)
    # Away from the figure's luminance by at least 0.22, wrapped into the same range.
    other = light + chance.between(0.22, 0.58)
    other = np.where(other > 0.92, other - 0.8, other)
    return _colour(light, chance), _colour(other, chance)


def _colour(luminance: Floats, chance: _Chance) -> Floats:
    """A colour of any hue with that luminance."""
    hue = chance.between(0, 6)
    red, green, blue = np.abs(hue - 3) - 1, 2 - np.abs(hue - 2), 2 - np.abs(hue - 4)
    pure = np.concatenate([red, green, blue], axis=1)
    saturation = chance.between(0.35, 1)
    pure = 1 - saturation * (1 - np.clip(pure, 0, 1))
    own = (pure * _LUMINANCE).sum(axis=1, keepdims=True)
    darker = pure * (luminance / own)
    lighter = 1 - (1 - pure) * ((1 - luminance) / np.maximum(1 - own, 1e-3))
    colour: Floats = np.where(own > luminance, darker, lighter)
    return colour


def _distances(labels: NDArray[np.int64], chance: _Chance) -> Floats:
    """From each pixel to the outline, in pixels, N×1×32×32; negative inside."""
    radius = chance.between(6.5, 13)
    room = _SIZE / 2 - 0.95 * radius
    x = _COLUMN - room * chance.between(-1, 1)
    y = _ROW - room * chance.between(-1, 1)
    cosine, sine = chance.direction()
    stretch = chance.between(0.88, 1.14)
    form = chance.between(-1, 1)
    right = (cosine * x + sine * y) * (stretch / radius)
    up = (cosine * y - sine * x) / (stretch * radius)
    distance = np.empty_like(right)
    for label, figure in enumerate(FIGURES):
        chosen = labels == label
        outline = figure(right[chosen], up[chosen], form[chosen])
        distance[chosen] = outline * radius[chosen]
    return distance


def _cover(distance: Floats, softness: float) -> Floats:
    """How much of a pixel is covered, from 0 to 1 over `softness` pixels."""
    return np.clip(0.5 - distance / softness, 0, 1)


def _ground(colour: Floats, chance: _Chance) -> Floats:
    """The ground: from tint to tint across the picture, and two large soft spots."""
    ground = _lit(colour, chance)
    for _spot in range(2):
        reach = chance.between(4, 11)
        x, y = _COLUMN - chance.between(-16, 16), _ROW - chance.between(-16, 16)
        fall = 1 + (x * x + y * y) / (reach * reach)
        tints = [chance.between(-0.22, 0.22) for _channel in range(3)]
        ground += np.concatenate(tints, axis=1) / (fall * fall)
    return ground


def _lit(colour: Floats, chance: _Chance) -> Floats:
    """A colour (N×3×1×1) over the whole picture, lighter towards one side."""
    cosine, sine = chance.direction()
    slope = (cosine * _COLUMN + sine * _ROW) / (_SIZE / 2)
    lit: Floats = colour * (1 + chance.between(0, 0.22) * slope)
    return lit


def _grained(picture: Floats, chance: _Chance) -> NDArray[np.uint8]:
    """With the grain of a camera, from none to much, as bytes."""
    shape = picture.shape
    grain = chance.bytes(*shape).astype(np.float32) - chance.bytes(*shape)
    picture = picture * 255 + grain * chance.between(0, 0.13)
    return (np.clip(picture, 0, 255) + 0.5).astype(np.uint8)
