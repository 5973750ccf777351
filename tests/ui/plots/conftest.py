"""What the tests of plots share: curves that are shown and drawn, and a run to show in them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest

from cnnbuilder.network.project import Project, Training
from cnnbuilder.ui.plots.curves import Curves
from cnnbuilder.ui.session.run_record import Record
from tests.ui.runs import epoch, finished, started, step

TODAY = datetime.now().astimezone().replace(hour=14, minute=2)


def run(
    epochs: int = 5, done: int | None = None, *, end: float = 0.98, number: int = 9, over: bool = True
) -> Record:
    """A run that learns, with its number; `done`: its epochs so far."""
    record = Record(Project(training=Training(epochs=epochs)), TODAY)
    record.add([started(f"runs/{number:04}", epochs), epoch(0)])
    done = epochs if done is None else done
    for n in range(1, done + 1):
        left = math.exp(-n)
        for part in (0.25, 0.5, 0.75, 1.0):
            record.add([step(n - 1 + part, loss=2.3 * left / part, accuracy=end - left * part / 2)])
        record.add([epoch(n, val_accuracy=end - left / 2, val_loss=2 * left, train_loss=2.2 * left)])
    if over and done == epochs:
        record.add([finished(f"runs/{number:04}", epochs=epochs)])
    return record


@pytest.fixture
def curves(plots_loaded: None, home: object, qtbot: Any) -> Curves:
    """Both plots of a finished run with two earlier ones, shown side by side and drawn."""
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(700, 300)
    curves.show()
    qtbot.waitExposed(curves)
    curves.show_run(run(), (run(number=1, end=0.9), run(number=2, end=0.95)))
    qtbot.waitUntil(lambda: all(plot.view is not None for plot in curves.plots))
    return curves
