"""One's own images that were looked at last, kept in the settings by where they lie and how they are read."""

from __future__ import annotations

import msgspec

from cnnbuilder.network.data import Arrays, Folder, Source, Table
from cnnbuilder.ui.widgets import settings

LIMIT = 8


def recent_sources() -> list[Folder | Table | Arrays]:
    """The newest first, those that are missing among them: a stick may come back. What cannot be read is left out."""
    found = []
    for text in settings.recent_data():
        try:
            source = msgspec.json.decode(text, type=Source)
        except msgspec.MsgspecError:
            continue
        if isinstance(source, Folder | Table | Arrays):
            found.append(source)
    return found


def add_recent(source: Folder | Table | Arrays) -> None:
    """Puts a set at the top; another way to read the same path takes the old one's place."""
    others = [other for other in recent_sources() if other.path != source.path]
    settings.save_recent_data([msgspec.json.encode(kept).decode() for kept in [source, *others][:LIMIT]])


def forget(path: str) -> None:
    """Takes a set off the list; its files stay."""
    kept = [source for source in recent_sources() if source.path != path]
    settings.save_recent_data([msgspec.json.encode(source).decode() for source in kept])
