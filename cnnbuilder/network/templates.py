"""Networks to begin with: complete projects made from a few blocks in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from cnnbuilder.blocks.activation import ReLU
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.pooling import AvgPool2d, MaxPool2d
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Network, Project, Training, Wire
from cnnbuilder.text import _


class Template(NamedTuple):
    """A project to begin with. `card`: shown at the first start."""

    name: str
    title: str
    summary: str
    make: Callable[[], Project]
    card: bool = False


def chain(*blocks: Block) -> Network:
    """Blocks one after another, with ids b1, b2, …"""
    placed = tuple(msgspec.structs.replace(block, id=f"b{number}") for number, block in enumerate(blocks, 1))
    wires = tuple(Wire(a.id, b.id) for a, b in pairwise(placed))
    return Network(placed, wires)


def _lesson_network(channels: int) -> Network:
    """Three convolutions that deepen the image, each followed by pooling that halves it."""
    stages = [
        block
        for depth in (16, 32, 64)
        for block in (Conv2d(id="", out_channels=depth, padding=(1, 1)), ReLU(id=""), MaxPool2d(id=""))
    ]
    return chain(Input(id="", channels=channels), *stages, Flatten(id=""), Linear(id="", out_features=10))


def _digits() -> Project:
    return Project(_lesson_network(1), Data(Inside("mnist")))


def _colour_32() -> Project:
    # Ten turned figures on noise take longer than digits: 88 % after 5 epochs, 95 % after 15 (measured).
    return Project(_lesson_network(3), Data(Inside("shapes")), Training(epochs=15))


def _lenet5() -> Project:
    network = chain(
        Input(id=""),
        Conv2d(id="", out_channels=6, kernel_size=(5, 5)), ReLU(id=""), AvgPool2d(id=""),
        Conv2d(id="", out_channels=16, kernel_size=(5, 5)), ReLU(id=""), AvgPool2d(id=""),
        Flatten(id=""),
        Linear(id="", out_features=120), ReLU(id=""), Linear(id="", out_features=84), ReLU(id=""),
        Linear(id="", out_features=10),
    )  # fmt: skip
    return Project(network, Data(Inside("mnist")))


def _quiz_130() -> Project:
    network = chain(
        Input(id="", channels=3, height=130, width=130),
        Conv2d(id="", out_channels=10),
        MaxPool2d(id="", kernel_size=(4, 4), stride=(4, 4)),
        Conv2d(id="", out_channels=20, kernel_size=(5, 5), padding=(2, 2)),
        MaxPool2d(id=""),
    )
    return Project(network, Data(None))


def _example_200() -> Project:
    network = chain(
        Input(id="", channels=1, height=200, width=200),
        Conv2d(id="", out_channels=16, kernel_size=(2, 2), stride=(2, 2)),
        Conv2d(id="", out_channels=32, padding=(1, 1)),
    )
    return Project(network, Data(None))


def _empty() -> Project:
    return Project(chain(Input(id="")), Data(Inside("mnist")))


_ALL = (
    Template(
        "digits",
        _("Digits"),
        _("Reads handwritten digits: three convolutions, each with pooling."),
        _digits,
        True,
    ),
    Template(
        "lenet5", _("LeNet-5"), _("The network that read cheques in 1998 (LeCun and others)."), _lenet5, True
    ),
    Template(
        "colour-32",
        _("Colour shapes"),
        _("Tells ten figures in colour apart on 32×32 pixels."),
        _colour_32,
        True,
    ),
    Template("empty", _("Start empty"), _("An Input and nothing else."), _empty),
    Template(
        "quiz-130",
        _("Two convolutions, two pools"),
        _("Follow a 130×130 colour image through four layers."),
        _quiz_130,
    ),
    Template(
        "example-200",
        _("Two convolutions"),
        _("A 200×200 grey image through stride 2 and padding 1."),
        _example_200,
    ),
)

TEMPLATES: Mapping[str, Template] = MappingProxyType({template.name: template for template in _ALL})
"""Every template by its name on the command line."""
