"""The run of one session: asks the child that the window lends for it, and knows what became of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from cnnbuilder.engine import runs
from cnnbuilder.engine.messages import (
    AnyEvent,
    AnyRequest,
    Failed,
    GoOn,
    Pause,
    Predict,
    Predicted,
    ProcessExited,
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
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.run_curve import write_curve
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.session.run_state import (
    Forgotten,
    Killed,
    PausePressed,
    Phase,
    Recalled,
    State,
    StopPressed,
    TestPressed,
    TrainPressed,
    UserAction,
    reduce,
)

_LOG = logging.getLogger(__name__)
QUICK_IMAGES = 2_000
PATIENCE_MS = 400
"""A stop that keeps nothing ends the child when it has not answered by then: half a second is promised."""
EARLIER_RUNS = 8


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

    def __init__(self, child: EngineChild, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = child
        self._status = State(ready=child.ready)
        self._record: Record | None = None
        self._earlier: tuple[Record, ...] = ()
        self._before: Record | None = None
        """The run that is gone on with, as it was."""
        self._waiting: dict[int, str] = {}
        self._impatience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._impatience.timeout.connect(self.stop_now)
        child.heard.connect(self._take)
        child.killed.connect(self._child_killed)

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

    def train(self, project: Project, runs_folder: Path, quick: bool = False) -> bool:
        """Trains the project as it is now; `quick` sees 2,000 images once. False while a run is under way."""
        if self.active or not self._child.take(self):
            return False
        if self._record is not None and self._record.epochs:
            self._earlier = (*self._earlier, self._record)[-EARLIER_RUNS:]
        self._record = Record(project, datetime.now().astimezone(), quick=quick)
        self._press(TrainPressed(quick))
        sent = replace(project, training=replace(project.training, epochs=1)) if quick else project
        self._child.send(Train(dumps(sent), str(runs_folder), limit_images=QUICK_IMAGES if quick else None))
        return True

    def resume(self, record: Record) -> bool:
        """Goes on with a run that was stopped, from its checkpoint, in its own folder. False where it cannot begin."""
        if self.active or record.run is None or not self._child.take(self):
            return False
        folder = Path(record.run)
        self._before = record
        self._record = record.resumed()
        self._press(TrainPressed(record.quick, resumed=True))
        self._child.send(Train(dumps(record.project), str(folder.parent), resume=str(folder)))
        return True

    def pause(self) -> None:
        """Holds after the step in progress."""
        if self._status.phase == "training":
            self._press(PausePressed())
            self._child.send(Pause())

    def go_on(self) -> None:
        """Goes on after a pause."""
        if self._status.phase == "paused" or self._status.pausing:
            self._child.send(GoOn())

    def stop(self, keep: bool = True) -> None:
        """Ends the run after the step in progress. What is not to be kept is gone within half a second."""
        if not self.active:
            return
        self._press(StopPressed(keep))
        self._child.send(Stop(self._status.keep))
        if not self._status.keep:
            self._impatience.start()

    def stop_now(self) -> None:
        """Ends the child this moment. A run that was to be kept keeps its last checkpoint, if it has one."""
        self._impatience.stop()
        self._child.kill()

    def _child_killed(self) -> None:
        """What the child was asked is lost; a run of ours in it keeps its last checkpoint, if it may and has one."""
        self._drop_waiting()
        kept = None
        folder = Path(self._record.run) if self._record and self._record.run else None
        if self.active and folder is not None:
            if (self._status.keep or self._status.resumed) and (folder / runs.CHECKPOINT).is_file():
                kept = str(folder)
            else:
                runs.remove(folder)
        was_active = self.active
        self._press(Killed(kept))
        if was_active:
            self._settle()

    def predict(
        self, pixels: bytes, size: tuple[int, int, int], project: Project, *, drawn: bool = False
    ) -> int:
        """Classifies a picture, `size` = (height, width, channels) uint8. The answer comes by `predicted`.

        The run under way answers with the weights of this very moment, else the last one with its best; where there is
        none, `project`'s network as chance makes it.
        """
        height, width, channels = size
        number = self._number("predict")
        run = None if self.active or self._record is None else self._record.run
        untrained = None if self._record is not None else dumps(project)
        self._send_small(Predict(number, pixels, height, width, channels, drawn, run, untrained))
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
        tested = record.tested
        self._press(Recalled(record.started, last, record.best, record.result, record.source, tested))

    def shutdown(self) -> None:
        """The window closes and ends the child; the last checkpoint stays."""
        self._impatience.stop()

    # --- what is heard ----------------------------------------------------------------------------

    def _take(self, events: Sequence[AnyEvent]) -> None:
        before = self._status
        for event in events:
            if isinstance(event, ProcessExited):
                self._drop_waiting(event.reason)
            if self.active and self._record is not None:
                self._record.add([event])
            self._status = reduce(self._status, event)
            self._pass_on(event)
        if before.active and not self.active:
            self._settle()
        if self._status is not before:
            self.state_changed.emit()
        self.events.emit(list(events))

    def _settle(self) -> None:
        """The run is over, however: what it leaves is put in order."""
        self._impatience.stop()
        self._child.release(self)
        record, state = self._record, self._status
        before, self._before = self._before, None
        if record is None:
            return
        if before is not None and state.result is None:  # it did not begin: it stays as it was
            self._record = before
            if state.phase != "failed":
                self.recall(before)
            return
        record.result = state.result
        if state.result is not None:
            record.run = state.result.run
            if record.run is not None:
                write_curve(Path(record.run), record.reports)
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
            case Tested():
                self._waiting.pop(event.number, None)
                self._keep_test(event)
            case Failed(number=int() as number):
                self._refuse(number, event)

    def _keep_test(self, tested: Tested) -> None:
        """The result stays with the run: asked once, it is there whenever the project is opened."""
        try:
            runs.keep_test(Path(tested.run), runs.Measured(tested.accuracy, tested.loss, tested.images))
        except (OSError, runs.RunProblem) as error:
            _LOG.warning("the test result of %s could not be kept: %s", tested.run, error)

    def _refuse(self, number: int, failure: Failed) -> None:
        kind = self._waiting.pop(number, None)
        if kind == "predict":
            self.predicted.emit(failure)
        elif kind == "sample":
            self.sampled.emit(failure)

    def _drop_waiting(self, reason: str = "") -> None:
        """Requests that the child took with it are answered with its end."""
        for number in list(self._waiting):
            self._refuse(number, Failed(reason, number=number))

    def _number(self, kind: str) -> int:
        number = self._child.number()
        self._waiting[number] = kind
        return number

    def _send_small(self, request: AnyRequest) -> None:
        self._child.send(request)

    def _press(self, event: UserAction) -> None:
        before, self._status = self._status, reduce(self._status, event)
        if self._status is not before:
            self.state_changed.emit()
