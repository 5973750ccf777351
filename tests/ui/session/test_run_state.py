"""State and event → state."""

from __future__ import annotations

import pytest

from cnnbuilder.engine import messages
from cnnbuilder.engine.messages import Failed, Paused, ProcessExited, Resumed, Stage
from cnnbuilder.ui.session.run_state import (
    Forgotten,
    Killed,
    PausePressed,
    State,
    StopPressed,
    TestPressed,
    TrainPressed,
    reduce,
)
from tests.ui.runs import READY, epoch, finished, started, step


def through(*events: object, state: State | None = None) -> State:
    state = state or State()
    for event in events:
        state = reduce(state, event)
    return state


TRAINING = through(
    TrainPressed(), READY, Stage("preparing"), started("/run"), Stage("measuring"), epoch(0), step(0.1)
)


def test_a_run_goes_through_its_stages() -> None:
    phases = []
    state = State()
    for event in (
        TrainPressed(), READY, Stage("preparing", 0.4), started("/run"), Stage("measuring"), epoch(0), step(0.1),
        finished("/run"),
    ):  # fmt: skip
        state = reduce(state, event)
        phases.append(state.phase)
    assert phases == [
        "starting", "preparing", "preparing", "measuring", "measuring", "training", "training", "finished",
    ]  # fmt: skip


def test_a_warm_child_needs_no_start() -> None:
    assert through(READY, TrainPressed()).phase == "preparing"


def test_the_fraction_belongs_to_its_stage() -> None:
    state = through(TrainPressed(), READY, Stage("preparing", 0.43))
    assert state.fraction == 0.43
    assert reduce(state, started("/run")).fraction is None


def test_train_during_a_run_changes_nothing() -> None:
    assert reduce(TRAINING, TrainPressed()) is TRAINING


def test_pause_waits_for_the_step() -> None:
    state = reduce(TRAINING, PausePressed())
    assert (state.phase, state.pausing) == ("training", True)
    state = reduce(state, Paused())
    assert (state.phase, state.pausing) == ("paused", False)
    assert reduce(state, Resumed()).phase == "training"


def test_a_pause_that_comes_after_stop_changes_nothing() -> None:
    assert through(StopPressed(), Paused(), state=TRAINING).phase == "stopping"


def test_a_stop_before_the_first_step_has_nothing_to_keep() -> None:
    assert not through(TrainPressed(), StopPressed(keep=True)).keep
    assert reduce(TRAINING, StopPressed(keep=True)).keep


def test_keeping_may_become_discarding_but_not_the_reverse() -> None:
    discarding = through(StopPressed(True), StopPressed(False), state=TRAINING)
    assert not discarding.keep
    assert not reduce(discarding, StopPressed(True)).keep


def test_stop_and_keep_ends_finished() -> None:
    state = through(StopPressed(), finished("/run", stopped=True, epochs=1), state=TRAINING)
    assert state.phase == "finished"
    assert state.result is not None
    assert state.result.stopped


@pytest.mark.parametrize(
    "end", [finished("/run", stopped=True), finished(None), Failed("no"), ProcessExited("gone")]
)
def test_stop_and_discard_ends_with_nothing_however_it_ends(end: object) -> None:
    state = through(StopPressed(keep=False), end, state=TRAINING)
    assert (state.phase, state.discarded, state.result, state.failure) == ("idle", "asked", None, None)


def test_a_kill_keeps_the_last_checkpoint() -> None:
    state = through(epoch(1), StopPressed(), Killed("/run"), state=TRAINING)
    assert state.phase == "finished"
    assert state.result is not None
    assert (state.result.stopped, state.result.epochs, state.result.run) == (True, 1, "/run")
    assert state.ready is None


def test_a_kill_before_the_first_checkpoint_says_so() -> None:
    assert through(StopPressed(), Killed(None), state=TRAINING).discarded == "early"


def test_a_death_is_a_failure_with_its_reason() -> None:
    state = reduce(TRAINING, ProcessExited("The process ended."))
    assert state.phase == "failed"
    assert state.failure is not None
    assert (state.failure.reason, state.failure.run) == ("The process ended.", "/run")
    assert state.ready is None


def test_a_death_between_runs_is_no_failure() -> None:
    assert reduce(through(READY), ProcessExited("gone")) == State()


def test_the_failure_of_a_request_is_not_the_runs() -> None:
    assert reduce(TRAINING, Failed("no", number=7)) is TRAINING


def test_a_new_run_forgets_the_old_ones_numbers() -> None:
    state = through(epoch(1), finished("/run"), TrainPressed(quick=True), state=TRAINING)
    assert state == State(phase="preparing", ready=READY, quick=True)


def test_testing_belongs_to_its_number() -> None:
    state = through(finished("/run"), TestPressed(3), state=TRAINING)
    assert reduce(state, messages.Tested(2, "/run", 0.9, 0.1, 10)) is state
    tested = reduce(state, messages.Tested(3, "/run", 0.9, 0.1, 10))
    assert tested.tested is not None
    assert tested.testing is None
    assert reduce(state, Failed("no test part", number=3)).test_failure == "no test part"


def test_late_events_of_a_run_that_is_over_change_nothing() -> None:
    over = reduce(TRAINING, finished("/run"))
    for event in (
        step(3.0),
        epoch(3),
        Paused(),
        Resumed(),
        Stage("preparing"),
        started("/run"),
        finished(None),
    ):
        assert reduce(over, event) is over


def test_learned_means_that_an_epoch_is_done() -> None:
    assert not TRAINING.learned
    assert reduce(TRAINING, epoch(1)).learned


def test_another_document_knows_no_run() -> None:
    assert through(finished("/run"), Forgotten(), state=TRAINING) == State(ready=READY)
