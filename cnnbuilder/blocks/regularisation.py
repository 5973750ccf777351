"""Regularisation: what keeps a network from learning its training images by heart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from cnnbuilder.blocks.base import Block, Call, Family, Field, Shape
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.blocks.writing import docs, literal
from cnnbuilder.text import _

Probability = Annotated[float, Meta(ge=0, le=1)]


class Regularisation(Block, frozen=True, kw_only=True):
    """Kinds that act by chance in training and do nothing after it; any shape comes and stays."""

    p: Probability = 0.5

    family: ClassVar[Family] = "regularisation"
    icon: ClassVar[str] = "dropout"
    keeps_shape: ClassVar[bool] = True
    shared: ClassVar[bool] = True

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """A function is told whether it is training; a layer knows."""
        if given.get("training") is True:
            raise ArgumentError(_("training=True leaves out values after training too"))
        return super().fields_from(
            called, {name: value for name, value in given.items() if name != "training"}, rank
        )

    def is_view(self) -> bool:
        """Where nothing is ever left out."""
        return self.does_nothing()

    def does_nothing(self) -> bool:
        """Where nothing is ever left out."""
        return not self.p


class Dropout(Regularisation, frozen=True, kw_only=True):
    """torch.nn.Dropout: values zeroed by chance in training; any shape."""

    p: Annotated[
        Probability, Field(_("Probability"), _("The share of values turned to zero."), "p", (0.1, 0.25, 0.5))
    ] = 0.5

    title: ClassVar[str] = _("learns to spare")
    summary: ClassVar[str] = _(
        "Turns values to zero by chance while training, so that no single one becomes indispensable."
    )
    when: ClassVar[str] = _("Before the last Linear blocks, where training beats validation by far.")
    paper: ClassVar[str] = _("Srivastava and others, 2014")
    page: ClassVar[str] = docs("torch.nn.Dropout")
    keywords: ClassVar[str] = _("regularisation regularization overfit overfitting memorise random chance")
    basic: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "dropout"
    layers: ClassVar[Mapping[str, str]] = {"Dropout": "p=0.5, inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"dropout": "p=0.5, training=True, inplace=False"}

    def extra_saved_values(self, output: Shape, *inputs: Shape) -> int:
        """Which values stayed, as numbers of the values' own kind."""
        return output.count if 0 < self.p < 1 else 0

    def call(self, *inputs: Shape) -> Call:
        """nn.Dropout(p): a module, because it does nothing in evaluation."""
        return Call("nn.Dropout()" if self.p == 0.5 else f"nn.Dropout({self.p!r})")

    def summary_text(self) -> str:
        """For example "50 %"."""
        return f"{self.p * 100:g} %"


class Dropout2d(Regularisation, frozen=True, kw_only=True):
    """torch.nn.Dropout2d: whole channels zeroed by chance in training."""

    p: Annotated[
        Probability,
        Field(_("Probability"), _("The share of channels turned to zero."), "p", (0.1, 0.25, 0.5)),
    ] = 0.5

    title: ClassVar[str] = _("spares channels")
    summary: ClassVar[str] = _(
        "Turns whole channels to zero by chance while training; single pixels would be guessed from their neighbours."
    )
    when: ClassVar[str] = _("Between convolutions, where Dropout does little.")
    paper: ClassVar[str] = _("Tompson and others, 2014")
    page: ClassVar[str] = docs("torch.nn.Dropout2d")
    keywords: ClassVar[str] = _("regularisation regularization overfit spatial channels random chance")
    layers: ClassVar[Mapping[str, str]] = {"Dropout2d": "p=0.5, inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"dropout2d": "p=0.5, training=True, inplace=False"}
    name_prefix: ClassVar[str] = "dropout2d_"

    def extra_saved_values(self, output: Shape, *inputs: Shape) -> int:
        """Which channels stayed."""
        return output.sizes[0] if 0 < self.p < 1 else 0

    def call(self, *inputs: Shape) -> Call:
        """nn.Dropout2d(p)."""
        return Call("nn.Dropout2d()" if self.p == 0.5 else f"nn.Dropout2d({self.p!r})")

    def summary_text(self) -> str:
        """For example "50 %"."""
        return f"{self.p * 100:g} %"


class StochasticDepth(Regularisation, frozen=True, kw_only=True):
    """torchvision.ops.StochasticDepth: a whole branch left out by chance in training, image by image or for all."""

    p: Annotated[
        Probability, Field(_("Probability"), _("How often the branch is left out."), "p", (0.1, 0.2))
    ] = 0.2
    mode: Annotated[
        Literal["batch", "row"],
        Field(_("Mode"), _("For each image by itself (row), or for the whole batch."), primary=False),
    ] = "row"

    title: ClassVar[str] = _("skips branches")
    summary: ClassVar[str] = _(
        "Leaves a whole branch out by chance while training, so that the rest learns to do without."
    )
    when: ClassVar[str] = _("At the end of residual branches in deep networks, just before Add.")
    paper: ClassVar[str] = _("Huang and others, 2016")
    page: ClassVar[str] = (
        "https://docs.pytorch.org/vision/stable/generated/torchvision.ops.StochasticDepth.html"
    )
    keywords: ClassVar[str] = _("regularisation regularization drop path residual random chance")
    layers: ClassVar[Mapping[str, str]] = {"StochasticDepth": "p, mode"}
    functions: ClassVar[Mapping[str, str]] = {"stochastic_depth": "p, mode, training=True"}
    name_prefix: ClassVar[str] = "stochastic_depth"

    def extra_saved_values(self, output: Shape, *inputs: Shape) -> int:
        """Whether the image stayed."""
        return 1 if self.p and self.mode == "row" else 0

    def call(self, *inputs: Shape) -> Call:
        """StochasticDepth(p, mode)."""
        return Call(
            f"StochasticDepth({self.p!r}, {literal(self.mode)})",
            imports="from torchvision.ops import StochasticDepth",
        )

    def summary_text(self) -> str:
        """For example "20 %"."""
        return f"{self.p * 100:g} %"
