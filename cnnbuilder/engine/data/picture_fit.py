"""Fits one picture to the Input block with Pillow's arithmetic: border, centre, or stretched. Loads without numpy.

`engine.data.fit` does the like for whole batches of one size, on whole numbers; this is for files of many sizes, six
times faster on photographs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cnnbuilder.engine.data.fit_rules import Shape, border

if TYPE_CHECKING:
    from PIL import Image

Fit = Literal["rule", "border", "crop", "stretch"]
"""How a picture of another form comes to the Input's: "rule" is `fit_rules`, for sets of one size."""

TINY_SIDE = 32
"""Of the tiny pictures that nearly equal ones are found by."""


def draft_size(shape: Shape) -> tuple[int, int]:
    """(width, height) below which no JPEG is decoded: twice the Input's, so that what is then averaged is enough."""
    _channels, height, width = shape
    return max(2 * width, 2 * TINY_SIDE), max(2 * height, 2 * TINY_SIDE)


def fit_picture(image: Image.Image, shape: Shape, fit: Fit) -> Image.Image:
    """A picture of mode L or RGB at the shape C×H×W: mode L or RGB, H × W pixels."""
    from PIL import Image

    channels, height, width = shape
    image = in_mode(image, "L" if channels == 1 else "RGB")
    if image.size == (width, height):
        return image
    bilinear = Image.Resampling.BILINEAR
    margin = border((channels, image.height, image.width), shape) if fit == "rule" else None
    if margin is not None:
        framed = Image.new(image.mode, (width, height))
        framed.paste(image, (margin.left, margin.top))
        return framed
    if fit == "crop":
        scale = min(image.width / width, image.height / height)
        left, top = (image.width - width * scale) / 2, (image.height - height * scale) / 2
        box = (
            max(0.0, left),
            max(0.0, top),
            min(image.width, left + width * scale),
            min(image.height, top + height * scale),
        )
        return image.resize((width, height), bilinear, box=box)
    if fit == "border":
        scale = min(width / image.width, height / image.height)
        inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        framed = Image.new(image.mode, (width, height))
        framed.paste(image.resize(inner, bilinear), ((width - inner[0]) // 2, (height - inner[1]) // 2))
        return framed
    return image.resize((width, height), bilinear)


def planes(image: Image.Image) -> bytes:
    """The values of a picture as C×H×W."""
    return b"".join(band.tobytes() for band in image.split())


def tiny(image: Image.Image) -> bytes:
    """The picture in colour, stretched to 32×32: 32×32×3."""
    from PIL import Image

    size = (TINY_SIDE, TINY_SIDE)
    return in_mode(image, "RGB").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0).tobytes()


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image in that mode: itself where it is, for Pillow copies it all the same."""
    return image if image.mode == mode else image.convert(mode)
