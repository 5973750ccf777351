"""How the network on the canvas differs from the one that a run trains. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import get_type_hints

from msgspec import structs
from msgspec.structs import replace

from cnnbuilder.blocks.base import Field
from cnnbuilder.network.data import source_name
from cnnbuilder.network.equality import equal
from cnnbuilder.network.optimizers import OPTIMIZERS
from cnnbuilder.network.project import Network, Project, Training
from cnnbuilder.network.schedules import SCHEDULES
from cnnbuilder.text import _, ngettext, number

CHOICES = {
    **{row.name: row.title for row in OPTIMIZERS.values()},
    **{row.name: row.title for row in SCHEDULES.values()},
    "auto": _("Auto"),
    "float32": _("float32"),
}
"""How the choices of the settings are called on the screen."""
LARGE = 150
"""Larger networks with other ids count as other networks: telling them equal could take a tenth of a second."""


def same_training(a: Project, b: Project) -> bool:
    """Whether two projects train alike: ids, and where blocks stand on the canvas, do not matter."""
    if a.data != b.data or a.training != b.training:
        return False
    return a.network is b.network or same_network(a.network, b.network)


def edits_sentence(name: str, edits: int, *, active: bool) -> str:
    """What the strip says when the canvas shows another network than the run's."""
    edits = max(1, edits)
    since = ngettext("{n} edit since", "{n} edits since", edits).format(n=number(edits))
    if active:
        return _("Training the network of {name} · {since}").format(name=name, since=since)
    return _("These are the curves of the network of {name} · {since}").format(name=name, since=since)


def difference_text(a: Project, b: Project) -> str:
    """In what `a` differs from `b`, its own values named: "another network · SGD · learning rate 0.01"."""
    parts = []
    if not (a.network is b.network or same_network(a.network, b.network)):
        parts.append(_("another network"))
    if a.data != b.data:
        parts.append(source_name(a.data) or _("no data set"))
    hints = get_type_hints(Training, include_extras=True)
    for info in structs.fields(Training):
        mine = getattr(a.training, info.name)
        if mine != getattr(b.training, info.name):
            shown = next(extra for extra in hints[info.name].__metadata__ if isinstance(extra, Field))
            parts.append(_("{label} {value}").format(label=shown.label.lower(), value=setting_text(mine)))
    return " · ".join(parts)


def setting_text(value: object) -> str:
    """A training setting as it is called on the screen."""
    if isinstance(value, str):
        return CHOICES.get(value, value)
    return (
        f"{value:g}" if isinstance(value, float) else number(value) if isinstance(value, int) else str(value)
    )


def same_network(a: Network, b: Network) -> bool:
    """Whether two networks are equal; quick, for it is asked with every edit."""
    if _fields(a) != _fields(b) or len(a.wires) != len(b.wires):
        return False
    if set(a.wires) == set(b.wires) and _fields(a, ids=True) == _fields(b, ids=True):
        return True
    return len(a.blocks) <= LARGE and equal(a, b)


def _fields(network: Network, *, ids: bool = False) -> Counter[Hashable]:
    return Counter(replace(block, position=None, id=block.id if ids else "") for block in network.blocks)
