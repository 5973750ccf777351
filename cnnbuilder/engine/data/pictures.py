"""Reads a picture of any common format from a file: upright, without transparency, grey or colour, 8 bits a value.

The one place where pictures are opened. Bytes decide what a file is, never the ending of its name. Loads without
numpy, so that processes that only decode start fast.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.text import _, number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

MOST_PIXELS = 50_000_000
"""The largest common camera's: unpacked with what stands beside it below 1 GB in every format (measured)."""
MOST_PIXELS_OF_JPEG = 100_000_000
"""JPEG is unpacked at a half of its size where it is larger."""
LONGEST_SIDE = 65_535
"""JPEG's own limit; of a longer side each new pixel would take weights for thousands of old ones."""
_VALUES_AT_ONCE = 1 << 22
FORMATS = {
    "JPEG": "Jpeg", "PNG": "Png", "GIF": "Gif", "BMP": "Bmp", "TIFF": "Tiff", "WEBP": "WebP",
    "PPM": "Ppm", "AVIF": "Avif",
}  # fmt: skip
"""All that is opened: Pillow's other readers are rare, badly tested, or start other programs (PostScript).
Each with its module of Pillow's. JPEGs of several pictures (MPO) are seen to by that of JPEG."""

_GREY = ("1", "L", "LA", "La", "I", "F")
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")

Transparency = Literal["white", "black"]
"""What lies under transparent pixels."""


class PictureProblem(DataProblem):
    """A file that is no picture that can be read. Carries one sentence with the file's name."""

    def __init__(self, sentence: str, reason: str) -> None:
        """`reason`: the same as a short clause, without the name."""
        super().__init__(sentence)
        self.reason = reason


class Picture(NamedTuple):
    """A picture that was read."""

    image: Image.Image
    """Upright, of mode L or RGB; smaller than the file's where a draft was allowed."""
    width: int
    """Upright, as stored in the file."""
    height: int
    mode: str
    """Pillow's word for the pixels in the file."""
    animated: bool
    """Whether others follow."""


class Header(NamedTuple):
    """What is known of a picture that is not decoded."""

    height: int
    """Upright."""
    width: int
    colour: bool


def read_image(path: str | os.PathLike[str], transparency: Transparency = "white") -> NDArray[np.uint8]:
    """The picture in a file as H×W×C uint8, C 1 for grey and 3 for colour; transparent parts on white or black.

    Turned upright as its camera noted; of an animation, the first picture. Raises `PictureProblem` with one
    sentence where the file is missing, no picture, damaged or too large.
    """
    import numpy as np

    values = np.array(read_picture(path, transparency=transparency).image, np.uint8)
    return values[:, :, None] if values.ndim == 2 else values


def read_picture(
    path: str | os.PathLike[str],
    content: bytes | None = None,
    *,
    draft: tuple[int, int] | None = None,
    transparency: Transparency = "white",
) -> Picture:
    """The picture in a file, or in `content`, the bytes of that file.

    `draft`: (width, height), upright; a JPEG may then be decoded at a half, a quarter or an eighth of its size as long
    as neither side falls below. Raises as `read_image` does.
    """
    path = Path(path)
    if content is None and (problem := _not_a_file(path)):
        raise problem
    from PIL import Image, UnidentifiedImageError

    try:
        with _unwarned(), _opened(path, content) as image:
            _check_size(path, image)
            mode, animated = image.mode, getattr(image, "n_frames", 1) > 1
            width, height = image.size
            orientation = _orientation(image)
            if orientation in _TURNED:
                width, height = height, width
            if draft:
                image.draft(None, (draft[1], draft[0]) if orientation in _TURNED else draft)
            elif width * height > MOST_PIXELS:
                image.draft(None, (image.width // 2, image.height // 2))
            with _quiet_libraries(image):
                image.load()
            return Picture(_plain(_upright(image, orientation), transparency), width, height, mode, animated)
    except DataProblem:
        raise
    except UnidentifiedImageError as error:
        raise _unidentified(path, content) from error
    except Image.DecompressionBombError as error:
        raise PictureProblem(
            _("{file} is too large a picture to read: make it smaller.").format(file=path.name),
            _("too large"),
        ) from error
    except MemoryError as error:
        raise PictureProblem(
            _("{file} does not fit into memory: make the picture smaller.").format(file=path.name),
            _("too large for the memory"),
        ) from error
    except PermissionError as error:
        raise PictureProblem(
            _("{file} may not be read by you.").format(file=path.name), _("may not be read by you")
        ) from error
    except Exception as error:  # each of Pillow's readers fails in its own way on damaged files
        reason = _("cut short") if "truncated" in str(error) else _("damaged")
        raise PictureProblem(
            _("{file} cannot be read: it is damaged or cut short.").format(file=path.name), reason
        ) from error


def read_header(path: str | os.PathLike[str]) -> Header | None:
    """What the first bytes of a file say of the picture in it; None where it is none."""
    try:
        with _unwarned(), _opened(Path(path), None) as image:
            width, height = image.size
            if _orientation(image) in _TURNED:
                width, height = height, width
            return Header(height, width, is_colour(image.mode))
    except Exception:  # whatever it is: it is said when the picture is read
        return None


def is_colour(mode: str) -> bool:
    """Whether pixels of that mode of Pillow's have colours."""
    return mode not in _GREY and not mode.startswith("I;")


def is_heic(first_bytes: bytes) -> bool:
    """Whether a file that begins so is a telephone's HEIC picture."""
    return first_bytes[4:8] == b"ftyp" and first_bytes[8:12] in _HEIF_BRANDS


@cache
def _formats() -> tuple[str, ...]:
    """What is opened here: HEIC too, where the extra for it is installed."""
    known = []
    for name, module in FORMATS.items():
        with suppress(ImportError):  # a Pillow built without it
            import_module(f"PIL.{module}ImagePlugin")
            known.append(name)
    try:
        from pillow_heif import register_heif_opener  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return tuple(known)
    register_heif_opener()
    return (*known, "HEIF")


@contextmanager
def _unwarned() -> Iterator[None]:
    """Without Pillow's own word on large pictures, and on odd but readable files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _opened(path: Path, content: bytes | None) -> Iterator[Image.Image]:
    from PIL import Image

    with Image.open(path if content is None else io.BytesIO(content), formats=_formats()) as image:
        yield image


def _not_a_file(path: Path) -> PictureProblem | None:
    gone = PictureProblem(_("There is no file {file}.").format(file=path), _("gone"))
    try:
        if path.is_dir():
            return PictureProblem(_("{file} is a folder, not a picture.").format(file=path), _("a folder"))
        if not path.exists():
            return gone
        if not path.is_file():
            return PictureProblem(_("{file} is not a picture.").format(file=path), _("no picture"))
        if path.stat().st_size == 0:
            return empty(path)
    except (OSError, ValueError):  # a name that the file system cannot have
        return gone
    return None


def empty(path: Path) -> PictureProblem:
    """What is said of a file without content."""
    return PictureProblem(_("{file} is empty.").format(file=path.name), _("empty"))


def _unidentified(path: Path, content: bytes | None) -> PictureProblem:
    """Why no reader knows the file."""
    try:
        if content is None:
            with path.open("rb") as file:
                content = file.read(16)
    except OSError:
        content = b""
    if is_heic(content):
        return PictureProblem(
            _(
                '{file} is a HEIC picture: pip install "cnnbuilder[heif]" reads it, or save it as JPEG.'
            ).format(file=path.name),
            heic_reason(),
        )
    return PictureProblem(
        _("{file} is not a picture that can be read here: save it as PNG or JPEG.").format(file=path.name),
        _("no picture"),
    )


def heic_reason() -> str:
    """Why a telephone's picture is not read where the extra is not installed."""
    return _("HEIC, which needs an extra")


def _check_size(path: Path, image: Image.Image) -> None:
    """Before anything is unpacked: a file of a few kilobytes may claim gigabytes of pixels."""
    most = MOST_PIXELS_OF_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS
    size = {"file": path.name, "width": number(image.width), "height": number(image.height)}
    if image.width * image.height > most:
        sentence = _("{file} has {width} × {height} pixels: make it smaller than {most} million pixels.")
        told = sentence.format(most=most // 1_000_000, **size)
    elif max(image.size) > LONGEST_SIDE:
        sentence = _("{file} has {width} × {height} pixels: make it shorter than {most} pixels.")
        told = sentence.format(most=number(LONGEST_SIDE), **size)
    else:
        return
    raise PictureProblem(told, _("too large, {width} × {height} pixels").format(**size))


_TURNED = (5, 6, 7, 8)
"""Orientations in which width and height change places when the picture is put upright."""


def _orientation(image: Image.Image) -> object:
    """As the camera noted: 1 for upright, None where it said nothing."""
    orientation = 0x0112
    try:
        return image.getexif().get(orientation)
    except Exception:  # a camera's note that cannot be read says nothing about the pixels
        return None


def _upright(image: Image.Image, orientation: object) -> Image.Image:
    if orientation in (None, 1):
        return image  # Pillow would copy it
    from PIL import ImageOps

    with suppress(Exception):  # as above
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _plain(image: Image.Image, transparency: Transparency) -> Image.Image:
    """With 8 bits a value, L or RGB."""
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return _eight_bits(image)
    mode = "L" if image.mode in _GREY else "RGB"
    if image.has_transparency_data:
        return _laid_on(image, transparency, mode)
    return image if image.mode == mode else image.convert(mode)


def _laid_on(image: Image.Image, transparency: Transparency, mode: str) -> Image.Image:
    """Some rows at a time: each step is a copy of four bytes a pixel."""
    from PIL import Image

    laid = Image.new(mode, image.size)
    step = max(1, _VALUES_AT_ONCE // image.width)
    for top in range(0, image.height, step):
        rows = image.crop((0, top, image.width, min(top + step, image.height))).convert("RGBA")
        ground = Image.new("RGBA", rows.size, transparency)
        laid.paste(Image.alpha_composite(ground, rows).convert(mode), (0, top))
    return laid


def _eight_bits(image: Image.Image) -> Image.Image:
    """Whole numbers up to 255 or 65535, or fractions up to 1, each with black at 0."""
    import numpy as np
    from PIL import Image

    values = np.asarray(image)
    step = max(1, _VALUES_AT_ONCE // values.shape[1])
    parts = [values[top : top + step] for top in range(0, len(values), step)]
    highest = max((np.nan_to_num(part.astype(np.float64)).max(initial=0) for part in parts), default=0.0)
    is_fraction = values.dtype.kind == "f" and highest <= 1
    sixteen_bits = values.dtype.itemsize == 2 or highest > 255
    scale = 255.0 if is_fraction else 255 / 65535 if sixteen_bits else 1.0
    eight = np.empty(values.shape, np.uint8)
    for place, part in enumerate(parts):
        exact = np.nan_to_num(part.astype(np.float64))
        eight[place * step : place * step + len(part)] = np.clip(exact * scale + 0.5, 0, 255)
    return Image.fromarray(eight)


@contextmanager
def _quiet_libraries(image: Image.Image) -> Iterator[None]:
    """What libtiff says to itself goes past Python to the terminal: not while it decodes."""
    if image.format != "TIFF":
        yield
        return
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, AttributeError, ValueError):  # there is no standard error
        yield
        return
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
