"""From the start of the process to a window that answers, and the memory that the window's process takes.

Beside it, in turn, a bare Qt window with nothing in it: what no program of this kind can go below.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROUNDS = 7

WINDOW = """
import sys
import cnnbuilder.__main__ as entry
from cnnbuilder.ui import app

def answers(windows):
    print("answers", "torch" in sys.modules, flush=True)
    windows.all[0].opening.begin_template("digits")
    sys.stdin.readline()
    windows.close_all()

run = app.run
app.run = lambda argv: run(argv, answers)
sys.argv = ["cnnbuilder"]
sys.exit(entry.main())
"""
BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, answers)

def answers():
    print("answers", "torch" in sys.modules, flush=True)
    sys.stdin.readline()
    application.quit()

application = QApplication([])
window = Window()
window.show()
application.exec()
"""


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """`to_window_s_median`, `resident_mb` (with the Digits network open), and the same of a bare Qt window."""
    environment = {**os.environ, "CNNBUILDER_HOME": tempfile.mkdtemp(prefix="cnnbuilder-benchmark-")}
    # An installed program has its bytecode; where it may not be written, every start would compile anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="cnnbuilder-bytecode-")
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    _start(WINDOW, environment)  # writes the bytecode and warms the disk's cache
    _start(BARE, environment)
    ours, bare, resident = [], [], []
    for _round in range(rounds):
        seconds, megabytes = _start(WINDOW, environment)
        ours.append(seconds)
        resident.append(megabytes)
        bare.append(_start(BARE, environment)[0])
    return {
        "to_window_s_median": statistics.median(ours),
        "resident_mb": max(resident),
        "bare_qt_to_window_s_median": statistics.median(bare),
        "to_window_s": ours,
    }


def _start(script: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the start of the process to its word, and its resident memory in MB a moment later."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None and process.stdout is not None
    word = process.stdout.readline().split()
    seconds = time.perf_counter() - began
    if word != ["answers", "False"]:
        raise RuntimeError(f"the window did not answer, or had loaded torch: {word}")
    # A sleep, because nothing can be waited for: the allocator gives back what the first paint freed when it likes.
    time.sleep(0.3)
    resident = psutil.Process(process.pid).memory_info().rss / 1e6
    process.communicate("close\n")
    return seconds, resident
