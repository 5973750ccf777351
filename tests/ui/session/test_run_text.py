"""What a run says in words."""

from __future__ import annotations

import math
from datetime import datetime

import pytest
from msgspec.structs import replace

from cnnbuilder.engine import messages
from cnnbuilder.engine.messages import Epoch, Stage, Started
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session import run_text as reading
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.session.run_state import Killed, PausePressed, State, StopPressed, TrainPressed, reduce
from tests.ui.runs import READY, epoch, finished, started, step
from tests.ui.session.test_run_state import TRAINING, through


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.991, "99.1 %"),
        (0.1, "10 %"),
        (0.9903, "99.0 %"),
        (1.0, "100 %"),
        (0.99996, "99.99 %"),
        (0.0, "0 %"),
    ],
)
def test_percent_never_rounds_to_everything(fraction: float, text: str) -> None:
    assert reading.percent(fraction) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.42, "0.4 s"),
        (43.2, "43 s"),
        (200, "3 min 20 s"),
        (120, "2 min"),
        (1234, "21 min"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert reading.duration(seconds) == text


def test_stages() -> None:
    assert reading.stages(through(TrainPressed()))[0] == "Starting PyTorch"
    preparing = through(TrainPressed(), READY, Stage("preparing", 0.437))
    assert reading.stages(preparing)[0] == "Preparing data 43 %"
    assert reading.progress(preparing) == 0.437
    assert reading.stages(reduce(preparing, started("/run")))[0] == "Measuring the untrained network"
    assert reading.stages(TRAINING)[0] == "Epoch 1 of 5, about 5 s an epoch on this computer"
    long = replace(TRAINING, started=started("/run", epochs=5000))
    assert reading.stages(long)[0] == "Epoch 1 of 5,000, about 5 s an epoch on this computer"
    assert reading.stages(reduce(TRAINING, PausePressed()))[0] == "Epoch 1 of 5 · pausing after this step"
    assert (
        reading.stages(reduce(TRAINING, StopPressed()))[0] == "Stopping after this step, then keeping the run"
    )


def test_time_left_follows_the_measured_epoch() -> None:
    state = through(epoch(1), step(2.0), state=TRAINING)
    assert reading.seconds_left(state) == pytest.approx(3 * 4.6)
    assert reading.stages(through(epoch(1), step(2.5), state=TRAINING))[0] == "Epoch 3 of 5 · 12 s left"


def test_figures_hold_speed_rate_and_an_accelerators_memory() -> None:
    assert reading.figures(TRAINING) == "12,000 images/s · learning rate 0.004"
    fast = replace(TRAINING, started=replace(TRAINING.started, device="cuda"))
    assert reading.figures(fast) == "12,000 images/s · learning rate 0.004 · 300 MB"
    large = replace(TRAINING, step=replace(TRAINING.step, learning_rate=100.0))
    assert reading.figures(large) == "12,000 images/s · learning rate 100"
    assert reading.figures(State()) == ""


def test_the_forecast_of_a_step_is_held_against_what_was_measured() -> None:
    assert reading.deviation(13_600_000, 14_100_000) == "forecast 13.6 MB, measured 14.1 MB (+4 %)"
    assert reading.deviation(5_390_000, 5_391_000) == "forecast 5.39 MB, measured 5.39 MB (±0 %)"
    assert reading.deviation(2_000_000_000, 1_900_000_000) == "forecast 2.00 GB, measured 1.90 GB (−5 %)"
    assert reading.deviation(None, 1_000) == reading.deviation(1_000, None) == ""
    measured = replace(
        TRAINING,
        started=replace(TRAINING.started, forecast_bytes=13_600_000),
        step=replace(TRAINING.step, peak_bytes=14_100_000),
    )
    assert reading.figures(measured).endswith(" · 14.1 MB a step (forecast +4 %)")


def test_endings() -> None:
    done = reduce(TRAINING, finished("/run"))
    assert reading.ending(done) == "5 epochs in 43 s: 99.1 % of validation images right, best after epoch 5."
    stopped = through(epoch(1), epoch(2), finished("/run", stopped=True, epochs=2), state=TRAINING)
    assert reading.ending(stopped) == (
        "Stopped after 2 of 5 epochs: 99.1 % of validation images right, best after epoch 2."
    )
    early = through(StopPressed(), Killed(None), state=TRAINING)
    assert reading.ending(early) == "Stopped before the first checkpoint: nothing is kept."
    discarded = through(StopPressed(False), Killed(None), state=TRAINING)
    assert reading.ending(discarded) == "Stopped. Nothing of this run is kept."


def test_the_test_sentence() -> None:
    text = reading.test_sentence(messages.Tested(1, "/run", 0.9903, 0.0312, 10_000))
    assert text == "99.0 % of 10,000 test images right, loss 0.0312."


def curve(*rows: tuple[float, float, float, float]) -> list[Epoch]:
    """(train loss, train accuracy, validation loss, validation accuracy) an epoch, after the untrained network."""
    epochs = [Epoch(0, None, None, 2.303, 0.098, 0.5, False)]
    for number, (train_loss, train_accuracy, val_loss, val_accuracy) in enumerate(rows, 1):
        epochs.append(Epoch(number, train_loss, train_accuracy, val_loss, val_accuracy, 4.0, False))
    return epochs


def read(*rows: tuple[float, float, float, float], finished: bool = False) -> str:
    return reading.read_curves(curve(*rows), reading.guessing(10), finished=finished)


def test_nothing_measured_says_nothing() -> None:
    assert reading.read_curves([], reading.guessing(10)) == ""


def test_the_untrained_network_guesses() -> None:
    assert read() == "Untrained, 9.8 % are right; guessing gives 10 %, loss 2.30."


def test_memorising_is_told_by_validation_that_stands_while_training_falls() -> None:
    rows = [(0.3, 0.9, 0.20, 0.94), *((0.2 - 0.04 * n, 0.95, 0.21 + 0.01 * n, 0.94) for n in range(4))]
    text = "Validation has not improved for 4 epochs while training falls: it begins to memorise."
    assert read(*rows) == text


def test_memorising_is_told_by_a_gap() -> None:
    assert "20 points ahead" in read((0.3, 0.90, 0.6, 0.80), (0.01, 1.0, 0.59, 0.80))


def test_standing_still_without_falling_is_not_memorising() -> None:
    rows = [(0.30, 0.9, 0.30, 0.9), *((0.31, 0.9, 0.301, 0.9) for _ in range(3))]
    assert read(*rows) == "Neither curve has improved for 3 epochs: it has learned what it can."


def test_a_loss_that_is_no_number_names_the_learning_rate() -> None:
    assert "Try a tenth of the learning rate" in read((math.nan, 0.1, math.nan, 0.1))


def test_a_loss_above_guessing_and_one_that_stays_there_ask_for_another_rate() -> None:
    assert "smaller learning rate" in read((9.0, 0.1, 9.0, 0.1))
    assert read((2.3, 0.1, 2.3, 0.1), (2.3, 0.1, 2.3, 0.1)) == (
        "After 2 epochs it still guesses. Try another learning rate."
    )


def test_a_loss_far_above_guessing_is_said_however_many_are_right() -> None:
    assert "smaller learning rate" in read((900.0, 0.3, 900.0, 0.31))


def test_a_loss_that_rises_is_said_before_the_first_epoch_is_over() -> None:
    untrained = curve()
    for far in (50.0, math.nan, math.inf):
        text = reading.read_curves(untrained, reading.guessing(10), losses=[far] * reading.LONG)
        assert text == "The loss rises: try a smaller learning rate."
    for usual in ([50.0] * (reading.LONG - 1), [*[50.0] * reading.LONG, 2.0], [2.3] * reading.LONG):
        assert "Untrained" in reading.read_curves(untrained, reading.guessing(10), losses=usual)


def test_improving_and_not() -> None:
    better = [(0.3, 0.9, 0.2, 0.931), (0.1, 0.97, 0.1, 0.972)]
    assert read(*better) == "Validation improves: 93.1 % → 97.2 % right."
    assert read(*better, finished=True) == "It was still improving at the end: more epochs may help."
    assert "hardly changes" in read((0.1, 0.97, 0.100, 0.97), (0.1, 0.97, 0.099, 0.97))
    assert read((0.3, 0.9, 0.2, 0.932)) == "After one epoch 93.2 % of the validation images are right."


def test_guessing_is_what_the_child_counted_else_as_if_all_classes_were_even() -> None:
    record = Record(TEMPLATES["digits"].make(), datetime.now().astimezone())
    assert reading.guess_of(None) is None
    assert reading.guess_of(record) == reading.guessing(10)
    started = Started("cpu", "CPU", 1, 10, 5, ("a", "b", "c"), 2, 1, 5, "float32", "")
    record.add([started])
    assert reading.guess_of(record) == reading.guessing(3)
    record.add([replace(started, guess_accuracy=0.6, guess_loss=0.9)])
    assert reading.guess_of(record) == (0.6, 0.9)


@pytest.mark.parametrize(
    ("chance", "right", "guesses"), [(0.7, 0.71, True), (0.7, 0.8, False), (0.5, 0.7, False)]
)
def test_where_classes_are_uneven_guessing_is_told_by_their_share(
    chance: float, right: float, guesses: bool
) -> None:
    text = reading.read_curves(curve((0.9, right, 0.9, right)), (chance, 1.0))
    assert ("still guesses" in text) is guesses
