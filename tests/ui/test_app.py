"""The application: several windows, one of them for each file, work kept through crashes and faults."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from cnnbuilder.network.file import save
from cnnbuilder.network.project import Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.recovery import leftovers
from cnnbuilder.ui.window.exception_handler import ExceptionHandler
from cnnbuilder.ui.window.window import Window
from cnnbuilder.ui.window.windows import Windows


@pytest.fixture
def windows(home: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Windows]:
    # Neither is known to the offscreen platform, which says so in a warning.
    monkeypatch.setattr(Window, "raise_", lambda self: raised.append(self))
    monkeypatch.setattr(Window, "activateWindow", lambda self: None)
    # No child: PyTorch takes seconds to load, and nothing here needs it.
    monkeypatch.setattr(EngineChild, "warm_up", lambda self: None)
    raised: list[Window] = []
    windows = Windows()
    windows.raised = raised  # type: ignore[attr-defined]
    yield windows
    for window in windows.all:
        window.session.document.undo_stack.setClean()
        window.close()
    windows.deleteLater()


def show(windows: Windows) -> Window:
    return windows.show_empty()


def edit(window: Window, epochs: int = 7) -> None:
    project = window.session.document.project
    window.session.document.edit("Epochs", replace(project, training=Training(epochs=epochs)))


def test_a_file_opens_once(windows: Windows, tmp_path: Path) -> None:
    path = tmp_path / "net.cnn"
    save(TEMPLATES["lenet5"].make(), path)
    first, second = show(windows), show(windows)
    assert first.host.opening.open_path(path)
    assert second.host.opening.open_path(tmp_path / "." / "net.cnn")
    assert second.session.document.path is None
    assert windows.raised == [first]  # type: ignore[attr-defined]


def test_two_windows_do_not_save_into_one_file(
    windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    path = tmp_path / "net.cnn"
    save(TEMPLATES["lenet5"].make(), path)
    first, second = show(windows), show(windows)
    first.host.opening.open_path(path)
    second.session.begin_template("digits")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    assert not second.host.files.save()
    assert "another window" in second.bars.bar("file").label.text()


def test_closing_one_window_leaves_the_other(windows: Windows) -> None:
    first, second = show(windows), show(windows)
    first.close()
    assert windows.all == (second,)


CRASH = """
import os, signal, sys
from pathlib import Path
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from cnnbuilder.network.project import Training
from cnnbuilder.ui import app

def crash(windows):
    window = windows.all[0]
    window.session.document.edit("Epochs", replace(window.session.document.project, training=Training(epochs=9)))
    window.session.recovery.flush()
    os.kill(os.getpid(), signal.SIGKILL)

app.run(sys.argv[1:], crash)
"""


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_after_a_crash_the_work_is_offered_and_restored(windows: Windows, tmp_path: Path) -> None:
    path = tmp_path / "net.cnn"
    save(TEMPLATES["lenet5"].make(), path)
    crashed = subprocess.run(
        [sys.executable, "-c", CRASH, str(path)], capture_output=True, timeout=60, check=False
    )
    assert crashed.returncode == -signal.SIGKILL
    window = show(windows)
    windows.look_for_leftovers()
    bar = window.bars.bar("recovery")
    assert bar is not None
    assert "net.cnn was kept" in bar.label.text()
    assert [button.text() for button in bar.buttons] == ["Restore", "Discard"]
    bar.buttons[0].click()
    assert window.session.document.path == path
    assert window.session.document.project.training.epochs == 9
    assert window.session.file.edited
    assert window.bars.bar("recovery") is None
    window.session.document.undo_stack.setClean()
    window.close()
    assert leftovers() == []


TRAINED_CRASH = """
import os, signal, sys
from cnnbuilder.engine import runs
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui import app
from tests.ui.session.test_run_loader import leave_a_run

def crash(windows):
    session = windows.all[0].session
    session.begin_template("digits")
    leave_a_run(session.run_directory.folder / "0001", session.document.project)
    session.recovery.keep_runs()  # as the start of a run does
    session.recovery.flush()
    os.kill(os.getpid(), signal.SIGKILL)

app.run(sys.argv[1:], crash)
"""


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_an_untitled_project_trained_is_offered_after_a_crash(windows: Windows, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", TRAINED_CRASH], capture_output=True, timeout=60, check=False)
    window = show(windows)
    windows.look_for_leftovers()
    window.bars.bar("recovery").buttons[0].click()
    session = window.session
    assert [entry.name for entry in session.runs.entries] == ["Run 1"]
    assert session.runner.record is not None
    session.file.write(tmp_path / "mine.cnn")
    assert [entry.folder for entry in session.runs.entries] == [tmp_path / "mine.runs" / "0001"]
    assert Path(session.runner.record.run) == tmp_path / "mine.runs" / "0001"


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_work_that_is_discarded_is_not_offered_again(windows: Windows) -> None:
    subprocess.run([sys.executable, "-c", CRASH], capture_output=True, timeout=60, check=False)
    window = show(windows)
    windows.look_for_leftovers()
    window.bars.bar("recovery").buttons[1].click()
    assert leftovers() == []


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_work_that_nobody_decided_on_stays(windows: Windows) -> None:
    subprocess.run([sys.executable, "-c", CRASH], capture_output=True, timeout=60, check=False)
    window = show(windows)
    windows.look_for_leftovers()
    window.close()
    [leftover] = leftovers()
    leftover.discard()


def test_a_fault_keeps_the_work_and_says_one_sentence(windows: Windows, qtbot) -> None:
    window = show(windows)
    edit(window)
    faults = ExceptionHandler(windows.keep_work, windows.say_fault)
    faults._caught(RuntimeError, RuntimeError("the moon fell down"), None)
    qtbot.waitUntil(lambda: window.bars.bar("fault") is not None)
    bar = window.bars.bar("fault")
    assert "Your work is kept" in bar.label.text()
    assert [button.text() for button in bar.buttons] == ["Details"]
    assert window.session.recovery.file.exists()


def test_a_fault_in_a_thread_is_heard(windows: Windows, qtbot) -> None:
    window = show(windows)
    faults = ExceptionHandler(windows.keep_work, windows.say_fault)
    before = (sys.excepthook, threading.excepthook)
    faults.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: window.bars.bar("fault") is not None)
    finally:
        faults.uninstall()
        sys.excepthook, threading.excepthook = before


START = """
import sys
from cnnbuilder.ui import app

def look(windows):
    print(sorted(name for name in ("torch", "torchvision", "numpy") if name in sys.modules))
    windows.close_all()

sys.exit(app.run(sys.argv[1:], look))
"""


def test_the_window_starts_without_torch_and_numpy(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "[]\n", done.stderr
    assert done.returncode == 0


TERMINATED = """
import os, signal, sys
from PySide6.QtCore import QTimer
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui import app

def end(windows):
    windows.all[0].session.document.edit("Digits", TEMPLATES["digits"].make())
    QTimer.singleShot(1000, lambda: os.kill(os.getpid(), signal.SIGTERM))

sys.exit(app.run([], end))
"""


def test_a_terminated_window_goes_in_order(home: Path) -> None:
    """With blocks on its canvas: left to Python at the end, views met what was deleted already."""
    done = subprocess.run([sys.executable, "-c", TERMINATED], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    [leftover] = leftovers()
    assert len(leftover.project.network.blocks) == 12
    leftover.discard()


def test_a_terminated_window_keeps_its_work(home: Path) -> None:
    script = CRASH.replace("os.kill(os.getpid(), signal.SIGKILL)", "os.kill(os.getpid(), signal.SIGTERM)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
    [leftover] = leftovers()
    assert leftover.project.training.epochs == 9
    leftover.discard()
