"""Blocks that change how values are arranged, not the values."""

from __future__ import annotations

from typing import ClassVar

from cnnbuilder.blocks.base import Block, Call, Family, Formula, Shape, fill, flat
from cnnbuilder.text import _


class Flatten(Block, frozen=True, kw_only=True):
    """torch.nn.Flatten: all values of an image in one row, channel by channel."""

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("volume to vector")
    summary: ClassVar[str] = _("Lays all values of the volume in one row, as a Linear block wants them.")
    icon: ClassVar[str] = "flatten"
    keywords: ClassVar[str] = _("reshape vector view row")
    basic: ClassVar[bool] = True
    stem: ClassVar[str] = "flatten"
    is_view: ClassVar[bool] = True

    def output(self, *inputs: Shape) -> Shape:
        """One axis with all values."""
        return flat(inputs[0].count)

    def call(self, *inputs: Shape) -> Call:
        """torch.flatten(x, 1): the batch stays."""
        return Call("nn.Flatten()", "torch.flatten({x}, 1)")

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """D·H·W."""
        sizes = inputs[0].sizes
        letters = "D·H·W" if inputs[0].is_image else "·".join(inputs[0].axes)
        line = "·".join(["{}"] * len(sizes)) + " = {}"
        return (Formula(_("Output"), letters, fill(line, *sizes, inputs[0].count)),)
