"""Where published data sets may lie: what was downloaded here, folders shared by many, and torchvision's own."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cnnbuilder.folders import data_folder, settings_folder

VARIABLE = "CNNBUILDER_DATASETS"
"""Names folders to look in, separated as the system separates paths; nothing is ever written to them."""
SETTING = "data-folders.txt"
"""A file among the settings with one such folder a line."""

_also: list[Path] = []


def download_folder() -> Path:
    """Where downloads go. Laid out as torchvision's folders are, so that either finds what the other fetched."""
    return data_folder() / "datasets"


def look_also_in(folder: Path) -> None:
    """From now on also in this folder and the folder "data" in it: a project's."""
    for place in (folder, folder / "data"):
        if place not in _also:
            _also.append(place)


def search_folders() -> list[Path]:
    """All folders in which a data set may be, the program's own first."""
    named = [Path(name) for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]
    with suppress(OSError, UnicodeError):
        text = (settings_folder() / SETTING).read_text(encoding="utf-8")
        named += [Path(line.strip()).expanduser() for line in text.splitlines() if line.strip()]
    return [download_folder(), *named, *_also, Path("data")]
