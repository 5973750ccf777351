"""What is asked of the child, what is said meanwhile, and that nothing half-written is ever left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from cnnbuilder.engine.messages import Failed
from cnnbuilder.network.file import dumps
from cnnbuilder.network.project import Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.exporting.atomic_output import CannotWriteError, ExportOutput
from cnnbuilder.ui.exporting.forms import Choice
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window
from tests.ui.exporting.conftest import Child, dialog_of
from tests.ui.window.test_dialogs import when_open

ONNX = Choice("onnx")


def said(window: Window, key: str = "export") -> str:
    bar = window.bars.bar(key)
    return bar.label.text() if bar is not None else ""


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_what_is_exported_is_the_project_as_it_was_when_export_was_pressed(
    window: Window, child: Child, tmp_path: Path
) -> None:
    before = window.session.document.project
    window.host.exporter.begin(ONNX, tmp_path / "net.onnx")
    window.session.document.edit("Epochs", replace(before, training=Training(epochs=9)))
    assert child.export.project == dumps(before)
    assert not (tmp_path / "net.onnx").exists()
    child.write(b"graph", "Exported with fresh weights.", "The largest difference is 3e-07.")
    assert (tmp_path / "net.onnx").read_bytes() == b"graph"
    assert (
        said(window) == "net.onnx is written. Exported with fresh weights. The largest difference is 3e-07."
    )
    assert hidden(tmp_path) == []


def test_the_options_reach_the_child(window: Window, child: Child, tmp_path: Path) -> None:
    run = tmp_path / "mine.runs" / "0003"
    choice = Choice("weights", style="sequential", normalise=True, run=run)
    window.host.exporter.begin(choice, tmp_path / "net.safetensors")
    sent = child.export
    assert (sent.sequential, sent.normalise, sent.run, sent.runs_folder) == (True, False, str(run), None)
    window.host.exporter.begin(replace(choice, form="onnx", run=None), tmp_path / "net.onnx")
    sent = child.export
    assert (sent.sequential, sent.normalise, sent.run, sent.runs_folder) == (False, True, None, None)
    window.host.exporter.begin(replace(choice, form="script"), tmp_path / "train.py")
    sent = child.export
    assert (sent.run, sent.runs_folder) == (None, str(window.session.run_directory.folder)), (
        "the newest run says how to compute"
    )
    for _number in (1, 2, 3):
        child.answer(Failed("No.", number=1))


def test_a_long_export_is_said_and_can_be_cancelled(
    window: Window, child: Child, tmp_path: Path, qtbot: Any
) -> None:
    (tmp_path / "net.onnx").write_bytes(b"mine")
    window.host.exporter.begin(ONNX, tmp_path / "net.onnx")
    key = f"export {tmp_path / 'net.onnx'}"
    assert said(window, key) == "", "nothing is said of what takes no time"
    qtbot.waitUntil(lambda: said(window, key) == "Exporting net.onnx …")
    window.bars.bar(key).buttons[0].click()
    assert window.bars.bar(key) is None
    child.write()
    assert (tmp_path / "net.onnx").read_bytes() == b"mine"
    assert said(window) == ""
    assert hidden(tmp_path) == []
    assert window.host.exporter.under_way == 0


def test_a_failure_is_one_sentence_with_its_details_and_the_way_back(
    window: Window, child: Child, tmp_path: Path
) -> None:
    window.host.exporter.begin(replace(ONNX, normalise=True), tmp_path / "net.onnx")
    child.answer(
        Failed("ONNX needs the package onnx: pip install cnnbuilder[onnx].", "Traceback …", number=1)
    )
    assert said(window).startswith("ONNX needs the package onnx")
    again, details = window.bars.bar("export").buttons
    assert (again.text(), details.text()) == ("Export again…", "Details")
    seen: list[str] = []

    def look(box: Any) -> None:
        seen.append(box.findChild(QPlainTextEdit).toPlainText())
        box.reject()

    when_open(look)
    details.click()
    assert seen == ["Traceback …"]
    again.click()
    dialog = dialog_of(window)
    assert (dialog.choice.form, dialog.choice.normalise) == ("onnx", True)
    assert hidden(tmp_path) == []


def test_a_child_that_ends_in_mid_export_is_said(window: Window, child: Child, tmp_path: Path) -> None:
    window.host.exporter.begin(ONNX, tmp_path / "net.onnx")
    child.answer(Failed("", number=1))
    assert said(window) == "net.onnx was not written: the process that exports has ended."


def test_a_place_that_goes_away_meanwhile_is_said(window: Window, child: Child, tmp_path: Path) -> None:
    window.host.exporter.begin(ONNX, tmp_path / "net.onnx")
    (tmp_path / "net.onnx").mkdir()  # somebody has made a folder of that name
    child.write()
    assert "net.onnx cannot be written" in said(window)
    assert hidden(tmp_path) == []


def test_two_exports_at_once_each_have_their_bar(
    window: Window, child: Child, tmp_path: Path, qtbot: Any
) -> None:
    for name in ("a.onnx", "b.onnx"):
        window.host.exporter.begin(ONNX, tmp_path / name)
    keys = [f"export {tmp_path / name}" for name in ("a.onnx", "b.onnx")]
    qtbot.waitUntil(lambda: all(said(window, key) for key in keys))
    child.write(b"second")
    assert [bool(said(window, key)) for key in keys] == [True, False]
    assert said(window) == "b.onnx is written."
    assert window.host.exporter.under_way == 1


def test_closing_in_mid_export_leaves_nothing_behind(window: Window, child: Child, tmp_path: Path) -> None:
    window.host.exporter.begin(ONNX, tmp_path / "net.onnx")
    assert hidden(tmp_path)
    assert window.close()
    assert list(tmp_path.iterdir()) == [path for path in tmp_path.iterdir() if path.name == "home"]


def test_the_folder_is_shown(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    window.host.exporter.begin(Choice("table"), tmp_path / "net.csv")
    [show] = window.bars.bar("export").buttons
    assert show.text() == "Show in folder"
    show.click()
    assert opened == [str(tmp_path)]


def test_a_name_with_markup_is_shown_as_it_is(window: Window, tmp_path: Path) -> None:
    window.host.exporter.begin(Choice("table"), tmp_path / "<b>net.csv")
    assert said(window) == "<b>net.csv is written."


# --- the stage ------------------------------------------------------------------------------------


def test_a_read_only_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.py"
    path.write_text("mine")
    monkeypatch.setattr(os, "access", lambda *_args: False)  # root may write anything
    with pytest.raises(CannotWriteError, match=r"net\.py cannot be written: access is not allowed"):
        ExportOutput(path)
    assert path.read_text() == "mine"


def test_a_link_keeps_pointing_where_it_points(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "net.py", tmp_path / "link.py"
    target.write_text("old")
    link.symlink_to(target)
    stage = ExportOutput(link)
    stage.path.write_text("new")
    stage.deliver()
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert hidden(tmp_path / "there") == []


def test_what_lies_beside_the_file_comes_along(tmp_path: Path) -> None:
    stage = ExportOutput(tmp_path / "net.onnx")
    stage.path.write_bytes(b"graph")
    stage.path.with_name("net.onnx.data").write_bytes(b"large")
    stage.deliver()
    assert (tmp_path / "net.onnx.data").read_bytes() == b"large"


def test_an_unsaved_project_exports_too(make_window: Any, home: Path, tmp_path: Path) -> None:
    window = make_window(Document(TEMPLATES["lenet5"].make()))
    window.host.exporter.begin(Choice("model"), tmp_path / "net.py")
    QApplication.processEvents()
    assert "class Net" in (tmp_path / "net.py").read_text(encoding="utf-8")
