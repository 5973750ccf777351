"""A file with several networks: a list asks which, with the numbers of each; notebooks open as files do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnbuilder.ui.importing.network_choice import NetworkChoice
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window

SOURCE = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)

    def forward(self, x):
        return torch.relu(self.conv(x))


def small():
    return Net(4)


def large():
    return Net(16)
"""


@pytest.fixture
def window(make_window: Callable[[Document], Window]) -> Window:
    return make_window(Document())


@pytest.fixture
def choice(window: Window, tmp_path: Path) -> NetworkChoice:
    path = tmp_path / "nets.py"
    path.write_text(SOURCE)
    assert window.host.opening.open_path(path)
    found = window.findChild(NetworkChoice)
    assert isinstance(found, NetworkChoice)
    return found


def rows(choice: NetworkChoice) -> list[tuple[str, str, str]]:
    items = [choice.list.topLevelItem(at) for at in range(choice.list.topLevelItemCount())]
    return [(item.text(0), item.text(1), item.text(2)) for item in items if item is not None]


def test_the_list_has_each_network_with_its_parameters_and_blocks(
    choice: NetworkChoice, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: all(row[1] != "…" for row in rows(choice)))
    assert rows(choice) == [("large()", "448", "3"), ("small()", "112", "3")]
    assert choice.list.currentItem().text(0) == "large()"


def test_another_network_is_taken_by_the_arrow_and_enter(
    choice: NetworkChoice, window: Window, qtbot: QtBot
) -> None:
    choice.list.setFocus()
    qtbot.keyClick(choice.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(choice.chosen):
        qtbot.keyClick(choice.list, Qt.Key.Key_Return)
    assert window.session.document.analysis.params == 112


def test_escape_leaves_the_document_as_it_was(choice: NetworkChoice, window: Window, qtbot: QtBot) -> None:
    before = window.session.document.project
    qtbot.keyClick(choice, Qt.Key.Key_Escape)
    assert window.session.document.project is before


def test_a_notebook_opens_as_a_file_does(window: Window, tmp_path: Path) -> None:
    code = "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())\n"
    cells = [
        {"cell_type": "markdown", "source": ["# A network"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip list\n"], "outputs": []},
        {"cell_type": "code", "source": code, "outputs": [{"data": {"image/png": "A" * 1000}}]},
    ]
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))
    assert window.host.opening.open_path(path)
    assert window.session.document.analysis.params == 224
