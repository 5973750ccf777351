"""An engine that says what a test tells it to, and events as a run sends them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnnbuilder.engine.messages import (
    AnyEvent,
    AnyRequest,
    Epoch,
    Finished,
    ProcessExited,
    Ready,
    Stage,
    Started,
    Step,
)
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.session import Session

DIGITS = tuple("0123456789")
READY = Ready("cpu", "CPU · 2 cores", ("cpu",), 8_000_000_000, False, "2.6", 2)


def started(run: str, epochs: int = 5) -> Started:
    return Started("cpu", "CPU", 33_546, 55_000, 5_000, DIGITS, 128, epochs, 430, "float32", run)


def step(position: float, loss: float = 0.5, accuracy: float = 0.9) -> Step:
    number = max(1, round(position * 430))
    return Step(int(position) + 1, number, position, loss, accuracy, 0.004, 12_000.0, 300_000_000)


def epoch(
    number: int,
    val_accuracy: float = 0.98,
    val_loss: float = 0.07,
    train_loss: float | None = 0.06,
    best: bool = True,
) -> Epoch:
    if number == 0:
        return Epoch(0, None, None, 2.303, 0.098, 0.5, best=False)
    return Epoch(number, train_loss, 0.98, val_loss, val_accuracy, 4.6, best)


def finished(run: str | None, *, stopped: bool = False, epochs: int = 5) -> Finished:
    return Finished(stopped, epochs, 0.991, 0.031, epochs or None, 12_600.0, 43.2, run)


class FakeEngine:
    """Stands where the client stands; `say` is the child speaking."""

    def __init__(self, on_events: Callable[[list[AnyEvent]], None]) -> None:
        self._on_events = on_events
        self.sent: list[AnyRequest] = []
        self.started = self.killed = 0
        self.closed = False

    def start(self) -> None:
        self.started += 1

    def send(self, request: AnyRequest) -> None:
        self.sent.append(request)

    def kill(self) -> None:
        self.killed += 1

    def close(self) -> None:
        self.closed = True

    def say(self, *events: AnyEvent) -> None:
        self._on_events(list(events))

    def asked(self, kind: type) -> list[Any]:
        return [request for request in self.sent if isinstance(request, kind)]


def quiet_session(document: Document) -> Session:
    """A session whose child nobody starts; who makes it closes it."""
    child = EngineChild(engine=FakeEngine)
    session = Session(child, BackgroundTasks(child, engine=FakeEngine), document)
    child.setParent(session)
    return session


class Stand:
    """A session with an engine that does what the test says, and shortcuts through a run."""

    def __init__(self, qtbot: Any, folder: Path) -> None:
        self._qtbot = qtbot
        self.folder = folder
        self.run = folder / "0001"
        self.engines: list[FakeEngine] = []
        self.child = EngineChild(engine=self._make)
        self.tasks = BackgroundTasks(self.child, engine=self._make)
        self.session = Session(self.child, self.tasks, Document(TEMPLATES["digits"].make()))
        self.document = self.session.document
        self.runner = self.session.runner

    def _make(self, on_events: Callable[[list[AnyEvent]], None]) -> FakeEngine:
        self.engines.append(FakeEngine(on_events))
        return self.engines[-1]

    def shutdown(self) -> None:
        """As a window closes."""
        self.session.close()
        self.tasks.shutdown()
        self.child.shutdown()

    @property
    def engine(self) -> FakeEngine:
        return self.engines[-1]

    def hear(self, *events: AnyEvent) -> None:
        """The child says something, and the window has heard it."""
        with self._qtbot.waitSignal(self.runner.events):
            self.engine.say(*events)

    def train(self, quick: bool = False) -> None:
        self.runner.train(self.document.project, self.folder, quick)

    def make_run(self, *, checkpoint: bool) -> None:
        self.run.mkdir(parents=True, exist_ok=True)
        if checkpoint:
            (self.run / "checkpoint.pt").write_bytes(b"weights")

    def begin(self, epochs: int = 5) -> None:
        """Up to the first steps."""
        self.make_run(checkpoint=False)
        self.hear(
            READY, Stage("preparing", 0.5), started(str(self.run), epochs), Stage("measuring"), epoch(0)
        )
        self.hear(step(0.2), step(0.5))

    def end_of_epoch(self, number: int = 1) -> None:
        self.make_run(checkpoint=True)
        self.hear(step(number - 0.1), epoch(number))

    def die(self) -> None:
        self.hear(ProcessExited("The training process ended unexpectedly."))
