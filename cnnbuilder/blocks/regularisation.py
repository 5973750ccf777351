"""Regularisation: what keeps a network from learning its training images by heart."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import Block, Call, Family, Field, Shape, arguments
from cnnbuilder.text import _


class Dropout(Block, frozen=True, kw_only=True):
    """torch.nn.Dropout: values zeroed by chance in training (Srivastava et al., 2014); any shape."""

    p: Annotated[
        float,
        Meta(ge=0, le=1),
        Field(_("Probability"), _("The share of values turned to zero."), "p", (0.1, 0.25, 0.5)),
    ] = 0.5

    family: ClassVar[Family] = "regularisation"
    title: ClassVar[str] = _("learns to spare")
    summary: ClassVar[str] = _(
        "Turns values to zero by chance while training, so that no single one becomes indispensable."
    )
    icon: ClassVar[str] = "dropout"
    keywords: ClassVar[str] = _("regularisation regularization overfit overfitting memorise random chance")
    basic: ClassVar[bool] = True
    keeps_shape: ClassVar[bool] = True
    stem: ClassVar[str] = "dropout"
    shared: ClassVar[bool] = True

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    def extra_saved_bytes(self, output: Shape) -> int:
        """Which values stayed, as numbers of the values' own kind."""
        return 4 * output.count

    def call(self, *inputs: Shape) -> Call:
        """nn.Dropout(p): a module, because it does nothing in evaluation."""
        return Call(f"nn.Dropout({arguments(p=(self.p, 0.5))})".replace("p=", ""))

    def telling(self) -> str:
        """For example "50 %"."""
        return f"{self.p * 100:g} %"
