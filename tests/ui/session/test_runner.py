"""One child, one run: what is sent, what is heard, and what is left on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cnnbuilder.engine.messages import (
    Failed,
    GoOn,
    Pause,
    Predict,
    Predicted,
    ProcessExited,
    Sample,
    SampleImage,
    Stop,
    TestRun,
    Train,
)
from cnnbuilder.network.file import dumps, loads
from cnnbuilder.ui.session.runner import PATIENCE_MS, QUICK_IMAGES
from tests.ui.runs import READY, Stand, epoch, finished, step


def test_train_sends_the_project_and_shows_a_stage_at_once(stand: Stand) -> None:
    stand.train()
    (request,) = stand.engine.asked(Train)
    assert loads(request.project) == stand.document.project
    assert request.runs_folder == str(stand.folder)
    assert request.limit_images is None
    assert stand.runner.state == "starting"


def test_a_quick_try_is_one_epoch_of_few_images_and_keeps_the_project_as_it_was(stand: Stand) -> None:
    stand.train(quick=True)
    (request,) = stand.engine.asked(Train)
    assert request.limit_images == QUICK_IMAGES
    assert loads(request.project).training.epochs == 1
    assert stand.runner.record is not None
    assert stand.runner.record.project is stand.document.project


def test_a_second_train_during_a_run_is_not_sent(stand: Stand) -> None:
    stand.train()
    stand.train()
    assert len(stand.engine.asked(Train)) == 1


def test_the_curves_are_remembered(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.end_of_epoch()
    record = stand.runner.record
    assert record is not None
    assert [e.epoch for e in record.epochs] == [0, 1]
    assert len(record.reports) == 3
    assert record.run == str(stand.run)


def test_pause_and_go_on(stand: Stand) -> None:
    from cnnbuilder.engine.messages import Paused, Resumed

    stand.train()
    stand.begin()
    stand.runner.pause()
    assert stand.runner.status.pausing
    stand.hear(Paused())
    assert stand.runner.state == "paused"
    stand.runner.go_on()
    stand.hear(Resumed())
    assert stand.runner.state == "training"
    assert [type(request) for request in stand.engine.sent[-2:]] == [Pause, GoOn]


def test_stop_and_keep_waits_and_finishes(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.runner.stop(keep=True)
    assert stand.runner.state == "stopping"
    assert stand.engine.asked(Stop) == [Stop(True)]
    assert stand.engine.killed == 0
    stand.hear(finished(str(stand.run), stopped=True, epochs=0))
    assert stand.runner.state == "finished"


def test_stop_now_keeps_the_last_checkpoint(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.end_of_epoch()
    stand.runner.stop(keep=True)
    stand.runner.stop_now()
    assert stand.engine.killed == 1
    assert stand.runner.state == "finished"
    assert stand.run.is_dir()


def test_stop_now_before_the_first_checkpoint_keeps_nothing(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.runner.stop(keep=True)
    stand.runner.stop_now()
    assert stand.runner.state == "idle"
    assert stand.runner.status.discarded == "early"
    assert not stand.run.exists()
    assert stand.runner.record is None


def test_a_discarded_run_is_gone_within_half_a_second_though_the_child_does_not_answer(
    stand: Stand, qtbot: Any
) -> None:
    stand.train()
    stand.begin()
    stand.end_of_epoch()
    with qtbot.waitSignal(stand.runner.state_changed):
        stand.runner.stop(keep=False)
    assert PATIENCE_MS <= 500
    qtbot.waitUntil(lambda: stand.runner.state == "idle", timeout=500)
    assert stand.engine.killed == 1
    assert not stand.run.exists()


def test_a_child_that_answers_is_not_killed(stand: Stand, qtbot: Any) -> None:
    stand.train()
    stand.begin()
    stand.runner.stop(keep=False)
    stand.hear(finished(None, stopped=True, epochs=0))
    assert stand.runner.state == "idle"
    assert stand.engine.killed == 0
    assert not stand.runner._impatience.isActive()


def test_stop_while_pytorch_starts_ends_the_wait(stand: Stand, qtbot: Any) -> None:
    stand.train()
    stand.runner.stop(keep=True)
    qtbot.waitUntil(lambda: stand.runner.state == "idle", timeout=500)


def test_a_death_is_told_and_the_next_train_works(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.die()
    assert stand.runner.state == "failed"
    assert stand.runner.status.failure is not None
    assert "ended" in stand.runner.status.failure.reason
    assert stand.engine.started == 1  # warm again before anyone asks
    stand.train()
    assert stand.runner.state == "starting"
    assert len(stand.engine.asked(Train)) == 2


def test_a_child_that_never_came_up_is_not_started_again_and_again(stand: Stand) -> None:
    stand.child.warm_up()
    stand.hear(ProcessExited("It could not be started."))
    assert stand.engine.started == 1


def test_what_an_ended_child_still_said_is_not_taken_for_the_next_ones(stand: Stand, qtbot: Any) -> None:
    stand.train()
    stand.begin()
    stand.engine.say(epoch(1))
    stand.runner.stop_now()
    stand.train()
    qtbot.wait(1)
    assert stand.runner.record is not None
    assert stand.runner.record.epochs == []


def test_a_run_that_is_trained_after_another_leaves_it_as_an_earlier_one(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.hear(finished(str(stand.run)))
    first = stand.runner.record
    stand.train()
    assert stand.runner.earlier == (first,)


def test_a_discarded_run_gives_the_last_one_its_place_back(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.hear(finished(str(stand.run)))
    first = stand.runner.record
    stand.train()
    stand.runner.stop_now()
    assert stand.runner.record is first
    assert stand.runner.earlier == ()


def test_predict_is_answered(stand: Stand, qtbot: Any) -> None:
    number = stand.runner.predict(bytes(4), (2, 2, 1), stand.document.project, drawn=True)
    untrained = dumps(stand.document.project)  # there is no run to ask
    assert stand.engine.sent == [Predict(number, bytes(4), 2, 2, 1, True, None, untrained)]
    with qtbot.waitSignal(stand.runner.predicted) as heard:
        stand.engine.say(Predicted(number, (("3", 0.9),), bytes(4), (1, 2, 2), True))
    assert heard.args[0].classes[0] == ("3", 0.9)


def test_a_request_that_the_child_took_with_it_is_answered_with_its_end(stand: Stand, qtbot: Any) -> None:
    stand.runner.predict(bytes(4), (2, 2, 1), stand.document.project)
    with qtbot.waitSignal(stand.runner.predicted) as heard:
        stand.engine.say(ProcessExited("It ended."))
    assert isinstance(heard.args[0], Failed)


def test_a_sample_is_answered(stand: Stand, qtbot: Any) -> None:
    number = stand.runner.sample_image(stand.document.project)
    assert isinstance(stand.engine.sent[-1], SampleImage)
    with qtbot.waitSignal(stand.runner.sampled):
        stand.engine.say(Sample(number, bytes(4), (1, 2, 2), "7"))


def test_the_test_part_is_measured_once_on_demand(stand: Stand) -> None:
    from cnnbuilder.engine import messages

    stand.train()
    stand.begin()
    assert not stand.engine.asked(TestRun)
    stand.runner.test()  # not while it trains
    assert not stand.engine.asked(TestRun)
    stand.hear(finished(str(stand.run)))
    stand.runner.test()
    stand.runner.test()
    (request,) = stand.engine.asked(TestRun)
    stand.hear(messages.Tested(request.number, request.run, 0.99, 0.03, 10_000))
    assert stand.runner.status.tested is not None


def test_moved_runs_are_found_in_their_new_place(stand: Stand, tmp_path: Path) -> None:
    stand.train()
    stand.begin()
    stand.hear(finished(str(stand.run)))
    stand.runner.runs_moved(stand.folder, tmp_path / "new.runs")
    assert stand.runner.record is not None
    assert stand.runner.record.run == str(tmp_path / "new.runs" / "0001")


def test_another_document_ends_the_run(stand: Stand) -> None:
    stand.train()
    stand.begin()
    stand.runner.forget()
    assert stand.engine.killed == 1
    assert (stand.runner.state, stand.runner.record) == ("idle", None)
    assert stand.runner.status.discarded == ""


def test_after_shutdown_nothing_is_asked_or_heard(stand: Stand, qtbot: Any) -> None:
    stand.train()
    stand.begin()
    stand.shutdown()
    assert stand.engine.closed
    asked = len(stand.engine.sent)
    stand.engine.say(step(0.9), READY)
    stand.runner.predict(bytes(1), (1, 1, 1), stand.document.project)
    stand.runner.stop_now()
    qtbot.wait(1)
    assert len(stand.engine.sent) == asked
    assert stand.engine.killed == 0
