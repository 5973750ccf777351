"""Networks in the forms of the literature, small or at full size: what a canvas has to show well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.project import Network, Wire

Value = tuple[str, int]
"""A block's id and the number of its output."""


class Sketch:
    """A network written down block by block; each call returns the value that leaves."""

    def __init__(self, channels: int = 3, size: int = 224) -> None:
        self.blocks: list[Any] = []
        self.wires: list[Wire] = []
        self.image = self.put("Input", channels=channels, height=size, width=size)

    def put(self, kind: str, *values: Value, **fields: Any) -> Value:
        """A block behind some values."""
        id_ = f"b{len(self.blocks) + 1}"
        self.blocks.append(KINDS[kind](id=id_, **fields))
        self.wires += [Wire(from_, id_, i, output) for i, (from_, output) in enumerate(values)]
        return id_, 0

    def line(self, value: Value, *kinds: str) -> Value:
        """Blocks without fields, one behind the other."""
        for kind in kinds:
            value = self.put(kind, value)
        return value

    def conv(
        self,
        value: Value,
        channels: int,
        kernel: int = 3,
        stride: int = 1,
        act: str = "ReLU",
        groups: int = 1,
    ) -> Value:
        """Convolution, normalisation and, unless `act` is empty, an activation."""
        border = kernel // 2
        value = self.put(
            "Conv2d", value, out_channels=channels, kernel_size=(kernel, kernel), stride=(stride, stride),
            padding=(border, border), groups=groups, bias=False,
        )  # fmt: skip
        return self.line(value, "BatchNorm2d", *([act] if act else []))

    def pool(self, value: Value, stride: int = 2, kind: str = "MaxPool2d") -> Value:
        """A pool over 3×3."""
        return self.put(kind, value, kernel_size=(3, 3), stride=(stride, stride), padding=(1, 1))

    def classify(self, value: Value, classes: int = 1000) -> Network:
        """The end of most classifiers."""
        value = self.put("AdaptiveAvgPool2d", value, output_size=(1, 1))
        self.put("Linear", self.put("Flatten", value), out_features=classes)
        return self.network()

    def network(self) -> Network:
        """All that was written down."""
        return Network(tuple(self.blocks), tuple(self.wires))


def resnet(stages: tuple[int, ...], bottleneck: bool) -> Network:
    """ResNet (He and others, 2015): (2, 2, 2, 2) is 18, (3, 4, 6, 3) with bottlenecks 50."""
    sketch = Sketch()
    value = sketch.pool(sketch.conv(sketch.image, 64, 7, 2))
    inside = 64
    for stage, count in enumerate(stages):
        width = 64 * 2**stage
        outside = 4 * width if bottleneck else width
        for number in range(count):
            stride = 2 if stage and not number else 1
            skip = value
            if bottleneck:
                value = sketch.conv(sketch.conv(value, width, 1), width, 3, stride)
                value = sketch.conv(value, outside, 1, act="")
            else:
                value = sketch.conv(sketch.conv(value, width, 3, stride), width, act="")
            if stride == 2 or inside != outside:
                skip = sketch.conv(skip, outside, 1, stride, act="")
            inside = outside
            value = sketch.put("ReLU", sketch.put("Add", value, skip))
    return sketch.classify(value)


def inception(modules: int = 9) -> Network:
    """GoogLeNet (Szegedy and others, 2014): four branches side by side in each module."""
    sketch = Sketch()
    value = sketch.pool(sketch.conv(sketch.image, 64, 7, 2))
    value = sketch.pool(sketch.conv(sketch.conv(value, 64, 1), 192))
    for number in range(modules):
        if number in (2, 7):
            value = sketch.pool(value)
        branches = [
            sketch.conv(value, 64, 1),
            sketch.conv(sketch.conv(value, 96, 1), 128),
            sketch.conv(sketch.conv(value, 16, 1), 32),
            sketch.conv(sketch.pool(value, 1), 32, 1),
        ]
        value = sketch.put("Concat", *branches)
    return sketch.classify(value)


def densenet(stages: tuple[int, ...] = (6, 12, 24, 16), growth: int = 32) -> Network:
    """DenseNet (Huang and others, 2016): every layer reads all that came before it in its block."""
    sketch = Sketch()
    value = sketch.pool(sketch.conv(sketch.image, 64, 7, 2))
    channels = 64
    for stage, layers in enumerate(stages):
        values = [value]
        for _layer in range(layers):
            seen = sketch.put("Concat", *values) if len(values) > 1 else value
            seen = sketch.line(seen, "BatchNorm2d", "ReLU")
            new = sketch.conv(seen, 4 * growth, 1)
            values.append(
                sketch.put("Conv2d", new, out_channels=growth, kernel_size=(3, 3), padding=(1, 1), bias=False)
            )
        value = sketch.line(sketch.put("Concat", *values), "BatchNorm2d", "ReLU")
        channels += layers * growth
        if stage < len(stages) - 1:
            channels //= 2
            value = sketch.put("Conv2d", value, out_channels=channels, kernel_size=(1, 1), bias=False)
            value = sketch.put("AvgPool2d", value, kernel_size=(2, 2), stride=(2, 2))
    return sketch.classify(value)


def mobilenet(blocks: int = 11) -> Network:
    """MobileNetV3 (Howard and others, 2019): inverted residuals with squeeze and excitation."""
    sketch = Sketch()
    value = sketch.conv(sketch.image, 16, 3, 2, "Hardswish")
    for number in range(blocks):
        stride = 2 if number in (0, 3, 6) else 1
        width = 16 * (1 + number // 3)
        skip = value
        value = sketch.conv(value, 4 * width, 1, act="Hardswish")
        value = sketch.conv(value, 4 * width, 3, stride, "Hardswish", groups=4 * width)
        gate = sketch.put("AdaptiveAvgPool2d", value, output_size=(1, 1))
        gate = sketch.put("ReLU", sketch.put("Conv2d", gate, out_channels=width, kernel_size=(1, 1)))
        gate = sketch.put("Conv2d", gate, out_channels=4 * width, kernel_size=(1, 1))
        value = sketch.put("Multiply", sketch.put("Hardsigmoid", gate), value)
        value = sketch.conv(value, width, 1, act="")
        if stride == 1 and number % 3:
            value = sketch.put("Add", skip, value)
    return sketch.classify(value)


def shufflenet(blocks: int = 6) -> Network:
    """ShuffleNetV2 (Ma and others, 2018): half the channels pass by, then both halves are shuffled."""
    sketch = Sketch()
    value = sketch.pool(sketch.conv(sketch.image, 116, 3, 2))
    for number in range(blocks):
        if number == 3:
            one = sketch.conv(sketch.conv(value, 116, 3, 2, "", 116), 116, 1)
            other = sketch.conv(sketch.conv(sketch.conv(value, 116, 1), 116, 3, 2, "", 116), 116, 1)
        else:
            width = 58 if number < 3 else 116
            id_, _first = sketch.put("Chunk", value)
            one = (id_, 0)
            other = sketch.conv((id_, 1), width, 1)
            other = sketch.conv(sketch.conv(other, width, 3, 1, "", width), width, 1)
        value = sketch.put("ChannelShuffle", sketch.put("Concat", one, other))
    return sketch.classify(value)


def unet(depth: int = 4) -> Network:
    """Skips one inside the other, as in U-Net (Ronneberger and others, 2015), without growing again."""
    sketch = Sketch(size=64)
    value = sketch.image
    kept = []
    for level in range(depth):
        value = sketch.conv(sketch.conv(value, 16 * 2**level), 16 * 2**level)
        kept.append(value)
    value = sketch.conv(value, 16 * 2**depth)
    for level in reversed(range(depth)):
        value = sketch.put("Concat", kept[level], value)
        value = sketch.conv(sketch.conv(value, 16 * 2**level), 16 * 2**level)
    return sketch.classify(value, 10)


def crossing() -> Network:
    """Two pieces of a Chunk that change sides, and a block that five others read."""
    sketch = Sketch(4, 32)
    id_, _first = sketch.put("Chunk", sketch.image)
    one, other = sketch.conv((id_, 0), 8), sketch.conv((id_, 1), 8)
    value = sketch.put("Concat", other, one)
    readers = [sketch.conv(value, 8) for _reader in range(5)]
    value = sketch.put("Add", *readers)
    return sketch.classify(sketch.put("Add", value, readers[0], value), 10)


def odd() -> Network:
    """Loose parts, a circle, a wire that goes nowhere, and a block that feeds itself."""
    sketch = Sketch(3, 32)
    sketch.conv(sketch.conv(sketch.image, 8), 16)
    begin = sketch.put("Conv2d", out_channels=8)
    end = sketch.put("ReLU", sketch.put("Conv2d", begin, out_channels=16))
    sketch.wires.append(Wire(end[0], begin[0]))
    loop = sketch.put("Add")
    sketch.wires += [Wire(loop[0], loop[0], 0), Wire("nobody", loop[0], 1)]
    sketch.put("Linear", sketch.put("Flatten"))
    return sketch.network()


def long_graph(blocks: int = 1000) -> Network:
    """Residual blocks, one behind the other, as many blocks as asked for."""
    sketch = Sketch(3, 32)
    value = sketch.conv(sketch.image, 16)
    while len(sketch.blocks) <= blocks - 8:
        skip = value
        value = sketch.conv(sketch.conv(value, 16), 16, act="")
        value = sketch.put("ReLU", sketch.put("Add", value, skip))
    while len(sketch.blocks) < blocks:
        value = sketch.put("ReLU", value)
    return sketch.network()


def joined(*networks: Network) -> Network:
    """Networks side by side in one, none of them joined to another."""
    blocks, wires = [], []
    for number, network in enumerate(networks):
        blocks += [replace(block, id=f"{number}{block.id}") for block in network.blocks]
        wires += [Wire(f"{number}{w.from_}", f"{number}{w.to}", w.input, w.output) for w in network.wires]
    return Network(tuple(blocks), tuple(wires))


EVERY: dict[str, Callable[[], Network]] = {
    "resnet18": lambda: resnet((2, 2, 2, 2), bottleneck=False),
    "resnet50": lambda: resnet((3, 4, 6, 3), bottleneck=True),
    "googlenet": inception,
    "densenet121": densenet,
    "mobilenet": mobilenet,
    "shufflenet": shufflenet,
    "unet": unet,
    "crossing": crossing,
    "odd": odd,
    "two": lambda: joined(crossing(), unet(2)),
    "long": long_graph,
}
