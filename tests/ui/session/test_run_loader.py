"""A run of an earlier day is found in its folder and shown again."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cnnbuilder.engine import runs
from cnnbuilder.engine.messages import Predict, Tested, TestRun, Train
from cnnbuilder.network.file import save
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session import run_text as reading
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.run_directory import unsaved
from cnnbuilder.ui.session.run_loader import last_run, load_record
from cnnbuilder.ui.train.workspace import TrainWorkspace
from tests.ui.runs import DIGITS, Stand, finished
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


def test_what_an_open_project_learned_comes_back_with_its_fine_curve_and_its_test(
    stand: Stand, panel: TrainWorkspace, home: Path, tmp_path: Path
) -> None:
    stand.train()
    stand.begin(epochs=1)
    folder = stand.run
    leave_a_run(folder, stand.document.project, epochs=1)
    stand.end_of_epoch()
    stand.hear(finished(str(folder), epochs=1))
    fine = stand.runner.record.reports
    assert len(fine) == 3
    stand.session.runner.test()
    number = stand.engine.asked(TestRun)[0].number
    stand.hear(Tested(number, str(folder), 0.975, 0.08, 10_000))
    record = load_record(folder)
    assert record is not None
    assert record.reports == fine
    path = tmp_path / "again.cnn"
    save(stand.document.project, path)
    shutil.copytree(folder, tmp_path / "again.runs" / "0001")
    stand.document.replace(stand.document.project, path)
    assert stand.runner.status.tested.accuracy == 0.975
    assert [entry.test_accuracy for entry in stand.session.runs.entries] == [0.975]


def test_runs_that_came_to_nothing_are_listed_and_hide_no_earlier_one(
    stand: Stand, panel: TrainWorkspace, tmp_path: Path
) -> None:
    project = TEMPLATES["digits"].make()
    folder = tmp_path / "mine.runs"
    good = leave_a_run(folder / "0001", project)
    first_epoch = leave_a_run(folder / "0002", project, epochs=0)
    info = runs.read_run(first_epoch).info
    runs.write_info(
        first_epoch,
        replace(info, state="stopped", result=runs.Result(True, 0, None, None, None, None, None, 0.4)),
    )
    quick = leave_a_run(folder / "0003", replace(project, training=Training(epochs=1)), epochs=1)
    runs.write_info(quick, replace(runs.read_run(quick).info, limit_images=2000))
    (quick / runs.BEST).unlink()
    killed = leave_a_run(folder / "0004", project, epochs=1)
    runs.write_info(killed, replace(info, state="unfinished", result=None))
    (killed / runs.BEST).unlink()
    (killed / runs.CHECKPOINT).write_bytes(b"")
    (folder / "0005").mkdir()
    save(project, tmp_path / "mine.cnn")
    stand.session.open(tmp_path / "mine.cnn", project)
    assert [entry.name for entry in stand.session.runs.entries] == ["Run 4", "Run 3", "Run 2", "Run 1"]
    assert [entry.quick for entry in stand.session.runs.entries] == [False, True, False, False]
    assert stand.session.runs.entries[0].val_accuracy == 0.97
    assert stand.runner.record.run == str(good)
    stand.session.resume(stand.session.runs.entries[0])
    assert stand.engine.asked(Train)[0].resume == str(killed)


def test_two_runs_of_one_minute_are_told_apart(stand: Stand, panel: TrainWorkspace, tmp_path: Path) -> None:
    project = TEMPLATES["digits"].make()
    for number, created in enumerate(("14:02:05", "14:02:31", "14:05:00"), 1):
        run = leave_a_run(tmp_path / "mine.runs" / f"000{number}", project)
        info = runs.read_run(run).info
        runs.write_info(run, replace(info, created=f"2026-01-05T{created}+00:00"))
    save(project, tmp_path / "mine.cnn")
    stand.session.open(tmp_path / "mine.cnn", project)
    clocks = [entry.clock for entry in stand.session.runs.entries]
    assert len(set(clocks)) == 3
    assert [clock[-3:] for clock in clocks[1:]] == [":31", ":05"]
    assert [clock.count(":") for clock in clocks] == [1, 2, 2]
