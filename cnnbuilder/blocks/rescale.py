"""Fixed factors and summands that nobody learns: of all values, or of each colour of the image."""

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


SCALE_SHIFT = """\
class ScaleShift(nn.Module):
    def __init__(self, factor, summand=0.0):
        super().__init__()
        self.factor = factor
        self.summand = summand

    def forward(self, x):
        return x * self.factor + self.summand
"""


class ScaleShift(Block, frozen=True, kw_only=True):
    """All values times a fixed number, plus a fixed number."""

    factor: Annotated[
        float,
        Meta(ge=-1e6, le=1e6),
        Field(_("Factor"), _("What every value is multiplied by."), "a", (0.1, 0.2, 0.5, 1.0, -1.0)),
    ] = 1.0
    summand: Annotated[
        float, Meta(ge=-1e6, le=1e6), Field(_("Summand"), _("What is added then."), "b", (0.0, 1.0, -0.5))
    ] = 0.0

    family: ClassVar[Family] = "normalisation"
    title: ClassVar[str] = _("times and plus a number")
    summary: ClassVar[str] = _(
        "Multiplies every value by a fixed number and adds another; nothing is learned."
    )
    when: ClassVar[str] = _("To damp a residual branch (0.1 or 0.2), or to bring values into another range.")
    paper: ClassVar[str] = _("Szegedy and others, 2016 (factors of residual branches)")
    page: ClassVar[str] = "https://docs.pytorch.org/docs/stable/generated/torch.mul.html"
    icon: ClassVar[str] = "norm"
    keywords: ClassVar[str] = _("scale shift factor constant multiply add number residual scaling")
    keeps_shape: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "scale_shift"
    layers: ClassVar[Mapping[str, str]] = {"ScaleShift": "factor, summand=0.0"}
    helper: ClassVar[str] = SCALE_SHIFT

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    def does_nothing(self) -> bool:
        """Times 1, plus 0."""
        return (self.factor, self.summand) == (1.0, 0.0)

    def call(self, *inputs: Shape) -> Call:
        """A class of our own: torch has none without weights."""
        summand = f", {self.summand!r}" if self.summand else ""
        return Call(f"ScaleShift({self.factor!r}{summand})", helper=SCALE_SHIFT)

    def summary_text(self) -> str:
        """For example "× 0.2 + 1"."""
        more = f" {'−' if self.summand < 0 else '+'} {abs(self.summand):g}" if self.summand else ""
        return f"× {self.factor:g}{more}".replace("-", "−")
