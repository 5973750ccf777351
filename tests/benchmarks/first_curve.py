"""From Train pressed to the first point of the curve painted: with the child warm, and with none started yet.

Each time in a process of its own, in a window as the program opens it. Warm, it has had a second of quiet, as when a
person looks at the network first. Cold, Train is pressed in the moment in which the window answers: PyTorch's process
starts and pyqtgraph is imported only then.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS = 5
PATIENCE = 120.0
QUIET_MS = 1000


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """`warm_s_median` and `cold_s_median`, and the single times."""
    environment = {**os.environ, "CNNBUILDER_HOME": tempfile.mkdtemp(prefix="cnnbuilder-benchmark-")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="cnnbuilder-bytecode-")
    if not environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    _in_its_own_process("warm", environment)  # prepares the data, which happens once on a computer
    warm = [_in_its_own_process("warm", environment) for _round in range(rounds)]
    cold = [_in_its_own_process("cold", environment) for _round in range(rounds)]
    return {
        "warm_s_median": statistics.median(seconds for seconds, _stage in warm),
        "cold_s_median": statistics.median(seconds for seconds, _stage in cold),
        "stage_ms_median": statistics.median(1000 * stage for _seconds, stage in warm + cold),
        "warm_s": [seconds for seconds, _stage in warm],
        "cold_s": [seconds for seconds, _stage in cold],
    }


def _in_its_own_process(which: str, environment: dict[str, str]) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.first_curve", which],
        stdout=subprocess.PIPE, text=True, env=environment, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    seconds, stage = json.loads(done.stdout.splitlines()[-1])
    return seconds, stage


def once(*, warm: bool) -> tuple[float, float]:
    """A new window, Train pressed: seconds to the first point, and to the first stage shown."""
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from cnnbuilder.network.templates import TEMPLATES
    from cnnbuilder.ui.plots.loading import library
    from cnnbuilder.ui.widgets.style import Style
    from cnnbuilder.ui.window.windows import Windows
    from tests.benchmarks._waiting import wait

    application = QApplication([])
    Style(application)
    windows = Windows()
    window = windows.show_empty()
    window.resize(1440, 900)
    window.session.document.edit("Digits", TEMPLATES["digits"].make())
    answered: list[bool] = []
    window.answers.connect(lambda: answered.append(True))
    wait(lambda: bool(answered), PATIENCE)
    if warm:
        window.child.warm_up()
        wait(lambda: window.session.runner.status.ready is not None and library.ready, PATIENCE)
        QTest.qWait(QUIET_MS)
    painted: dict[str, float] = {}
    runner = window.session.runner

    class Watch(QObject):
        """Sees when the run's head is painted, and when its curve is. (A filter of the application would slow all.)"""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            view = train.curves.loss.view
            if event.type() == QEvent.Type.ChildPolished and view is not None:
                view.viewport().installEventFilter(self)
            if event.type() == QEvent.Type.Paint and runner.active:
                painted.setdefault("stage", time.perf_counter())
                if view is not None and watched is view.viewport() and view.readings(0.0):
                    painted.setdefault("point", time.perf_counter())
            return False

    watch = Watch(window)
    began = time.perf_counter()
    QTest.mouseClick(window.top_bar.train, Qt.MouseButton.LeftButton)
    # Made by the click, where it was not there yet, and painted next.
    train = window.host.workspaces.workspace("train")
    for widget in (train.head, train.curves.loss):
        widget.installEventFilter(watch)
    if not wait(lambda: "point" in painted, PATIENCE):
        raise RuntimeError(f"no point within two minutes: {runner.status}")
    window.shutdown()
    window.hide()
    windows.closed(window)
    application.processEvents()
    return painted["point"] - began, painted["stage"] - began


if __name__ == "__main__":
    print(json.dumps(once(warm=sys.argv[1] == "warm")))
