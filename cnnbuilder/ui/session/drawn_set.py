"""A data set that is drawn in the window: a folder on the disk with one folder of pictures a class, as any other."""

from __future__ import annotations

import re
from pathlib import Path

from cnnbuilder.folders import data_folder
from cnnbuilder.storage import write_atomically

LEAST = 5
"""So many drawings a class has at least: fewer cannot be divided into parts."""


class DrawnSet:
    """Its classes are its folders; every drawing is written at once."""

    def __init__(self, name: str) -> None:
        """One that is there already is gone on with."""
        self.folder = data_folder() / "drawn" / _file_name(name)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of its classes, in order."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in self.folder.iterdir() if path.is_dir()))

    def add_class(self, name: str) -> str:
        """Another class, or the one of that name; returns its name as a folder can have it."""
        made = _file_name(name)
        (self.folder / made).mkdir(parents=True, exist_ok=True)
        return made

    def count(self, name: str) -> int:
        """How many drawings a class has."""
        return len(self._drawings(name))

    def add(self, name: str, png: bytes) -> Path:
        """Keeps a drawing of a class. Raises `OSError`."""
        numbers = [int(path.stem) for path in self._drawings(name) if path.stem.isdecimal()]
        path = self.folder / name / f"{max(numbers, default=0) + 1:04}.png"
        write_atomically(path, png)
        return path

    def remove_last(self, name: str) -> bool:
        """Takes the last drawing of a class away; false where there is none."""
        drawings = self._drawings(name)
        if drawings:
            drawings[-1].unlink(missing_ok=True)
        return bool(drawings)

    @property
    def ready(self) -> bool:
        """Whether a network could learn it: two classes, each with enough drawings."""
        classes = self.classes
        return len(classes) >= 2 and all(self.count(name) >= LEAST for name in classes)

    def _drawings(self, name: str) -> list[Path]:
        return sorted((self.folder / name).glob("*.png"))


def _file_name(name: str) -> str:
    """What a person typed as a folder may be called: no separators, no dot in front, not too long."""
    plain = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", name).strip(" .")
    return plain[:60] or "drawings"
