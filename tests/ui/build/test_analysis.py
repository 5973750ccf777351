"""The Analysis tab: sorting, selection both ways, formulas, copies, and what it costs."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnbuilder.network.edits import remove, replace_block
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.build.analysis import AnalysisView
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import SMALL, theme
from tests.benchmarks.recompute import stack
from tests.ui.conftest import MakeSession, Show

Key = Qt.Key


@pytest.fixture
def document() -> Document:
    return Document(TEMPLATES["lenet5"].make())


@pytest.fixture
def view(document: Document, session: Session, show: Show) -> AnalysisView:
    view = AnalysisView(session)
    show(view, 900, 320)
    view.table.setFocus()
    return view


def column(view: AnalysisView, key: str) -> int:
    return [column.key for column in view.model.columns].index(key)


def names(view: AnalysisView) -> list[str]:
    return [view.model.index(row, 0).data() for row in range(view.model.rowCount())]


def click_head(view: AnalysisView, key: str) -> None:
    heads = view.table.horizontalHeader()
    place = heads.sectionViewportPosition(column(view, key)) + 20
    QTest.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, heads.height() // 2))


def click_cell(view: AnalysisView, row: int, key: str) -> None:
    index = view.model.index(row, column(view, key))
    view.table.scrollTo(index)
    place = view.table.visualRect(index).center()
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_it_shows_every_block_and_the_totals(view: AnalysisView, document: Document) -> None:
    assert names(view) == [row.name for row in document.analysis.rows.values()]
    totals = [view.totals_model.index(0, place).data() for place in range(view.totals_model.columnCount())]
    assert totals[0] == "Total"
    assert totals[column(view, "parameters")] == "61,706"
    assert totals[column(view, "macs")] == "416,520"
    assert totals[column(view, "share")] == "100 %"
    assert view.model.index(1, column(view, "output")).data() == "6 × 28 × 28"
    right = view.model.index(1, column(view, "parameters")).data(Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight


def test_a_head_sorts_turns_round_and_goes_back(view: AnalysisView) -> None:
    network_order, place = names(view), column(view, "parameters")
    click_head(view, "parameters")
    assert names(view)[:3] == ["fc1", "fc2", "conv2"]
    assert view.model.headerData(place, Qt.Orientation.Horizontal) == "Parameters ↓"
    words = QFontMetrics(theme.font(SMALL)).horizontalAdvance("Parameters ↓")
    assert words + 8 <= view.table.horizontalHeader().sectionSize(place)
    click_head(view, "parameters")
    assert names(view)[-1] == "fc1"
    assert view.model.headerData(place, Qt.Orientation.Horizontal) == "Parameters ↑"
    click_head(view, "parameters")
    assert names(view) == network_order
    assert view.model.headerData(place, Qt.Orientation.Horizontal) == "Parameters"
    click_head(view, "name")
    assert names(view)[0] == "avgpool"


def test_the_keyboard_sorts_too(view: AnalysisView) -> None:
    view.table.setCurrentIndex(view.model.index(0, column(view, "macs")))
    QTest.keyClick(view.table, Key.Key_S)
    assert names(view)[0] == "conv2"


def test_sorted_it_stays_sorted_after_an_edit(view: AnalysisView, document: Document) -> None:
    click_head(view, "parameters")
    project = document.project
    conv = next(block for block in project.network.blocks if block.kind() == "Conv2d")
    network = replace_block(project.network, conv.with_fields(out_channels=2000))
    document.edit("More filters", replace(project, network=network))
    assert names(view)[:2] == ["conv2", "conv1"]


def test_what_is_unknown_comes_last_either_way(view: AnalysisView, document: Document) -> None:
    project = document.project
    flatten = next(block.id for block in project.network.blocks if block.kind() == "Flatten")
    document.edit("Break it", replace(project, network=remove(project.network, [flatten])))
    for _turn in range(2):
        click_head(view, "parameters")
        assert names(view)[-1] == "fc3"
        assert view.model.index(view.model.rowCount() - 1, column(view, "parameters")).data() == "–"


def test_selection_goes_both_ways(view: AnalysisView, selection: Selection) -> None:
    click_cell(view, 4, "name")
    assert selection.single == view.model.id_at(4)
    selection.select([view.model.id_at(2), view.model.id_at(7)])
    assert [index.row() for index in view.table.selectionModel().selectedRows()] == [2, 7]
    click_head(view, "parameters")
    rows = [index.row() for index in view.table.selectionModel().selectedRows()]
    assert len(rows) == 2 and selection.ids == {view.model.id_at(row) for row in rows}


def test_a_click_on_a_number_opens_its_formula(view: AnalysisView) -> None:
    click_cell(view, 4, "parameters")
    assert view.card is not None and view.card.isVisible()
    assert view.card.title.text() == "conv2 · Parameters"
    assert [formula.numbers for formula in view.card.formulas] == [
        "16·5·5·6 + 16 = 2,416",
        "16·6·5·5 + 16 = 2,416",
    ]
    window = view.window()
    assert window.rect().contains(view.card.geometry())
    click_cell(view, 4, "parameters")
    assert not view.card.isVisible()


def test_the_keyboard_opens_goes_on_and_closes(view: AnalysisView) -> None:
    view.table.setCurrentIndex(view.model.index(4, column(view, "macs")))
    QTest.keyClick(view.table, Key.Key_Return)
    assert view.card is not None and view.card.isVisible()
    assert view.card.formulas[0].numbers == "16·10·10·5·5·6 = 240,000"
    QTest.keyClick(view.table, Key.Key_Up)
    assert view.card.title.text() == "avgpool · MACs"
    QTest.keyClick(view.table, Key.Key_Escape)
    assert not view.card.isVisible()
    assert view.table.hasFocus()


def test_a_click_elsewhere_closes_the_formula(view: AnalysisView, qtbot: QtBot) -> None:
    other = QWidget(view.window())
    other.setGeometry(0, 0, 10, 10)
    other.show()
    click_cell(view, 4, "parameters")
    assert view.card is not None and view.card.isVisible()
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    assert not view.card.isVisible()


def test_a_total_says_what_it_is_made_of(view: AnalysisView) -> None:
    index = view.totals_model.index(0, column(view, "parameters"))
    place = view.totals.visualRect(index).center()
    QTest.mouseClick(view.totals.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.card is not None
    assert view.card.formulas[0].letters == "fc1 + fc2 + conv2 + fc3 + conv1"
    assert view.card.formulas[0].numbers == "48,120 + 10,164 + 2,416 + 850 + 156 = 61,706"


def test_selected_rows_are_copied_or_all(view: AnalysisView, selection: Selection) -> None:
    click_cell(view, 1, "name")
    QTest.keyClick(view.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Name", "conv1"]
    selection.select([])
    QTest.keyClick(view.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 14


def test_the_three_forms_are_copied(view: AnalysisView) -> None:
    begins = []
    for action in view.copy.menu().actions():
        action.trigger()
        begins.append(QGuiApplication.clipboard().text()[:6])
    assert begins == ["name,b", "| Name", "% \\use"]


def test_it_is_saved_by_its_ending(
    view: AnalysisView, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    view.write(tmp_path / "lenet.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "lenet.csv").read_text())))
    assert rows[1]["name"] == "conv1"
    with qtbot.waitSignal(session.message_requested) as refused:
        view.write(tmp_path / "lenet.xls")
    assert [message.text for message in refused.args] == [
        "The table can be saved as .csv, .md, .tex, and lenet.xls ends otherwise."
    ]
    with qtbot.waitSignal(session.message_requested):
        view.write(tmp_path / "no such folder" / "lenet.csv")


def test_without_blocks_it_says_so(make_session: MakeSession, show: Show) -> None:
    document = Document(Project())
    view = AnalysisView(make_session(document))
    show(view, 900, 300)
    assert view.empty.isVisible() and view.empty.sentence == "No blocks yet: nothing to count."
    QTest.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert not view.empty.isVisible()
    assert names(view) == ["input1"]


def test_cells_tell_a_screen_reader_what_they_are(view: AnalysisView) -> None:
    index = view.model.index(4, column(view, "parameters"))
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "conv2, Parameters: 2,416"
    assert "16·5·5·6 + 16 = 2,416" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert view.table.accessibleName() and view.totals.accessibleName()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_rows_are_high_enough_and_totals_stand_under_their_columns(view: AnalysisView, scale: float) -> None:
    theme.set_scale(scale)
    QTest.qWait(0)
    assert view.table.rowHeight(0) >= max(24, QFontMetrics(theme.font()).height() + 8)
    for place in range(view.model.columnCount()):
        assert view.totals.columnWidth(place) == view.table.columnWidth(place)
    view.table.horizontalScrollBar().setValue(view.table.horizontalScrollBar().maximum())
    last = view.model.columnCount() - 1
    above = view.table.visualRect(view.model.index(0, last))
    below = view.totals.visualRect(view.totals_model.index(0, last))
    assert abs(above.right() - below.right()) <= 1


def test_an_edit_of_a_thousand_blocks_costs_little_and_nothing_while_hidden(
    make_session: MakeSession, show: Show
) -> None:
    document = Document(Project(stack(1000)))
    view = AnalysisView(make_session(document))
    frame = show(view, 900, 300)
    convolutions = [block for block in document.project.network.blocks if block.kind() == "Conv2d"]
    spent = []
    for block in convolutions[:15]:
        network = replace_block(document.project.network, block.with_fields(out_channels=24))
        document.edit("Edit", replace(document.project, network=network))  # the table follows
        shown = view.model.shown
        view.model.show_table(shown)
        began = time.perf_counter()
        view.model.show_table(shown)
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.02  # 2 ms on a machine that does nothing else
    frame.hide()
    before = view.model.shown
    network = replace_block(document.project.network, convolutions[20].with_fields(out_channels=24))
    document.edit("Edit", replace(document.project, network=network))
    assert view.model.shown is before
    frame.show()
    assert view.model.shown is not before
