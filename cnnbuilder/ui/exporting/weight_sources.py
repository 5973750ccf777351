"""Whose weights can go out: the finished runs of the network as it is now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine import runs
from cnnbuilder.network.equality import equal
from cnnbuilder.network.project import Network
from cnnbuilder.text import _
from cnnbuilder.ui.session.run_record import clock
from cnnbuilder.ui.session.run_text import percent

ENOUGH = 20
"""So many runs of the same network are offered, the newest."""


class Trained(NamedTuple):
    """A run as the dialog offers it."""

    folder: Path
    title: str
    """"run 3 of 14:02 (99.1 %)"."""


class Offer(NamedTuple):
    """What there is to choose from."""

    runs: tuple[Trained, ...]
    """Newest first."""
    other: str
    """The newest run of another network, where there is one and none of this one."""


def offer(folder: Path | None, network: Network) -> Offer:
    """The finished runs in a folder that trained this network."""
    found: list[Trained] = []
    other = ""
    for run in reversed(runs.list_runs(folder) if folder is not None else []):
        if run.info.state not in ("finished", "stopped") or run.weights is None:
            continue
        try:
            same = equal(run.project().network, network)
        except runs.RunProblem:
            continue
        if same:
            found.append(Trained(run.folder, _title(run)))
        elif not other:
            other = _title(run)
        if len(found) == ENOUGH:
            break
    return Offer(tuple(found), "" if found else other)


def _title(run: runs.Run) -> str:
    name = (
        _("quick try {number} of {time}")
        if run.info.limit_images is not None
        else _("run {number} of {time}")
    )
    at = clock(datetime.fromisoformat(run.info.created).astimezone())
    title = name.format(number=run.folder.name.lstrip("0"), time=at)
    result = run.info.result
    if result is None:
        return title
    accuracy = result.val_accuracy if result.best_accuracy is None else result.best_accuracy
    return title if accuracy is None else f"{title} ({percent(accuracy)})"
