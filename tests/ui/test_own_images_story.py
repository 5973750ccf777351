"""From a folder of pictures to the curve, with the real engine: dropped, Train, and nothing else."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QFileDialog

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.data import Folder, Table
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project, Training
from cnnbuilder.ui.data.workspace import DataWorkspace
from cnnbuilder.ui.exporting.predict_folder import PredictFolder
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window
from tests.conftest import SHARED_DATA
from tests.ui.dropping import drop

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 120_000
"""Loading PyTorch and reading thousands of photographs takes a while on a busy machine with two cores."""


@pytest.fixture
def empty(make_window: Callable[[Document], Window], home: Path) -> Window:
    return make_window(Document())


def room(window: Window) -> DataWorkspace:
    found = window.host.workspaces.workspace("data")
    assert isinstance(found, DataWorkspace)
    return found


def read(window: Window, qtbot: Any) -> None:
    """Until what was dropped is in use."""
    data = window.session.data
    qtbot.waitUntil(lambda: data.reading is None, timeout=PATIENCE_MS)
    assert data.failure is None, data.failure
    assert room(window).head.in_use.isVisible()


def train(window: Window, qtbot: Any, epochs: int) -> None:
    """Presses Train, and waits for so many epochs."""
    qtbot.mouseClick(window.top_bar.train, LEFT)
    runner = window.session.runner
    qtbot.waitUntil(lambda: runner.record is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: len(runner.record.epochs) > epochs or runner.state in ("failed", "finished"),
        timeout=PATIENCE_MS,
    )
    assert runner.state != "failed", runner.status
    assert runner.record.reports and runner.record.epochs[0].epoch == 0
    assert window.host.workspaces.workspace("train").curves.isVisible()


def stop(window: Window, qtbot: Any, *, keep: bool = False) -> None:
    window.session.runner.stop(keep=keep)
    qtbot.waitUntil(lambda: not window.session.runner.active, timeout=20_000)


def make_folder(folder: Path, classes: dict[str, str], count: int) -> Path:
    """Classes of coloured discs on grey, in pictures of many sizes."""
    dice = random.Random(3)
    for name, color in classes.items():
        (folder / name).mkdir(parents=True)
        for place in range(count):
            image = QImage(dice.randint(50, 90), dice.randint(50, 90), QImage.Format.Format_RGB888)
            image.fill(QColor.fromHsv(0, 0, dice.randint(60, 200)))
            painter = QPainter(image)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color))
            centre = QPointF(image.width() / 2 + dice.randint(-8, 8), image.height() / 2)
            side = dice.randint(24, 40)
            painter.drawEllipse(QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side))
            painter.end()
            assert image.save(str(folder / name / f"{place}.png"))
    return folder


def test_a_dropped_folder_and_train_lead_to_the_curve(
    empty: Window, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder(tmp_path / "discs", {"red": "#D02020", "green": "#20A040", "blue": "#2040D0"}, 30)
    (folder / "red" / "broken.png").write_bytes(b"\x89PNG broken")
    assert drop(empty, folder)
    read(empty, qtbot)
    project = empty.session.document.project
    assert project.data.source == Folder(str(folder))
    assert outputs(analyse(project.network)) == 3
    shown = room(empty)
    assert [empty.session.data.shown.classes] == [("blue", "green", "red")]
    assert shown.classes.rowCount() == 3
    qtbot.waitUntil(lambda: shown.classes.record(0, 0) is not None, timeout=PATIENCE_MS)
    assert any("cannot be read" in bar.sentence.text() for bar in shown.findings.bars)
    strip = shown.preparation.strip
    qtbot.waitUntil(lambda: len(strip.seen.images) == 6, timeout=PATIENCE_MS)
    assert strip.seen.images == strip.prepared.images
    qtbot.mouseClick(shown.preparation.augmentation_form.rows["augmentation.shift"].editor.switch, LEFT)
    qtbot.waitUntil(lambda: strip.seen.images != strip.prepared.images, timeout=PATIENCE_MS)
    first = strip.seen.images
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: strip.seen.images != first, timeout=PATIENCE_MS)
    train(empty, qtbot, 3)
    stop(empty, qtbot, keep=True)
    predict_the_folder(empty, qtbot, folder, monkeypatch)


def predict_the_folder(window: Window, qtbot: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trained network is asked about the very pictures, by the menu."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    window.host.actions["predict-folder"].trigger()
    dialog = window.findChild(PredictFolder)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.finished_all, timeout=PATIENCE_MS)
    assert dialog.state.text() == "91 pictures · 1 could not be read"
    right = [
        found for found in dialog.predictions if found.classes and f"{found.classes[0][0]}/" in found.file
    ]
    assert len(right) > 45  # half of them; guessing is a third
    qtbot.mouseClick(dialog.done_button, LEFT)


def test_what_is_set_aside_is_not_learned_from_and_comes_back(
    empty: Window, qtbot: Any, tmp_path: Path
) -> None:
    folder = make_folder(tmp_path / "discs", {"red": "#D02020", "green": "#20A040"}, 20)
    drop(empty, folder)
    read(empty, qtbot)
    shown, data = room(empty), empty.session.data
    whole = sum(map(sum, data.shown.counts))
    shown.grid.clicked.emit(shown.classes.index(1, 0))
    view = shown.images.view
    view.grab()
    qtbot.waitUntil(lambda: shown.images.model.at(0) is not None, timeout=PATIENCE_MS)
    view.setFocus()
    view.selectionModel().select(
        shown.images.model.index(0), view.selectionModel().SelectionFlag.ClearAndSelect
    )
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: sum(map(sum, data.shown.counts)) == whole - 1, timeout=PATIENCE_MS)
    empty.session.document.undo_stack.undo()
    qtbot.waitUntil(lambda: sum(map(sum, data.shown.counts)) == whole, timeout=PATIENCE_MS)


def stroke(window: Window, qtbot: Any, points: list[tuple[float, float]]) -> None:
    field = room(window).drawn.field
    side = field.width()
    places = [QPoint(round(x * side), round(y * side)) for x, y in points]
    qtbot.mousePress(field, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(field, place)
    qtbot.mouseRelease(field, LEFT, pos=places[-1])


def test_three_drawn_classes_are_trained(empty: Window, qtbot: Any) -> None:
    dice = random.Random(5)
    empty.host.go_to("data")
    qtbot.mouseClick(room(empty).add_images.draw, LEFT)
    page = room(empty).drawn
    shapes: dict[str, Callable[[float, float], list[tuple[float, float]]]] = {
        "circle": lambda x, y: [
            (x + 0.25 * math.cos(turn * 0.6), y + 0.25 * math.sin(turn * 0.6)) for turn in range(12)
        ],
        "corner": lambda x, y: [(x - 0.2, y - 0.2), (x - 0.2, y + 0.2), (x + 0.2, y + 0.2)],
        "line": lambda x, y: [(x - 0.25, y - 0.2), (x, y), (x + 0.25, y + 0.2)],
    }
    for name, points in shapes.items():
        page.name.setFocus()
        qtbot.keyClicks(page.name, name)
        qtbot.keyClick(page.name, Qt.Key.Key_Return)
        for _drawing in range(12):
            stroke(empty, qtbot, points(0.5 + dice.uniform(-0.1, 0.1), 0.5 + dice.uniform(-0.1, 0.1)))
            qtbot.keyClick(page.field, Qt.Key.Key_Return)
    qtbot.mouseClick(page.use, LEFT)
    read(empty, qtbot)
    project = empty.session.document.project
    assert input_shape(project.network)[0] == 1
    assert outputs(analyse(project.network)) == 3
    faster = Project(project.network, project.data, Training(epochs=12, batch_size=8))
    empty.session.document.edit("Epochs", faster)
    train(empty, qtbot, 12)
    assert max(epoch.val_accuracy for epoch in empty.session.runner.record.epochs) >= 0.6
    if empty.session.runner.active:
        stop(empty, qtbot)


@pytest.mark.parametrize(
    ("name", "classes"), [("clothing", 10), ("ants_bees", 2)], ids=["clothing", "ants_bees"]
)
def test_real_photographs_are_trained_from_a_drop(empty: Window, qtbot: Any, name: str, classes: int) -> None:
    folder = SHARED_DATA / name
    if not folder.is_dir():
        # Real pictures lie beside the checkout only where the project is developed; the project itself never needs them.
        pytest.skip(f"{name} lies beside the checkout on the developers' machines only")
    assert drop(empty, folder)
    read(empty, qtbot)
    project = empty.session.document.project
    assert input_shape(project.network) == (3, 64, 64)
    assert outputs(analyse(project.network)) == classes
    train(empty, qtbot, 1)
    stop(empty, qtbot)


def test_a_table_with_faults_is_read_and_each_fault_is_said(empty: Window, qtbot: Any) -> None:
    folder = SHARED_DATA / "clothing_csv"
    if not folder.is_dir():
        # Real pictures lie beside the checkout only where the project is developed; the project itself never needs them.
        pytest.skip("clothing_csv lies beside the checkout on the developers' machines only")
    assert drop(empty, folder / "labels.csv")
    read(empty, qtbot)
    assert isinstance(empty.session.document.project.data.source, Table)
    kinds = {finding.kind for finding in empty.session.data.shown.findings}
    assert {"row-without-file", "file-without-row"} <= kinds
    assert room(empty).head.remarks.text()
