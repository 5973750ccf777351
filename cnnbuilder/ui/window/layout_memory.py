"""The window's size and the widths of its panels, from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QMainWindow

from cnnbuilder.ui.build.workspace import BuildWorkspace
from cnnbuilder.ui.widgets import settings

FRAME = QSize(0, 40)
"""What a title bar may take."""


def restore(window: QMainWindow, build: BuildWorkspace) -> None:
    """Takes up the layout of last time, or the usual one, never larger than the screen."""
    geometry = settings.layout_bytes("window")
    if geometry is None or not window.restoreGeometry(geometry):
        room = QApplication.primaryScreen().availableGeometry().size()
        window.resize(window.sizeHint().boundedTo(room - FRAME))
        if room.width() <= window.sizeHint().width() or room.height() <= window.sizeHint().height():
            window.setWindowState(Qt.WindowState.WindowMaximized)
    for panel in build.columns.panels:
        panel.choose_width(settings.layout_number(f"build_{panel.key}_width", 0))
        panel.hidden = bool(settings.layout_number(f"build_{panel.key}_folded", 0))
    build.drawer.choose_height(settings.layout_number("drawer_height", 0))
    build.drawer.set_folded(bool(settings.layout_number("drawer_folded", 1)))


def save(window: QMainWindow, build: BuildWorkspace) -> None:
    """Keeps the layout for the next start."""
    layout: dict[str, object] = {"window": window.saveGeometry()}
    for panel in build.columns.panels:
        layout[f"build_{panel.key}_width"] = panel.wanted_width
        layout[f"build_{panel.key}_folded"] = int(panel.hidden)
    layout["drawer_height"] = build.drawer.open_height()
    layout["drawer_folded"] = int(build.drawer.folded)
    settings.save_layout(layout)  # type: ignore[arg-type]
