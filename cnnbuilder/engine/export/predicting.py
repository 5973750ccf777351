"""Writes predict.py, which reads a picture as the program does and names what is on it, without the program.

Its arithmetic is that of `pictures.py`, `fit.py` and `crop.py` in `engine/data`, written for one picture and one
shape; a test holds them equal to the last bit.
"""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.engine.data import reading_code
from cnnbuilder.engine.runs import Crop, Preparation

_IMPORTS = '''\
"""Names what is on pictures: python predict.py PICTURE...

Beside it lie
  model.py           the network, a plain PyTorch module
  model.safetensors  its weights
  labels.txt         its classes, one a line
Needs torch, numpy, pillow and safetensors, and nothing else.
"""

import argparse
import contextlib
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file

from model import Net  # isort: skip  (it lies beside this script)

FOLDER = Path(__file__).parent
'''

_MAIN = '''\
SHOWN = 5
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def main():
    parser = argparse.ArgumentParser(description="Names what is on pictures.")
    parser.add_argument("pictures", nargs="+", metavar="PICTURE")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # Pillow's, on odd but readable files
    net = Net().eval()
    net.load_state_dict(load_file(FOLDER / "model.safetensors"))
    labels = (FOLDER / "labels.txt").read_text(encoding="utf-8").splitlines()
    unread = 0
    for path in options.pictures:
        try:
            pixels = prepare(read_picture(path))
        except UNREADABLE as error:
            unread += 1
            print(f"{path} cannot be read: {error}", file=sys.stderr)
            continue
        show(path, classify(net, pixels, labels), options.json)
    return 1 if unread else 0


def classify(net, pixels, labels):
    """The likeliest classes of a prepared picture, each with its probability."""
    mean = torch.tensor(MEAN).view(-1, 1, 1)
    std = torch.tensor(STD).view(-1, 1, 1)
    values = (torch.from_numpy(pixels.astype(np.float32)) / 255 - mean) / std
    with torch.inference_mode():
        probabilities = OUTPUTS.tolist()
    pairs = zip(labels, probabilities, strict=False)
    return sorted(pairs, key=lambda pair: -pair[1])[:SHOWN]


def show(path, guesses, as_json):
    if as_json:
        classes = [{"class": name, "probability": value} for name, value in guesses]
        print(json.dumps({"image": path, "classes": classes}, ensure_ascii=False))
    else:
        likely = " · ".join(f"{name} {value:.6f}" for name, value in guesses)
        print(f"{path}: {likely}")
'''

_READ_PICTURE = '''\
def read_picture(path):
    """Height × width, and 3 for colour; 8 bits a value; upright, transparent parts white."""
    image = open_picture(path)
    image.load()
    with contextlib.suppress(Exception):  # a camera's note that cannot be read
        image = ImageOps.exif_transpose(image)
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return eight_bits(np.asarray(image))
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.asarray(image.convert(mode))
'''

_PREPARE_GREY = '''\
def prepare(pixels):
    """A picture as the network was trained on: grey, 1 × height × width."""
    return fit(grey(pixels) if pixels.ndim == 3 else pixels)[None]
'''
_PREPARE_COLOUR = '''\
def prepare(pixels):
    """A picture as the network was trained on: colour, 3 × height × width."""
    if pixels.ndim == 2:
        return fit(pixels)[None].repeat(3, axis=0)
    return fit(pixels.transpose(2, 0, 1))
'''
_PREPARE_CROP_GREY = '''\
def prepare(pixels):
    """A picture as the network was trained on: grey, 1 × height × width."""
    pixels = crop(pixels)
    return (grey(pixels) if pixels.ndim == 3 else pixels)[None]
'''
_PREPARE_CROP_COLOUR = '''\
def prepare(pixels):
    """A picture as the network was trained on: colour, 3 × height × width."""
    pixels = crop(pixels)
    if pixels.ndim == 2:
        return pixels[None].repeat(3, axis=0)
    return pixels.transpose(2, 0, 1)
'''

_GREY = '''\
def grey(pixels):
    """The luminance of colours, with the weights of ITU-R BT.601."""
    red, green, blue = pixels.transpose(2, 0, 1).astype(np.uint32)
    return ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16).astype(np.uint8)
'''

_FIT = '''\
def fit(pixels):
    """A slightly smaller picture is centred on black, any other is resized."""
    height, width = pixels.shape[-2:]
    if 0.75 * HEIGHT <= height <= HEIGHT and 0.75 * WIDTH <= width <= WIDTH:
        top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
        framed = np.zeros((*pixels.shape[:-2], HEIGHT, WIDTH), np.uint8)
        framed[..., top : top + height, left : left + width] = pixels
        return framed
    pixels = resize(pixels, WIDTH)
    return resize(pixels.swapaxes(-1, -2), HEIGHT).swapaxes(-1, -2)


def resize(pixels, width):
    """The last axis at another length: linear, averaging where it shrinks.

    Weights are whole numbers that add up to 65536, so the sums are exact.
    """
    scale = pixels.shape[-1] / width
    centres = (np.arange(width) + 0.5) * scale
    places = np.arange(pixels.shape[-1])[:, None] + 0.5
    triangle = np.maximum(0, 1 - np.abs(places - centres) / max(scale, 1))
    running = np.cumsum(triangle, axis=0)
    weights = np.diff(np.round(running * (65536 / running[-1])), axis=0, prepend=0)
    sums = pixels.astype(np.float32) @ weights.astype(np.float32)
    return ((sums + 32768) / 65536).astype(np.uint8)
'''

_CROP = '''\
def crop(pixels):
    """As torchvision does: the shorter side to SHORTER_SIDE pixels, then the middle."""
    height, width = pixels.shape[:2]
    if width <= height:
        size = SHORTER_SIDE, max(1, int(SHORTER_SIDE * height / width))
    else:
        size = max(1, int(SHORTER_SIDE * width / height)), SHORTER_SIDE
    resized = Image.fromarray(pixels).resize(size, FILTER)
    return middle(middle(np.asarray(resized), 0, HEIGHT), 1, WIDTH)


def middle(pixels, axis, size):
    """The middle of one axis; zeros around what is shorter."""
    have = pixels.shape[axis]
    if have < size:
        around = [(0, 0)] * pixels.ndim
        around[axis] = (size - have) // 2, (size - have + 1) // 2
        return np.pad(pixels, around)
    first = round((have - size) / 2)
    return pixels.take(range(first, first + size), axis)
'''

_END = """\
if __name__ == "__main__":
    sys.exit(main())
"""


def predict_script(preparation: Preparation, *, shares: bool = False) -> str:
    """The text of predict.py for pictures of this preparation. Nothing of a person's enters it but numbers.

    `shares`: the network ends in Softmax or Sigmoid, of whose shares no softmax is taken.
    """
    _channels, height, width = preparation.shape
    constants = f"HEIGHT, WIDTH = {height}, {width}\n" if preparation.fit is None else ""
    if preparation.crop is not None:
        constants += _crop_constants(preparation.crop)
    constants += f"MEAN = {list(preparation.mean)!r}\nSTD = {list(preparation.std)!r}\n"
    outputs = "net(values[None])[0]" if shares else "net(values[None])[0].softmax(0)"
    main = _MAIN.replace("OUTPUTS", outputs)
    return _IMPORTS + constants + "\n\n".join((main, *_reading(preparation), *_prepare(preparation), _END))


def is_predict_script(path: Path) -> bool:
    """Whether a file was written from here, by this version or another."""
    first = _IMPORTS.splitlines()[0].encode()
    return path.is_file() and path.read_bytes().startswith(first)


def _crop_constants(crop: Crop) -> str:
    return f"SHORTER_SIDE = {crop.shorter_side}\nFILTER = Image.Resampling.{crop.interpolation.upper()}\n"


def _reading(preparation: Preparation) -> tuple[str, ...]:
    """The functions that read a file."""
    if preparation.fit is not None:
        return (reading_code.reading(preparation.shape, preparation.transparency),)
    return reading_code.opening(), _READ_PICTURE, reading_code.EIGHT_BITS


def _prepare(preparation: Preparation) -> tuple[str, ...]:
    """The functions that bring a picture to the network's shape."""
    is_grey = preparation.shape[0] == 1
    if preparation.fit is not None:
        return (reading_code.preparing(preparation.shape, preparation.fit),)
    if preparation.crop is None:
        return (_PREPARE_GREY, _FIT, _GREY) if is_grey else (_PREPARE_COLOUR, _FIT)
    return (_PREPARE_CROP_GREY, _CROP, _GREY) if is_grey else (_PREPARE_CROP_COLOUR, _CROP)
