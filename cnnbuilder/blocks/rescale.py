"""Rescale: what some networks do to the image before their first layer, with numbers that nobody learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import Block, Call, Family, Field, Shape, need_image
from cnnbuilder.blocks.fixes import MisfitError, Remove
from cnnbuilder.text import _

Number = Annotated[float, Meta(ge=-100, le=100)]

RESCALE = """\
class Rescale(nn.Module):
    def __init__(self, scale, shift):
        super().__init__()
        self.scale = scale
        self.shift = shift

    def forward(self, x):
        parts = zip(x.unbind(1), self.scale, self.shift, strict=True)
        return torch.stack([part * scale + shift for part, scale, shift in parts], 1)
"""


class Rescale(Block, frozen=True, kw_only=True):
    """Each of three channels times a fixed factor, plus a fixed number: the `transform_input` of Inception.

    Nothing of it is learned, and it does the same in training.
    """

    scale: Annotated[
        tuple[Number, Number, Number],
        Field(_("Factors"), _("What red, green and blue are multiplied by."), primary=False),
    ] = (1.0, 1.0, 1.0)
    shift: Annotated[
        tuple[Number, Number, Number],
        Field(_("Shifts"), _("What is added to red, green and blue then."), primary=False),
    ] = (0.0, 0.0, 0.0)

    family: ClassVar[Family] = "normalisation"
    title: ClassVar[str] = _("fixed factors")
    summary: ClassVar[str] = _(
        "Multiplies each colour by a fixed number and adds another; nothing is learned."
    )
    when: ClassVar[str] = _("Where a network wants its images on another scale than the preparation gives.")
    paper: ClassVar[str] = ""
    page: ClassVar[str] = (
        "https://docs.pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html"
    )
    icon: ClassVar[str] = "norm"
    keywords: ClassVar[str] = _("normalise transform input mean deviation scale inception googlenet")
    offered: ClassVar[bool] = False
    keeps_shape: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "rescale"
    layers: ClassVar[Mapping[str, str]] = {"Rescale": "scale, shift"}
    helper: ClassVar[str] = RESCALE

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; it must be an image of three channels."""
        (shape,) = inputs
        need_image("Rescale", shape)
        if shape.sizes[0] != 3:
            raise MisfitError(
                _("Rescale has numbers for 3 channels, but {n} arrive.").format(n=shape.sizes[0]),
                Remove(_("Remove Rescale")),
            )
        return shape

    def call(self, *inputs: Shape) -> Call:
        """A class of our own: torch has none without weights."""
        return Call(f"Rescale({self.scale!r}, {self.shift!r})", helper=RESCALE)

    def summary_text(self) -> str:
        """For example "× 0.458, 0.448, 0.45"."""
        return "× " + ", ".join(f"{factor:g}" for factor in self.scale)
