"""Reads a picture of any common format from a file: upright, without transparency, grey or colour, 8 bits a value."""

from __future__ import annotations

import os
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.text import _, number

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 100_000_000
"""Twice the largest common camera's; more would take gigabytes to unpack."""

_GREY = ("1", "L", "LA", "La", "I", "F")


def read_image(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """The picture in a file as H×W×C uint8, C 1 for grey and 3 for colour; transparent parts on white.

    Turned upright as its camera noted; of an animation, the first picture. Raises `DataProblem` with one
    sentence where the file is missing, no picture, damaged or too large.
    """
    path = Path(path)
    if sentence := _not_a_file(path):
        raise DataProblem(sentence)
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Pillow's own word on large pictures, and on odd but readable files
            with Image.open(path, formats=_formats()) as image:
                _check_size(path, image.width, image.height)
                image.load()
                return _values(_upright(image))
    except DataProblem:
        raise
    except UnidentifiedImageError as error:
        raise DataProblem(
            _("{file} is not a picture that can be read here: save it as PNG or JPEG.").format(file=path.name)
        ) from error
    except Image.DecompressionBombError as error:
        raise DataProblem(
            _("{file} is too large a picture to read: make it smaller.").format(file=path.name)
        ) from error
    except MemoryError as error:
        raise DataProblem(
            _("{file} does not fit into memory: make the picture smaller.").format(file=path.name)
        ) from error
    except PermissionError as error:
        raise DataProblem(_("{file} may not be read by you.").format(file=path.name)) from error
    except Exception as error:  # each of Pillow's forty readers fails in its own way on damaged files
        raise DataProblem(
            _("{file} cannot be read: it is damaged or cut short.").format(file=path.name)
        ) from error


@cache
def _formats() -> tuple[str, ...]:
    """All that Pillow reads but PostScript, which it hands to a program that would run what stands in the file."""
    from PIL import Image

    Image.init()
    return tuple(name for name in Image.ID if name != "EPS")


def _not_a_file(path: Path) -> str | None:
    try:
        if path.is_dir():
            return _("{file} is a folder, not a picture.").format(file=path)
        if not path.exists():
            return _("There is no file {file}.").format(file=path)
        if not path.is_file():
            return _("{file} is not a picture.").format(file=path)
        if path.stat().st_size == 0:
            return _("{file} is empty.").format(file=path.name)
    except (OSError, ValueError):  # a name that the file system cannot have
        return _("There is no file {file}.").format(file=path)
    return None


def _check_size(path: Path, width: int, height: int) -> None:
    """Before anything is unpacked: a file of a few kilobytes may claim gigabytes of pixels."""
    if width * height > MOST_PIXELS:
        raise DataProblem(
            _("{file} has {width} × {height} pixels: make it smaller than {most} million pixels.").format(
                file=path.name, width=number(width), height=number(height), most=MOST_PIXELS // 1_000_000
            )
        )


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # a camera's note that cannot be read says nothing about the pixels
        return image


def _values(image: Image.Image) -> NDArray[np.uint8]:
    """H×W×C."""
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return _eight_bits(np.asarray(image))[:, :, None]
    colour = "L" if image.mode in _GREY else "RGB"
    if image.has_transparency_data:
        image = _on_white(image)
    values = np.array(image.convert(colour), np.uint8)
    return values[:, :, None] if values.ndim == 2 else values


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def _eight_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Whole numbers up to 255 or 65535, or fractions up to 1, each with black at 0."""
    exact = np.nan_to_num(values.astype(np.float64))
    highest = exact.max(initial=0)
    is_fraction = values.dtype.kind == "f" and highest <= 1
    sixteen_bits = values.dtype.itemsize == 2 or highest > 255
    scale = 255.0 if is_fraction else 255 / 65535 if sixteen_bits else 1.0
    return np.clip(exact * scale + 0.5, 0, 255).astype(np.uint8)
