"""Softmax and its logarithm: the values along one axis become shares of 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.activation import Activation
from cnnbuilder.blocks.base import Autocast, Call, Field, Shape
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.signature import axis_of
from cnnbuilder.blocks.writing import docs
from cnnbuilder.text import _


class SoftmaxBase(Activation, frozen=True, kw_only=True):
    """Activations that turn the values along one axis into shares."""

    dim: Annotated[
        int,
        Meta(ge=1, le=3),
        Field(_("Axis"), _("Along which the shares add up to 1; 1 is channels or features."), "", (1,)),
    ] = 1

    saves_output: ClassVar[bool] = True
    autocast_on_accelerators: ClassVar[Autocast | None] = "wide"

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; it must have the axis."""
        if self.dim > len(inputs[0].sizes):
            raise MisfitError(
                _("{kind} runs along axis {dim}, but {shape} has only {n}.").format(
                    kind=self.kind(), dim=self.dim, shape=inputs[0], n=len(inputs[0].sizes)
                ),
                SetFields((("dim", 1),), _("Use axis 1")),
            )
        return inputs[0]

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The axis counted from the front, as it is here."""
        values = super().fields_from(called, given, rank)
        return {**values, "dim": axis_of(values["dim"], rank)}

    def reduced_axes(self, *inputs: Shape) -> str:
        """The axis of the shares."""
        return inputs[0].axes[self.dim - 1]

    def call(self, *inputs: Shape) -> Call:
        """F.softmax(x, dim)."""
        return Call(f"nn.{self.kind()}({self.dim})", f"{self.function}({{x}}, {self.dim})")


class Softmax(SoftmaxBase, frozen=True, kw_only=True):
    """torch.nn.Softmax: eˣ over the sum of all eˣ along an axis."""

    title: ClassVar[str] = _("values to chances")
    summary: ClassVar[str] = _("Turns values into chances that add up to 1.")
    when: ClassVar[str] = _(
        "To read a network's outputs; leave it out in training, where the loss contains it."
    )
    paper: ClassVar[str] = _("Bridle, 1990")
    page: ClassVar[str] = docs("torch.nn.Softmax")
    keywords: ClassVar[str] = _("activation probability classes output")
    layers: ClassVar[Mapping[str, str]] = {"Softmax": "dim=None"}
    functions: ClassVar[Mapping[str, str]] = {"softmax": "dim=None, _stacklevel=3, dtype=None"}
    name_prefix: ClassVar[str] = "softmax"
    function: ClassVar[str] = "F.softmax"


class LogSoftmax(SoftmaxBase, frozen=True, kw_only=True):
    """torch.nn.LogSoftmax: the logarithm of softmax."""

    title: ClassVar[str] = _("logarithms of chances")
    summary: ClassVar[str] = _("The logarithm of softmax, exact also where chances are tiny.")
    when: ClassVar[str] = _("In older code that trains with NLLLoss.")
    page: ClassVar[str] = docs("torch.nn.LogSoftmax")
    keywords: ClassVar[str] = _("activation probability classes output nll")
    layers: ClassVar[Mapping[str, str]] = {"LogSoftmax": "dim=None"}
    functions: ClassVar[Mapping[str, str]] = {"log_softmax": "dim=None, _stacklevel=3, dtype=None"}
    name_prefix: ClassVar[str] = "log_softmax"
    function: ClassVar[str] = "F.log_softmax"
