"""Unsaved work outlives a crash, and a running process is never taken for one."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QTimer

from cnnbuilder.network.file import dumps, save
from cnnbuilder.network.project import Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session import recovery
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.recovery import Recovery, leftovers


def edit(document: Document, epochs: int = 7) -> None:
    document.edit("Epochs", replace(document.project, training=Training(epochs=epochs)))


@pytest.fixture
def kept(document: Document) -> Recovery:
    keeper = Recovery(document)
    yield keeper
    keeper.close()


def test_an_edit_is_kept_shortly_after(document: Document, kept: Recovery, qtbot) -> None:
    edit(document)
    qtbot.waitUntil(kept.file.exists, timeout=3000)


def test_several_edits_are_kept_once(document: Document, kept: Recovery) -> None:
    for epochs in range(10, 20):
        edit(document, epochs)
    assert not kept.file.exists()
    kept.flush()
    assert kept.file.exists()


def test_steady_editing_does_not_put_the_keeping_off(document: Document, kept: Recovery, qtbot) -> None:
    """One edit each 0.2 s: were the clock begun anew by each, nothing would be kept before the last."""
    epochs = iter(range(10, 60))
    with qtbot.waitSignal(document.changed):
        edit(document, next(epochs))
    typing = QTimer(interval=200)
    typing.timeout.connect(lambda: edit(document, next(epochs)))
    typing.start()
    qtbot.waitUntil(kept.file.exists, timeout=2000)
    typing.stop()


def test_a_run_of_a_document_without_a_file_is_kept_though_nothing_was_edited(
    document: Document, kept: Recovery
) -> None:
    assert document.path is None
    kept.flush()
    assert not kept.file.exists()
    kept.keep_runs()
    kept.flush()
    assert msgspec.json.decode(kept.file.read_bytes())["document"] == document.id


@pytest.mark.parametrize(
    "content", [b"\xff\xfe{", b'{"saved_at": 1.0, "path": null, "project": "\xe9"}', b"{"]
)
def test_a_damaged_file_is_named_and_the_intact_one_offered(
    document: Document, home: Path, content: bytes
) -> None:
    keeper = Recovery(document)
    edit(document)
    keeper.flush()
    record = keeper.file.read_bytes()
    keeper.close()
    folder = recovery.recovery_folder()
    (folder / "intact.json").write_bytes(record)
    (folder / "spoilt.json").write_bytes(content)
    [leftover] = leftovers()
    assert leftover.project.training.epochs == 7
    assert recovery.damaged() == [folder / "spoilt.json"]
    assert (folder / "spoilt.json").read_bytes() == content
    leftover.discard()


# Windows answers stat with modes that say nothing of who may read.
@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions in another way")
def test_nobody_else_may_read_it(document: Document, kept: Recovery) -> None:
    edit(document)
    kept.flush()
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.file.parent.stat().st_mode) == 0o700


def test_work_that_is_saved_is_not_kept_any_longer(document: Document, kept: Recovery) -> None:
    edit(document)
    kept.flush()
    document.undo_stack.setClean()
    kept.flush()
    assert not kept.file.exists()


def test_undoing_to_the_file_keeps_nothing(document: Document, kept: Recovery) -> None:
    edit(document)
    kept.flush()
    document.undo_stack.undo()
    kept.flush()
    assert not kept.file.exists()


def test_closing_in_order_leaves_nothing_behind(document: Document) -> None:
    keeper = Recovery(document)
    edit(document)
    keeper.flush()
    keeper.close()
    assert list(recovery.recovery_folder().iterdir()) == []


def test_a_running_window_is_no_crash(document: Document, kept: Recovery) -> None:
    edit(document)
    kept.flush()
    assert leftovers() == []


CRASH = """
import sys, os, signal
from pathlib import Path
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from cnnbuilder.network.project import Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.recovery import Recovery
application = QApplication([])
document = Document(TEMPLATES["lenet5"].make(), Path(sys.argv[1]) if len(sys.argv) > 1 else None)
keeper = Recovery(document)
document.edit("Epochs", replace(document.project, training=Training(epochs=9)))
keeper.flush()
print("kept", flush=True)
sys.stdin.read()
"""


def crashing(path: Path | None = None) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", CRASH, *([str(path)] if path else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "kept\n"
    return process


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_a_crash_left_is_found_once_the_process_is_gone(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "lenet.cnn"
    save(TEMPLATES["lenet5"].make(), path)
    process = crashing(path)
    assert leftovers() == []  # it lives still
    process.send_signal(signal.SIGKILL)
    process.wait()
    [leftover] = leftovers()
    assert leftover.path == path
    assert leftover.project.training.epochs == 9
    assert leftovers() == []  # offered here, so not offered by another process as well
    leftover.let_go()
    [again] = leftovers()
    again.discard()
    assert leftovers() == []
    assert list(recovery.recovery_folder().iterdir()) == []
    for stream in (process.stdin, process.stdout):
        stream.close()


def test_a_spoilt_recovery_file_disturbs_nobody(home: Path) -> None:
    folder = recovery.recovery_folder()
    folder.mkdir(parents=True)
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text('{"saved_at": 1, "path": null, "project": "nonsense"}')
    (folder / "c.json").write_bytes(b'{"saved_at": 1, "path": "\xff", "project": "x"}')
    (folder / "d.json").write_bytes(b'{"saved_at": 1, "path": null, "project": "\xc3(", "\xff": 1}')
    assert leftovers() == []
    whole = {"saved_at": 5, "path": None, "project": dumps(TEMPLATES["lenet5"].make())}
    (folder / "e.json").write_bytes(msgspec.json.encode(whole))
    [leftover] = leftovers()
    assert leftover.project == TEMPLATES["lenet5"].make()
    assert {path.name for path in folder.glob("*.json")} == {f"{name}.json" for name in "abcde"}
    leftover.discard()


def test_a_full_disk_does_not_disturb_the_work(
    document: Document, kept: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    edit(document)
    kept.flush()
    assert not kept.file.exists()
    assert document.project.training.epochs == 7


def test_a_lock_has_one_holder_among_windows_of_one_process(document: Document, kept: Recovery) -> None:
    edit(document)
    kept.flush()
    assert leftovers() == []  # the window that kept it lives
    edit(document, epochs=8)
    kept.flush()
    assert leftovers() == []
    kept.close()
    assert list(recovery.recovery_folder().iterdir()) == []


def test_what_is_offered_to_one_window_is_not_offered_to_another(home: Path) -> None:
    folder = recovery.recovery_folder()
    folder.mkdir(parents=True)
    text = msgspec.json.encode({"saved_at": 1, "path": None, "project": dumps(TEMPLATES["digits"].make())})
    (folder / "a.json").write_bytes(text)
    [offered] = leftovers()
    assert leftovers() == []
    offered.let_go()
    [again] = leftovers()
    again.discard()
    assert list(folder.iterdir()) == []


# SIGKILL again.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_child_that_outlives_its_window_does_not_hold_its_work(home: Path) -> None:
    # The child is started as the engine's is. It sleeps only until it is killed below.
    code = CRASH.replace(
        "sys.stdin.read()",
        "import multiprocessing, time\n"
        "child = multiprocessing.get_context('spawn').Process(target=time.sleep, args=(600,))\n"
        "child.start()\n"
        "print(child.pid, flush=True)\n"
        "child.join()",
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "kept\n"
    child = int(process.stdout.readline())
    assert leftovers() == []
    process.kill()
    process.wait()
    [leftover] = leftovers()
    os.kill(child, 0)  # it lives still
    leftover.discard()
    os.kill(child, signal.SIGKILL)
    process.stdout.close()
