"""The runner with the real child: a stop frees the window at any moment, and the next Train works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.runner import Runner

PATIENCE_MS = 120_000
HALF_A_SECOND = 0.5
SLACK = 0.25
"""What a busy test machine may add."""


def project() -> Project:
    """Colour shapes, which are made on the spot and quickly."""
    return replace(TEMPLATES["colour-32"].make(), data=Data(Inside("shapes")))


@pytest.fixture
def runner(qtbot: Any) -> Iterator[Runner]:
    child = EngineChild()
    yield Runner(child, child)
    child.shutdown()


def test_a_stop_frees_the_window_at_any_moment(runner: Runner, qtbot: Any, tmp_path: Path) -> None:
    for phase in ("starting", "preparing", "training"):
        runner.train(project(), tmp_path / "runs")
        qtbot.waitUntil(lambda phase=phase: runner.state in (phase, "training"), timeout=PATIENCE_MS)
        began = time.monotonic()
        runner.stop(keep=False)
        blocked = time.monotonic() - began
        qtbot.waitUntil(lambda: not runner.active, timeout=PATIENCE_MS)
        assert blocked < 0.1
        assert time.monotonic() - began < HALF_A_SECOND + SLACK
        assert runner.state == "idle"
    assert not any((tmp_path / "runs").glob("*/*"))


def test_stop_now_ends_what_does_not_end_by_itself(runner: Runner, qtbot: Any, tmp_path: Path) -> None:
    runner.train(project(), tmp_path / "runs")
    qtbot.waitUntil(lambda: runner.record is not None and bool(runner.record.reports), timeout=PATIENCE_MS)
    runner.stop(keep=True)
    began = time.monotonic()
    runner.stop_now()
    assert time.monotonic() - began < HALF_A_SECOND + SLACK
    assert not runner.active
    runner.train(project(), tmp_path / "runs", quick=True)
    qtbot.waitUntil(lambda: runner.state in ("finished", "failed"), timeout=PATIENCE_MS)
    assert runner.state == "finished"
    assert runner.record is not None
    assert runner.record.epochs[-1].val_accuracy > 0.1


def test_stop_and_keep_leaves_a_run_that_can_be_asked(runner: Runner, qtbot: Any, tmp_path: Path) -> None:
    runner.train(project(), tmp_path / "runs")
    qtbot.waitUntil(lambda: runner.record is not None and bool(runner.record.reports), timeout=PATIENCE_MS)
    runner.stop(keep=True)
    qtbot.waitUntil(lambda: not runner.active, timeout=PATIENCE_MS)
    assert runner.state == "finished"
    assert runner.record is not None
    assert runner.record.run is not None
    assert (Path(runner.record.run) / "checkpoint.pt").is_file()
    number = runner.sample_image(project(), index=3)
    with qtbot.waitSignal(runner.sampled, timeout=PATIENCE_MS) as sampled:
        pass
    sample = sampled.args[0]
    assert (sample.number, sample.shape) == (number, (3, 32, 32))
    channels, height, width = sample.shape
    with qtbot.waitSignal(runner.predicted, timeout=PATIENCE_MS) as predicted:
        runner.predict(sample.pixels, (height, width, channels), project())
    assert predicted.args[0].trained
    assert len(predicted.args[0].classes) == 10
