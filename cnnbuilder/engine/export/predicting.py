"""Writes predict.py, which reads a picture as the program does and names what is on it, without the program.

Its arithmetic is that of `engine/data/pictures.py` and `engine/data/fit.py`, written for one picture and one shape; a
test holds them equal to the last bit.
"""

from __future__ import annotations

from cnnbuilder.engine.runs import Preparation

_HEAD = '''"""Names what is on pictures: python predict.py PICTURE...

Beside it lie model.py (the network), model.safetensors (its weights) and labels.txt
(its classes, one a line). Needs torch, numpy, pillow and safetensors.
"""

import argparse
import contextlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file

from model import Net  # isort: skip  (it lies beside this script)

FOLDER = Path(__file__).parent
HEIGHT, WIDTH = {height}, {width}
MEAN = {mean}
STD = {std}
SHOWN = 5
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def main():
    parser = argparse.ArgumentParser(description="Names what is on pictures.")
    parser.add_argument("pictures", nargs="+", metavar="PICTURE")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    net = Net().eval()
    net.load_state_dict(load_file(FOLDER / "model.safetensors"))
    labels = (FOLDER / "labels.txt").read_text(encoding="utf-8").splitlines()
    unread = 0
    for path in options.pictures:
        try:
            pixels = prepare(read_picture(path))
        except UNREADABLE as error:
            unread += 1
            print(f"{{path}} cannot be read: {{error}}", file=sys.stderr)
            continue
        show(path, classify(net, pixels, labels), options.json)
    return 1 if unread else 0


def classify(net, pixels, labels):
    """The likeliest classes of a prepared picture, each with its probability."""
    mean = torch.tensor(MEAN).view(-1, 1, 1)
    std = torch.tensor(STD).view(-1, 1, 1)
    values = (torch.from_numpy(pixels.astype(np.float32)) / 255 - mean) / std
    with torch.inference_mode():
        probabilities = net(values[None])[0].softmax(0).tolist()
    pairs = zip(labels, probabilities, strict=False)
    return sorted(pairs, key=lambda pair: -pair[1])[:SHOWN]


def show(path, guesses, as_json):
    if as_json:
        classes = [{{"class": name, "probability": value}} for name, value in guesses]
        print(json.dumps({{"image": path, "classes": classes}}, ensure_ascii=False))
        return
    print(f"{{path}}: " + " · ".join(f"{{name}} {{value:.6f}}" for name, value in guesses))


def read_picture(path):
    """Channels, height, width; 8 bits a value; upright, transparent parts white."""
    image = Image.open(path)
    image.load()
    with contextlib.suppress(Exception):  # a camera's note that cannot be read
        image = ImageOps.exif_transpose(image)
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return eight_bits(np.asarray(image))[None]
    grey = image.mode in ("1", "L", "LA", "La")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    pixels = np.asarray(image.convert("L" if grey else "RGB"))
    return pixels[None] if grey else pixels.transpose(2, 0, 1)


def eight_bits(values):
    """Values up to 255 or 65535, or fractions up to 1, each with black at 0."""
    exact = np.nan_to_num(values.astype(np.float64))
    highest = exact.max(initial=0)
    scale = 1.0
    if values.dtype.kind == "f" and highest <= 1:
        scale = 255.0
    elif values.dtype.itemsize == 2 or highest > 255:
        scale = 255 / 65535
    return np.clip(exact * scale + 0.5, 0, 255).astype(np.uint8)


def prepare(pixels):
    """A picture as the network was trained on: its colours and its size."""
'''

_TO_GREY = """    if len(pixels) == 3:
        red, green, blue = pixels.astype(np.uint32)
        grey = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16
        pixels = grey.astype(np.uint8)[None]
    return fit(pixels)
"""
_TO_COLOUR = """    pixels = fit(pixels)
    return pixels.repeat(3, axis=0) if len(pixels) == 1 else pixels
"""

_TAIL = '''

def fit(pixels):
    """A slightly smaller picture is centred on black, any other is resized."""
    height, width = pixels.shape[1:]
    if 0.75 * HEIGHT <= height <= HEIGHT and 0.75 * WIDTH <= width <= WIDTH:
        top, left = (HEIGHT - height) // 2, (WIDTH - width) // 2
        framed = np.zeros((len(pixels), HEIGHT, WIDTH), np.uint8)
        framed[:, top : top + height, left : left + width] = pixels
        return framed
    pixels = resize_rows(pixels, WIDTH)
    return resize_rows(pixels.swapaxes(1, 2), HEIGHT).swapaxes(1, 2)


def resize_rows(pixels, width):
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


if __name__ == "__main__":
    sys.exit(main())
'''


def predict_script(preparation: Preparation) -> str:
    """The text of predict.py for pictures of this preparation."""
    channels, height, width = preparation.shape
    head = _HEAD.format(height=height, width=width, mean=list(preparation.mean), std=list(preparation.std))
    return head + (_TO_GREY if channels == 1 else _TO_COLOUR) + _TAIL
