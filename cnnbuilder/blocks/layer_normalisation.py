"""Normalisation without a batch: over the values of one image or one pixel, and factors learned by channel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from msgspec import Meta
from msgspec.structs import replace

from cnnbuilder.blocks.base import Autocast, Call, Field, Shape, Weights
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.normalisation import Epsilon, Normalisation, Scaling
from cnnbuilder.blocks.signature import ShapeHint
from cnnbuilder.blocks.writing import arguments, docs
from cnnbuilder.text import _

LAYER_NORM_2D = """\
class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
"""


class LayerNorm(Scaling, frozen=True, kw_only=True):
    """torch.nn.LayerNorm: all values of an image, or the channels of each pixel, to mean 0, deviation 1."""

    normalized_shape: Annotated[
        Literal["channels", "last", "all"],
        Field(_("Over"), _("The channels of each pixel, the last axis, or all values of an image.")),
    ] = "channels"
    eps: Epsilon = 1e-5
    elementwise_affine: Annotated[
        bool, Field(_("Scale and shift"), _("Learns a scale and a shift for each value."))
    ] = True

    title: ClassVar[str] = _("no batch needed")
    summary: ClassVar[str] = _("Brings the values of one image, or of one pixel, to mean 0 and deviation 1.")
    when: ClassVar[str] = _("In ConvNeXt and transformers, or where batches are small.")
    paper: ClassVar[str] = _("Ba and others, 2016")
    page: ClassVar[str] = docs("torch.nn.LayerNorm")
    keywords: ClassVar[str] = _("normalisation normalization norm transformer convnext")
    name_prefix: ClassVar[str] = "norm"
    layers: ClassVar[Mapping[str, str]] = {
        "LayerNorm": "normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None",
        "LayerNorm2d": "normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None",
    }
    helper: ClassVar[str] = LAYER_NORM_2D
    autocast_on_accelerators: ClassVar[Autocast | None] = "full"

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    def canonical(self, *inputs: Shape) -> Self:
        """Channels that are the last axis are called that; those of a flat vector, all there is, stay channels."""
        (shape,) = inputs
        if len(shape.sizes) == 1:
            return replace(self, normalized_shape="channels" if shape.axes == "F" else "last")
        last = self.normalized_shape == "channels" and not self._first(shape)
        return replace(self, normalized_shape="last") if last else self

    @classmethod
    def shape_hints(cls, called: str, given: Mapping[str, Any]) -> tuple[ShapeHint, ...]:
        """The size of the axis that it runs over, where that is one."""
        sizes = _sizes(given.get("normalized_shape"))
        if len(sizes) > 1 and called == "LayerNorm":
            return ()
        parameter, axis = ("num_channels", 0) if called == "LayerNorm2d" else ("last axis", -1)
        return tuple(ShapeHint(parameter, size, axis) for size in sizes if type(size) is int)

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """torch gives the sizes themselves; here they follow from what arrives, and a word says which."""
        values = super().fields_from(called, given, rank)
        several = len(_sizes(given.get("normalized_shape"))) > 1
        over = "channels" if called == "LayerNorm2d" else "all" if several else "last"
        return {**values, "normalized_shape": over}

    def _over(self, shape: Shape) -> tuple[int, ...]:
        """The sizes that are brought to a common scale."""
        if self.normalized_shape == "all":
            return shape.sizes
        return (shape.sizes[0],) if self._first(shape) else (shape.sizes[-1],)

    def _first(self, shape: Shape) -> bool:
        """Whether the channels come first and are not the only axis."""
        return self.normalized_shape == "channels" and len(shape.sizes) == 3 and shape.axes[0] == "C"

    def _learned(self, *inputs: Shape) -> tuple[int, ...] | None:
        return self._over(inputs[0]) if self.elementwise_affine else None

    def extra_saved_bytes(self, output: Shape, *inputs: Shape) -> int:
        """Mean and deviation of each of the parts that are brought to a common scale."""
        return 8 * output.count // math.prod(self._over(output))

    def call(self, *inputs: Shape) -> Call:
        """nn.LayerNorm(sizes, …), or a LayerNorm2d of our own over the channels of an image."""
        over = self._over(inputs[0])
        sizes = str(over[0]) if len(over) == 1 else f"({', '.join(map(str, over))})"
        named = arguments(
            sizes,
            eps=(self.eps, 1e-5),
            elementwise_affine=(self.elementwise_affine, True),
            bias=(self.bias, True),
        )
        if self._first(inputs[0]):
            return Call(f"LayerNorm2d({named})", helper=LAYER_NORM_2D)
        return Call(f"nn.LayerNorm({named})")

    def summary_text(self) -> str:
        """What it runs over."""
        return {"channels": _("over channels"), "last": _("over the last axis"), "all": _("over all")}[
            self.normalized_shape
        ]


def _sizes(given: Any) -> tuple[Any, ...]:
    """What `normalized_shape` says, one size or several."""
    return tuple(given) if type(given) in (list, tuple) else (given,)


LAYER_SCALE = """\
class LayerScale(nn.Module):
    def __init__(self, shape, init_value):
        super().__init__()
        self.weight = nn.Parameter(torch.full(shape, init_value))

    def forward(self, x):
        return x * self.weight
"""


class LayerScale(Normalisation, frozen=True, kw_only=True):
    """A learned factor for each channel, or one for all values, small at first."""

    per: Annotated[
        Literal["channel", "all"],
        Field(_("Factors"), _("One for each channel, or one for all values."), primary=False),
    ] = "channel"
    init_value: Annotated[
        float,
        Meta(ge=-100, le=100),
        Field(
            _("First factor"),
            _("Where learning begins; small lets a branch start quietly."),
            "",
            (1e-6, 1e-4),
        ),
    ] = 1e-6

    title: ClassVar[str] = _("a factor a channel")
    summary: ClassVar[str] = _("Multiplies each channel by a learned factor that is tiny at first.")
    when: ClassVar[str] = _("At the end of a residual branch in deep networks: ConvNeXt.")
    paper: ClassVar[str] = _("Touvron and others, 2021")
    page: ClassVar[str] = "https://docs.pytorch.org/vision/stable/models/convnext.html"
    keywords: ClassVar[str] = _("gamma factor residual convnext")
    layers: ClassVar[Mapping[str, str]] = {"LayerScale": "shape, init_value"}
    helper: ClassVar[str] = LAYER_SCALE
    name_prefix: ClassVar[str] = "scale"
    learns: ClassVar[bool] = True
    autocast: ClassVar[Autocast] = "wide"

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The first factor; the shape follows from what arrives, and says whether there is one for all."""
        values = super().fields_from(called, {**given, "shape": None}, rank)
        per = "all" if _sizes(given.get("shape")) == (1,) else "channel"
        return {"per": per, **{name: value for name, value in values.items() if name != "shape"}}

    def canonical(self, *inputs: Shape) -> Self:
        """One for all of a single feature is one for each."""
        alike = self._factors(inputs[0]) == (1,)
        return replace(self, per="all" if alike else self.per)

    def _factors(self, shape: Shape) -> tuple[int, ...]:
        if self.per == "all":
            return (1,)
        return (
            (shape.sizes[0], *(1 for _size in shape.sizes[1:]))
            if shape.axes[0] == "C"
            else (shape.sizes[-1],)
        )

    def saves_input(self) -> bool:
        """For the gradient of the factors."""
        return not self.frozen

    def weights(self, *inputs: Shape) -> Weights:
        """weight: one factor a channel, shaped so that it multiplies."""
        return {"weight": self._factors(inputs[0])}

    def call(self, *inputs: Shape) -> Call:
        """A class of our own: torch has none."""
        factors = self._factors(inputs[0])
        shape = f"({', '.join(map(str, factors))}{',' if len(factors) == 1 else ''})"
        return Call(f"LayerScale({shape}, {self.init_value!r})", helper=LAYER_SCALE)

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """One a channel."""
        letters = "1" if self.per == "all" else "D"
        return (Formula(_("Parameters"), letters, fill("{}", math.prod(self._factors(inputs[0])))),)

    def summary_text(self) -> str:
        """Only what is unusual: "one factor"."""
        return _("one factor") if self.per == "all" else ""
