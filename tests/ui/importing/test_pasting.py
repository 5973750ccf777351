"""PyTorch source through the clipboard: pasted it becomes blocks, copied it is code that comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network.equality import equal
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.command_palette import actions_of
from cnnbuilder.ui.window.window import Window

CONTROL = Qt.KeyboardModifier.ControlModifier
BOTH = CONTROL | Qt.KeyboardModifier.ShiftModifier


def kinds(window: Window) -> str:
    return " ".join(block.kind() for block in window.session.document.project.network.blocks)


def press(window: Window, key: Qt.Key, modifiers: Qt.KeyboardModifier = CONTROL) -> None:
    window.activateWindow()
    window.build.canvas.setFocus()
    QApplication.processEvents()
    QTest.keyClick(window.build.canvas, key, modifiers)


def paste(window: Window, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    press(window, Qt.Key.Key_V)


def sentence(window: Window) -> str:
    bar = window.bars.bar("import")
    return bar.label.text() if bar else ""


@pytest.fixture
def only_input(make_window: Callable[[Document], Window]) -> Window:
    return make_window(Document(TEMPLATES["empty"].make()))


def test_source_becomes_the_network_of_a_project_with_no_more_than_an_input(only_input: Window) -> None:
    paste(
        only_input,
        "nn.Conv2d(3, 10, 3)\nnn.MaxPool2d(4, 4)\nnn.Conv2d(10, 20, 5, padding=2)\nnn.MaxPool2d(2, 2)",
    )
    assert kinds(only_input) == "Input Conv2d MaxPool2d Conv2d MaxPool2d"
    assert only_input.session.document.undo_stack.undoText() == "Paste 4 blocks"
    assert only_input.session.document.undo_stack.count() == 1
    only_input.session.document.undo_stack.undo()
    assert kinds(only_input) == "Input"


def test_the_first_thing_in_a_window_may_be_a_paste(make_window: Callable[[Document], Window]) -> None:
    window = make_window(Document())
    QGuiApplication.clipboard().setText("nn.Conv2d(1, 16, 2, stride=2)")
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_V, CONTROL)
    assert kinds(window) == "Input Conv2d"
    assert window.session.document.project.network.blocks[0].output().sizes[0] == 1


def test_source_is_put_behind_the_selection(window: Window) -> None:
    window.session.selection.select(["b2"])
    paste(window, "nn.BatchNorm2d(99)\nnn.Dropout2d(0.1)")
    assert kinds(window).startswith("Input Conv2d BatchNorm2d Dropout2d ReLU")
    assert len(window.session.selection.ids) == 2
    assert "Line 1: bn1 says num_features = 99" in sentence(window)
    assert window.host.importer.last.present is not None
    (remark,) = window.host.importer.last.present.remarks
    assert remark.message.startswith("bn1 says num_features = 99, but")
    window.session.document.undo_stack.undo()
    assert sentence(window) == ""


def test_a_branched_piece_goes_into_the_chain(window: Window) -> None:
    before = len(window.session.document.project.network.blocks)
    window.session.selection.select(["b3"])
    paste(window, "self.conv = nn.Conv2d(16, 16, 1)\nx = x + F.relu(self.conv(x))")
    network = window.session.document.project.network
    assert len(network.blocks) == before + 3
    assert window.session.document.analysis.problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("milk, eggs", "The clipboard holds neither blocks nor PyTorch layers. Copy some first."),
        ("", "The clipboard holds neither blocks nor PyTorch layers. Copy some first."),
        ("nn.Conv2d(3, 16", "Line 1 is not Python: '(' was never closed."),
        ("import torch\nprint(torch.__version__)", "There is no PyTorch layer in this source."),
        ("a = [" + "0," * 490_000 + "]\nnn.ReLU()", "The source is larger than any network needs."),
    ],
)
def test_what_is_no_layer_gets_one_sentence(window: Window, text: str, expected: str) -> None:
    before = window.session.document.project
    paste(window, text)
    assert window.session.document.project is before
    assert sentence(window) == expected


def test_the_selection_leaves_as_pytorch(window: Window) -> None:
    window.session.selection.select(["b2", "b3"])
    press(window, Qt.Key.Key_C, BOTH)
    text = QGuiApplication.clipboard().text()
    assert text.startswith("nn.Sequential(\n    nn.Conv2d(")
    assert text.endswith("    nn.ReLU(),\n)\n")


def test_all_of_it_leaves_where_nothing_is_selected_and_comes_back(
    window: Window, only_input: Window
) -> None:
    window.session.selection.select([])
    press(window, Qt.Key.Key_C, BOTH)
    paste(only_input, QGuiApplication.clipboard().text())
    theirs, ours = only_input.session.document.project.network, window.session.document.project.network
    assert equal(theirs, ours)


def test_what_cannot_be_written_says_why(only_input: Window) -> None:
    press(only_input, Qt.Key.Key_C, BOTH)
    assert sentence(only_input) == "There is no layer to copy. Add a block first."


def test_menus_and_commands_know_both(window: Window, qtbot: QtBot) -> None:
    names = dict(actions_of(window.menus))
    assert {"Copy as PyTorch", "Paste", "Import"} <= names.keys()
    assert names["Copy as PyTorch"].shortcut().toString() == "Ctrl+Shift+C"
