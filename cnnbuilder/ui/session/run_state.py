"""What is known of the run, as one frozen value: state and event → state. Pure, without Qt."""

from __future__ import annotations

from functools import singledispatch
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from cnnbuilder.engine.messages import (
    AnyEvent,
    Epoch,
    Failed,
    Finished,
    Paused,
    ProcessExited,
    Ready,
    Resumed,
    Stage,
    Started,
    Step,
    Tested,
)

Phase = Literal[
    "idle", "starting", "preparing", "measuring", "training", "paused", "stopping", "finished", "failed"
]
BEFORE_TRAINING = frozenset({"starting", "preparing", "measuring"})
ACTIVE = BEFORE_TRAINING | {"training", "paused", "stopping"}


class State(Struct, frozen=True):
    """Everything that the run's controls and sentences need; the points of the curves live in `Record`."""

    phase: Phase = "idle"
    ready: Ready | None = None
    """The child's device, or None while no child is up."""
    quick: bool = False
    resumed: bool = False
    """Whether it goes on with a run that was kept."""
    fraction: float | None = None
    """How much of the stage is done, 0 to 1, where that is known."""
    started: Started | None = None
    step: Step | None = None
    epoch: Epoch | None = None
    """The last epoch measured; number 0 is the untrained network."""
    best: Epoch | None = None
    pausing: bool = False
    """Pause was pressed and the step in progress is not over yet."""
    keep: bool = True
    """While stopping: whether the run is kept."""
    result: Finished | None = None
    source: str | None = None
    """Where the weights come from, where they were not trained here."""
    failure: Failed | None = None
    discarded: str = ""
    """Why nothing is there although a run was: "asked", or "early" (stopped before the first checkpoint)."""
    testing: int | None = None
    """The number of the test under way."""
    tested: Tested | None = None
    test_failure: str = ""

    @property
    def active(self) -> bool:
        """Whether a run is under way, stopping included."""
        return self.phase in ACTIVE

    @property
    def learned(self) -> bool:
        """Whether the network of this run has been trained for one epoch at least."""
        return self.epoch is not None and self.epoch.epoch > 0


class TrainPressed(Struct, frozen=True):
    """A run was asked for."""

    quick: bool = False
    resumed: bool = False
    """It goes on with one that was kept, which no way of stopping may take away."""


class PausePressed(Struct, frozen=True):
    """The run is to hold."""


class StopPressed(Struct, frozen=True):
    """The run is to end after the step in progress."""

    keep: bool = True


class Killed(Struct, frozen=True):
    """The child was ended by us: `run` is the folder with the last checkpoint, or None where there is none."""

    run: str | None = None


class TestPressed(Struct, frozen=True):
    """The test part is to be measured."""

    __test__ = False  # not a test, whatever pytest thinks of the name

    number: int


class Recalled(Struct, frozen=True):
    """A run of an earlier day is shown again."""

    started: Started
    epoch: Epoch | None
    best: Epoch | None
    result: Finished
    source: str | None = None
    """Where the weights come from, where they were not trained here."""
    tested: Tested | None = None
    """What the test images gave, where they were asked."""


class Forgotten(Struct, frozen=True):
    """Another document came: nothing of the last run is shown any longer."""


UserAction = TrainPressed | PausePressed | StopPressed | Killed | TestPressed | Recalled | Forgotten


def reduce(state: State, event: AnyEvent | UserAction) -> State:
    """The state after an event. An event that means nothing now (a late one, an answer) changes nothing."""
    return _after(event, state)


@singledispatch
def _after(event: AnyEvent | UserAction, state: State) -> State:
    return state


@_after.register
def _(event: TrainPressed, state: State) -> State:
    if state.active:
        return state
    return State(
        phase="preparing" if state.ready else "starting",
        ready=state.ready,
        quick=event.quick,
        resumed=event.resumed,
    )


@_after.register
def _(event: Ready, state: State) -> State:
    phase: Phase = "preparing" if state.phase == "starting" else state.phase
    return replace(state, ready=event, phase=phase)


@_after.register
def _(event: Stage, state: State) -> State:
    if event.stage == "testing":
        return replace(state, fraction=event.fraction) if state.testing is not None else state
    if state.phase not in BEFORE_TRAINING or event.stage not in BEFORE_TRAINING:
        return state
    return replace(state, phase=event.stage, fraction=event.fraction)


@_after.register
def _(event: Started, state: State) -> State:
    if state.phase not in BEFORE_TRAINING:
        return state
    return replace(state, phase="measuring", fraction=None, started=event)


@_after.register
def _(event: Step, state: State) -> State:
    if not state.active:
        return state
    return replace(state, phase=_running(state), fraction=None, step=event)


@_after.register
def _(event: Epoch, state: State) -> State:
    if not state.active:
        return state
    best = event if event.best and event.epoch > 0 else state.best
    return replace(state, phase=_running(state), fraction=None, epoch=event, best=best)


def _running(state: State) -> Phase:
    return "training" if state.phase in BEFORE_TRAINING else state.phase


@_after.register
def _(event: PausePressed, state: State) -> State:
    return replace(state, pausing=True) if state.phase == "training" else state


@_after.register
def _(event: Paused, state: State) -> State:
    return replace(state, phase="paused", pausing=False) if state.phase == "training" else state


@_after.register
def _(event: Resumed, state: State) -> State:
    return replace(state, phase="training", pausing=False) if state.phase == "paused" else state


@_after.register
def _(event: StopPressed, state: State) -> State:
    if not state.active:
        return state
    if state.phase == "stopping":  # a stop that keeps may still become one that does not, never the reverse
        return replace(state, keep=state.resumed or (state.keep and event.keep))
    # Before the first step there is nothing worth keeping, but what was there before.
    keep = state.resumed or (event.keep and state.phase not in BEFORE_TRAINING)
    return replace(state, phase="stopping", pausing=False, keep=keep)


@_after.register
def _(event: Finished, state: State) -> State:
    if not state.active:
        return state
    if event.run is None or (state.phase == "stopping" and not state.keep):
        return State(ready=state.ready, discarded="asked")
    return replace(state, phase="finished", pausing=False, fraction=None, result=event)


@_after.register
def _(event: Killed, state: State) -> State:
    if not state.active:
        return replace(state, ready=None, testing=None)
    if event.run is None:
        return State(discarded="early" if state.keep else "asked")
    epoch = state.epoch
    result = Finished(
        stopped=True,
        epochs=epoch.epoch if epoch else 0,
        val_accuracy=epoch.val_accuracy if epoch else None,
        val_loss=epoch.val_loss if epoch else None,
        best_epoch=state.best.epoch if state.best else None,
        images_per_second=state.step.images_per_second if state.step else None,
        seconds=0.0,
        run=event.run,
    )
    return replace(state, phase="finished", ready=None, pausing=False, result=result)


@_after.register
def _(event: Failed, state: State) -> State:
    if event.number is not None:
        if event.number != state.testing:
            return state
        return replace(state, testing=None, fraction=None, test_failure=event.reason)
    if not state.active:
        return state
    if state.phase == "stopping" and not state.keep:
        return State(ready=state.ready, discarded="asked")
    return replace(state, phase="failed", pausing=False, fraction=None, failure=event)


@_after.register
def _(event: ProcessExited, state: State) -> State:
    if not state.active:
        return replace(state, ready=None, testing=None, test_failure=event.reason if state.testing else "")
    if state.phase == "stopping" and not state.keep:
        return State(discarded="asked")
    failure = Failed(event.reason, run=state.started.run if state.started else None)
    return replace(state, phase="failed", ready=None, pausing=False, fraction=None, failure=failure)


@_after.register
def _(event: TestPressed, state: State) -> State:
    return replace(state, testing=event.number, tested=None, test_failure="", fraction=None)


@_after.register
def _(event: Tested, state: State) -> State:
    return (
        replace(state, testing=None, fraction=None, tested=event) if event.number == state.testing else state
    )


@_after.register
def _(event: Recalled, state: State) -> State:
    if state.active:
        return state
    return State(
        phase="finished",
        ready=state.ready,
        started=event.started,
        epoch=event.epoch,
        best=event.best,
        result=event.result,
        source=event.source,
        tested=event.tested,
    )


@_after.register
def _(event: Forgotten, state: State) -> State:
    return State(ready=state.ready)
