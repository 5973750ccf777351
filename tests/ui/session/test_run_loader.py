"""A run of an earlier day is found in its folder and shown again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cnnbuilder.engine import runs
from cnnbuilder.engine.messages import Predict
from cnnbuilder.network.file import save
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session import run_text as reading
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.run_directory import unsaved
from cnnbuilder.ui.session.run_loader import last_run
from cnnbuilder.ui.train.workspace import TrainWorkspace
from tests.ui.runs import DIGITS, Stand
from tests.ui.train.test_try_it import draw


def leave_a_run(folder: Path, project: Project, epochs: int = 2) -> Path:
    """A run folder as the engine leaves it, but for what is in the weights."""
    preparation = runs.Preparation("mnist", "f", (1, 32, 32), (0.1,), (0.3,), DIGITS)
    info = runs.RunInfo(
        "2026-01-05T14:02:00+00:00", "finished", preparation, 0, 2, "float32", "cpu", "CPU", 33_546, 55_000, 5_000,
        None, {}, runs.Result(False, epochs, 0.98, 0.06, epochs, 0.98, 12_000.0, 9.5, peak_bytes=14_100_000),
        forecast_bytes=13_600_000,
    )  # fmt: skip
    runs.begin(folder, project, info)
    rows = [runs.Metrics(0, 0, None, None, 2.3, 0.1, None, 0.3)]
    rows += [
        runs.Metrics(n, 430 * n, 0.3 / n, 0.9, 0.2 / n, 0.96 + 0.01 * n, 0.001, 4.0)
        for n in range(1, epochs + 1)
    ]
    runs.write_metrics(folder, tuple(rows))
    (folder / runs.BEST).write_bytes(b"weights")
    return folder


def test_the_newest_run_of_this_network_is_found(tmp_path: Path) -> None:
    digits, lenet = TEMPLATES["digits"].make(), TEMPLATES["lenet5"].make()
    leave_a_run(tmp_path / "0001", digits)
    leave_a_run(tmp_path / "0002", digits)
    leave_a_run(tmp_path / "0003", lenet)
    record = last_run(tmp_path, digits.network)
    assert record is not None
    assert record.run == str(tmp_path / "0002")
    assert reading.memory(record) == "Memory of one step: forecast 13.6 MB, measured 14.1 MB (+4 %)."
    assert [epoch.epoch for epoch in record.epochs] == [0, 1, 2]
    assert record.best is not None
    assert record.best.epoch == 2
    assert record.at == datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
    assert record.clock.startswith("2026-01-05")


def test_no_runs_and_broken_ones_are_none(tmp_path: Path) -> None:
    digits = TEMPLATES["digits"].make()
    assert last_run(tmp_path / "nowhere", digits.network) is None
    leave_a_run(tmp_path / "0001", digits)
    (tmp_path / "0001" / runs.PROJECT).write_text("{", encoding="utf-8")
    assert last_run(tmp_path, digits.network) is None


def test_an_opened_project_shows_how_it_was_trained_and_can_be_tried(
    stand: Stand, panel: TrainWorkspace, qtbot: Any, tmp_path: Path
) -> None:
    project = TEMPLATES["digits"].make()
    path = tmp_path / "mine.cnn"
    save(project, path)
    run = leave_a_run(tmp_path / "mine.runs" / "0001", project)
    stand.document.replace(project, path)
    assert stand.runner.state == "finished"
    assert panel.head.sentence.text().startswith("2 epochs in 9.5 s: 98 %")
    assert panel.curves.isVisible()
    assert not panel.notice.isVisible()
    draw(qtbot, panel.try_it.field, (0.5, 0.2), (0.5, 0.8))
    qtbot.waitUntil(lambda: bool(stand.engine.asked(Predict)))
    assert stand.engine.asked(Predict)[0].run == str(run)
    panel.grab()


def test_a_network_that_was_changed_since_shows_no_run(
    stand: Stand, panel: TrainWorkspace, tmp_path: Path
) -> None:
    project = TEMPLATES["digits"].make()
    leave_a_run(tmp_path / "mine.runs" / "0001", replace(project, network=TEMPLATES["lenet5"].make().network))
    stand.document.replace(project, tmp_path / "mine.cnn")
    assert stand.runner.state == "idle"
    assert panel.empty.isVisible()


def test_a_new_document_shows_none(stand: Stand, panel: TrainWorkspace, tmp_path: Path) -> None:
    project = TEMPLATES["digits"].make()
    leave_a_run(tmp_path / "mine.runs" / "0001", project)
    stand.document.replace(project, tmp_path / "mine.cnn")
    stand.document.replace(Document().project, None)
    assert stand.runner.record is None
    assert stand.runner.state == "idle"


def test_weights_that_an_import_brought_along_can_be_asked_at_once(
    stand: Stand, panel: TrainWorkspace, qtbot: Any
) -> None:
    project = TEMPLATES["digits"].make()
    folder = leave_a_run(unsaved("imported") / "0001", project, epochs=0)
    runs.write_metrics(folder, ())
    info = runs.read_run(folder).info
    runs.write_info(folder, replace(info, result=None, source="torchvision Digits_Weights.V1"))
    stand.document.replace(project, None, "imported")
    assert stand.runner.state == "finished"
    assert panel.head.sentence.text().startswith("Weights from torchvision Digits_Weights.V1")
    assert not panel.curves.isVisible()
    draw(qtbot, panel.try_it.field, (0.5, 0.2), (0.5, 0.8))
    qtbot.waitUntil(lambda: bool(stand.engine.asked(Predict)))
    assert stand.engine.asked(Predict)[0].run == str(folder)
    stand.document.replace(Document().project, None)
    assert stand.runner.state == "idle"
    assert panel.empty.isVisible()
