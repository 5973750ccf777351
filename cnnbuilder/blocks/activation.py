"""Activations: a curve applied to every value by itself."""

from __future__ import annotations

from typing import ClassVar

from cnnbuilder.blocks.base import Block, Call, Family, Shape
from cnnbuilder.text import _


class ReLU(Block, frozen=True, kw_only=True):
    """torch.nn.ReLU: max(0, x); any shape."""

    family: ClassVar[Family] = "activation"
    title: ClassVar[str] = _("cuts below zero")
    summary: ClassVar[str] = _(
        "Keeps what is above zero and turns the rest to zero, so that layers add up to more than one."
    )
    icon: ClassVar[str] = "relu"
    keywords: ClassVar[str] = _("activation rectifier nonlinear zero curve")
    basic: ClassVar[bool] = True
    keeps_shape: ClassVar[bool] = True
    stem: ClassVar[str] = "relu"
    keeps_output: ClassVar[bool] = True

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    def call(self, *inputs: Shape) -> Call:
        """F.relu(x)."""
        return Call("nn.ReLU()", "F.relu({x})")
