"""A network as the papers tell it: what each block does in a word or two.

A step is one tensor and the operation that makes it. Steps are what a figure draws; they say nothing that the blocks do
not say, only less.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.blocks.writing import by_text
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.text import _


class Operation(NamedTuple):
    """What a block does: by name and window ("conv 5×5"), and what is not usual about it ("stride 2")."""

    name: str
    settings: tuple[str, ...] = ()


class Step(NamedTuple):
    """One tensor and how it is made.

    `operations`: what makes it; several where a whole stretch is one step. `following`: the blocks behind it that keep
    the shape ("ReLU"). `sign`: "+" or "×" for a step that joins values place by place and is drawn as a sign, not as a
    solid. `times`: how many such steps follow one another. `is_gate`: one of the values that are joined scales the
    others.
    """

    operations: tuple[Operation, ...]
    family: str
    shape: Shape
    following: tuple[str, ...] = ()
    sign: str = ""
    times: int = 1
    is_gate: bool = False

    @property
    def is_source(self) -> bool:
        """Whether nothing makes it: the image."""
        return self.family == "input"


class Graph(NamedTuple):
    """Steps by the id of their first block, in an order in which values flow, and what each of them reads."""

    steps: dict[str, Step]
    sources: dict[str, tuple[str, ...]]


def steps_of(analysis: Analysis) -> Graph:
    """The steps of a network without problems; loose blocks are left out."""
    network = analysis.network
    steps: dict[str, Step] = {}
    sources: dict[str, tuple[str, ...]] = {}
    head: dict[str, str] = {}
    for id_, row in analysis.rows.items():
        if not row.connected or row.output is None:
            continue
        block = row.block
        feeding = tuple(wire.from_ for wire in network.incoming[id_])
        if block.keeps_shape and len(feeding) == 1 and _is_alone(analysis, feeding[0]):
            head[id_] = head[feeding[0]]
            if not block.does_nothing():
                step = steps[head[id_]]
                steps[head[id_]] = step._replace(following=(*step.following, title(block)))
            continue
        head[id_] = id_
        sources[id_] = tuple(head[source] for source in feeding)
        shapes = tuple(shape for shape in row.inputs if shape is not None)
        steps[id_] = Step(
            (operation(block, shapes),), block.family, row.output, sign=block.sign, is_gate=block.is_gate
        )
    return Graph(steps, sources)


def _is_alone(analysis: Analysis, id_: str) -> bool:
    """Whether a block has one value, and that is read once."""
    measured = analysis.rows[id_].measured
    return measured is not None and len(measured.outputs) == 1 == len(analysis.network.outgoing[id_])


def title(block: Block) -> str:
    """A kind's name as the papers write it: Conv2d → conv, MaxPool2d → max pool, ReLU → ReLU."""
    name = re.sub(r"\dd$", "", block.kind())
    if block.family == "activation":
        return name
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def operation(block: Block, inputs: tuple[Shape, ...]) -> Operation:
    """What a block does: its name and its window, "conv 5×5", and each unusual setting in a word or two."""
    output_size = _pair(block, "output_size")
    if output_size == (1, 1):
        return Operation(title(block).replace("adaptive", "global"))
    name = _("depthwise") if _is_depthwise(block, inputs) else title(block)
    window = _pair(block, "kernel_size") or output_size
    return Operation(f"{name} {by_text(window)}" if window else name, _settings(block, inputs))


def _settings(block: Block, inputs: tuple[Shape, ...]) -> tuple[str, ...]:
    found = []
    stride = _pair(block, "stride")
    if stride is not None and stride != (
        _pair(block, "kernel_size") if block.family == "pooling" else (1, 1)
    ):
        found.append(_("stride {size}").format(size=_one(stride)))
    dilation = _pair(block, "dilation")
    if dilation is not None and dilation != (1, 1):
        found.append(_("dilation {size}").format(size=_one(dilation)))
    groups = _groups(block)
    if groups > 1 and not _is_depthwise(block, inputs):
        found.append(_("{n} groups").format(n=groups))
    if block.named_in_figures:
        found.append(block.summary_text())
    return tuple(found)


def _groups(block: Block) -> int:
    """Into how many groups a convolution parts its channels."""
    return int(getattr(block, "groups", 1)) if block.family == "convolution" else 1


def _is_depthwise(block: Block, inputs: tuple[Shape, ...]) -> bool:
    groups = _groups(block)
    return groups > 1 and bool(inputs) and inputs[0].is_image and inputs[0].sizes[0] == groups


def _pair(block: Block, name: str) -> tuple[int, int] | None:
    """A field of two sizes by PyTorch's name, where the block has it and it is given."""
    value: Any = getattr(block, name, None)
    return value if isinstance(value, tuple) and len(value) == 2 else None


def _one(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else by_text(pair)
