"""Networks of the literature, drawn by hand."""

from __future__ import annotations

from typing import Any

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.network.project import Network, Wire


class Pen:
    """Draws block after block; `last` is the id of the newest."""

    def __init__(self, channels: int, size: int) -> None:
        self.blocks: list[Block] = []
        self.wires: list[Wire] = []
        self.last = ""
        self.add("Input", channels=channels, height=size, width=size)

    def add(self, kind: str, *behind: str, **fields: Any) -> str:
        """Puts a block behind others, or behind the newest."""
        id_ = f"b{len(self.blocks) + 1}"
        self.blocks.append(KINDS[kind](id=id_, **fields))
        sources = behind or ((self.last,) if self.last else ())
        self.wires += [Wire(source, id_, place) for place, source in enumerate(sources)]
        self.last = id_
        return id_

    def conv(
        self, filters: int, size: int, *behind: str, stride: int = 1, then: str = "ReLU", **more: Any
    ) -> str:
        """A convolution that keeps the size (but for its stride), and what follows it."""
        border = size // 2
        self.add(
            "Conv2d", *behind, out_channels=filters, kernel_size=(size, size), stride=(stride, stride),
            padding=(border, border), **more,
        )  # fmt: skip
        for kind in then.split():
            self.add(kind)
        return self.last

    def head(self, *features: int) -> Network:
        """Flatten and linear layers with ReLU between them."""
        self.add("Flatten")
        for number, count in enumerate(features):
            if number:
                self.add("ReLU")
            self.add("Linear", out_features=count)
        return Network(tuple(self.blocks), tuple(self.wires))


def vgg16() -> Network:
    """Simonyan and Zisserman, 2014."""
    pen = Pen(3, 224)
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            pen.conv(filters, 3)
        pen.add("MaxPool2d")
    return pen.head(4096, 4096, 1000)


def resnet50() -> Network:
    """He and others, 2015."""
    pen = Pen(3, 224)
    pen.conv(64, 7, stride=2, then="BatchNorm2d ReLU")
    pen.add("MaxPool2d", kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
    for stage, (filters, times) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for number in range(times):
            before, stride = pen.last, 2 if stage and not number else 1
            pen.conv(filters, 1, then="BatchNorm2d ReLU")
            pen.conv(filters, 3, stride=stride, then="BatchNorm2d ReLU")
            after = pen.conv(4 * filters, 1, then="BatchNorm2d")
            skip = before if number else pen.conv(4 * filters, 1, before, stride=stride, then="BatchNorm2d")
            pen.add("Add", after, skip)
            pen.add("ReLU")
    pen.add("AdaptiveAvgPool2d", output_size=(1, 1))
    return pen.head(1000)


def small_resnet() -> Network:
    """Two residual blocks for 32×32 pixels: a plain skip, and one with a convolution."""
    pen = Pen(1, 32)
    before = pen.conv(16, 3)
    pen.conv(16, 3)
    pen.add("Add", pen.conv(16, 3, then=""), before)
    before = pen.add("ReLU")
    pen.conv(32, 3, stride=2)
    after = pen.conv(32, 3, then="")
    pen.add("Add", after, pen.conv(32, 1, before, stride=2, then=""))
    pen.add("ReLU")
    return pen.head(10)


def inception() -> Network:
    """One module of Szegedy and others, 2014, in a small network."""
    pen = Pen(3, 64)
    before = pen.conv(32, 3)
    one = pen.conv(16, 1, before)
    pen.conv(24, 1, before)
    three = pen.conv(32, 3)
    pen.conv(8, 1, before)
    five = pen.conv(16, 5)
    pen.add("MaxPool2d", before, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    pool = pen.conv(16, 1)
    pen.add("Concat", one, three, five, pool)
    pen.add("AdaptiveAvgPool2d", output_size=(1, 1))
    return pen.head(10)


def squeeze_and_excitation() -> Network:
    """A convolution whose channels are scaled by a gate: Hu and others, 2017."""
    pen = Pen(3, 32)
    before = pen.conv(32, 3)
    pen.add("AdaptiveAvgPool2d", output_size=(1, 1))
    pen.conv(8, 1)
    gate = pen.conv(32, 1, then="Sigmoid")
    pen.add("Multiply", before, gate)
    pen.add("MaxPool2d")
    return pen.head(10)


def mobilenet() -> Network:
    """Inverted residuals as in Sandler and others, 2018."""
    pen = Pen(3, 224)
    pen.conv(32, 3, stride=2)
    channels = 32
    for factor, filters, times, stride in (
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ):  # fmt: skip
        for number in range(times):
            before, step = pen.last, 1 if number else stride
            pen.conv(channels * factor, 1)
            pen.conv(channels * factor, 3, stride=step, groups=channels * factor)
            after = pen.conv(filters, 1, then="")
            if number:
                pen.add("Add", after, before)
            channels = filters
    pen.conv(1280, 1)
    pen.add("AdaptiveAvgPool2d", output_size=(1, 1))
    return pen.head(1000)


PAPERS = {
    made.__name__: made
    for made in (vgg16, resnet50, small_resnet, inception, squeeze_and_excitation, mobilenet)
}
