"""Copy and paste: blocks as JSON text, so that they go through mail and chat as well."""

from __future__ import annotations

from collections.abc import Collection

from cnnbuilder.network import file
from cnnbuilder.network.edits import add_part, selected_part
from cnnbuilder.network.project import Network, Project
from cnnbuilder.text import _


def copy_text(network: Network, ids: Collection[str]) -> str:
    """The chosen blocks as text."""
    return file.dumps(Project(selected_part(network, ids)))


def paste(network: Network, text: str, after: str | None) -> tuple[Network, tuple[str, ...]]:
    """Adds the blocks in a text behind `after`; returns the network and the new ids.

    Raises `file.FileProblemError` where the text holds no blocks.
    """
    part = file.loads(text).network
    if not part.blocks:
        raise file.FileProblemError(_("There are no blocks in it."))
    return add_part(network, part, after)
