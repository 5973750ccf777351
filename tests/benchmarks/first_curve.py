"""From Train pressed to the first point of the curve painted: with the child warm, and with none started yet."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from typing import Any

ROUNDS = 5
PATIENCE = 120.0


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """`warm_s_median` and `cold_s_median`, and the single times."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["CNNBUILDER_HOME"] = tempfile.mkdtemp(prefix="cnnbuilder-benchmark-")
    _once(warm=True)  # prepares the data, which happens once on a computer
    warm = [_once(warm=True) for _round in range(rounds)]
    cold = [_once(warm=False) for _round in range(rounds)]
    return {
        "warm_s_median": statistics.median(seconds for seconds, _stage in warm),
        "cold_s_median": statistics.median(seconds for seconds, _stage in cold),
        "stage_ms_median": statistics.median(1000 * stage for _seconds, stage in warm + cold),
        "warm_s": [seconds for seconds, _stage in warm],
        "cold_s": [seconds for seconds, _stage in cold],
    }


def _once(*, warm: bool) -> tuple[float, float]:
    """A new window, Train pressed: seconds to the first point, and to the first stage shown."""
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from cnnbuilder.network.templates import TEMPLATES
    from cnnbuilder.ui.session.document import Document
    from cnnbuilder.ui.widgets.style import Style
    from cnnbuilder.ui.window.window import Window
    from tests.benchmarks._waiting import wait

    application = QApplication.instance()
    if application is None:
        application = QApplication([])
        Style(application)
    window = Window(Document(TEMPLATES["digits"].make()))
    window.resize(1440, 900)
    window.show()

    if warm:
        window.child.warm_up()
        wait(lambda: window.session.runner.status.ready is not None, PATIENCE)
    painted: dict[str, float] = {}

    class Watch(QObject):
        """Sees what is painted."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint and window.session.runner.active:
                record = window.session.runner.record
                painted.setdefault("stage", time.perf_counter())
                if record is not None and (record.epochs or record.reports):
                    painted.setdefault("point", time.perf_counter())
            return False

    panel = window.host.workspaces.open("train")
    application.processEvents()
    watch = Watch(window)
    panel.curves.loss.installEventFilter(watch)
    began = time.perf_counter()
    QTest.mouseClick(window.top_bar.train, Qt.MouseButton.LeftButton)
    if not wait(lambda: "point" in painted, PATIENCE):
        raise RuntimeError(f"no point within two minutes: {window.session.runner.status}")
    window.shutdown()
    window.hide()
    window.deleteLater()
    application.processEvents()
    return painted["point"] - began, painted["stage"] - began
