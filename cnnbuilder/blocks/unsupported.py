"""A place for what imported source says and no block can: a problem until it is replaced."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import Block, Call, Family, Shape
from cnnbuilder.blocks.fixes import MisfitError, Remove, Replace
from cnnbuilder.text import _


class UnsupportedLayer(Block, frozen=True, kw_only=True, tag="Unread"):
    """A line of source that could not be read. It keeps the place in the network and says what stood there."""

    line: Annotated[int, Meta(ge=0)] = 0
    text: Annotated[str, Meta(max_length=200)] = ""
    reason: Annotated[str, Meta(max_length=400)] = ""
    instead: Annotated[str, Meta(max_length=200)] = ""
    """What was probably meant, as a line of PyTorch: "nn.MaxPool2d(2)"; empty where nothing is near."""

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("could not be read")
    summary: ClassVar[str] = _("Stands where imported source has something that no block can do.")
    when: ClassVar[str] = _("Never: replace it by blocks that do the same.")
    icon: ClassVar[str] = "minus"
    keywords: ClassVar[str] = _("import source placeholder")
    name_prefix: ClassVar[str] = "unread"
    arity: ClassVar[tuple[int, int | None]] = (0, None)
    offered: ClassVar[bool] = False

    def output(self, *inputs: Shape) -> Shape:
        """Always a problem: nothing is guessed."""
        raise MisfitError(
            _("Line {line} could not be read: {text} ({reason})").format(
                line=self.line, text=self.text, reason=self.reason
            ),
            *([Replace(self.instead, _("Use {source}").format(source=self.instead))] if self.instead else []),
            Remove(_("Remove it")),
        )

    def call(self, *inputs: Shape) -> Call:
        """What stood there, for people only: a network with problems has no code."""
        return Call("nn.Identity()")

    def summary_text(self) -> str:
        """What stood there."""
        return self.text
