"""What the reader cannot follow is read by running the file: only after a question, which a hasty Enter declines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from cnnbuilder.ui.importing.run_dialog import RunDialog
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window

SOURCE = """import os
from pathlib import Path

import torch
from torch import nn

Path(__file__).with_suffix(".ran").touch()

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.act = getattr(nn, os.environ.get("ACTIVATION", "ReLU"))()
        self.fc = nn.Linear(4, 10)

    def forward(self, x):
        return self.fc(self.act(self.conv(x)).mean((2, 3)))
"""
PARAMS = 4 * 3 * 9 + 4 + 4 * 10 + 10
MOST_MS = 90_000
"""The process gets 60 seconds."""


@pytest.fixture
def window(make_window: Callable[[Document], Window]) -> Window:
    return make_window(Document())


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(SOURCE)
    return path


def offer(window: Window, path: Path, qtbot: QtBot) -> RunDialog:
    """Opens the file and presses what its bar offers."""
    window.host.opening.open_path(path)
    bar = window.bars.bar("import")
    assert bar is not None
    button = next(button for button in bar.buttons if button.text() == "Read by running…")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return next(found for found in window.findChildren(RunDialog) if found.isVisible())


def ran(path: Path) -> bool:
    return path.with_suffix(".ran").exists()


def test_the_question_names_the_file_and_enter_runs_nothing(window: Window, net: Path, qtbot: QtBot) -> None:
    dialog = offer(window, net, qtbot)
    assert any("Run net.py" in label.text() for label in dialog.findChildren(QLabel))
    assert any("code will run" in label.text() for label in dialog.findChildren(QLabel))
    before = window.session.document.project
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not ran(net)
    assert window.session.document.project is before


def test_pressing_run_brings_the_network_its_weights_and_the_difference(
    window: Window, net: Path, qtbot: QtBot
) -> None:
    dialog = offer(window, net, qtbot)
    with qtbot.waitSignal(dialog.arrived, timeout=MOST_MS):
        qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    assert ran(net)
    assert window.session.document.analysis.params == PARAMS
    assert not any(block.kind() == "Unread" for block in window.session.document.project.network.blocks)
    assert window.session.run_directory.has_runs()
    report = window.session.last_import.present
    assert report is not None
    assert any("largest difference of the logits" in remark.message for remark in report.remarks)


def test_weights_of_data_parallel_inside_a_dict_come_along(
    window: Window, net: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = {
        "module.conv.weight": torch.full((4, 3, 3, 3), 0.5),
        "module.conv.bias": torch.zeros(4),
        "module.fc.weight": torch.ones(10, 4),
        "module.fc.bias": torch.zeros(10),
    }
    weights = net.with_name("best.pth")
    torch.save({"state_dict": saved, "epoch": 3}, weights)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(weights), ""))
    dialog = offer(window, net, qtbot)
    qtbot.mouseClick(dialog.weights, Qt.MouseButton.LeftButton)
    assert "best.pth" in dialog.word.text()
    with qtbot.waitSignal(dialog.arrived, timeout=MOST_MS):
        qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    from safetensors.torch import load_file

    (file,) = window.session.run_directory.folder.glob("*/best.safetensors")
    assert any(bool((value == 0.5).all()) and value.dim() == 4 for value in load_file(file).values())


def test_escape_while_it_runs_ends_the_process(window: Window, net: Path, qtbot: QtBot) -> None:
    net.write_text(SOURCE + "\nwhile True:\n    pass\n")
    dialog = offer(window, net, qtbot)
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    thread = dialog.thread_of_reading
    assert thread is not None
    qtbot.waitUntil(lambda: ran(net), timeout=MOST_MS)
    before = window.session.document.project
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    thread.join(20)
    assert not thread.is_alive()
    assert window.session.document.project is before


def test_a_file_that_fails_says_why_and_may_be_run_again(window: Window, net: Path, qtbot: QtBot) -> None:
    net.write_text(SOURCE.replace("Path(__file__)", "1 / 0\nPath(__file__)"))
    dialog = offer(window, net, qtbot)
    qtbot.mouseClick(dialog.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.run.isEnabled, timeout=MOST_MS)
    assert "ZeroDivisionError" in dialog.word.text()
