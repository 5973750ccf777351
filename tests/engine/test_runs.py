"""Run folders: numbers, lists, what is in them, and what is said of broken ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cnnbuilder.engine import runs
from tests.engine.networks import events_of, tiny_project


def test_folders_are_numbered_and_no_number_is_given_twice(tmp_path: Path) -> None:
    place = tmp_path / "lenet.runs"
    assert [runs.next_folder(place).name for _ in range(2)] == ["0001", "0002"]
    (place / "0041").mkdir()
    (place / "notes").mkdir()
    assert runs.next_folder(place).name == "0042"


def test_runs_are_listed_oldest_first_and_strangers_are_passed_over(tmp_path: Path) -> None:
    assert runs.list_runs(tmp_path / "none") == []
    for name in ("0002", "0001"):
        events_of(tiny_project(epochs=1), tmp_path / name, limit=100)
    (tmp_path / "0003").mkdir()
    (tmp_path / "0003" / runs.INFO).write_text("{")
    (tmp_path / "notes.txt").write_text("hello")
    found = runs.list_runs(tmp_path)
    assert [run.folder.name for run in found] == ["0001", "0002"]
    assert found[0].resumable and found[0].weights == tmp_path / "0001" / runs.BEST


def test_metrics_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = (
        runs.Metrics(0, 0, None, None, 2.3, 0.1, None, 0.5),
        runs.Metrics(1, 430, 0.41234567890123, 0.89, 1 / 3, 0.98, 2e-08, 5.0),
    )
    runs.write_metrics(tmp_path, rows)
    assert runs.read_metrics(tmp_path) == rows
    assert runs.read_metrics(tmp_path / "none") == ()


@pytest.mark.parametrize("content", ["", "epoch\nx\n", "\0\0", "epoch,step\n1,2,3\n"])
def test_a_broken_metrics_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / runs.METRICS).write_text(content)
    try:
        assert runs.read_metrics(tmp_path) == ()
    except runs.RunProblem as problem:
        assert str(tmp_path / runs.METRICS) in str(problem)


def test_what_is_no_run_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(runs.RunProblem, match=r"is no run: it has no run\.json"):
        runs.read_run(tmp_path)
    (tmp_path / runs.INFO).write_bytes(b"\xff\xfe")
    with pytest.raises(runs.RunProblem, match="cannot be read"):
        runs.read_run(tmp_path)
    with pytest.raises(runs.RunProblem, match=r"is no run: it has no project\.cnn"):
        runs.read_project(tmp_path)
    (tmp_path / runs.PROJECT).write_text("")
    with pytest.raises(runs.RunProblem, match="empty"):
        runs.read_project(tmp_path)


def test_lists_messages_and_the_client_load_neither_torch_nor_qt() -> None:
    code = (
        "import sys, cnnbuilder.engine.runs, cnnbuilder.engine.client, cnnbuilder.engine.messages, "
        "cnnbuilder.engine.control, cnnbuilder.engine.child; "
        "sys.exit(' '.join(name for name in ('torch', 'numpy', 'PySide6') if name in sys.modules) or 0)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_removing_a_run_takes_its_own_files_only(tmp_path: Path) -> None:
    """`--out` may name any folder of the user's."""
    events_of(tiny_project(epochs=1), tmp_path / "0001", limit=100)
    (tmp_path / "0001" / "thesis.txt").write_text("mine")
    runs.remove(tmp_path / "0001")
    assert [path.name for path in (tmp_path / "0001").iterdir()] == ["thesis.txt"]
