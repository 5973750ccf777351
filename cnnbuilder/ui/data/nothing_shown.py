"""Why there are no images to see, where a project's data are not known here, and the one way on."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.engine.data.catalogue import NoDataSet, UnknownDataSet, find, resolve
from cnnbuilder.network.data import source_name
from cnnbuilder.text import _
from cnnbuilder.ui.data.standstill import Standstill
from cnnbuilder.ui.session.session import Session

FIRST = "mnist"
"""What is offered where a project names no data."""


def say_nothing_shown(standstill: Standstill, session: Session) -> None:
    """Asks where moved images are, or offers what is here already."""
    lost = session.data.lost
    if lost is not None:
        _ask_where(standstill, session, lost)
        return
    first = find(FIRST)
    sentence = _(
        "No data yet: take {title}, which is here already, or drop a folder with one sub-folder a class."
    ).format(title=first.title)
    data = session.document.project.data
    try:
        resolve(data)
    except UnknownDataSet:
        sentence = _(
            "The project learns from “{name}”, which is not on this computer. Choose another, or take {title}."
        ).format(name=source_name(data), title=first.title)
    except NoDataSet:
        pass
    take = _("Take {title}").format(title=first.title)
    standstill.offer(sentence, take, lambda: session.data.use(first))


def _ask_where(standstill: Standstill, session: Session, path: Path) -> None:
    """One question, and nothing else changes."""
    sentence = _("{name} is not where it was, in {folder}. Where has it moved?").format(
        name=path.name, folder=path.parent
    )
    standstill.offer(sentence, _("Show where it is now…"), session.moved_images_requested.emit)
