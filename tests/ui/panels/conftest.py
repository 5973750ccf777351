"""What the panels' tests share: a selection, and showing a widget as a window shows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnbuilder.ui.selection import Selection

Show = Callable[..., QWidget]


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Shows a panel in a window of its own, active, as large as said."""

    frames: list[QWidget] = []  # what nobody holds is collected at once

    def shown(panel: QWidget, width: int = 320, height: int = 820) -> QWidget:
        frame = QWidget()
        frames.append(frame)
        frame.setProperty("role", "panel")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        frame.resize(width, height)
        qtbot.addWidget(frame)
        frame.show()
        qtbot.waitExposed(frame)
        frame.activateWindow()
        qtbot.waitUntil(frame.isActiveWindow)
        return frame

    return shown
