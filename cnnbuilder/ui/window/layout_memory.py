"""The window's size and the widths of its panels, from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication

from cnnbuilder.ui.widgets import settings

FRAME = QSize(0, 40)
"""What a title bar may take."""

if TYPE_CHECKING:
    from cnnbuilder.ui.window.window import Window


def restore(window: Window) -> None:
    """Takes up the layout of last time, or the usual one, never larger than the screen."""
    geometry = settings.layout_bytes("window")
    if geometry is None or not window.restoreGeometry(geometry):
        room = QApplication.primaryScreen().availableGeometry().size()
        window.resize(window.sizeHint().boundedTo(room - FRAME))
        if room.width() <= window.sizeHint().width() or room.height() <= window.sizeHint().height():
            window.setWindowState(Qt.WindowState.WindowMaximized)
    for side, name in ((window.panes.left, "left"), (window.panes.right, "right")):
        side.choose_width(settings.layout_number(f"{name}_width", 0))
        if settings.layout_number(f"{name}_folded", 0):
            window.panes.sides.hidden.add(side)
    height = settings.layout_number("bottom_height", 0)
    window.bottom.restore(height, folded=bool(settings.layout_number("bottom_folded", 0)))
    window.panes.left_tabs.open("blocks")


def save(window: Window) -> None:
    """Keeps the layout for the next start."""
    settings.save_layout(
        {
            "window": window.saveGeometry(),
            "left_width": window.panes.left.wanted_width,
            "right_width": window.panes.right.wanted_width,
            "left_folded": int(window.panes.left in window.panes.sides.hidden),
            "right_folded": int(window.panes.right in window.panes.sides.hidden),
            "bottom_height": window.bottom.open_height,
            "bottom_folded": int(window.bottom.folded),
        }
    )
