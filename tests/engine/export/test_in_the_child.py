"""Exports as the window asks for them: the child answers with a path, a comparison, or a reason."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import Answer, AnyEvent, CheckExport, Export, ExportChecked, Exported, Failed
from cnnbuilder.network.file import dumps
from tests.engine.export.conftest import Trained


class Window:
    """Stands in for the window: asks, and waits for the answer of that number."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[AnyEvent] = queue.SimpleQueue()
        self.client = Client(self._take)

    def _take(self, events: list[AnyEvent]) -> None:
        for event in events:
            self._events.put(event)

    def ask(self, request: Export | CheckExport) -> Answer | Failed:
        self.client.send(request)
        while True:
            event = self._events.get(timeout=120)
            if isinstance(event, Answer | Failed) and event.number == request.number:
                return event


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    window = Window()
    yield window
    window.client.close()


def test_the_child_writes_and_compares_what_the_window_asks_for(
    window: Window, trained: Trained, tmp_path: Path
) -> None:
    project, runs_folder = dumps(trained.project), str(trained.runs_folder)
    out = tmp_path / "net.onnx"
    answer = window.ask(Export(1, project, str(out), runs_folder, normalise=True))
    assert isinstance(answer, Exported), answer
    assert answer.path == str(out)
    assert out.is_file()
    assert "run 0001" in answer.remarks[0]
    compared = window.ask(CheckExport(2, project, runs_folder))
    assert isinstance(compared, ExportChecked), compared
    assert all(form.agrees for form in compared.forms)


def test_what_the_child_cannot_write_is_one_sentence(
    window: Window, trained: Trained, tmp_path: Path
) -> None:
    answer = window.ask(Export(3, dumps(trained.project), str(tmp_path / "gone" / "net.pt2")))
    assert isinstance(answer, Failed)
    assert answer.reason == f"There is no folder {tmp_path / 'gone'}: make it first."
