"""Opening and saving: nothing is lost, and every refusal is one sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnbuilder.network.file import load, save
from cnnbuilder.network.project import Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.run_state import State
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.message_bars import MessageBars
from cnnbuilder.ui.window import files as files_module
from cnnbuilder.ui.window.files import Files


class Desk:
    """A document with its file commands, and answers to the questions they ask."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widget = QWidget()
        self.session = session
        self.document = session.document
        self.file = session.file
        self.bars = MessageBars(self.widget)
        session.message_requested.connect(lambda message: self.bars.show_message(*message))
        session.message_withdrawn.connect(self.bars.close_message)
        self.files = Files(session, self.widget)
        self.answers: list[int] = []
        self.questions: list[str] = []
        self.name: Path | None = None
        monkeypatch.setattr(files_module, "choose", self._choose)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(self.name or ""), ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(self.name or ""), ""))

    def _choose(self, parent: QWidget, question: str, explanation: str, answers: list[str]) -> int:
        self.questions.append(question)
        return self.answers.pop(0)

    def edit(self, epochs: int = 7) -> None:
        self.document.edit("Epochs", replace(self.document.project, training=Training(epochs=epochs)))

    @property
    def sentence(self) -> str:
        bar = self.bars.bar("file")
        return bar.label.text() if bar else ""


@pytest.fixture
def desk(session: Session, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Iterator[Desk]:
    desk = Desk(session, monkeypatch)
    yield desk
    desk.widget.deleteLater()


def test_saving_asks_for_a_name_once(desk: Desk, tmp_path: Path) -> None:
    desk.name = tmp_path / "digits"
    desk.edit()
    assert desk.files.save()
    assert desk.document.path == tmp_path / "digits.cnn"
    assert load(tmp_path / "digits.cnn") == desk.document.project
    assert not desk.file.edited
    desk.name = None
    desk.edit(9)
    assert desk.file.edited
    assert desk.files.save()
    assert load(tmp_path / "digits.cnn").training.epochs == 9
    assert settings.recent_files() == [tmp_path / "digits.cnn"]


def test_cancelling_the_name_saves_nothing(desk: Desk) -> None:
    assert not desk.files.save()
    assert desk.document.path is None


@pytest.mark.parametrize(
    ("answer", "goes_on", "saved"), [(0, True, True), (1, True, False), (2, False, False)]
)
def test_unsaved_work_is_asked_about(
    desk: Desk, tmp_path: Path, answer: int, goes_on: bool, saved: bool
) -> None:
    desk.name = tmp_path / "a.cnn"
    desk.edit()
    desk.answers = [answer]
    assert desk.files.settle_edits() is goes_on
    assert (tmp_path / "a.cnn").exists() is saved
    assert desk.questions == ["Save the changes to Untitled?"]


@pytest.mark.parametrize("edited", [True, False])
def test_a_run_that_no_file_keeps_is_named_in_the_question(desk: Desk, tmp_path: Path, edited: bool) -> None:
    training = State(phase="training")
    desk.session.runner._status = training
    if edited:
        desk.edit()
    desk.answers = [2]
    assert not desk.files.settle_edits()
    assert desk.questions == ["The network is still training. Save Untitled first?"]
    desk.name = tmp_path / "a.cnn"
    assert desk.files.save()
    assert desk.files.settle_edits()  # it is asked about the run itself later, with its own question
    assert len(desk.questions) == 1


def test_without_edits_nothing_is_asked(desk: Desk) -> None:
    assert desk.files.settle_edits()
    assert desk.questions == []


def test_reading_what_is_no_project_gives_one_sentence(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty.cnn").write_bytes(b"")
    (tmp_path / "cut.cnn").write_text('{"format": "cnnbuilder", "vers')
    (tmp_path / "zeros.cnn").write_bytes(bytes(10_000_000))
    for name in ("empty.cnn", "cut.cnn", "zeros.cnn", "gone.cnn"):
        before = desk.document.project
        assert desk.files.read(tmp_path / name) is None
        assert desk.sentence.count(name) == 1
        assert desk.document.project is before


# Permissions stop nobody who runs as root, as containers often do, and mean something else on Windows.
@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_is_said_in_a_sentence(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    desk.name = folder / "a.cnn"
    assert not desk.files.save()
    assert "a.cnn cannot be saved" in desk.sentence
    folder.chmod(0o700)


def test_a_read_only_disk_leaves_the_work_here(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_named: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    desk.name = tmp_path / "a.cnn"
    desk.edit(42)
    monkeypatch.setattr(Path, "open", refused)
    assert not desk.files.save()
    assert "the folder is read-only" in desk.sentence
    assert desk.file.edited
    assert desk.document.project.training.epochs == 42


def test_a_full_disk_leaves_the_old_file_whole_and_the_work_here(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.name = tmp_path / "a.cnn"
    desk.files.save()
    old = (tmp_path / "a.cnn").read_bytes()
    desk.edit(42)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert not desk.files.save()
    assert "the disk is full" in desk.sentence
    assert (tmp_path / "a.cnn").read_bytes() == old
    assert [path.name for path in tmp_path.glob("*.cnn")] == ["a.cnn"]
    assert desk.document.project.training.epochs == 42
    assert desk.file.edited
    bar = desk.bars.bar("file")
    assert bar is not None
    bar.buttons[1].click()  # Try again
    assert desk.sentence == ""
    assert load(tmp_path / "a.cnn").training.epochs == 42


@pytest.mark.parametrize(("answer", "epochs"), [(1, 7), (2, 99)])
def test_a_file_changed_by_another_program_is_noticed(
    desk: Desk, tmp_path: Path, answer: int, epochs: int
) -> None:
    desk.name = path = tmp_path / "a.cnn"
    desk.files.save()
    save(replace(desk.document.project, training=Training(epochs=99)), path)
    desk.edit(7)
    desk.answers = [answer]
    desk.files.save()
    assert desk.questions == ["Another program has changed a.cnn."]
    assert load(path).training.epochs == epochs


def test_a_file_that_is_gone_is_written_anew(desk: Desk, tmp_path: Path) -> None:
    desk.name = path = tmp_path / "a.cnn"
    desk.files.save()
    path.unlink()
    desk.edit()
    assert desk.files.save()
    assert desk.questions == []
    assert path.exists()


def test_restored_work_is_an_edit_of_the_file(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    save(TEMPLATES["lenet5"].make(), path)
    work = TEMPLATES["digits"].make()
    desk.file.restore(work, path)
    assert desk.document.project == work
    assert desk.document.path == path
    assert desk.file.edited
    desk.document.undo_stack.undo()
    assert desk.document.project == load(path)


def test_recent_files_are_few_and_there(home: Path, tmp_path: Path) -> None:
    for number in range(14):
        (tmp_path / f"{number}.cnn").touch()
        settings.add_recent_file(tmp_path / f"{number}.cnn")
    (tmp_path / "12.cnn").unlink()
    names = [path.name for path in settings.recent_files()]
    assert names[:2] == ["13.cnn", "11.cnn"]
    assert len(names) == settings.RECENT_LIMIT - 1
    settings.clear_recent_files()
    assert settings.recent_files() == []


def test_trying_again_goes_where_save_as_was_to_go(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.name = tmp_path / "first.cnn"
    assert desk.files.save()
    before = desk.name.read_bytes()
    desk.edit()
    desk.name = tmp_path / "second.cnn"

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert not desk.files.save_as()
    bar = desk.bars.bar("file")
    assert bar is not None
    bar.buttons[1].click()  # Try again
    assert (tmp_path / "first.cnn").read_bytes() == before
    assert load(tmp_path / "second.cnn") == desk.document.project
    assert desk.document.path == tmp_path / "second.cnn"


def test_a_files_name_is_never_read_as_html(desk: Desk, tmp_path: Path) -> None:
    assert desk.files.read(tmp_path / "<b>bold<b>.cnn") is None
    bar = desk.bars.bar("file")
    assert bar is not None and bar.label.textFormat() is Qt.TextFormat.PlainText
