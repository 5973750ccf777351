"""Input: where images come in; it decides their size and whether they are grey or in colour."""

from __future__ import annotations

from typing import Annotated, ClassVar

from cnnbuilder.blocks.base import Block, Call, Count, Family, Field, Shape, flat, image
from cnnbuilder.text import _, number


class Input(Block, frozen=True, kw_only=True):
    """The image as the network gets it: channels × height × width. Data is prepared to fit."""

    channels: Annotated[
        Count, Field(_("Channels"), _("1 for grey images, 3 for colour (red, green, blue)."), "D", (1, 3))
    ] = 1
    height: Annotated[Count, Field(_("Height"), _("Rows of pixels."), "H", (28, 32, 64, 128, 224))] = 32
    width: Annotated[Count, Field(_("Width"), _("Columns of pixels."), "W", (28, 32, 64, 128, 224))] = 32

    features: Annotated[
        tuple[Count] | None,
        Field(
            _("Flat"),
            _(
                "The network takes a flat vector of so many numbers; pictures of as many values are laid out flat."
            ),
            "N",
            ((784,), (3072,)),
            primary=False,
        ),
    ] = None

    family: ClassVar[Family] = "input"
    title: ClassVar[str] = _("images come in")
    summary: ClassVar[str] = _(
        "Where images come in. Every image of the data is prepared to this size and colour."
    )
    icon: ClassVar[str] = "input"
    when: ClassVar[str] = _("Once, at the beginning.")
    keywords: ClassVar[str] = _("image picture size grey colour source start")
    arity: ClassVar[tuple[int, int | None]] = (0, 0)
    name_prefix: ClassVar[str] = "input"

    def output(self, *inputs: Shape) -> Shape:
        """C×H×W, or a flat vector, whatever arrives: nothing does."""
        return flat(*self.features) if self.features else image(self.channels, self.height, self.width)

    def call(self, *inputs: Shape) -> Call:
        """The argument of `forward`; no layer."""
        return Call("", "{x}")

    def summary_text(self) -> str:
        """For example "32×32 grey", or "784 numbers"."""
        if self.features:
            return _("{n} numbers").format(n=number(self.features[0]))
        colour = {1: _("grey"), 3: _("colour")}.get(self.channels) or _("{n} channels").format(
            n=self.channels
        )
        return f"{self.height}×{self.width} {colour}"
