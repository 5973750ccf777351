"""Copy and paste: blocks as JSON text, which goes through mail and chat, and PyTorch source read into blocks."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from cnnbuilder.blocks.input import Input
from cnnbuilder.network import file
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.edits import add_part, copied_part, end_of_chain, splice
from cnnbuilder.network.project import Network, Project
from cnnbuilder.text import _

if TYPE_CHECKING:
    from cnnbuilder.network.importing import Remark


class CannotPasteError(Exception):
    """A text that holds no blocks, for the reason that is given in one sentence."""


class Pasted(NamedTuple):
    """A network with what was pasted into it."""

    network: Network
    ids: tuple[str, ...]
    """The new blocks."""
    remarks: tuple[Remark, ...] | None = None
    """Of source: what a person should know of it, by line. None where the text was blocks."""


def copy_text(network: Network, ids: Collection[str]) -> str:
    """The chosen blocks as text."""
    return file.dumps(Project(copied_part(network, ids)))


def paste(network: Network, text: str, after: str | None) -> Pasted:
    """Adds the blocks in a text, or those that its PyTorch source makes, behind `after`.

    Raises `CannotPasteError` where there are none.
    """
    if text.lstrip()[:1] != "{":
        return _paste_source(network, text, after)
    try:
        part = file.loads(text).network
    except file.FileProblemError:
        raise CannotPasteError(_nothing()) from None
    if not part.blocks:
        raise CannotPasteError(_nothing())
    return Pasted(*add_part(network, part, after))


def _nothing() -> str:
    return _("The clipboard holds neither blocks nor PyTorch layers. Copy some first.")


def _paste_source(network: Network, text: str, after: str | None) -> Pasted:
    from cnnbuilder.network import importing  # the window starts without its 16 ms

    try:
        if all(isinstance(block, Input) for block in network.blocks):
            return _whole(network, text)
        part = importing.read_fragment(text, _rank(network, after))
    except importing.CannotReadError as refused:
        raise CannotPasteError(str(refused) if importing.looks_like_layers(text) else _nothing()) from None
    joined, ids = splice(network, part.network, after)
    joined = importing.settled(joined, ids.values())
    said = {ids[id_]: what for id_, what in part.shape_hints.items()}
    remarks = [remark._replace(block=ids.get(remark.block or "")) for remark in part.remarks]
    remarks += importing.disagreements(analyse(joined), said)
    return Pasted(joined, tuple(ids.values()), tuple(sorted(remarks, key=lambda remark: remark.line)))


def _rank(network: Network, after: str | None) -> int | None:
    """How many axes leave the block behind which something is put, where that is known."""
    place = after if after in network.by_id else end_of_chain(network)
    shape = analyse(network).rows[place].output if place is not None else None
    return len(shape.sizes) if shape is not None else None


def _whole(network: Network, text: str) -> Pasted:
    """Source into a project that has no more than its Input: it becomes the network.

    The Input that is there stays as it is where the source agrees with it.
    """
    from cnnbuilder.network import importing

    first = next(iter(network.blocks), None)
    shape = (first.channels, first.height, first.width) if isinstance(first, Input) else None
    imported = importing.read(text, shape)
    if shape and (imported.remarks or imported.analysis.problems):
        free = importing.read(text)
        said = [remark for remark in free.remarks if remark.line]
        if len(said) < len(imported.remarks) or len(free.analysis.problems) < len(imported.analysis.problems):
            imported = free
    ids = tuple(block.id for block in imported.network.blocks if not isinstance(block, Input))
    return Pasted(imported.network, ids, imported.remarks)
