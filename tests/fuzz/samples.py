"""What the mutated inputs begin as: a stopped run, projects, pictures of many formats, sources."""

from __future__ import annotations

import io
from functools import cache
from itertools import product

import numpy as np
from PIL import Image

from cnnbuilder.network.code import source
from cnnbuilder.network.file import dumps
from cnnbuilder.network.templates import TEMPLATES

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
MODES = ("1", "L", "LA", "RGB", "RGBA", "P", "CMYK", "I;16")


@cache
def pictures() -> tuple[tuple[str, bytes], ...]:
    """(suffix, content) of a small picture in every format and mode that Pillow writes."""
    found = []
    values = np.random.default_rng(0).integers(0, 255, (19, 23, 3), np.uint8)
    for mode, form in product(MODES, FORMATS):
        file = io.BytesIO()
        try:
            Image.fromarray(values).convert("I" if mode == "I;16" else mode).convert(mode).save(file, form)
        except (OSError, ValueError, KeyError):
            continue  # not every format has every mode
        found.append((f".{form.lower()}", file.getvalue()))
    return tuple(found)


@cache
def projects() -> tuple[bytes, ...]:
    """Every template as a file."""
    return tuple(dumps(template.make()).encode() for template in TEMPLATES.values())


@cache
def sources() -> tuple[bytes, ...]:
    """Every template as a module and, where it is a chain, as nn.Sequential; and a few lines as people write them."""
    found = [source(template.make().network, "module").text for template in TEMPLATES.values()]
    return tuple(text.encode() for text in (*found, *BY_HAND))


BY_HAND = (
    "import torch.nn as nn\nnet = nn.Sequential(*[nn.Conv2d(c, c * 2, 3) for c in (1, 2, 4)], nn.Flatten())\n",
    "import torch\nimport torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self, width=8, classes=10):\n"
    "        super().__init__()\n        layers = []\n        for i in range(3):\n"
    "            layers += [nn.Conv2d(1 if i == 0 else width, width, 3, padding=1), nn.ReLU()]\n"
    "        self.body = nn.Sequential(*layers)\n        self.head = nn.Linear(width, classes)\n"
    "    def forward(self, x):\n        x = self.body(x).mean(dim=(2, 3))\n        return self.head(torch.flatten(x, 1))\n",
    "import torch.nn as nn\ncfg = {'a': [64, 'M', 128]}\ndef make(k, d={}):\n    out = []\n    for v in cfg[k]:\n"
    "        out.append(nn.MaxPool2d(2) if v == 'M' else nn.LazyConv2d(int(v), 3))\n    return nn.Sequential(*out)\n"
    "net = make('a')\n",
)
TOKENS = (
    "[", "]", "(", ")", "{", "}", "**", "*", "//", "%", "0x" + "f" * 40, "9" * 30, "'", '"', ":", "\n", "\t", "lambda x: x",
    "while True: pass\n", "[x] * 10**9", "'a' * 10**9", "10**10**10", "x = [x, x]\n", "del self\n", "yield 1\n",
    "import os; os.system('true')\n", "__import__('subprocess').run(['true'])\n", "open('x', 'w')\n", "{}[[]]",
    "nn.Linear(10**20, -1)", "range(10**12)", "f'{1:>1000000000}'", "1 << 10**8", "self.forward(x)", "async ", "\x00", "é",
)  # fmt: skip
