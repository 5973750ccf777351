"""A field that imported source leaves open is marked, found, and filled in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network.data import Data
from cnnbuilder.network.file import dumps, loads
from cnnbuilder.network.importing import read
from cnnbuilder.network.project import Project
from cnnbuilder.ui.build.block_page import BlockPage
from cnnbuilder.ui.fields.form import FieldRow
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window


@pytest.fixture
def window(make_window: Callable[[Document], Window]) -> Window:
    source = "nn.Conv2d(3, 16, kernel_size, stride=1)\nnn.ReLU()\nnn.Conv2d(16, 8, k, padding_mode=mode)"
    return make_window(Document(Project(read(source, (3, 32, 32)).network, Data(None))))


def row(window: Window, field: str) -> FieldRow:
    page = window.build.inspector.page
    assert isinstance(page, BlockPage)
    return page.form.rows[field]


def test_opening_its_problem_leads_to_the_field(window: Window) -> None:
    window.activateWindow()
    window.host.actions["first-problem"].trigger()
    assert window.session.selection.ids == {"b2"}
    kernel = row(window, "kernel_size")
    assert kernel.is_open
    assert kernel.mark.isVisible()
    assert kernel.mark.text() == "the source leaves it open"
    assert kernel.editor.line.text() == ""  # type: ignore[attr-defined]
    assert kernel.isAncestorOf(window.focusWidget())
    assert not row(window, "stride").is_open


def test_filling_it_in_takes_the_mark_away_in_one_step(window: Window, qtbot: QtBot) -> None:
    window.host.actions["first-problem"].trigger()
    line = row(window, "kernel_size").editor.line  # type: ignore[attr-defined]
    qtbot.keyClicks(line, "3")
    QTest.keyClick(line, Qt.Key.Key_Return)
    block = window.session.document.project.network.by_id["b2"]
    assert (block.kernel_size, block.open) == ((3, 3), ())
    assert not row(window, "kernel_size").is_open
    assert not row(window, "kernel_size").mark.isVisible()
    assert window.session.document.undo_stack.count() == 1
    window.session.document.undo_stack.undo()
    QApplication.processEvents()
    assert row(window, "kernel_size").is_open
    assert line.text() == ""


def test_the_usual_value_may_be_taken(window: Window, qtbot: QtBot) -> None:
    window.host.actions["first-problem"].trigger()
    kernel = row(window, "kernel_size")
    assert kernel.keep.text() == "Take 3"
    qtbot.mouseClick(kernel.keep, Qt.MouseButton.LeftButton)
    assert window.session.document.project.network.by_id["b2"].open == ()


def test_a_choice_and_a_folded_field_are_marked_too(window: Window, qtbot: QtBot) -> None:
    window.build.edit_block("b4")
    mode = row(window, "padding_mode")
    assert mode.is_open
    assert mode.isVisible()
    assert mode.editor.box.currentIndex() == -1  # type: ignore[attr-defined]
    qtbot.mouseClick(mode.keep, Qt.MouseButton.LeftButton)
    block = window.session.document.project.network.by_id["b4"]
    assert (block.padding_mode, block.open) == ("zeros", ("kernel_size",))
    assert not row(window, "padding_mode").is_open
    assert row(window, "kernel_size").is_open


def test_the_card_asks_for_it_and_bears_the_mark(window: Window) -> None:
    cards = {id_: item.card for id_, item in window.build.canvas.scene().blocks.items()}
    assert cards["b2"].label == "fill in kernel_size"
    assert cards["b2"].broken
    assert cards["b4"].broken
    assert not cards["b3"].broken


def test_what_is_open_stays_so_in_a_file(window: Window) -> None:
    project = window.session.document.project
    assert loads(dumps(project)) == project
