"""Check export: what is asked, and how the comparison reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox

from cnnbuilder.engine.messages import CheckedForm, CheckExport, ExportChecked, Failed
from cnnbuilder.ui.exporting.check import CheckDialog
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.window import Window
from tests.ui.exporting.conftest import Child, check_of, dialog_of
from tests.ui.exporting.test_dialog import trained_window

GOOD = CheckedForm("model.py", True, 0.0, True, "The same names and the same logits.")
BAD = CheckedForm(".pt2", True, 0.02, False, "Its logits differ by up to 0.02.")
ABSENT = CheckedForm(".onnx", None, None, False, "Not compared: onnxruntime is not installed.")


def cells(dialog: CheckDialog) -> list[list[str]]:
    table = dialog.table
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def opened(window: Window) -> CheckDialog:
    window.host.actions["check-export"].trigger()
    return check_of(window)


def test_each_form_is_told_in_words(window: Window, child: Child) -> None:
    dialog = opened(window)
    assert "comparing" in dialog.heading.text()
    assert not dialog.copy.isEnabled()
    child.answer(ExportChecked(1, (GOOD, BAD, ABSENT), ("Fresh weights.", "Compared on 64 images of MNIST.")))
    assert dialog.heading.text() == "1 form differs from the network."
    assert dialog.remarks.text() == "Fresh weights. Compared on 64 images of MNIST."
    assert cells(dialog) == [
        ["model.py", "✓ agrees", "equal", "0.0e+00", "The same names and the same logits."],
        [".pt2", "✗ differs", "equal", "2.0e-02", "Its logits differ by up to 0.02."],
        [".onnx", "– not compared", "–", "–", "Not compared: onnxruntime is not installed."],
    ]


def test_all_that_was_compared_agrees(window: Window, child: Child) -> None:
    dialog = opened(window)
    child.answer(ExportChecked(1, (GOOD, ABSENT)))
    assert dialog.heading.text() == "1 form agrees with the network."


def test_the_table_is_copied(window: Window, child: Child, qtbot: Any) -> None:
    dialog = opened(window)
    child.answer(ExportChecked(1, (GOOD,), ("Run 3.",)))
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Run 3."
    assert lines[2].startswith("| Form | Result |")
    assert lines[4] == "| model.py | ✓ agrees | equal | 0.0e+00 | The same names and the same logits. |"


def test_the_newest_run_is_compared_or_the_one_that_the_dialog_shows(
    make_window: Any, home: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    window = trained_window(make_window, tmp_path, "digits", "digits")
    child = Child()
    monkeypatch.setattr(window.tasks, "ask", child.ask)
    opened(window).accept()
    for form, row in (("onnx", 1), ("onnx", 2), ("table", None)):
        window.host.exporter.ask(form)
        dialog = dialog_of(window)
        if row is not None:
            dialog.page.findChild(QComboBox).setCurrentIndex(row)
        dialog.check.click()
        check_of(window).accept()
    runs = [request.run for request in child.asked if isinstance(request, CheckExport)]
    first, second = (str(tmp_path / "mine.runs" / name) for name in ("0001", "0002"))
    assert runs == [second, first, None, second], (
        "from the menu; run 1; fresh weights; a form without weights"
    )


def test_closed_before_the_answer_nothing_happens(window: Window, child: Child) -> None:
    dialog = opened(window)
    dialog.close_button.click()
    QApplication.processEvents()
    child.answer(ExportChecked(1, (GOOD,)))
    assert not [found for found in window.findChildren(CheckDialog) if found.isVisible()]


def test_a_failure_is_one_sentence(window: Window, child: Child) -> None:
    dialog = opened(window)
    child.answer(Failed("Run 0003 has no weights yet.", "Traceback …", number=1))
    assert dialog.heading.text() == "Run 0003 has no weights yet."
    assert dialog.details.isVisible()
    assert not dialog.copy.isEnabled()


def test_at_double_text_size_every_word_is_there(window: Window, child: Child) -> None:
    theme.set_scale(2.0)
    dialog = opened(window)
    dialog.resize(992, 560)
    child.answer(ExportChecked(1, (GOOD, BAD, ABSENT), ("Compared on 64 images of MNIST.",)))
    QApplication.processEvents()
    table = dialog.table
    for row in range(table.rowCount()):
        assert table.rowHeight(row) >= table.sizeHintForRow(row)
    assert table.horizontalHeader().length() <= table.viewport().width() + 1
