"""What the window remembers between two starts: its layout, the theme, the text size, recent files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from cnnbuilder.folders import settings_folder
from cnnbuilder.ui.widgets.theme import theme

RECENT_LIMIT = 10
TEXT_SIZES = (100, 125, 150, 175, 200)
"""What the View menu offers, in per cent."""


def store() -> QSettings:
    """The settings file. Opened anew each time, so that CNNBUILDER_HOME holds at every moment."""
    return QSettings(str(settings_folder() / "cnnbuilder.ini"), QSettings.Format.IniFormat)


def restore_theme() -> None:
    """Takes up the theme and the text size of last time; nonsense in the file counts as nothing."""
    saved = store()
    mode = str(saved.value("theme", "system"))
    theme.set_mode(mode if mode in ("system", "light", "dark") else "system")
    theme.set_scale(_whole(saved.value("text_size"), 100) / 100)


def save_theme() -> None:
    """Keeps the theme and the text size in use."""
    saved = store()
    saved.setValue("theme", theme.mode)
    saved.setValue("text_size", round(theme.scale * 100))


def recent_files() -> list[Path]:
    """The files opened or saved last, newest first; those that are gone are left out."""
    saved = store().value("recent", [])
    names = [saved] if isinstance(saved, str) else saved if isinstance(saved, list) else []
    return [path for path in map(Path, names) if path.is_file()]


def add_recent_file(path: Path) -> None:
    """Puts a file at the top of the recent files."""
    path = path.absolute()
    files = [path, *(other for other in recent_files() if other != path)]
    store().setValue("recent", [str(file) for file in files[:RECENT_LIMIT]])


def clear_recent_files() -> None:
    """Forgets the recent files; the files themselves stay."""
    store().remove("recent")


def recent_data() -> list[str]:
    """Where one's own images lie that were looked at last, newest first, as JSON."""
    saved = store().value("recent_data", [])
    return [saved] if isinstance(saved, str) else saved if isinstance(saved, list) else []


def save_recent_data(sources: list[str]) -> None:
    """Keeps them for the next start."""
    store().setValue("recent_data", sources)


def last_export() -> tuple[str, Path | None]:
    """The form and the folder of the last export, as far as there was one."""
    saved = store()
    folder = str(saved.value("export/folder", ""))
    return str(saved.value("export/form", "")), Path(folder) if folder else None


def remember_export(form: str, folder: Path) -> None:
    """Keeps them for the next one."""
    saved = store()
    saved.setValue("export/form", form)
    saved.setValue("export/folder", str(folder))


def logarithmic_loss() -> bool:
    """Whether the axis of the loss was logarithmic last time; linear at first."""
    return _whole(store().value("plots/logarithmic_loss"), 0) == 1


def save_logarithmic_loss(on: bool) -> None:
    """Keeps it for the next run and the next start."""
    store().setValue("plots/logarithmic_loss", int(on))


def layout_bytes(name: str) -> QByteArray | None:
    """A geometry or splitter state saved under this name."""
    value = store().value(f"layout/{name}")
    return value if isinstance(value, QByteArray) and not value.isEmpty() else None


def layout_number(name: str, default: int) -> int:
    """A whole number of the layout: an open tab, a folded panel."""
    return _whole(store().value(f"layout/{name}"), default)


def save_layout(values: dict[str, QByteArray | int]) -> None:
    """Keeps parts of the layout by name."""
    saved = store()
    for name, value in values.items():
        saved.setValue(f"layout/{name}", value)


def _whole(value: object, default: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return default
