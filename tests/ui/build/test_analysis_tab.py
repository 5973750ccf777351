"""The Analysis tab in its window: how it is reached, that it follows the canvas, and what it says of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from cnnbuilder.engine.messages import Ready
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.build.analysis import AnalysisView
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window

READY = Ready("cuda", "Small GPU", ("cuda",), 8_000_000_000, True, "2.6", 2)


@pytest.fixture
def window(make_window: Callable[[Document], Window], home: Path) -> Window:
    return make_window(Document(TEMPLATES["lenet5"].make()))


@pytest.fixture
def view(window: Window) -> AnalysisView:
    window.host.actions["analysis"].trigger()
    page = window.build.drawer.page("analysis")
    assert isinstance(page, AnalysisView)
    return page


def test_the_view_menu_and_its_shortcut_open_it(window: Window, view: AnalysisView) -> None:
    assert window.build.drawer.current == "analysis" and view.isVisible()
    assert window.host.actions["analysis"].shortcut().toString() == "Alt+3"
    assert [window.build.drawer.bar.tabText(place) for place in range(window.build.drawer.bar.count())] == [
        "Analysis",
        "Code",
        "Problems",
    ]


def test_what_is_selected_on_the_canvas_is_marked_and_the_other_way_round(
    window: Window, view: AnalysisView
) -> None:
    window.session.selection.select(["b5"])
    assert [index.row() for index in view.table.selectionModel().selectedRows()] == [4]
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    assert window.session.selection.single == "b6"
    assert window.build.inspector.page is not None


def test_the_windows_copy_does_not_take_the_tables(window: Window, view: AnalysisView) -> None:
    window.activateWindow()
    view.table.setFocus()
    window.session.selection.select(["b2"])
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Name\tBlock")


def test_once_the_device_is_known_memory_is_counted_in_its_precision(
    window: Window, view: AnalysisView
) -> None:
    before = view.totals_model.index(0, column(view, "kept")).data()
    assert "about 8.7 MB at batch 128" in window.status_bar.totals.text()
    window.session.runner.device_known.emit(READY)  # what the runner does when its child is up
    assert view.totals_model.index(0, column(view, "kept")).data() == before
    window.session.runner._status = replace(window.session.runner.status, ready=READY)
    window.session.runner.device_known.emit(READY)
    assert view.totals_model.index(0, column(view, "kept")).data() != before
    assert "about 5.4 MB at batch 128" in window.status_bar.totals.text()
    assert "fits: 5.4 MB of 8.0 GB" in window.status_bar.totals.toolTip()


def test_a_table_that_cannot_be_saved_is_said_in_a_bar(
    window: Window, view: AnalysisView, tmp_path: Path
) -> None:
    view.write(tmp_path / "table.xyz")
    bar = window.bars.bar("analysis")
    assert bar is not None and "ends otherwise" in bar.label.text()


def column(view: AnalysisView, key: str) -> int:
    return [column.key for column in view.model.columns].index(key)
