"""The child process from the window's side: it starts, answers, dies in every way, and is replaced."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import psutil
import pytest

from cnnbuilder.engine import runs
from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import (
    AnyEvent,
    BrowseData,
    BrowseImage,
    DataBrowsed,
    Epoch,
    Failed,
    Finished,
    GoOn,
    ImageBrowsed,
    Pause,
    Paused,
    Predict,
    Predicted,
    ProcessExited,
    Ready,
    Resumed,
    Sample,
    SampleImage,
    Started,
    Step,
    Stop,
    Tested,
    TestRun,
    Train,
)
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.file import dumps
from tests.engine.networks import tiny_project

DIGIT = bytes(28 * 28)
# The child is ended, stopped and interrupted by POSIX signals; Windows ends processes in other ways.
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


class Window:
    """Stands in for the window: keeps what the client hands over and waits for it."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self.batches: list[float] = []
        self._news = threading.Condition()
        self._others = children()
        self.client = Client(self._take)

    def _take(self, events: list[AnyEvent]) -> None:
        with self._news:
            self.batches.append(time.perf_counter())
            self.events += events
            self._news.notify_all()

    def wait(self, kind: type, which: Callable[[Any], bool] = lambda _event: True) -> Any:
        """The next event of the kind, which is taken out together with all before it."""

        def found() -> int | None:
            for index, event in enumerate(self.events):
                if isinstance(event, kind) and which(event):
                    return index
            return None

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, timeout=60), self.events[-3:]
            index = found()
            assert index is not None
            event = self.events[index]
            del self.events[: index + 1]
            return event

    def processes(self) -> list[psutil.Process]:
        """The child, if there is one."""
        return [child for child in children() if child not in self._others]

    def process(self) -> psutil.Process:
        """The child."""
        (child,) = self.processes()
        return child


def children() -> list[psutil.Process]:
    """Processes of ours, without Python's own tracker of shared resources."""
    found = []
    for child in psutil.Process().children():
        if child.status() != psutil.STATUS_ZOMBIE and "resource_tracker" not in " ".join(child.cmdline()):
            found.append(child)
    return found


@pytest.fixture(scope="module")
def shared() -> Iterator[Window]:
    """One warm child for the tests that leave it well."""
    window = Window()
    window.client.start()
    yield window
    window.client.close()


@pytest.fixture
def window() -> Iterator[Window]:
    """A child of one's own, to be killed."""
    window = Window()
    yield window
    window.client.close()


def train(runs_folder: Path, **settings: Any) -> Train:
    return Train(dumps(tiny_project(**settings)), str(runs_folder), device="cpu", limit_images=1000)


def test_a_warm_child_trains_answers_in_mid_run_and_stops(shared: Window, tmp_path: Path) -> None:
    shared.client.send(train(tmp_path, epochs=1000))
    ready = shared.wait(Ready)
    assert "cpu" in ready.devices and ready.device_name and ready.threads >= 1
    shared.wait(Started)
    shared.client.send(Predict(7, DIGIT, 28, 28, 1))
    answer = shared.wait(Predicted)
    assert answer.number == 7 and len(answer.classes) == 10 and answer.seen_shape == (1, 32, 32)
    shared.wait(Step)
    shared.client.send(Predict(8, DIGIT, 28, 28, 1, drawn=True))
    assert shared.wait(Predicted).trained
    shared.client.send(SampleImage(9, dumps(tiny_project())))
    assert shared.wait(Sample).number == 9
    shared.client.send(Pause())
    shared.wait(Paused)
    shared.client.send(Predict(10, DIGIT, 28, 28, 1))
    assert shared.wait(Predicted).number == 10
    shared.client.send(GoOn())
    shared.wait(Resumed)
    shared.wait(Step)
    asked = time.perf_counter()
    shared.client.send(Stop())
    result = shared.wait(Finished)
    assert time.perf_counter() - asked < 2
    assert result.stopped and result.run == str(tmp_path / "0001")
    assert runs.read_run(tmp_path / "0001").resumable


def test_the_last_network_answers_after_its_run_and_a_folder_after_any(
    shared: Window, tmp_path: Path
) -> None:
    shared.client.send(train(tmp_path, epochs=1))
    run = shared.wait(Finished).run
    shared.client.send(Predict(1, DIGIT, 28, 28, 1))
    shared.client.send(Predict(2, DIGIT, 28, 28, 1, run=run))
    live, stored = shared.wait(Predicted), shared.wait(Predicted)
    assert live.classes[0][0] == stored.classes[0][0]
    assert live.classes[0][1] == pytest.approx(stored.classes[0][1], abs=1e-5)
    shared.client.send(TestRun(3, run))
    tested = shared.wait(Tested)
    assert (tested.number, tested.run, tested.images) == (3, run, 10_000)


def test_a_run_goes_on_where_it_was_stopped(shared: Window, tmp_path: Path) -> None:
    shared.client.send(train(tmp_path, epochs=3))
    shared.wait(Epoch, lambda epoch: epoch.epoch == 1)
    shared.client.send(Stop())
    run = shared.wait(Finished).run
    shared.client.send(Train(dumps(tiny_project(epochs=3)), str(tmp_path), device="cpu", resume=run))
    assert shared.wait(Started).first_epoch >= 1
    assert shared.wait(Finished).epochs == 3
    assert [path.name for path in tmp_path.iterdir()] == ["0001"]


def test_a_discarded_run_and_a_refused_one_leave_no_folder(shared: Window, tmp_path: Path) -> None:
    place = tmp_path / "lenet.runs"
    shared.client.send(train(place, epochs=1000))
    shared.wait(Step)
    shared.client.send(Stop(keep=False))
    assert shared.wait(Finished).run is None
    shared.client.send(Train(dumps(tiny_project()), str(place), device="abacus"))
    assert "abacus" in shared.wait(Failed).reason
    assert not place.exists()


def test_refusals_carry_the_number_of_their_request(shared: Window, tmp_path: Path) -> None:
    shared.client.send(TestRun(41, str(tmp_path)))
    failure = shared.wait(Failed)
    assert failure.number == 41 and "is no run" in failure.reason
    shared.client.send(SampleImage(42, "{}"))
    failure = shared.wait(Failed)
    assert failure.number == 42 and "not a cnnbuilder project" in failure.reason
    shared.client.send(Train("", str(tmp_path)))
    failure = shared.wait(Failed)
    assert failure.number is None and "empty" in failure.reason


def test_data_is_looked_through_with_and_without_a_run(shared: Window, tmp_path: Path) -> None:
    shared.client.send(BrowseData(51, Data(Inside("mnist")), "val", 7, 0, 3, 64))
    answer = shared.wait(DataBrowsed)
    assert answer.number == 51 and sum(val for _train, val, _test in answer.counts) == 5_000
    assert answer.label == 7 and len(answer.pixels) == 3 * 28 * 28
    shared.client.send(train(tmp_path, epochs=50))
    shared.wait(Step)
    shared.client.send(BrowseImage(52, Data(Inside("mnist")), (1, 32, 32), "test", 7, 0))
    answer = shared.wait(ImageBrowsed)
    assert answer.number == 52 and len(answer.prepared) == 32 * 32
    shared.wait(Step)
    shared.client.send(BrowseData(53, Data(Inside("nothing-like-it")), "val", 0, 0, 3, 64))
    assert shared.wait(Failed).number == 53
    shared.wait(Step)
    shared.client.send(Stop(keep=False))
    shared.wait(Finished)


def test_reports_come_at_most_some_twenty_times_a_second(shared: Window, tmp_path: Path) -> None:
    shared.client.send(train(tmp_path, epochs=1000))
    shared.wait(Step)
    shared.batches.clear()
    for _ in range(20):
        shared.wait(Step)
    shared.client.send(Stop(keep=False))
    shared.wait(Finished)
    seconds = shared.batches[-1] - shared.batches[0]
    assert len(shared.batches) <= 22 * seconds + 2


@needs_signals
def test_a_child_killed_in_mid_epoch_is_reported_and_replaced(window: Window, tmp_path: Path) -> None:
    window.client.send(train(tmp_path, epochs=1000))
    window.wait(Epoch, lambda epoch: epoch.epoch == 2)
    window.wait(Step)
    os.kill(window.process().pid, signal.SIGKILL)
    reason = window.wait(ProcessExited).reason
    assert "SIGKILL" in reason and "memory" in reason and reason.endswith(".")
    assert not window.client.alive and window.processes() == []
    assert runs.read_run(tmp_path / "0001").resumable  # what was kept before is whole
    window.client.send(train(tmp_path, epochs=1))
    window.wait(Ready)
    assert window.wait(Finished).run == str(tmp_path / "0002")


@needs_signals
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGTERM"])
def test_other_deaths_name_their_signal(window: Window, name: str) -> None:
    window.client.start()
    deadline = time.monotonic() + 10
    while not window.processes() and time.monotonic() < deadline:
        time.sleep(0.01)  # polled: a process that comes into being gives no signal
    os.kill(window.process().pid, getattr(signal, name))
    assert name in window.wait(ProcessExited).reason


@needs_signals
def test_a_stuck_child_is_ended_within_half_a_second(window: Window, tmp_path: Path) -> None:
    window.client.send(train(tmp_path, epochs=1000))
    window.wait(Step)
    process = window.process()
    process.suspend()  # deaf to everything, as in a stuck call
    for number in range(20):
        window.client.send(Predict(number, bytes(300 * 300), 300, 300, 1))  # more than its pipe holds
    began = time.perf_counter()
    window.client.kill()
    assert time.perf_counter() - began < 0.5
    assert not psutil.pid_exists(process.pid) or process.status() == psutil.STATUS_ZOMBIE
    assert not window.client.alive
    window.events.clear()
    window.client.start()
    window.wait(Ready)  # and no ProcessExited before it


@needs_signals
def test_ctrl_c_is_the_parents_to_answer(window: Window, tmp_path: Path) -> None:
    window.client.send(train(tmp_path, epochs=1000))
    window.wait(Step)
    os.kill(window.process().pid, signal.SIGINT)
    window.wait(Step)
    assert window.client.alive


def test_calls_return_at_once_and_closing_leaves_nothing(window: Window) -> None:
    threads = {thread.name for thread in threading.enumerate()}
    me = psutil.Process()
    # The first child that is really spawned starts Python's own watcher, whose pipe stays for good. A client that is
    # closed before its writer came that far spawns none, so without this the watcher would come in some later round.
    resource_tracker.ensure_running()
    for _round in range(6):
        other = Window()
        began = time.perf_counter()
        other.client.start()
        other.client.start()
        assert time.perf_counter() - began < 0.1
        other.client.close()
        other.client.send(Pause())
        assert not other.client.alive and other.events == []
        if _round == 0:
            files = me.num_fds() if hasattr(me, "num_fds") else me.num_handles()
    assert {thread.name for thread in threading.enumerate()} <= threads
    assert window.processes() == []
    if sys.platform != "win32":
        assert me.num_fds() <= files


@needs_signals
def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    # It sleeps until it is killed: a parent that is busy with something else.
    script.write_text(
        "import time\n"
        "from cnnbuilder.engine.client import Client\n"
        "def said(events):\n"
        "    print('up', flush=True)\n"
        "if __name__ == '__main__':\n"
        "    Client(said).start()\n"
        "    time.sleep(600)\n"
    )
    parent = psutil.Popen([sys.executable, str(script)], stdout=-1)
    assert parent.stdout is not None and parent.stdout.readline() == b"up\n"
    offspring = parent.children()
    parent.kill()
    parent.wait()
    _gone, alive = psutil.wait_procs(offspring, timeout=5)
    assert alive == []


@needs_signals
def test_a_parent_that_forgets_to_close_can_still_exit(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "from cnnbuilder.engine.client import Client\n"
        "if __name__ == '__main__':\n"
        "    client = Client(lambda events: None)\n"
        "    client.start()\n"
    )
    parent = psutil.Popen([sys.executable, str(script)])
    assert parent.wait(timeout=10) == 0
