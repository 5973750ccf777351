"""The runs of a project in their list: kept ones included, drawn by a tick, brought back, gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt

from cnnbuilder.engine import runs
from cnnbuilder.engine.messages import Train
from cnnbuilder.network.file import save
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.train.run_table import DIFFERENCE, NAME, VALIDATION
from cnnbuilder.ui.train.workspace import TrainWorkspace
from tests.ui.runs import Stand, epoch, finished, step
from tests.ui.session.test_run_loader import leave_a_run


@pytest.fixture
def kept(stand: Stand, panel: TrainWorkspace, tmp_path: Path) -> TrainWorkspace:
    """A saved project with two runs of an earlier day, the older with another batch size."""
    project = TEMPLATES["digits"].make()
    save(project, tmp_path / "mine.cnn")
    other = replace(project, training=replace(project.training, batch_size=512))
    leave_a_run(tmp_path / "mine.runs" / "0001", other)
    leave_a_run(tmp_path / "mine.runs" / "0002", project)
    stand.session.open(tmp_path / "mine.cnn", project)
    return panel


def text(panel: TrainWorkspace, row: int, column: int) -> str:
    return str(panel.run_table.model.index(row, column).data())


def test_without_runs_one_sentence_says_so(panel: TrainWorkspace) -> None:
    assert panel.run_table.empty.isVisible()
    assert not panel.run_table.open_network.isVisible()


def test_kept_runs_are_listed_newest_first_with_what_differs(kept: TrainWorkspace) -> None:
    assert kept.run_table.model.rowCount() == 2
    assert text(kept, 0, NAME) == "Run 2"
    assert text(kept, 0, VALIDATION) == "98 %"
    assert text(kept, 0, DIFFERENCE) == "this project"
    assert text(kept, 1, DIFFERENCE) == "batch size 512"


def test_a_tick_draws_the_curves_of_a_run_beside_the_present_one(
    kept: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    assert stand.session.runs.shown_records() == ()
    table = kept.run_table.table
    table.setFocus()
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    (record,) = stand.session.runs.shown_records()
    assert record.run is not None and Path(record.run).name == "0001"
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert stand.session.runs.shown_records() == ()


def test_the_network_of_a_run_comes_back_as_one_step(kept: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    before = stand.document.project
    kept.run_table.table.selectRow(1)
    with qtbot.waitSignal(stand.session.workspace_requested) as asked:
        qtbot.mouseClick(kept.run_table.open_network, Qt.MouseButton.LeftButton)
    assert asked.args == ["build"]
    assert stand.document.project.training.batch_size == 512
    stand.document.undo_stack.undo()
    assert stand.document.project == before


def test_a_stopped_run_goes_on_in_its_own_folder_and_no_stop_takes_it_away(
    kept: TrainWorkspace, stand: Stand, qtbot: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "mine.runs" / "0002"
    (folder / runs.CHECKPOINT).write_bytes(b"weights")
    stand.session.runs.refresh()
    kept.run_table.table.selectRow(0)
    qtbot.mouseClick(kept.run_table.go_on, Qt.MouseButton.LeftButton)
    (request,) = stand.engine.asked(Train)
    assert request.resume == str(folder)
    assert stand.runner.record is not None
    assert [point.epoch for point in stand.runner.record.epochs] == [0, 1, 2]
    stand.runner.stop(keep=False)
    stand.runner.stop_now()
    assert (folder / runs.INFO).is_file()
    assert (folder / runs.BEST).is_file()


def test_the_run_under_way_is_marked_and_counted(panel: TrainWorkspace, stand: Stand) -> None:
    stand.session.train()
    folder = stand.session.run_directory.folder / "0001"
    leave_a_run(folder, stand.document.project)
    stand.run = folder
    stand.begin()
    stand.hear(step(1.0), epoch(1, val_accuracy=0.97))
    assert text(panel, 0, NAME) == "Run 1 · live"
    assert text(panel, 0, VALIDATION) == "97 %"
    stand.hear(finished(str(folder)))
    assert text(panel, 0, NAME) == "Run 1"
