"""Where runs stand, and how they move along at the first save."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cnnbuilder.network.project import Project
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.run_directory import RunDirectory, beside, unsaved


def make_run(folder: Path, name: str = "0001") -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "run.json").write_text("{}", encoding="utf-8")
    return folder / name


def test_an_unsaved_document_has_a_folder_of_its_own(qtbot: Any, home: Path) -> None:
    one, other = Document(), Document()
    assert RunDirectory(one).folder == unsaved(one.id)
    assert RunDirectory(one).folder != RunDirectory(other).folder
    assert home in RunDirectory(one).folder.parents


def test_a_saved_one_has_it_beside_its_file(qtbot: Any, tmp_path: Path) -> None:
    assert RunDirectory(Document(path=tmp_path / "lenet.cnn")).folder == tmp_path / "lenet.runs"


def test_the_first_save_takes_the_runs_along(qtbot: Any, home: Path, tmp_path: Path) -> None:
    document = Document()
    place = RunDirectory(document)
    make_run(place.folder)
    old = place.folder
    with qtbot.waitSignal(place.moved) as moved:
        document.set_path(tmp_path / "lenet.cnn")
    assert moved.args == [old, tmp_path / "lenet.runs"]
    assert (tmp_path / "lenet.runs" / "0001" / "run.json").is_file()
    assert not old.exists()


def test_runs_that_stand_there_already_keep_their_names(qtbot: Any, home: Path, tmp_path: Path) -> None:
    make_run(tmp_path / "lenet.runs", "0001")
    document = Document()
    make_run(RunDirectory(document).folder)
    place = RunDirectory(document)
    document.set_path(tmp_path / "lenet.cnn")
    assert sorted(run.name for run in place.folder.iterdir()) == ["0001", "0002"]


def test_nothing_moves_while_a_run_writes(qtbot: Any, home: Path, tmp_path: Path) -> None:
    document = Document()
    place = RunDirectory(document)
    make_run(place.folder)
    place.hold(True)
    document.set_path(tmp_path / "lenet.cnn")
    assert not (tmp_path / "lenet.runs").exists()
    place.hold(False)
    assert (tmp_path / "lenet.runs" / "0001").is_dir()
    assert place.folder == tmp_path / "lenet.runs"


def test_save_as_begins_an_empty_list(qtbot: Any, tmp_path: Path) -> None:
    document = Document(path=tmp_path / "a.cnn")
    place = RunDirectory(document)
    make_run(place.folder)
    document.set_path(tmp_path / "b.cnn")
    assert place.folder == tmp_path / "b.runs"
    assert (tmp_path / "a.runs" / "0001").is_dir()


def test_opening_another_file_moves_nothing(qtbot: Any, home: Path, tmp_path: Path) -> None:
    document = Document()
    place = RunDirectory(document)
    old = make_run(place.folder)
    document.replace(Project(), tmp_path / "other.cnn")
    assert old.is_dir()
    assert place.folder == tmp_path / "other.runs"


# Permissions stop nobody who runs as root, as containers often do, and mean something else on Windows.
@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write anywhere")
def test_beside_a_file_in_a_read_only_folder_runs_stay_at_home(
    qtbot: Any, home: Path, tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    try:
        document = Document()
        place = RunDirectory(document)
        make_run(place.folder)
        with qtbot.waitSignal(place.word):
            document.set_path(locked / "lenet.cnn")
        assert place.folder == unsaved(document.id)
    finally:
        locked.chmod(0o700)


def test_where_runs_cannot_move_they_stay_and_it_says_so(
    qtbot: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document()
    place = RunDirectory(document)
    make_run(place.folder)
    (tmp_path / "lenet.runs").write_text("a file stands in the way", encoding="utf-8")
    with qtbot.waitSignal(place.word) as word:
        document.set_path(tmp_path / "lenet.cnn")
    assert str(unsaved(document.id)) in word.args[0]
    assert place.folder == unsaved(document.id)
    assert (place.folder / "0001").is_dir()


def test_runs_of_a_document_that_was_never_saved_can_be_thrown_away(
    qtbot: Any, home: Path, tmp_path: Path
) -> None:
    document = Document()
    place = RunDirectory(document)
    make_run(place.folder)
    place.discard()
    assert not place.folder.exists()
    saved = RunDirectory(Document(path=tmp_path / "lenet.cnn"))
    make_run(saved.folder)
    saved.discard()
    assert beside(tmp_path / "lenet.cnn").is_dir()
