"""The Data workspace with the real child: its images are the data set's own, and come at once where it is warm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.data.class_model import IMAGE
from cnnbuilder.ui.data.workspace import DataWorkspace
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.session import Session

PATIENCE_MS = 120_000
ONE_SECOND = 1.0


@pytest.fixture
def workspace(qtbot: Any, home: Path) -> Iterator[DataWorkspace]:
    child = EngineChild()
    tasks = BackgroundTasks(child)
    session = Session(child, tasks, Document(TEMPLATES["digits"].make()))
    shown = DataWorkspace(session)
    qtbot.addWidget(shown)
    shown.resize(1366, 690)
    shown.show()
    child.warm_up()
    yield shown
    session.close()
    tasks.shutdown()
    child.shutdown()


def test_thumbnails_fill_in_and_come_at_once_the_next_time(workspace: DataWorkspace, qtbot: Any) -> None:
    model = workspace.classes
    qtbot.waitUntil(lambda: all(map(model.known, range(10))), timeout=PATIENCE_MS)
    info = find("mnist")
    assert sum(sum(counts) for counts in workspace.browser.counts(Data(Inside("mnist")))) == 70_000
    first, label = info.sample()
    at = model.index(label, 1).data(IMAGE)
    assert [at.pixelColor(x, 14).red() for x in range(28)] == first[14, :, 0].tolist()
    qtbot.waitUntil(lambda: workspace.preparation.pictures.shown[1] is not None, timeout=PATIENCE_MS)
    prepared = workspace.preparation.pictures.shown[1]
    assert prepared is not None and (prepared.width(), prepared.height()) == (32, 32)
    began = time.monotonic()
    workspace.parts.segments["val"].setChecked(True)
    assert not any(map(model.known, range(10)))
    qtbot.waitUntil(lambda: all(map(model.known, range(10))), timeout=PATIENCE_MS)
    assert time.monotonic() - began < ONE_SECOND
    qtbot.waitUntil(lambda: workspace.browser.cover(Data(Inside("shapes"))) is not None, timeout=PATIENCE_MS)
