"""What a person does in the Data workspace, and what a screen reader says there."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cnnbuilder.ui.data.class_model import IMAGE
from cnnbuilder.ui.data.workspace import DataWorkspace

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def press(qtbot: Any, widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(widget, key)


def click(qtbot: Any, button: QWidget) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def look_at(qtbot: Any, workspace: DataWorkspace, title: str) -> None:
    """Chooses a data set in the list by keys."""
    workspace.sources.setFocus()
    model = workspace.source_model
    press(qtbot, workspace.sources, Qt.Key.Key_Home)
    for _step in range(model.rowCount()):
        if workspace.sources.currentIndex().data() == title:
            break
        press(qtbot, workspace.sources, Qt.Key.Key_Down)
    assert workspace.sources.currentIndex().data() == title
    press(qtbot, workspace.sources, Qt.Key.Key_Return)


def spoken(workspace: DataWorkspace, row: int, column: int) -> str:
    return str(workspace.classes.index(row, column).data(SPOKEN))


def grey_at(workspace: DataWorkspace, row: int, column: int) -> int:
    """Which image stands there, by its grey."""
    image = workspace.classes.index(row, column).data(IMAGE)
    return int(image.pixelColor(3, 3).red())
