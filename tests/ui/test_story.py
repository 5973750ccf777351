"""The main job, end to end, with the real engine: from an empty window to a trained network that reads a drawing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from cnnbuilder.folders import data_folder
from cnnbuilder.network.code import source
from cnnbuilder.network.file import load
from cnnbuilder.ui.build.palette_card import Card
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window import closing, files
from cnnbuilder.ui.window.window import Window

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 180_000
"""Loading PyTorch and preparing MNIST takes a while on a busy machine with two cores."""


@pytest.fixture
def empty(make_window: Callable[[Document], Window], home: Path) -> Window:
    return make_window(Document())


def loss(window: Window) -> float:
    return window.session.runner.record.reports[-1].smooth_loss


def test_a_card_and_train_are_the_only_two_clicks_to_a_falling_curve(empty: Window, qtbot) -> None:
    window = empty
    qtbot.mouseClick(window.build.area.cards.cards[0], LEFT)
    qtbot.mouseClick(window.top_bar.train, LEFT)
    assert window.session.runner.state in ("starting", "preparing")
    assert window.top_bar.pause.isVisible()
    qtbot.waitUntil(
        lambda: window.session.runner.record is not None and bool(window.session.runner.record.reports),
        timeout=PATIENCE_MS,
    )
    assert window.session.runner.record.epochs[0].val_loss == pytest.approx(
        2.3, abs=0.15
    )  # validation before the first step
    qtbot.waitUntil(lambda: loss(window) < 0.8, timeout=PATIENCE_MS)
    assert window.host.workspaces.workspace("train").curves.isVisible()
    assert "CPU" in window.top_bar.device.word.text() or window.top_bar.device.word.text()
    window.session.runner.stop(keep=False)
    qtbot.waitUntil(lambda: not window.session.runner.active, timeout=5000)
    assert window.top_bar.train.isVisible()


def drag(window: Window, kind: str) -> None:
    """Carries a card of the palette to the free end of the stack."""
    palette = window.build.left_tabs.page("blocks")
    [card] = [
        card for card in palette.findChildren(Card) if card.property("kind") == kind and card.isVisible()
    ]
    canvas = window.build.canvas
    last = list(window.session.document.analysis.rows)[-1]
    area = canvas.block_area(last)
    target = card.mapFromGlobal(canvas.mapToGlobal(QPoint(area.center().x(), area.bottom() + 24)))
    start = card.rect().center()
    QTest.mousePress(card, LEFT, Qt.KeyboardModifier.NoModifier, start)
    beside = QPoint(start.x(), target.y())  # down first, then across: over no wire on the way
    for step in (1, 2, 3, 4):
        QTest.mouseMove(card, beside + (target - beside) * step / 4)
    QTest.mouseRelease(card, LEFT, Qt.KeyboardModifier.NoModifier, target)


def draw_a_one(window: Window) -> None:
    field = window.host.workspaces.workspace("train").try_it.field
    w, h = field.width(), field.height()
    points = [QPoint(int(w * 0.5), int(h * y)) for y in (0.2, 0.35, 0.5, 0.65, 0.8)]
    QTest.mousePress(field, LEFT, Qt.KeyboardModifier.NoModifier, points[0])
    for _before, point in pairwise(points):
        QTest.mouseMove(field, point)
    QTest.mouseRelease(field, LEFT, Qt.KeyboardModifier.NoModifier, points[-1])


def test_from_an_empty_canvas_to_a_network_that_reads_a_digit(
    empty: Window, make_window, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = empty
    qtbot.mouseClick(window.build.area.cards.empty, LEFT)
    for kind in ("Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear"):
        drag(window, kind)
    kinds = [row.block.kind() for row in window.session.document.analysis.rows.values()]
    assert kinds == ["Input", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear"]
    assert window.session.document.analysis.problems == ()
    assert window.session.document.analysis.output.sizes == (10,)

    conv = next(
        block.id for block in window.session.document.project.network.blocks if block.kind() == "Conv2d"
    )
    window.session.selection.select([conv])
    editor = next(
        field
        for field in window.build.inspector.page.findChildren(QLineEdit)
        if field.accessibleName().endswith("out_channels")
    )
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "8")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert window.session.document.project.network.by_id[conv].out_channels == 8
    assert "80 parameters" not in window.status_bar.totals.text()

    window.host.actions["quick"].trigger()
    qtbot.waitUntil(lambda: window.session.runner.state == "finished", timeout=PATIENCE_MS)
    trained = window.session.runner.record
    assert trained.reports[-1].smooth_loss < trained.reports[0].smooth_loss

    window.host.actions["go-train"].trigger()
    training = window.host.workspaces.workspace("train")
    qtbot.waitUntil(lambda: training.try_it.isVisible())
    draw_a_one(window)
    qtbot.waitUntil(lambda: training.try_it.guesses.likeliest is not None, timeout=30_000)

    path = tmp_path / "mine.cnn"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    window.host.actions["save"].trigger()
    assert load(path) == window.session.document.project
    assert not window.session.file.edited
    # The run has come along, and its code is the code that the window shows.
    [run] = (tmp_path / "mine.runs").iterdir()
    assert (
        (run / "model.py")
        .read_text(encoding="utf-8")
        .endswith(source(window.session.document.project.network).text)
    )
    assert Path(window.session.runner.record.run) == run

    again = make_window(Document())
    assert again.host.opening.open_path(path)
    assert again.session.document.project == window.session.document.project

    for _step in range(6):
        window.host.actions["undo"].trigger()
    assert [block.kind() for block in window.session.document.project.network.blocks] == ["Input"]
    window.host.actions["redo"].trigger()
    assert len(window.session.document.project.network.blocks) == 2


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_child_is_said_and_trains_again(empty: Window, qtbot) -> None:
    window = empty
    qtbot.mouseClick(window.build.area.cards.cards[0], LEFT)
    qtbot.mouseClick(window.top_bar.train, LEFT)
    qtbot.waitUntil(
        lambda: window.session.runner.record is not None and bool(window.session.runner.record.reports),
        timeout=PATIENCE_MS,
    )
    project = window.session.document.project
    children = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
    for child in children:
        child.send_signal(signal.SIGKILL)
    qtbot.waitUntil(lambda: window.session.runner.state == "failed", timeout=10_000)
    assert "ended" in window.session.runner.status.failure.reason
    assert window.session.document.project is project
    assert window.top_bar.train.isVisible()
    window.host.actions["quick"].trigger()
    qtbot.waitUntil(lambda: window.session.runner.state == "finished", timeout=PATIENCE_MS)


def begin(window: Window, qtbot) -> None:
    window.session.begin_template("digits")
    window.session.train()
    qtbot.waitUntil(
        lambda: window.session.runner.record is not None and bool(window.session.runner.record.reports),
        timeout=PATIENCE_MS,
    )


def test_closing_during_a_run_stops_keeps_and_leaves_no_process(
    empty: Window, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, path = empty, tmp_path / "mine.cnn"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    monkeypatch.setattr(closing, "choose", lambda *_args: 0)
    begin(window, qtbot)
    window.host.actions["save"].trigger()
    assert not window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=30_000)
    [run] = (tmp_path / "mine.runs").iterdir()  # the run has moved beside the file once it was over
    assert (run / "run.json").is_file()
    assert not [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


def test_a_run_that_need_not_be_saved_goes_with_its_window(
    empty: Window, qtbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = empty
    asked: list[str] = []

    def choose(parent: object, question: str, explanation: str, answers: list[str]) -> int:
        asked.append(question)
        return 1

    monkeypatch.setattr(files, "choose", choose)
    begin(window, qtbot)
    assert window.close()
    assert asked == ["The network is still training. Save Untitled first?"]
    assert list((data_folder() / "runs").iterdir()) == []
