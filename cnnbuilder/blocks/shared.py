"""A further use of a layer that stands elsewhere in the network, with the weights that it has there."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import Block, Call, Family, Shape
from cnnbuilder.blocks.fixes import MisfitError, Remove
from cnnbuilder.text import _


class Shared(Block, frozen=True, kw_only=True):
    """Computes what the block `of` computes, with its very weights; has no fields and no parameters of its own.

    Where there is such a block, `Network.layers` puts it in this one's place; what is said here holds where there is
    none.
    """

    of: Annotated[str, Meta(max_length=64)] = ""
    """The id of the block whose weights it uses."""

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("a layer used again")
    summary: ClassVar[str] = _("Uses a layer of the network a further time, with the same weights.")
    when: ClassVar[str] = _("Where several places are to learn the same: twin networks, recurrent stages.")
    icon: ClassVar[str] = "link"
    keywords: ClassVar[str] = _("shared weights again twice tied siamese recurrent")
    name_prefix: ClassVar[str] = "shared"
    arity: ClassVar[tuple[int, int | None]] = (0, None)
    offered: ClassVar[bool] = False

    def output(self, *inputs: Shape) -> Shape:
        """Always a problem: there is no such block."""
        raise MisfitError(
            _("This block shares the weights of {id}, which is no layer of the network.").format(
                id=self.of or _("no block")
            ),
            Remove(_("Remove it")),
        )

    def call(self, *inputs: Shape) -> Call:
        """For people only: a network with problems has no code."""
        return Call("nn.Identity()")
