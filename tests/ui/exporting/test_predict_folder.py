"""A folder of pictures and what a network takes them for: sorted by certainty, kept as CSV, given up by closing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from cnnbuilder.engine.messages import Failed, FilePrediction, FilesPredicted, PredictFiles
from cnnbuilder.ui.exporting.predict_folder import PredictFolder
from tests.ui.runs import READY, Stand

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pictures = tmp_path / "pictures"
    for name in ("a.jpg", "deep/b.PNG", "c.jpeg", "notes.txt", ".hidden/d.jpg", ".e.png"):
        path = pictures / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return pictures


def answer(request: PredictFiles) -> FilesPredicted:
    """b is surest, c cannot be read."""
    sure = {"a.jpg": 0.6, "b.PNG": 0.98}
    found = []
    for file in request.files:
        name = Path(file).name
        if name == "c.jpeg":
            found.append(FilePrediction(file, reason="c.jpeg is damaged."))
        else:
            share = sure[name]
            found.append(FilePrediction(file, (("hat", share), ("cap", 1 - share)), bytes(192), (3, 8, 8)))
    return FilesPredicted(request.number, tuple(found))


def shown(dialog: PredictFolder) -> list[str]:
    return [str(dialog.model.index(row).data(SPOKEN)) for row in range(dialog.model.rowCount())]


@pytest.fixture
def dialog(stand: Stand, qtbot: Any, folder: Path) -> PredictFolder:
    stand.hear(READY)
    made = PredictFolder(stand.tasks, folder, folder.parent / "0001")
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    qtbot.waitUntil(lambda: bool(stand.engine.asked(PredictFiles)))
    return made


def test_pictures_are_found_asked_about_and_sorted_by_certainty(
    dialog: PredictFolder, stand: Stand, folder: Path
) -> None:
    (request,) = stand.engine.asked(PredictFiles)
    assert sorted(Path(file).name for file in request.files) == ["a.jpg", "b.PNG", "c.jpeg"]
    assert not dialog.save.isEnabled()
    stand.hear(answer(request))
    assert shown(dialog) == [
        str(Path("deep") / "b.PNG") + ": hat 98 % · cap 2 %",
        "a.jpg: hat 60 % · cap 40 %",
        "c.jpeg: c.jpeg is damaged.",
    ]
    assert dialog.state.text() == "3 pictures · 1 could not be read"
    dialog.order.setCurrentIndex(1)
    assert [text[:5] for text in shown(dialog)] == ["a.jpg", "deep" + str(Path("/")), "c.jpe"]


def test_the_answers_are_kept_as_csv(
    dialog: PredictFolder, stand: Stand, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.hear(answer(stand.engine.asked(PredictFiles)[0]))
    out = tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(out), ""))
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    columns = "".join(f",class{place},probability{place}" for place in range(1, 6))
    assert out.read_text().splitlines() == [
        f"image{columns},reason",
        "deep/b.PNG,hat,0.980000,cap,0.020000,,,,,,,",
        "a.jpg,hat,0.600000,cap,0.400000,,,,,,,",
        "c.jpeg,,,,,,,,,,,c.jpeg is damaged.",
    ]


def test_a_failure_is_said(dialog: PredictFolder, stand: Stand) -> None:
    number = stand.engine.asked(PredictFiles)[0].number
    stand.hear(Failed("The run has no weights.", number=number))
    assert dialog.state.text() == "The run has no weights."
    assert not dialog.bar.isVisible()


def test_a_folder_without_pictures_is_said(stand: Stand, qtbot: Any, tmp_path: Path) -> None:
    empty = tmp_path / "nothing"
    empty.mkdir()
    made = PredictFolder(stand.tasks, empty, tmp_path)
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.waitUntil(lambda: made.finished_all)
    assert made.state.text() == "There is no picture in nothing."
