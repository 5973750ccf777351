"""Linear: every output weighs every value that arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Self

from cnnbuilder.blocks.base import Autocast, Block, Call, Count, Family, Field, Shape, Weights
from cnnbuilder.blocks.fixes import InsertBefore, MisfitError
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.writing import arguments, docs
from cnnbuilder.text import _, ngettext, number


class Linear(Block, frozen=True, kw_only=True):
    """torch.nn.Linear: acts on the last axis; `in_features` follows from the wire.

    torch would also take an image and act on its columns. Nobody means that, so it is a problem here.
    """

    out_features: Annotated[
        Count,
        Field(
            _("Outputs"),
            _("How many numbers leave; at the end, one for each class."),
            "K",
            (10, 64, 84, 120, 128, 256),
        ),
    ] = 10
    bias: Annotated[bool, Field(_("Bias"), _("One number added to each output."))] = True

    family: ClassVar[Family] = "dense"
    title: ClassVar[str] = _("weighs everything")
    summary: ClassVar[str] = _(
        "Each output weighs every value that arrives; at the end, one output for each class."
    )
    icon: ClassVar[str] = "linear"
    when: ClassVar[str] = _("At the end, to turn what was found into one number for each class.")
    paper: ClassVar[str] = _("Rosenblatt, 1958")
    page: ClassVar[str] = docs("torch.nn.Linear")
    keywords: ClassVar[str] = _("dense fully connected classifier output classes fc")
    basic: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "fc"
    layers: ClassVar[Mapping[str, str]] = {
        "Linear": "in_features, out_features, bias=True, device=None, dtype=None"
    }
    from_wire: ClassVar[Mapping[str, int]] = {"in_features": -1}
    learns: ClassVar[bool] = True
    autocast: ClassVar[Autocast] = "half"

    @classmethod
    def usual(cls, id_: str, before: Iterable[Block], classes: int) -> Self:
        """As many outputs as there are classes."""
        return cls(id=id_, out_features=classes)

    def output(self, *inputs: Shape) -> Shape:
        """The last axis becomes `out_features`; where it was channels, as after Permute, it still is."""
        (shape,) = inputs
        if shape.axes == "CHW":
            raise MisfitError(
                _("Linear needs a flat vector but gets {shape}, that is {count} values.").format(
                    shape=shape, count=number(shape.count)
                ),
                InsertBefore("Flatten", _("Insert Flatten")),
            )
        last = "C" if shape.axes[-1] == "C" else "F"
        return Shape((*shape.sizes[:-1], self.out_features), shape.axes[:-1] + last)

    def weights(self, *inputs: Shape) -> Weights:
        """weight out×in, bias out."""
        weight = (self.out_features, inputs[0].sizes[-1])
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def reduced_axes(self, *inputs: Shape) -> str:
        """The last axis."""
        return inputs[0].axes[-1]

    def macs(self, output: Shape, *inputs: Shape) -> int:
        """Each output costs as many as values arrive."""
        return output.count * inputs[0].sizes[-1]

    def saves_input(self) -> bool:
        """For the gradient of the weights."""
        return not self.frozen

    def call(self, *inputs: Shape) -> Call:
        """nn.Linear(in_features, out_features, …)."""
        named = arguments(str(inputs[0].sizes[-1]), str(self.out_features), bias=(self.bias, True))
        return Call(f"nn.Linear({named})")

    def summary_text(self) -> str:
        """For example "10 outputs"."""
        outputs = ngettext("{n} output", "{n} outputs", self.out_features)
        return outputs.format(n=number(self.out_features))

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """K."""
        return (Formula(_("Output"), "K", fill("{}", ("out_features", self.out_features))),)

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """K·N + K, N values arriving."""
        arriving = inputs[0].sizes[-1]
        k = ("out_features", self.out_features)
        product = self.out_features * arriving
        if self.bias:
            parts = fill("{}·{} + {} = {}", k, arriving, k, product + self.out_features)
            return (Formula(_("Parameters"), "K·N + K", parts),)
        return (Formula(_("Parameters"), "K·N", fill("{}·{} = {}", k, arriving, product)),)

    def macs_formulas(self, output: Shape, *inputs: Shape) -> tuple[Formula, ...]:
        """K·N, for each place that it acts on."""
        arriving, places = inputs[0].sizes[-1], output.sizes[:-1]
        k = ("out_features", self.out_features)
        line = "·".join(["{}"] * (2 + len(places))) + " = {}"
        letters = "·".join(["K", "N", *output.axes[:-1]])
        return (Formula(_("MACs"), letters, fill(line, k, arriving, *places, self.macs(output, *inputs))),)
