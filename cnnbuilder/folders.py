"""Where the program keeps what is not the user's document: prepared data, runs of unsaved projects, settings.

CNNBUILDER_HOME puts all three below one folder: for a portable copy, and for tests.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def _folder(kind: str, usual: Path) -> Path:
    home = os.environ.get("CNNBUILDER_HOME")
    return Path(home) / kind if home else usual


def cache_folder() -> Path:
    """Prepared data; may be deleted at any time. Not made here."""
    return _folder("cache", platformdirs.user_cache_path("cnnbuilder", appauthor=False))


def data_folder() -> Path:
    """Runs of unsaved projects and recovery files. Not made here."""
    return _folder("data", platformdirs.user_data_path("cnnbuilder", appauthor=False))


def settings_folder() -> Path:
    """Window layout and choices. Not made here."""
    return _folder("settings", platformdirs.user_config_path("cnnbuilder", appauthor=False))


def make(folder: Path) -> None:
    """Makes a folder and those above it; what lies in the data folder is closed to other people. Raises `OSError`."""
    own = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_relative_to(own):
        for closed in (folder, *folder.parents):
            closed.chmod(0o700)
            if closed == own:
                break
