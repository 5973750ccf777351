"""Owns the child process of one window: sends what is asked, hears what is said, and knows the run.

The child's events arrive on the client's reader thread; one queued signal carries them to the window's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from cnnbuilder.engine import runs
from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import (
    Answer,
    AnyEvent,
    AnyRequest,
    Ended,
    Failed,
    GoOn,
    Pause,
    Predict,
    Predicted,
    Ready,
    Sample,
    SampleImage,
    Stop,
    Tested,
    TestRun,
    Train,
)
from cnnbuilder.network.file import dumps
from cnnbuilder.network.project import Project
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.session.run_state import (
    Forgotten,
    Killed,
    PausePressed,
    Phase,
    Press,
    Recalled,
    State,
    StopPressed,
    TestPressed,
    TrainPressed,
    after,
)

QUICK_IMAGES = 2_000
PATIENCE_MS = 400
"""A stop that keeps nothing ends the child when it has not answered by then: half a second is promised."""
EARLIER_RUNS = 8


class Engine(Protocol):
    """What the runner needs of `cnnbuilder.engine.client.Client`."""

    def start(self) -> None: ...
    def send(self, request: AnyRequest) -> None: ...
    def kill(self) -> None: ...
    def close(self) -> None: ...


class Runner(QObject):
    """One run at a time. Views read `state` and `record` and listen to the signals, all on the window's thread."""

    state_changed = Signal()
    events = Signal(list)
    """A batch of the child's events, at most 20 batches a second, after state and record took them in."""
    device_known = Signal(object)
    """`Ready`."""
    predicted = Signal(object)
    """`Predicted`, or `Failed` with the number of the request."""
    sampled = Signal(object)
    """`Sample`, or `Failed` with the number of the request."""
    answered = Signal(object)
    """An `Answer` to an errand, or `Failed` with its number."""

    _arrived = Signal(int, list)

    def __init__(
        self,
        parent: QObject | None = None,
        engine: Callable[[Callable[[list[AnyEvent]], None]], Engine] = Client,
    ) -> None:
        super().__init__(parent)
        self._status = State()
        self._record: Record | None = None
        self._earlier: tuple[Record, ...] = ()
        self._numbers = count(1)
        self._waiting: dict[int, str] = {}
        self._child = 0
        """Counts the children, so that what an ended one still said is not taken for the next one's."""
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._engine = engine(lambda events: self._arrived.emit(self._child, events))
        self._closed = False
        self._impatience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._impatience.timeout.connect(self.stop_now)

    # --- what is known ----------------------------------------------------------------------------

    @property
    def state(self) -> Phase:
        """The phase: "idle", "starting", "preparing", "measuring", "training", "paused", "stopping", …"""
        return self._status.phase

    @property
    def status(self) -> State:
        """Everything known of the run besides its curves."""
        return self._status

    @property
    def active(self) -> bool:
        """Whether a run is under way."""
        return self._status.active

    @property
    def record(self) -> Record | None:
        """The present run, or the last one."""
        return self._record

    @property
    def earlier(self) -> tuple[Record, ...]:
        """The runs of this session before it, oldest first."""
        return self._earlier

    # --- what is asked ----------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Starts the child, so that PyTorch is loaded by the time Train is pressed."""
        if not self._closed:
            self._engine.start()

    def train(self, project: Project, runs_folder: Path, quick: bool = False) -> None:
        """Trains the project as it is now; `quick` sees 2,000 images once. Nothing while a run is under way."""
        if self.active or self._closed:
            return
        if self._record is not None and self._record.epochs:
            self._earlier = (*self._earlier, self._record)[-EARLIER_RUNS:]
        self._record = Record(project, datetime.now().astimezone(), quick=quick)
        self._press(TrainPressed(quick))
        sent = replace(project, training=replace(project.training, epochs=1)) if quick else project
        self._engine.send(Train(dumps(sent), str(runs_folder), limit_images=QUICK_IMAGES if quick else None))

    def pause(self) -> None:
        """Holds after the step in progress."""
        if self._status.phase == "training":
            self._press(PausePressed())
            self._engine.send(Pause())

    def go_on(self) -> None:
        """Goes on after a pause."""
        if self._status.phase == "paused" or self._status.pausing:
            self._engine.send(GoOn())

    def stop(self, keep: bool = True) -> None:
        """Ends the run after the step in progress. What is not to be kept is gone within half a second."""
        if not self.active:
            return
        self._press(StopPressed(keep))
        self._engine.send(Stop(self._status.keep))
        if not self._status.keep:
            self._impatience.start()

    def stop_now(self) -> None:
        """Ends the child this moment. A run that was to be kept keeps its last checkpoint, if it has one."""
        self._impatience.stop()
        if self._closed:
            return
        self._child += 1
        self._engine.kill()
        self._drop_waiting()
        kept = None
        folder = Path(self._record.run) if self._record and self._record.run else None
        if self.active and folder is not None:
            if self._status.keep and (folder / runs.CHECKPOINT).is_file():
                kept = str(folder)
            else:
                runs.remove(folder)
        was_active = self.active
        self._press(Killed(kept))
        if was_active:
            self._settle()
        self._engine.start()

    def predict(
        self, pixels: bytes, size: tuple[int, int, int], *, drawn: bool = False, run: str | None = None
    ) -> int:
        """Classifies a picture, `size` = (height, width, channels) uint8. The answer comes by `predicted`."""
        height, width, channels = size
        number = self._number("predict")
        self._send_small(Predict(number, pixels, height, width, channels, drawn, run))
        return number

    def test(self) -> None:
        """Measures the last run on the test part; the answer is `status.tested`."""
        record = self._record
        if self.active or record is None or record.run is None or self._status.testing is not None:
            return
        number = self._number("test")
        self._press(TestPressed(number))
        self._send_small(TestRun(number, record.run))

    def sample_image(self, project: Project, index: int | None = None) -> int:
        """The first training image, or a validation image, as the network gets it. The answer comes by `sampled`."""
        number = self._number("sample")
        self._send_small(SampleImage(number, dumps(project), index))
        return number

    def run_errand(self, make: Callable[[int], AnyRequest]) -> int:
        """Sends work that is not the run to the run's own child. The answer comes by `answered`."""
        number = self._number("errand")
        self._send_small(make(number))
        return number

    def runs_moved(self, before: Path, after_: Path) -> None:
        """The folder of runs has a new place: runs are found there from now on."""
        for record in (*self._earlier, *([self._record] if self._record else [])):
            if record.run and Path(record.run).is_relative_to(before):
                record.run = str(after_ / Path(record.run).relative_to(before))

    def forget(self) -> None:
        """Another document came: ends the run, if there is one, and shows nothing of it any longer."""
        if self.active:
            self.stop_now()
        self._record, self._earlier = None, ()
        self._press(Forgotten())

    def recall(self, record: Record) -> None:
        """Shows a run that was read from its folder as the last one. Nothing while a run is under way."""
        if self.active or record.started is None or record.result is None:
            return
        last = record.epochs[-1] if record.epochs else None
        self._record = record
        self._press(Recalled(record.started, last, record.best, record.result, record.source))

    def shutdown(self) -> None:
        """Ends child and reader thread for good; the last checkpoint stays."""
        if not self._closed:
            self._closed = True
            self._impatience.stop()
            self._child += 1
            self._engine.close()

    # --- what is heard ----------------------------------------------------------------------------

    def _take(self, child: int, events: Sequence[AnyEvent]) -> None:
        if child != self._child or self._closed:
            return
        before = self._status
        for event in events:
            if isinstance(event, Ended):
                self._drop_waiting(event.reason)
            if self.active and self._record is not None:
                self._record.add([event])
            self._status = after(event, self._status)
            self._pass_on(event)
        if before.active and not self.active:
            self._settle()
        if before.ready is not None and self._status.ready is None:
            self._engine.start()  # it died after it had worked: the next Train finds a warm one
        if self._status is not before:
            self.state_changed.emit()
        self.events.emit(list(events))

    def _settle(self) -> None:
        """The run is over, however: what it leaves is put in order."""
        self._impatience.stop()
        record, state = self._record, self._status
        if record is None:
            return
        record.result = state.result
        if state.result is not None:
            record.run = state.result.run
        elif state.phase != "failed":  # nothing is kept: its curve goes too
            self._record = self._earlier[-1] if self._earlier else None
            self._earlier = self._earlier[:-1]

    def _pass_on(self, event: AnyEvent) -> None:
        match event:
            case Ready():
                self.device_known.emit(event)
            case Predicted():
                if self._waiting.pop(event.number, None):
                    self.predicted.emit(event)
            case Sample():
                if self._waiting.pop(event.number, None):
                    self.sampled.emit(event)
            case Answer():
                if self._waiting.pop(event.number, None):
                    self.answered.emit(event)
            case Tested():
                self._waiting.pop(event.number, None)
            case Failed(number=int() as number):
                self._refuse(number, event)

    def _refuse(self, number: int, failure: Failed) -> None:
        kind = self._waiting.pop(number, None)
        if kind == "predict":
            self.predicted.emit(failure)
        elif kind == "sample":
            self.sampled.emit(failure)
        elif kind == "errand":
            self.answered.emit(failure)

    def _drop_waiting(self, reason: str = "") -> None:
        """Requests that the child took with it are answered with its end."""
        for number in list(self._waiting):
            self._refuse(number, Failed(reason, number=number))

    def _number(self, kind: str) -> int:
        number = next(self._numbers)
        self._waiting[number] = kind
        return number

    def _send_small(self, request: AnyRequest) -> None:
        if not self._closed:
            self._engine.send(request)

    def _press(self, event: Press) -> None:
        before, self._status = self._status, after(event, self._status)
        if self._status is not before:
            self.state_changed.emit()
