"""The outline, by keyboard as well as by mouse."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network.edits import append, create, move_in_stack, remove
from cnnbuilder.ui.build.outline import Outline
from cnnbuilder.ui.build.outline_model import BLOCK, NAME, OUTPUT, PARAMETERS, OutlineModel
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.conftest import MakeSession


@pytest.fixture
def outline(document: Document, session: Session, show) -> Outline:
    outline = Outline(session)
    show(outline, 420, 600)
    return outline


def _texts(outline: Outline, row: int) -> list[str]:
    return [outline.model.index(row, column).data() for column in (NAME, BLOCK, OUTPUT, PARAMETERS)]


def _names(outline: Outline) -> list[str]:
    return [_texts(outline, row)[0] for row in range(outline.model.rowCount())]


def test_a_row_names_block_output_and_parameters(outline: Outline) -> None:
    assert outline.model.rowCount() == 12
    assert _texts(outline, 4) == ["conv2", "Conv2d", "32 × 16 × 16", "4,640"]


def test_a_row_is_a_sentence_for_a_screen_reader(outline: Outline) -> None:
    spoken = outline.model.index(4, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "conv2, Conv2d, 32 filters · 3×3 · padding 1, output 32 × 16 × 16, 4,640 parameters"
    assert outline.table.accessibleName()


def test_selection_goes_both_ways(outline: Outline, selection: Selection, qtbot: QtBot) -> None:
    selection.select(["b5"])
    assert [index.row() for index in outline.table.selectionModel().selectedRows()] == [4]
    outline.table.setFocus()
    qtbot.keyClick(outline.table, Qt.Key.Key_Down)
    assert selection.ids == {"b6"}
    qtbot.keyClick(outline.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selection.ids == {"b6", "b7"}
    selection.select([])
    assert outline.table.selectionModel().selectedRows() == []


def test_delete_heals_the_chain_and_keeps_a_row_in_hand(
    outline: Outline, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    selection.select(["b6"])
    outline.table.setFocus()
    qtbot.keyClick(outline.table, Qt.Key.Key_Delete)
    assert "b6" not in document.project.network.by_id
    assert document.analysis.problems == ()
    assert selection.ids == {"b7"}
    assert document.undo_stack.undoText() == "Delete relu2"
    qtbot.keyClick(outline.table, Qt.Key.Key_Down)
    assert selection.ids == {"b8"}


def test_control_and_arrows_move_a_block(
    outline: Outline, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    selection.select(["b6"])
    outline.table.setFocus()
    qtbot.keyClick(outline.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert _names(outline)[5:7] == ["pool", "relu2"]
    assert selection.ids == {"b6"}
    qtbot.keyClick(outline.table, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert _names(outline)[5:7] == ["relu2", "pool"]


def test_enter_asks_for_the_fields(
    outline: Outline, session: Session, selection: Selection, qtbot: QtBot
) -> None:
    selection.select(["b5"])
    outline.table.setFocus()
    with qtbot.waitSignal(session.fields_requested) as asked:
        qtbot.keyClick(outline.table, Qt.Key.Key_Return)
    assert asked.args == ["b5"]


def test_a_problem_is_named_in_its_row(outline: Outline, document: Document) -> None:
    document.edit("", replace(document.project, network=remove(document.project.network, ["b11"])))
    row = outline.model.rowCount() - 1
    assert _texts(outline, row) == ["fc1", "Linear", "–", "–"]
    assert "flat vector" in outline.model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_an_edit_keeps_the_current_row_and_the_scroll(
    document: Document, selection: Selection, session: Session, show, qtbot: QtBot
) -> None:
    outline = Outline(session)
    show(outline, 300, 160)
    selection.select(["b10"])
    QApplication.processEvents()
    before = outline.table.verticalScrollBar().value()
    assert before > 0
    conv = document.project.network.by_id["b5"]
    network = document.project.network
    network = type(network)(
        tuple(block.with_fields(out_channels=8) if block is conv else block for block in network.blocks),
        network.wires,
    )
    document.edit("", replace(document.project, network=network))
    assert outline.table.verticalScrollBar().value() == before
    assert outline.table.currentIndex().row() == 9


def test_an_empty_network_says_so_with_a_button(make_session: MakeSession, show, qtbot: QtBot) -> None:
    document = Document()
    outline = Outline(make_session(document))
    show(outline)
    assert outline.empty.sentence == "No blocks yet."
    qtbot.mouseClick(outline.empty.button, Qt.MouseButton.LeftButton)
    assert _names(outline) == ["input1"]


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_numbers_are_never_cut(outline: Outline, scale: float) -> None:
    theme.set_scale(scale)
    outline.window().resize(round(232 * scale), 600)
    QApplication.processEvents()
    table = outline.table
    assert table.isColumnHidden(BLOCK)
    assert table.header().length() <= table.viewport().width()
    for column in (OUTPUT, PARAMETERS):
        assert table.columnWidth(column) >= table.sizeHintForColumn(column)


def test_the_model_keeps_qt_s_rules_through_every_change(document: Document, qapp) -> None:
    model = OutlineModel(document.analysis)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    network = document.project.network
    states = [
        remove(network, ["b6"]),
        move_in_stack(network, "b6", 1),
        append(network, create("ReLU", network)),
        network,
    ]
    states += [remove(network, list(network.by_id)), network]
    for state in states:
        document.edit("", replace(document.project, network=state))
        model.show_analysis(document.analysis)
        assert [model.id_at(row) for row in range(model.rowCount())] == list(document.analysis.rows)
    del tester
