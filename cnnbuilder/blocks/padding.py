"""Padding: a border around the image, or channels beside its own, as a block of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import Autocast, Block, Border, Call, Family, Field, Shape, Window, need_image
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.blocks.writing import docs
from cnnbuilder.text import _


class Padding(Block, frozen=True, kw_only=True):
    """What the three ways to pad have in common."""

    padding: Annotated[
        tuple[Border, Border, Border, Border],
        Field(
            _("Border"), _("Pixels on the left, right, top and bottom."), "P", ((1, 1, 1, 1), (0, 1, 0, 1))
        ),
    ] = (1, 1, 1, 1)

    family: ClassVar[Family] = "shape"
    icon: ClassVar[str] = "input"
    shared: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "pad"
    pad_mode: ClassVar[str]
    """What torch.nn.functional.pad calls it."""

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """F.pad names the last axis first, and may leave out the height."""
        if called != "pad":
            return super().fields_from(called, given, rank)
        sides = given.get("pad")
        known = type(sides) in (list, tuple) and len(sides) in (2, 4)  # type: ignore[arg-type]
        if not known or given.get("value") or given.get("mode", "constant") != cls.pad_mode:
            raise ArgumentError(_("only borders of four sides with zeros, mirrored or repeated are blocks"))
        return super().fields_from(cls.kind(), {"padding": (*sides, 0, 0)[:4]}, rank)  # type: ignore[misc]

    def output(self, *inputs: Shape) -> Shape:
        """C×(H + top + bottom)×(W + left + right)."""
        need_image(self.kind(), inputs[0])
        channels, height, width = inputs[0].sizes
        left, right, top, bottom = self.padding
        return Shape((channels, height + top + bottom, width + left + right), inputs[0].axes)

    def window(self, *inputs: Shape) -> Window:
        """One pixel, moved by the border above and on the left."""
        left, _right, top, _bottom = self.padding
        return Window((1, 1), (1, 1), (top, left), (1, 1))

    def call(self, *inputs: Shape) -> Call:
        """nn.ZeroPad2d(padding): one number where all sides are equal."""
        sides = str(self.padding[0]) if len(set(self.padding)) == 1 else str(self.padding)
        return Call(f"nn.{self.kind()}({sides})")

    def summary_text(self) -> str:
        """For example "border 1"."""
        sides = str(self.padding[0]) if len(set(self.padding)) == 1 else ", ".join(map(str, self.padding))
        return _("border {sides}").format(sides=sides)

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """W + left + right."""
        _channels, height, width = inputs[0].sizes
        left, right, top, bottom = (("padding", side) for side in self.padding)
        return (
            Formula(
                _("Output height"),
                "H + P + P",
                fill("{} + {} + {} = {}", height, top, bottom, height + top[1] + bottom[1]),
            ),
            Formula(
                _("Output width"),
                "W + P + P",
                fill("{} + {} + {} = {}", width, left, right, width + left[1] + right[1]),
            ),
        )


class ZeroPad2d(Padding, frozen=True, kw_only=True):
    """torch.nn.ZeroPad2d: a border of zeros."""

    title: ClassVar[str] = _("a border of zeros")
    summary: ClassVar[str] = _("Puts a border of zeros around the image; the four sides may differ.")
    when: ClassVar[str] = _("Where a convolution needs more border on one side than on the other.")
    page: ClassVar[str] = docs("torch.nn.ZeroPad2d")
    keywords: ClassVar[str] = _("padding border frame zeros")
    layers: ClassVar[Mapping[str, str]] = {"ZeroPad2d": "padding"}
    functions: ClassVar[Mapping[str, str]] = {"pad": "pad, mode='constant', value=None"}
    pad_mode: ClassVar[str] = "constant"


class ReflectionPad2d(Padding, frozen=True, kw_only=True):
    """torch.nn.ReflectionPad2d: a border that mirrors the image."""

    title: ClassVar[str] = _("a mirrored border")
    summary: ClassVar[str] = _("Puts a border around the image in which it is mirrored, without its edge.")
    when: ClassVar[str] = _("Where a border of zeros would be seen, as in networks that make images.")
    page: ClassVar[str] = docs("torch.nn.ReflectionPad2d")
    keywords: ClassVar[str] = _("padding border frame mirror reflect")
    layers: ClassVar[Mapping[str, str]] = {"ReflectionPad2d": "padding"}
    functions: ClassVar[Mapping[str, str]] = {"pad": "pad, mode='constant', value=None"}
    pad_mode: ClassVar[str] = "reflect"
    autocast: ClassVar[Autocast] = "full"
    autocast_on_accelerators: ClassVar[Autocast | None] = "follow"

    def saves_input(self) -> bool:
        """As torch does."""
        return True

    def output(self, *inputs: Shape) -> Shape:
        """As for all padding; a mirrored border must be smaller than the image."""
        need_image(self.kind(), inputs[0])
        _channels, height, width = inputs[0].sizes
        left, right, top, bottom = self.padding
        if max(left, right) >= width or max(top, bottom) >= height:
            fitting = (
                min(left, width - 1),
                min(right, width - 1),
                min(top, height - 1),
                min(bottom, height - 1),
            )
            raise MisfitError(
                _("A mirrored border must be smaller than the {height}×{width} image.").format(
                    height=height, width=width
                ),
                SetFields((("padding", fitting),), _("Use the largest border that fits")),
            )
        return super().output(*inputs)


class ReplicationPad2d(Padding, frozen=True, kw_only=True):
    """torch.nn.ReplicationPad2d: a border that repeats the image's edge."""

    title: ClassVar[str] = _("a border of the edge")
    summary: ClassVar[str] = _("Puts a border around the image in which its edge is repeated.")
    when: ClassVar[str] = _("Where a border of zeros would be taken for an edge.")
    page: ClassVar[str] = docs("torch.nn.ReplicationPad2d")
    keywords: ClassVar[str] = _("padding border frame repeat replicate edge")
    layers: ClassVar[Mapping[str, str]] = {"ReplicationPad2d": "padding"}
    functions: ClassVar[Mapping[str, str]] = {"pad": "pad, mode='constant', value=None"}
    pad_mode: ClassVar[str] = "replicate"
    autocast: ClassVar[Autocast] = "full"
    autocast_on_accelerators: ClassVar[Autocast | None] = "follow"

    def saves_input(self) -> bool:
        """As torch does."""
        return True


CHANNEL_PAD = """\
class ChannelPad(nn.Module):
    def __init__(self, padding, value=0.0):
        super().__init__()
        self.padding = padding
        self.value = value

    def forward(self, x):
        return nn.functional.pad(x, (0, 0, 0, 0, *self.padding), value=self.value)
"""


class ChannelPad(Block, frozen=True, kw_only=True):
    """torch.nn.functional.pad along the channels: some of a constant before and behind those that arrive."""

    padding: Annotated[
        tuple[Border, Border],
        Field(_("Channels"), _("How many are put before, and how many behind."), "P", ((4, 4), (0, 8))),
    ] = (4, 4)
    value: Annotated[
        float, Meta(ge=-1e6, le=1e6), Field(_("Value"), _("What they are filled with."), primary=False)
    ] = 0.0

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("adds empty channels")
    summary: ClassVar[str] = _(
        "Puts channels of zeros, or of another number, before and behind those that arrive."
    )
    when: ClassVar[str] = _("In a skip past layers that make more channels: ResNet for CIFAR, option A.")
    paper: ClassVar[str] = _("He and others, 2015")
    page: ClassVar[str] = docs("torch.nn.functional.pad")
    icon: ClassVar[str] = "concat"
    keywords: ClassVar[str] = _("padchannels padding zeros constant channels shortcut skip option")
    name_prefix: ClassVar[str] = "channel_pad"
    layers: ClassVar[Mapping[str, str]] = {"ChannelPad": "padding, value=0.0"}
    helper: ClassVar[str] = CHANNEL_PAD
    functions: ClassVar[Mapping[str, str]] = {"pad": "pad, mode='constant', value=None"}

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """F.pad names the last axis first: columns and rows get no border here."""
        if called in cls.layers:
            return super().fields_from(called, given, rank)
        sides = given.get("pad")
        known = type(sides) in (list, tuple) and len(sides) == 6  # type: ignore[arg-type]
        if not known or any(side != 0 for side in sides[:4]) or given.get("mode", "constant") != "constant":  # type: ignore[index]
            raise ArgumentError(_("of borders with six sides only those of channels alone are blocks"))
        return {"padding": tuple(sides[4:]), "value": given.get("value") or 0.0}  # type: ignore[index]

    def output(self, *inputs: Shape) -> Shape:
        """(before + C + behind)×H×W."""
        need_image(self.kind(), inputs[0])
        channels, height, width = inputs[0].sizes
        return Shape((sum(self.padding) + channels, height, width), inputs[0].axes)

    def reduced_axes(self, *inputs: Shape) -> str:
        """The first axis, where values change their place."""
        return inputs[0].axes[0]

    def call(self, *inputs: Shape) -> Call:
        """F.pad(x, (0, 0, 0, 0, before, behind))."""
        before, behind = self.padding
        value = f", value={self.value!r}" if self.value else ""
        return Call(
            f"ChannelPad(({before}, {behind}){value})",
            f"F.pad({{x}}, (0, 0, 0, 0, {before}, {behind}){value})",
            helper=CHANNEL_PAD,
        )

    def summary_text(self) -> str:
        """For example "4 before, 4 behind"."""
        return _("{before} before, {behind} behind").format(before=self.padding[0], behind=self.padding[1])

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """P + D + P."""
        before, behind = (("padding", side) for side in self.padding)
        channels = inputs[0].sizes[0]
        parts = fill("{} + {} + {} = {}", before, channels, behind, channels + sum(self.padding))
        return (Formula(_("Output depth"), "P + D + P", parts),)
