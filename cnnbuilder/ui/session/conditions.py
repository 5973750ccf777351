"""What a network without problems still lacks before it can learn its data. Pure."""

from __future__ import annotations

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.network.classifier import make_classifier, not_yet
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.project import Problem
from cnnbuilder.network.training_conditions import Condition, training_conditions
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document


def missing_text(document: Document) -> str | None:
    """Why the network cannot learn its data yet, or None."""
    info = resolve_or_none(document.project.data)
    return not_yet(document.analysis, len(info.classes)) if info and document.project.network.blocks else None


def conditions(document: Document) -> tuple[Condition, ...]:
    """What is to be said of a right network's blocks before it is trained on its data."""
    info = resolve_or_none(document.project.data)
    return training_conditions(document.analysis, len(info.classes)) if info is not None else ()


def blocking_condition(document: Document) -> Problem | None:
    """What a right network has that training must wait for, such as a Softmax behind its last Linear; or None."""
    return next((found.problem for found in conditions(document) if found.blocking), None)


def mend(document: Document, condition: Problem) -> None:
    """Applies the fix of such a condition, as one undo step."""
    fix = condition.fixes[0]
    document.edit_network(fix.label, apply_fix(document.project.network, condition, fix))


def complete(document: Document) -> None:
    """Mends the first condition, or adds what makes the network a classifier, as one undo step."""
    found = conditions(document)
    if found:
        mend(document, found[0].problem)
        return
    info = resolve_or_none(document.project.data)
    if info is not None:
        network = make_classifier(document.project.network, len(info.classes))
        document.edit_network(_("Make it a classifier"), network)
