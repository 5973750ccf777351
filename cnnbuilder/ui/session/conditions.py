"""What a network without problems still lacks before it can learn its data. Pure."""

from __future__ import annotations

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.network.classifier import make_classifier, not_yet
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document


def missing_text(document: Document) -> str | None:
    """Why the network cannot learn its data yet, or None."""
    info = resolve_or_none(document.project.data)
    return not_yet(document.analysis, len(info.classes)) if info and document.project.network.blocks else None


def complete(document: Document) -> None:
    """Adds what makes the network a classifier, as one undo step."""
    info = resolve_or_none(document.project.data)
    if info is not None:
        network = make_classifier(document.project.network, len(info.classes))
        document.edit_network(_("Make it a classifier"), network)
