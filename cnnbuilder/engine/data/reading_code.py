"""Writes how files of a person's own are read and fitted, for training scripts and predict.py: equal to the last bit.

The arithmetic is that of `pictures.py` and `picture_fit.py` in `engine/data`, written for one shape and one fit.
"""

from __future__ import annotations

from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.picture_fit import Fit, draft_size
from cnnbuilder.engine.data.pictures import FORMATS, Transparency
from cnnbuilder.network.formatting import string

IMPORTS = ("import contextlib", "from PIL import Image, ImageOps")

_OPEN = """\
def open_picture(path):
    \"\"\"The file, by its bytes; PostScript and the like would start other programs.\"\"\"
    Image.init()
    formats = [name for name in FORMATS if name in Image.OPEN]
    return Image.open(path, formats=formats)
"""

_READ = """\
def read_picture(path):
    \"\"\"Upright, grey or colour, 8 bits a value; transparent parts {transparency}.\"\"\"
    image = open_picture(path)
    size = {draft}  # a JPEG is decoded no larger than needed
    with contextlib.suppress(Exception):  # a camera's note that cannot be read
        if image.getexif().get(0x0112) in (5, 6, 7, 8):
            size = size[::-1]
    image.draft(None, size)
    image.load()
    with contextlib.suppress(Exception):
        image = ImageOps.exif_transpose(image)
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return Image.fromarray(eight_bits(np.asarray(image)))
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "{transparency}")
        image = Image.alpha_composite(ground, image)
    return image.convert(mode)
"""

EIGHT_BITS = """\
def eight_bits(values):
    \"\"\"Values up to 255 or 65535, or fractions up to 1, each with black at 0.\"\"\"
    exact = np.nan_to_num(values.astype(np.float64))
    highest = exact.max(initial=0)
    scale = 1.0
    if values.dtype.kind == "f" and highest <= 1:
        scale = 255.0
    elif values.dtype.itemsize == 2 or highest > 255:
        scale = 255 / 65535
    return np.clip(exact * scale + 0.5, 0, 255).astype(np.uint8)
"""

_PREPARE = """\
def prepare(image):
    \"\"\"A picture as the network takes it, {shape}.\"\"\"
    image = image.convert("{mode}")
    if image.size != ({width}, {height}):
        image = fit(image)
    values = np.array(image)
    return {planes}
"""

_FITS: dict[Fit, str] = {
    "crop": """\
def fit(image):
    \"\"\"The largest centre of the right form, resized.\"\"\"
    scale = min(image.width / {width}, image.height / {height})
    left = (image.width - {width} * scale) / 2
    top = (image.height - {height} * scale) / 2
    right = min(image.width, left + {width} * scale)
    lower = min(image.height, top + {height} * scale)
    box = (max(0.0, left), max(0.0, top), right, lower)
    return image.resize(({width}, {height}), Image.Resampling.BILINEAR, box=box)
""",
    "border": """\
def fit(image):
    \"\"\"All of the picture, resized, on black.\"\"\"
    scale = min({width} / image.width, {height} / image.height)
    width = max(1, round(image.width * scale))
    height = max(1, round(image.height * scale))
    framed = Image.new(image.mode, ({width}, {height}))
    inner = image.resize((width, height), Image.Resampling.BILINEAR)
    framed.paste(inner, (({width} - width) // 2, ({height} - height) // 2))
    return framed
""",
    "stretch": """\
def fit(image):
    \"\"\"Stretched.\"\"\"
    return image.resize(({width}, {height}), Image.Resampling.BILINEAR)
""",
    "rule": """\
def fit(image):
    \"\"\"A slightly smaller picture is centred on black, any other is resized.\"\"\"
    width, height = image.size
    if 0.75 * {height} <= height <= {height} and 0.75 * {width} <= width <= {width}:
        framed = Image.new(image.mode, ({width}, {height}))
        framed.paste(image, (({width} - width) // 2, ({height} - height) // 2))
        return framed
    return image.resize(({width}, {height}), Image.Resampling.BILINEAR)
""",
}


def opening() -> str:
    """Python that defines `open_picture`."""
    return f"FORMATS = [{', '.join(map(string, FORMATS))}]\n\n\n{_OPEN}"


def reading(shape: Shape, transparency: Transparency) -> str:
    """Python that defines `read_picture`, which gives Pillow's image of a file, for an Input of C×H×W."""
    read = _READ.format(transparency=transparency, draft=draft_size(shape))
    return "\n\n".join((opening(), read, EIGHT_BITS))


def preparing(shape: Shape, fit: Fit) -> str:
    """Python that defines `prepare`, which gives C×H×W uint8 of Pillow's image."""
    channels, height, width = shape
    size = {"height": height, "width": width}
    prepare = _PREPARE.format(
        shape=f"{channels} × {height} × {width}",
        mode="L" if channels == 1 else "RGB",
        planes="values[None]" if channels == 1 else "values.transpose(2, 0, 1)",
        **size,
    )
    return "\n\n".join((prepare, _FITS[fit].format(**size)))
