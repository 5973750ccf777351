"""From the start of the process to a window that answers, and what the window's process holds once all is loaded.

Beside it, in turn, a bare Qt window with nothing in it: what no program of this kind can go below. pyqtgraph is
loaded in the background after the window answers: how long that takes, and the longest while in which the window
does not answer meanwhile (PyTorch's process starts at the same time, as it does in the program).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any, NamedTuple

import psutil

ROUNDS = 7
TICK_MS = 10

WINDOW = """
import sys, time
import cnnbuilder.__main__ as entry
from cnnbuilder.ui import app

def answers(windows):
    from PySide6.QtCore import Qt, QTimer
    from cnnbuilder.ui.plots.loading import library

    heavy = [name for name in ("torch", "numpy", "pyqtgraph") if name in sys.modules]
    print("answers", *heavy, flush=True)
    host, ticks = windows.all[0].host, [time.perf_counter()]

    def loaded():
        ticks.append(time.perf_counter())
        gap = max(after - before for before, after in zip(ticks, ticks[1:]))
        print("loaded", ticks[-1] - ticks[0], gap, library.failure, flush=True)
        tick.stop()
        host.session.begin_template("digits")
        QTimer.singleShot(0, opened)

    def opened():
        print("opened", flush=True)
        sys.stdin.readline()
        from cnnbuilder.ui.plots.curves import Curves
        curves.append(Curves())
        curves[0].resize(1_000, 400)
        curves[0].show_run(_record(), ())
        curves[0].show()
        look.timeout.connect(drawn)
        look.start(TICK_MS)

    def drawn():
        if all(plot.view is not None for plot in curves[0].plots):
            look.stop()
            print("drawn", flush=True)
            sys.stdin.readline()
            curves[0].close()
            windows.close_all()

    curves = []
    tick, look = QTimer(windows), QTimer(windows)
    tick.setTimerType(Qt.TimerType.PreciseTimer)
    tick.timeout.connect(lambda: ticks.append(time.perf_counter()))
    tick.start(TICK_MS)
    library.loaded.connect(loaded)

def _record():
    from datetime import datetime
    from cnnbuilder.engine.messages import Step
    from cnnbuilder.network.templates import TEMPLATES
    from cnnbuilder.ui.session.run_record import Record

    record = Record(TEMPLATES["digits"].make(), datetime.now().astimezone())
    record.add(Step(1, n, n / 2_000, 2.3 - n / 1_000, n / 2_000, 0.01, 10_000.0) for n in range(2_000))
    return record

run = app.run
app.run = lambda argv: run(argv, answers)
sys.argv = ["cnnbuilder"]
sys.exit(entry.main())
""".replace("TICK_MS", str(TICK_MS))
BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, answers)

def answers():
    print("answers", flush=True)
    sys.stdin.readline()
    application.quit()

application = QApplication([])
window = Window()
window.show()
application.exec()
"""


class Start(NamedTuple):
    """One start of the program: seconds to a window that answers, then of loading; megabytes held."""

    to_window: float
    loading: float
    longest_gap: float
    resident: float
    resident_drawn: float


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """`to_window_s_median` and `to_window_over_bare_qt_ratio`; `resident_mb` with the Digits network open.

    And the same of a bare Qt window, `plots_loaded_s_median` after the window answers, `loading_longest_gap_ms`, and
    `resident_with_curves_mb` with both plots drawn besides.
    """
    environment = {**os.environ, "CNNBUILDER_HOME": tempfile.mkdtemp(prefix="cnnbuilder-benchmark-")}
    # An installed program has its bytecode; where it may not be written, every start would compile anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="cnnbuilder-bytecode-")
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    _start(environment)  # writes the bytecode and warms the disk's cache
    _start_bare(environment)
    ours: list[Start] = []
    bare: list[float] = []
    for _round in range(rounds):
        ours.append(_start(environment))
        bare.append(_start_bare(environment))
    ratios = [start.to_window / qt for start, qt in zip(ours, bare, strict=True)]
    return {
        "to_window_s_median": statistics.median(start.to_window for start in ours),
        "resident_mb": max(start.resident for start in ours),
        "bare_qt_to_window_s_median": statistics.median(bare),
        "to_window_over_bare_qt_ratio": statistics.median(ratios),
        "plots_loaded_s_median": statistics.median(start.loading for start in ours),
        "loading_longest_gap_ms": max(1000 * start.longest_gap for start in ours),
        "loading_gap_ms": [1000 * start.longest_gap for start in ours],
        "resident_with_curves_mb": max(start.resident_drawn for start in ours),
        "to_window_s": [start.to_window for start in ours],
    }


def _start(environment: dict[str, str]) -> Start:
    began = time.perf_counter()
    process = _process(WINDOW, environment)
    assert process.stdin is not None and process.stdout is not None
    words = _words(process.stdout, "answers")
    to_window = time.perf_counter() - began
    if words:
        raise RuntimeError(f"loaded before the window answered: {words}")
    loading, longest_gap, *failure = _words(process.stdout, "loaded")
    if failure:
        raise RuntimeError(f"the plots could not be loaded: {failure}")
    _words(process.stdout, "opened")
    resident = _resident(process.pid)
    process.stdin.write("draw\n")
    process.stdin.flush()
    _words(process.stdout, "drawn")
    drawn = _resident(process.pid)
    process.communicate("close\n")
    return Start(to_window, float(loading), float(longest_gap), resident, drawn)


def _start_bare(environment: dict[str, str]) -> float:
    """Seconds to a bare Qt window that answers."""
    began = time.perf_counter()
    process = _process(BARE, environment)
    assert process.stdout is not None
    _words(process.stdout, "answers")
    seconds = time.perf_counter() - began
    process.communicate("close\n")
    return seconds


def _process(script: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )


def _words(out: IO[str], expected: str) -> list[str]:
    """What follows the expected word on the process' next line."""
    line = out.readline().split()
    if line[:1] != [expected]:
        raise RuntimeError(f"the window did not say “{expected}”, but: {line}")
    return line[1:]


def _resident(pid: int) -> float:
    """MB, a moment later."""
    # A sleep, because nothing can be waited for: the allocator gives back what the last paint freed when it likes.
    time.sleep(0.3)
    return psutil.Process(pid).memory_info().rss / 1e6
