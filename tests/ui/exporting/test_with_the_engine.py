"""Exports through the real child: while nothing trains, beside a training, and when the window closes in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.exporting.forms import Choice
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window
from tests.ui.exporting.conftest import check_of, dialog_of

PATIENCE_MS = 120_000


def project() -> Project:
    """Colour shapes, which are made on the spot."""
    return replace(TEMPLATES["colour-32"].make(), data=Data(Inside("shapes")))


@pytest.fixture
def window(make_window: Any, home: Path) -> Window:
    return make_window(Document(project()))  # type: ignore[no-any-return]


def wait(qtbot: Any, window: Window) -> str:
    """Until every export is done; what is said then."""
    qtbot.waitUntil(lambda: window.host.exporter.under_way == 0, timeout=PATIENCE_MS)
    return window.bars.bar("export").label.text()  # type: ignore[no-any-return]


def test_a_trained_network_leaves_as_onnx_and_is_checked(
    window: Window, qtbot: Any, tmp_path: Path, saves_to: Any
) -> None:
    # The extra [onnx] may be left out; [dev] brings it.
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    window.host.actions["quick"].trigger()
    qtbot.waitUntil(lambda: window.session.runner.state == "finished", timeout=PATIENCE_MS)
    saves_to(tmp_path / "net.onnx")
    window.host.exporter.ask("onnx")
    dialog_of(window).export.click()
    said = wait(qtbot, window)
    assert "the weights of run 0001" in said
    assert "Checked with onnxruntime" in said
    graph = onnx.load(tmp_path / "net.onnx").graph
    assert [size.dim_value for size in graph.input[0].type.tensor_type.shape.dim][1:] == [3, 32, 32]

    window.host.actions["check-export"].trigger()
    dialog = check_of(window)
    qtbot.waitUntil(dialog.copy.isEnabled, timeout=PATIENCE_MS)
    results = {dialog.table.item(row, 0).text(): dialog.table.item(row, 1).text() for row in range(5)}
    assert set(results) == {"model.py", "sequential style", ".safetensors", ".pt2", ".onnx"}
    assert set(results.values()) == {"✓ agrees"}
    dialog.accept()


def test_an_export_goes_on_beside_a_training(window: Window, qtbot: Any, tmp_path: Path) -> None:
    window.session.train()
    qtbot.waitUntil(
        lambda: window.session.runner.record is not None and bool(window.session.runner.record.reports),
        timeout=PATIENCE_MS,
    )
    window.host.exporter.begin(Choice("folder"), tmp_path / "away")
    said = wait(qtbot, window)
    assert window.session.runner.active, "the training was not held up"
    assert "away is written. Exported with fresh weights" in said
    names = {path.name for path in (tmp_path / "away").iterdir()}
    assert names == {"model.py", "model.safetensors", "labels.txt", "predict.py"}
    window.session.runner.stop(keep=False)
    qtbot.waitUntil(lambda: not window.session.runner.active, timeout=PATIENCE_MS)


def test_a_window_that_closes_in_mid_export_leaves_no_file_and_no_process(
    window: Window, qtbot: Any, tmp_path: Path
) -> None:
    place = tmp_path / "away"
    place.mkdir()
    window.host.exporter.begin(Choice("program"), place / "net.pt2")
    qtbot.waitUntil(lambda: window.session.runner.status.ready is not None, timeout=PATIENCE_MS)
    assert window.host.exporter.under_way == 1
    assert window.close()
    assert list(place.iterdir()) == []
    assert not [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
