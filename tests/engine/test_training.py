"""The training loop: what it tells, in which order, and how it ends."""

from __future__ import annotations

import errno
import math
import stat
import sys
import threading
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace
from safetensors.torch import load_file

from cnnbuilder import storage
from cnnbuilder.engine import data_loading, runs, training_setup
from cnnbuilder.engine.control import Control
from cnnbuilder.engine.data.source import Report
from cnnbuilder.engine.inference import load_model
from cnnbuilder.engine.messages import Epoch, Failed, Finished, Paused, Resumed, Stage, Started, Step
from cnnbuilder.engine.module import build
from cnnbuilder.engine.training import train
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.edits import replace_block
from cnnbuilder.network.templates import TEMPLATES
from tests.engine.networks import StopAfter, events_of, finished, of_type, tiny_project

EPOCH_LOOKS = 8  # batches of 64 among 500 images
MEASURING_LOOKS = 2  # batches of 256 among 500 images


def losses(events: list) -> list[float]:
    return [event.train_loss for event in of_type(Epoch, events)[1:]]


def test_a_training_tells_its_story_in_order(tmp_path: Path) -> None:
    events = events_of(tiny_project(), tmp_path / "0001")
    started = of_type(Started, events)[0]
    assert (started.train_images, started.val_images, started.steps_per_epoch) == (500, 500, 8)
    assert started.first_epoch == 0 and started.run == str(tmp_path / "0001")
    assert (
        0.1 <= started.guess_accuracy < 0.2 and 2.2 < started.guess_loss <= 2.303
    )  # ten classes, nearly even
    order = [type(event) for event in events if not isinstance(event, Stage)]
    assert order[:3] == [Started, Epoch, Step]
    assert [event.epoch for event in of_type(Epoch, events)] == [0, 1, 2]
    steps = of_type(Step, events)
    assert steps[0].step == 1 and steps[-1].step == 16 and steps[-1].position == 2.0
    assert [step.step for step in steps] == sorted({step.step for step in steps})
    result = finished(events)
    assert not result.stopped and result.epochs == 2
    assert result.val_accuracy == of_type(Epoch, events)[-1].val_accuracy
    assert result.images_per_second is not None and result.images_per_second > 0


def test_the_loss_falls(tmp_path: Path) -> None:
    events = events_of(tiny_project(epochs=4), tmp_path / "0001", limit=2000)
    untrained, *epochs = of_type(Epoch, events)
    assert untrained.train_loss is None and not untrained.best
    assert epochs[-1].val_loss < untrained.val_loss / 2
    assert epochs[-1].val_accuracy > 0.6


def test_sgd_and_a_constant_rate_learn_too(tmp_path: Path) -> None:
    project = tiny_project(optimizer="sgd", schedule="constant", learning_rate=0.05)
    untrained, *epochs = of_type(Epoch, events_of(project, tmp_path / "0001", limit=2000))
    assert epochs[-1].val_loss < untrained.val_loss
    assert {step.learning_rate for step in of_type(Step, events_of(project, tmp_path / "0002"))} == {0.05}


def test_equal_seeds_give_equal_losses_and_others_do_not(tmp_path: Path) -> None:
    one, again = (events_of(tiny_project(), tmp_path / name) for name in ("0001", "0002"))
    other = events_of(tiny_project(seed=1), tmp_path / "0003")
    assert losses(one) == losses(again)
    assert [event.val_loss for event in of_type(Epoch, one)] == [
        event.val_loss for event in of_type(Epoch, again)
    ]
    assert losses(one) != losses(other)


def test_a_last_batch_of_one_image_joins_the_batch_before_it(tmp_path: Path) -> None:
    events = events_of(tiny_project(epochs=1), tmp_path / "0001", limit=129)
    assert of_type(Started, events)[0].steps_per_epoch == 2
    finished(events)


def test_it_holds_and_goes_on(tmp_path: Path) -> None:
    control = Control()
    control.pause()
    events = []
    for event in train(tiny_project(), tmp_path / "0001", device="cpu", limit_images=500, control=control):
        events.append(event)
        if isinstance(event, Paused):
            threading.Timer(0.05, control.go_on).start()
    kinds = [type(event) for event in events]
    assert kinds.index(Resumed) == kinds.index(Paused) + 1
    finished(events)


def test_a_pause_can_end_in_a_stop(tmp_path: Path) -> None:
    control = Control()
    control.pause()
    events = []
    for event in train(tiny_project(), tmp_path / "0001", device="cpu", limit_images=500, control=control):
        events.append(event)
        if isinstance(event, Paused):
            threading.Timer(0.05, control.stop).start()
    assert finished(events).stopped
    assert not of_type(Resumed, events)


def test_stop_and_keep_leaves_a_checkpoint_in_mid_epoch(tmp_path: Path) -> None:
    folder = tmp_path / "0001"
    result = finished(events_of(tiny_project(), folder, control=StopAfter(MEASURING_LOOKS + 3)))
    assert result.stopped and result.run == str(folder) and result.epochs == 0
    run = runs.read_run(folder)
    assert run.resumable and run.info.state == "stopped" and run.weights == folder / runs.LAST


def test_stop_and_discard_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "lenet.runs" / "0001"
    result = finished(events_of(tiny_project(), folder, control=StopAfter(MEASURING_LOOKS + 3, keep=False)))
    assert result.stopped and result.run is None
    assert not folder.parent.exists()


@pytest.mark.parametrize("looks", [1, MEASURING_LOOKS + EPOCH_LOOKS + 1])
def test_validation_can_be_stopped(tmp_path: Path, looks: int) -> None:
    events = events_of(tiny_project(), tmp_path / "0001", control=StopAfter(looks))
    assert finished(events).stopped
    assert len(of_type(Epoch, events)) == (0 if looks == 1 else 1)


def test_preparation_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_info: object, _shape: object, on_progress: Report) -> None:
        while True:
            on_progress(0.4)

    monkeypatch.setattr(data_loading, "prepare", endless)
    control = StopAfter(2)
    events = events_of(tiny_project(), tmp_path / "0001", control=control)
    assert events[1] == Stage("preparing", 0.4)
    assert finished(events).run is None and not (tmp_path / "0001").exists()


def test_a_loss_that_is_no_number_ends_with_advice(tmp_path: Path) -> None:
    project = tiny_project(optimizer="sgd", schedule="constant", learning_rate=100.0, momentum=0.9)
    failure = events_of(project, tmp_path / "0001")[-1]
    assert isinstance(failure, Failed)
    assert failure.reason.startswith("The loss is no longer a number after step ")
    assert failure.reason.endswith(": try a learning rate of 10.")
    assert "DivergedError" in failure.details


def test_a_failure_after_a_checkpoint_keeps_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right, calls = training_setup.TrainingSetup.logits, []

    def poisoned(self: training_setup.TrainingSetup, images: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        logits = right(self, images)
        return logits * math.nan if len(calls) > 2 * MEASURING_LOOKS + EPOCH_LOOKS else logits

    monkeypatch.setattr(training_setup.TrainingSetup, "logits", poisoned)
    folder = tmp_path / "0001"
    failure = events_of(tiny_project(), folder)[-1]
    assert isinstance(failure, Failed) and failure.run == str(folder)
    assert "after step 9" in failure.reason
    run = runs.read_run(folder)
    assert run.info.state == "failed" and run.info.reason == failure.reason
    assert all(math.isfinite(row.val_loss) for row in run.metrics())


def test_out_of_memory_names_half_the_batch_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(_self: object, _images: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(training_setup.TrainingSetup, "logits", exhausted)
    failure = events_of(tiny_project(batch_size=512), tmp_path / "0001")[-1]
    assert isinstance(failure, Failed) and failure.reason == "Out of memory at batch size 512: try 256."
    assert not (tmp_path / "0001").exists()


def test_a_full_disk_does_not_end_the_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    control = Control()
    events = []
    for event in train(tiny_project(), tmp_path / "0001", device="cpu", limit_images=500, control=control):
        events.append(event)
        if isinstance(event, Started):
            for module in (
                "cnnbuilder.engine.checkpoint",
                "cnnbuilder.engine.module",
                "cnnbuilder.engine.runs",
            ):
                monkeypatch.setattr(f"{module}.write_atomically", full)
    assert [event.epoch for event in of_type(Epoch, events)] == [0, 1, 2]
    failure = events[-1]
    assert isinstance(failure, Failed)
    assert "of the validation images), but not saved. The disk is full" in failure.reason
    assert control.model is not None  # the network is still there to be used


def test_a_disk_that_is_full_at_the_checkpoint_alone_says_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("cnnbuilder.engine.checkpoint.write_atomically", full)
    folder = tmp_path / "0001"
    failure = events_of(tiny_project(), folder)[-1]
    assert isinstance(failure, Failed)
    assert f"its weights are in {folder}; what it takes to go on with it is not saved" in failure.reason
    assert "The disk is full" in failure.reason and "but not saved" not in failure.reason
    assert failure.run == str(folder)
    assert load_model(folder).net is not None


def test_a_folder_has_one_training_at_a_time(tmp_path: Path) -> None:
    first = train(tiny_project(epochs=1), tmp_path / "0001", device="cpu", limit_images=100)
    for event in first:
        if isinstance(event, Started):
            break
    for resume in (False, True):
        second = events_of(tiny_project(epochs=1), tmp_path / "0001", resume=resume)
        assert isinstance(second[-1], Failed)
        assert "Another training writes into" in second[-1].reason
    assert isinstance(list(first)[-1], Finished)
    assert not (tmp_path / "0001" / runs.LOCK).exists()


def test_a_run_that_another_process_finished_meanwhile_stays(tmp_path: Path) -> None:
    finished(events_of(tiny_project(epochs=1), tmp_path / "0001", limit=100))
    content = (tmp_path / "0001" / runs.BEST).read_bytes()
    second = events_of(tiny_project(epochs=1, seed=3), tmp_path / "0001", limit=100)[-1]
    assert isinstance(second, Failed) and "has a run already" in second.reason
    assert (tmp_path / "0001" / runs.BEST).read_bytes() == content


# Windows answers stat with modes that say nothing of who may read.
@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions in another way")
def test_runs_of_unsaved_projects_are_closed_to_others(home: Path) -> None:
    folder = runs.next_folder(home / "data" / "runs" / "document")
    finished(events_of(tiny_project(epochs=1), folder, limit=100))
    for path in (folder, folder.parent, folder.parent.parent, home / "data"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_full_disk_that_is_freed_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    events = []
    for event in train(tiny_project(), tmp_path / "0001", device="cpu", limit_images=500):
        events.append(event)
        if isinstance(event, Epoch):
            broken = full if event.epoch == 0 else storage.write_atomically
            monkeypatch.setattr("cnnbuilder.engine.checkpoint.write_atomically", broken)
    finished(events)
    assert runs.read_run(tmp_path / "0001").resumable


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    failure = events_of(tiny_project(), tmp_path / "file" / "0001")[-1]
    assert isinstance(failure, Failed) and str(tmp_path / "file") in failure.reason
    assert "Traceback" not in failure.reason


def test_what_cannot_be_trained_is_said_in_one_sentence(tmp_path: Path) -> None:
    digits = tiny_project()
    cases = {
        "choose a data set": replace(digits, data=Data(None)),
        "did you mean mnist": replace(digits, data=Data(Inside("mnits"))),
        "add Flatten and Linear": replace(TEMPLATES["quiz-130"].make(), data=Data(Inside("mnist"))),
    }
    for words, project in cases.items():
        failure = events_of(project, tmp_path / "0001")[-1]
        assert isinstance(failure, Failed) and words in failure.reason
        assert not (tmp_path / "0001").exists()
    failure = list(train(digits, tmp_path / "0001", device="abacus"))[-1]
    assert isinstance(failure, Failed)
    assert (
        failure.reason == "There is no device “abacus” here. There are: auto, cpu."
        or "cuda" in failure.reason
    )


def test_the_run_folder_holds_what_it_promises(tmp_path: Path) -> None:
    project, folder = tiny_project(), tmp_path / "0001"
    result = events_of(project, folder)[-1]
    assert isinstance(result, Finished)
    names = {path.name for path in folder.iterdir()}
    assert names == {runs.PROJECT, runs.MODEL, runs.METRICS, runs.BEST, runs.LAST, runs.CHECKPOINT, runs.INFO}
    run = runs.read_run(folder)
    assert run.project() == project
    assert run.info.state == "finished" and run.info.result is not None
    assert run.info.result.val_accuracy == result.val_accuracy
    assert run.info.seed == 0 and run.info.limit_images == 500
    assert torch.__version__.startswith(run.info.versions["torch"])
    assert [row.epoch for row in run.metrics()] == [0, 1, 2]
    namespace: dict = {}
    exec((folder / runs.MODEL).read_text(), namespace)
    assert namespace["Net"]().state_dict().keys() == torch.load(
        folder / runs.CHECKPOINT, weights_only=True)["weights"].keys()  # fmt: skip


def test_float32_is_used_where_it_is_asked_for(tmp_path: Path) -> None:
    events = events_of(tiny_project(epochs=1, precision="float32"), tmp_path / "0001")
    assert of_type(Started, events)[0].precision == "float32"


def test_frozen_blocks_keep_their_weights(tmp_path: Path) -> None:
    project = tiny_project(epochs=1)
    network = project.network
    first = next(block for block in network.blocks if block.kind() == "Conv2d")
    frozen = replace(project, network=replace_block(network, first.with_fields(frozen=True)))
    events = events_of(frozen, tmp_path / "0001")
    torch.manual_seed(project.training.seed)
    fresh = build(frozen.network).state_dict()
    trained = load_file(finished(events).run + "/last.safetensors")
    moved = {name for name in fresh if not torch.equal(fresh[name], trained[name])}
    assert moved
    assert not any(name.startswith("conv1.") for name in moved)


def test_a_network_that_is_frozen_altogether_is_refused(tmp_path: Path) -> None:
    project = tiny_project()
    network = project.network
    for block in network.blocks:
        network = replace_block(network, block.with_fields(frozen=True))
    (failed,) = of_type(Failed, events_of(replace(project, network=network), tmp_path / "0001"))
    assert "frozen" in failed.reason
