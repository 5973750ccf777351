"""A row that wraps: its height follows its width, and it outlives whatever goes around it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import cnnbuilder.ui
from cnnbuilder.ui.widgets.flow_row import FlowRow

UI = Path(cnnbuilder.ui.__file__).parent


@pytest.fixture
def row(qtbot: QtBot) -> FlowRow:
    """Three widgets of one size in a shown row that is wide enough for all."""
    row = FlowRow(spacing=8)
    qtbot.addWidget(row)
    for _number in range(3):
        box = QWidget()
        box.setFixedSize(60, 20)
        row.add(box)
    row.resize(196, 20)
    row.show()
    qtbot.waitExposed(row)
    return row


def corners(row: FlowRow) -> list[tuple[int, int]]:
    return [(box.x(), box.y()) for box in boxes(row) if not box.isHidden()]


def boxes(row: FlowRow) -> list[QWidget]:
    return row.findChildren(QWidget)


def test_what_has_room_stands_side_by_side(row: FlowRow) -> None:
    assert corners(row) == [(0, 0), (68, 0), (136, 0)]
    assert row.sizeHint().width() == 196
    assert row.heightForWidth(196) == 20


def test_what_has_none_goes_on_in_the_next_line(row: FlowRow) -> None:
    row.resize(195, 48)
    assert corners(row) == [(0, 0), (68, 0), (0, 28)]
    assert row.heightForWidth(195) == 48
    assert row.heightForWidth(60) == 76
    assert row.minimumSizeHint().width() == 60


def test_what_is_hidden_takes_no_room(row: FlowRow) -> None:
    boxes(row)[0].hide()
    QApplication.processEvents()
    assert corners(row) == [(0, 0), (68, 0)]


def test_what_grows_pushes_the_others(row: FlowRow) -> None:
    boxes(row)[0].setFixedSize(100, 20)
    QApplication.processEvents()
    assert corners(row) == [(0, 0), (108, 0), (0, 28)]


def test_what_is_deleted_leaves_its_room(row: FlowRow) -> None:
    boxes(row)[1].deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()
    assert corners(row) == [(0, 0), (68, 0)]


def test_a_neighbour_that_goes_takes_nothing_along(qtbot: QtBot) -> None:
    """It did: Tab had walked over both, and PySide took one for the other's child."""
    window = QWidget()
    qtbot.addWidget(window)
    neighbour, row = QPushButton("neighbour"), FlowRow()
    row.add(QPushButton("mend it"))
    column = QVBoxLayout(window)
    column.addWidget(neighbour)
    column.addWidget(row)
    window.show()
    qtbot.waitExposed(window)
    widget = window.nextInFocusChain()
    while widget is not window:
        widget = widget.nextInFocusChain()
    neighbour.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert row.heightForWidth(200) == row.findChildren(QPushButton)[0].height()


def test_no_layout_is_written_in_python() -> None:
    """For what happens to one see `FlowRow`; the walk that sets it off is forbidden as well."""
    layouts, walks = [], []
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                layouts += [node.name for base in bases if base.endswith("Layout")]
            elif isinstance(node, ast.Attribute) and node.attr.endswith("InFocusChain"):
                walks.append(path.name)
    assert layouts == []
    assert walks == []
