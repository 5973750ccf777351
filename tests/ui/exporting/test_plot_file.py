"""A plot is saved from its own menu: which file is asked for, what is written, and what is said then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from cnnbuilder.ui.train.workspace import TrainWorkspace
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.window.window import Window
from tests.ui.exporting.test_exporter import said
from tests.ui.plots.conftest import run


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the person chooses, "name" and "kind"; and what was "offered"."""
    chosen = {"name": "", "kind": ""}

    def ask(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        chosen["offered"] = start
        return chosen["name"], chosen["kind"]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return chosen


def save_accuracy(window: Window) -> None:
    """Save… in the menu of the accuracy of a finished run."""
    train = window.host.workspaces.open("train")
    assert isinstance(train, TrainWorkspace)
    train.curves.show_run(run(), ())
    (action,) = [action for action in train.curves.accuracy.menu.actions() if action.text() == "Save…"]
    action.trigger()


def test_a_picture_is_written_and_said_where(window: Window, answers: dict[str, str], tmp_path: Path) -> None:
    answers["name"] = str(tmp_path / "accuracy.png")
    save_accuracy(window)
    assert Path(answers["offered"]).name == "network Run 9 Accuracy.png"
    assert not QImage(str(tmp_path / "accuracy.png")).isNull()
    assert said(window) == "accuracy.png is written."
    save_accuracy(window)
    assert Path(answers["offered"]).parent == tmp_path
    assert settings.last_export() == ("", tmp_path)


def test_a_name_without_an_ending_is_of_the_kind_that_was_chosen(
    window: Window, answers: dict[str, str], tmp_path: Path
) -> None:
    answers.update(name=str(tmp_path / "accuracy"), kind="Values (*.csv)")
    save_accuracy(window)
    assert (tmp_path / "accuracy.csv").read_text(encoding="utf-8").startswith("epoch,training,")


def test_whoever_thinks_better_of_it_finds_nothing_written(
    window: Window, answers: dict[str, str], tmp_path: Path
) -> None:
    save_accuracy(window)
    assert said(window) == ""
    assert list(tmp_path.glob("*.png")) == []


def test_what_cannot_be_written_is_said(window: Window, answers: dict[str, str], tmp_path: Path) -> None:
    answers["name"] = str(tmp_path / "gone" / "accuracy.png")
    save_accuracy(window)
    assert "accuracy.png cannot be saved" in said(window)
    answers["name"] = str(tmp_path / "accuracy.gif")
    save_accuracy(window)
    assert said(window) == "A plot can be saved as .svg, .png, .pdf, .csv, and accuracy.gif ends otherwise."
