"""Own images are looked through in the child: progress as it goes, the answer once, and given up when asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import (
    AnyEvent,
    CancelData,
    DataInspected,
    DataProgress,
    Failed,
    InspectData,
    Ready,
)
from cnnbuilder.network.data import Data, Folder


class Window:
    """Keeps what the child says, and waits for it."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self._news = threading.Condition()
        self.client = Client(self._take)

    def _take(self, events: list[AnyEvent]) -> None:
        with self._news:
            self.events += events
            self._news.notify_all()

    def wait(self, *kinds: type) -> Any:
        """The first event of these kinds."""
        with self._news:
            found = self._news.wait_for(
                lambda: [event for event in self.events if isinstance(event, kinds)], timeout=60
            )
        assert found, self.events
        return found[0]


@pytest.fixture
def window(home: Path) -> Iterator[Window]:
    window = Window()
    window.client.start()
    window.wait(Ready)
    yield window
    window.client.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for at in range(200):
        path = tmp_path / "set" / "ab"[at % 2] / f"{at}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.random.default_rng(at).integers(0, 256, (150, 200, 3), np.uint8)).save(path)
    return tmp_path / "set"


def test_progress_comes_as_it_goes_and_the_answer_once(window: Window, folder: Path) -> None:
    window.client.send(InspectData(7, Data(Folder(str(folder)))))
    answer = window.wait(DataInspected)
    assert (answer.number, answer.info.classes) == (7, ("a", "b"))
    assert sum(map(sum, answer.info.counts)) == 200
    progress = [event for event in window.events if isinstance(event, DataProgress)]
    assert {(event.number, event.total) for event in progress} == {(7, 200)}
    done = [event.done for event in progress]
    assert done == sorted(done) and done[0] == 0 and done[-1] == 200
    assert any(event.seconds_left is not None for event in progress)


def test_it_is_given_up_when_asked_and_begins_anew(window: Window, folder: Path, home: Path) -> None:
    window.client.send(InspectData(8, Data(Folder(str(folder)))))
    window.wait(DataProgress)
    window.client.send(CancelData(8))
    failed = window.wait(Failed, DataInspected)
    assert isinstance(failed, Failed) and (failed.number, failed.reason) == (8, "")
    assert not list((home / "cache" / "prepared").glob("*.safetensors"))
    window.client.send(InspectData(9, Data(Folder(str(folder)))))
    assert window.wait(DataInspected).number == 9


def test_what_cannot_be_read_is_one_sentence(window: Window, tmp_path: Path) -> None:
    window.client.send(InspectData(10, Data(Folder(str(tmp_path / "gone")))))
    failed = window.wait(Failed)
    assert failed.number == 10 and failed.reason.endswith(".")
