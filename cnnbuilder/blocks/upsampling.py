"""Upsampling: an image made larger by a rule, without anything to learn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from msgspec import Meta
from msgspec.structs import replace

from cnnbuilder.blocks.base import Block, Call, Count, Family, Field, Pair, Shape, image, need_image
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.sampling import Resampling, Step
from cnnbuilder.blocks.writing import by_text, docs, size_text
from cnnbuilder.text import _

Factor = Annotated[float, Meta(gt=0, le=64)]

_RESIZING = "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None"


class Upsample(Block, frozen=True, kw_only=True):
    """torch.nn.Upsample: the image larger (or smaller) by a factor, or to a size, which counts where both are said."""

    size: Annotated[
        Pair | None,
        Field(_("Output size"), _("Height and width that leave; empty: by the factor."), "", ((28, 28),)),
    ] = None
    scale_factor: Annotated[
        tuple[Factor, Factor],
        Field(
            _("Factor"), _("How many times larger height and width become."), "s", ((2.0, 2.0), (4.0, 4.0))
        ),
    ] = (2.0, 2.0)
    mode: Annotated[
        Literal["nearest", "bilinear"],
        Field(
            _("Mode"), _("Pixels repeated, or blended with their neighbours."), usual=("nearest", "bilinear")
        ),
    ] = "nearest"
    align_corners: Annotated[
        bool,
        Field(
            _("Align corners"),
            _("Bilinear only: the corner pixels keep their values, and the rest lies evenly between."),
            primary=False,
        ),
    ] = False

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("makes images larger")
    summary: ClassVar[str] = _(
        "Makes the image larger by repeating or blending its pixels; nothing is learned."
    )
    icon: ClassVar[str] = "upsample"
    when: ClassVar[str] = _(
        "Before a convolution where small maps become large again: U-Net, feature pyramids."
    )
    page: ClassVar[str] = docs("torch.nn.Upsample")
    keywords: ClassVar[str] = _("upsample interpolate resize enlarge nearest bilinear decoder unet scale")
    shared: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "upsample"
    layers: ClassVar[Mapping[str, str]] = {
        "Upsample": _RESIZING,
        "UpsamplingNearest2d": "size=None, scale_factor=None",
        "UpsamplingBilinear2d": "size=None, scale_factor=None",
    }
    functions: ClassVar[Mapping[str, str]] = {
        "interpolate": f"{_RESIZING}, antialias=False",
        "upsample": "size=None, scale_factor=None, mode='nearest', align_corners=None",
    }

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """torch's None for what does not matter, and its older classes with a mode of their own."""
        values = super().fields_from(called, given, rank)
        if called.startswith("Upsampling"):
            bilinear = called == "UpsamplingBilinear2d"
            values |= {"mode": "bilinear" if bilinear else "nearest", "align_corners": bilinear}
        for name in ("size", "scale_factor"):
            if given.get(name) is None:
                del values[name]
        values["align_corners"] = values["align_corners"] or False
        return values

    def canonical(self, *inputs: Shape) -> Self:
        """What does not matter as it is by default: the factor beside a size, the corners of repeated pixels."""
        factor = (2.0, 2.0) if self.size is not None else self.scale_factor
        return replace(
            self, scale_factor=factor, align_corners=self.align_corners and self.mode == "bilinear"
        )

    def output(self, *inputs: Shape) -> Shape:
        """C×(size), or C×⌊s·H⌋×⌊s·W⌋."""
        (shape,) = inputs
        need_image("Upsample", shape)
        channels, *sizes = shape.sizes
        rows, columns = self.size or (
            math.floor(size * factor) for size, factor in zip(sizes, self.scale_factor, strict=True)
        )
        if rows < 1 or columns < 1:
            raise MisfitError(
                _("Factor {s} leaves nothing of the {h}×{w} image.").format(
                    s=_factors(self.scale_factor), h=sizes[0], w=sizes[1]
                ),
                SetFields((("scale_factor", (1.0, 1.0)),), _("Use factor 1")),
            )
        return image(channels, rows, columns)

    def resampling(self, *inputs: Shape) -> Resampling:
        """One pixel or, blended, two; so far apart as the factor says."""
        _channels, *made = self.output(*inputs).sizes
        steps = [
            self._step(size, leaving, factor)
            for size, leaving, factor in zip(inputs[0].sizes[1:], made, self.scale_factor, strict=True)
        ]
        shifts: list[Step] = [0, 0]
        blended = self.mode == "bilinear"
        if blended and not self.align_corners:
            # The middle of the first pixel that leaves, in pixels that arrive; the border repeats the edge.
            shifts = [(step - 1) / 2 for step in steps]
        reach = 1 if blended else 0
        return Resampling((reach, reach), (steps[0], steps[1]), (shifts[0], shifts[1]))

    def _step(self, size: int, leaving: int, factor: float) -> Fraction:
        """How far two neighbours that leave lie apart in what arrives."""
        if self.mode == "bilinear" and self.align_corners:
            return Fraction(size - 1, leaving - 1) if leaving > 1 else Fraction(0)
        return Fraction(size, leaving) if self.size else 1 / Fraction(factor).limit_denominator(1000)

    def call(self, *inputs: Shape) -> Call:
        """nn.Upsample(scale_factor=2, …)."""
        parts = [
            f"size={size_text(self.size)}" if self.size else f"scale_factor={_factors(self.scale_factor)}"
        ]
        if self.mode == "bilinear":
            parts.append('mode="bilinear"')
            parts += ["align_corners=True"] if self.align_corners else []
        return Call(f"nn.Upsample({', '.join(parts)})")

    def summary_text(self) -> str:
        """For example "× 2 · bilinear"."""
        size = (
            _("to {size}").format(size=by_text(self.size))
            if self.size
            else f"× {_factors(self.scale_factor)}"
        )
        return f"{size} · {self.mode}" if self.mode != "nearest" else size

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """The size that was asked for, or ⌊s·W⌋."""
        rows, columns = self.output(*inputs).sizes[1:]
        if self.size:
            return (Formula(_("Output"), "H×W", fill("{}×{}", ("size", rows), ("size", columns))),)
        parts = fill("{}×{}", ("scale_factor", rows), ("scale_factor", columns))
        return (Formula(_("Output"), "⌊s·H⌋×⌊s·W⌋", parts),)


def _factors(pair: tuple[float, float]) -> str:
    """Factors as a person writes them: 2 for (2.0, 2.0)."""
    height, width = (str(int(factor)) if factor.is_integer() else repr(factor) for factor in pair)
    return height if height == width else f"({float(height)!r}, {float(width)!r})"


class PixelShuffle(Block, frozen=True, kw_only=True):
    """torch.nn.PixelShuffle: groups of r·r channels become squares of r×r pixels."""

    upscale_factor: Annotated[
        Count,
        Field(_("Factor"), _("How many times larger height and width become."), "r", (2, 3, 4)),
    ] = 2

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("channels to pixels")
    summary: ClassVar[str] = _("Lays channels out as pixels: the image becomes larger, and less deep.")
    icon: ClassVar[str] = "pixel-shuffle"
    when: ClassVar[str] = _("At the end of super-resolution, behind a convolution that makes the channels.")
    paper: ClassVar[str] = _("Shi and others, 2016")
    page: ClassVar[str] = docs("torch.nn.PixelShuffle")
    keywords: ClassVar[str] = _("pixelshuffle depth space enlarge upsample superresolution subpixel")
    shared: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "pixel_shuffle"
    layers: ClassVar[Mapping[str, str]] = {"PixelShuffle": "upscale_factor"}
    functions: ClassVar[Mapping[str, str]] = {"pixel_shuffle": "upscale_factor"}

    def output(self, *inputs: Shape) -> Shape:
        """(C / r²)×(r·H)×(r·W)."""
        (shape,) = inputs
        need_image("PixelShuffle", shape)
        channels, height, width = shape.sizes
        r = self.upscale_factor
        if channels % (r * r):
            raise MisfitError(
                _("PixelShuffle by {r} needs a multiple of {square} channels, but {n} arrive.").format(
                    r=r, square=r * r, n=channels
                ),
                SetFields((("upscale_factor", 1),), _("Use factor 1")),
            )
        return image(channels // (r * r), r * height, r * width)

    def resampling(self, *inputs: Shape) -> Resampling:
        """One pixel, r times closer together."""
        step = Fraction(1, self.upscale_factor)
        return Resampling((0, 0), (step, step), (0, 0))

    def call(self, *inputs: Shape) -> Call:
        """nn.PixelShuffle(upscale_factor)."""
        return Call(f"nn.PixelShuffle({self.upscale_factor})")

    def summary_text(self) -> str:
        """For example "× 2"."""
        return f"× {self.upscale_factor}"

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """C / r², r·H and r·W."""
        channels, height, width = inputs[0].sizes
        r = ("upscale_factor", self.upscale_factor)
        made = self.output(*inputs).sizes
        return (
            Formula(_("Output depth"), "D / (r·r)", fill("{} / ({}·{}) = {}", channels, r, r, made[0])),
            Formula(_("Output height"), "r·H", fill("{}·{} = {}", r, height, made[1])),
            Formula(_("Output width"), "r·W", fill("{}·{} = {}", r, width, made[2])),
        )
