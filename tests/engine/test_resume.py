"""A run that was cut off and goes on equals one that never stopped, bit by bit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from msgspec.structs import replace
from safetensors.torch import load_file

from cnnbuilder.engine import runs, training
from cnnbuilder.engine.messages import Failed, Started, Step
from cnnbuilder.network.data import Augmentation
from cnnbuilder.network.project import Project
from tests.engine.networks import StopAfter, events_of, finished, of_type, tiny_project
from tests.engine.test_training import EPOCH_LOOKS, MEASURING_LOOKS


def numbers(folder: Path) -> list[tuple]:
    """metrics.csv without the seconds."""
    return [(row.epoch, row.step, row.train_loss, row.train_accuracy, row.val_loss, row.val_accuracy) for row in
            runs.read_metrics(folder)]  # fmt: skip


def assert_equal_runs(one: Path, other: Path) -> None:
    assert numbers(one) == numbers(other)
    for name in (runs.LAST, runs.BEST):
        ours, theirs = load_file(one / name), load_file(other / name)
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[key], theirs[key]) for key in ours)


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize(
    "looks",
    [1, MEASURING_LOOKS + 3, MEASURING_LOOKS + EPOCH_LOOKS + 1, 2 * MEASURING_LOOKS + EPOCH_LOOKS + 5],
)
def test_going_on_equals_never_having_stopped(tmp_path: Path, optimizer: str, looks: int) -> None:
    project = tiny_project(optimizer=optimizer)
    whole, parts = tmp_path / "0001", tmp_path / "0002"
    finished(events_of(project, whole))
    assert finished(events_of(project, parts, control=StopAfter(looks))).stopped
    # Whatever was drawn from torch's dice in between must not matter.
    torch.rand(1000)
    result = finished(events_of(project, parts, resume=True, limit=None))
    assert not result.stopped and result.epochs == 2
    assert_equal_runs(whole, parts)


@pytest.mark.parametrize("looks", [MEASURING_LOOKS + 3, 2 * MEASURING_LOOKS + EPOCH_LOOKS + 5])
def test_going_on_equals_never_having_stopped_with_everything_varied(tmp_path: Path, looks: int) -> None:
    varied = Augmentation(
        flip_horizontal=True,
        shift=0.1,
        rotation=10,
        scale=0.1,
        colour=0.3,
        erasing=0.3,
        mixup=0.4,
        cutmix=1.0,
    )
    project = tiny_project(optimizer="sgd")
    project = replace(project, data=replace(project.data, augmentation=varied, balance="sampling"))
    whole, parts = tmp_path / "0001", tmp_path / "0002"
    finished(events_of(project, whole))
    assert finished(events_of(project, parts, control=StopAfter(looks))).stopped
    finished(events_of(project, parts, resume=True, limit=None))
    assert_equal_runs(whole, parts)


def test_more_epochs_go_on_from_the_end(tmp_path: Path) -> None:
    project, folder = tiny_project(schedule="constant"), tmp_path / "0001"
    finished(events_of(project, folder))
    longer = replace(project, training=replace(project.training, epochs=3))
    events = events_of(longer, folder, resume=True)
    assert of_type(Started, events)[0].first_epoch == 2
    assert finished(events).epochs == 3
    finished(events_of(longer, tmp_path / "0002"))
    assert_equal_runs(folder, tmp_path / "0002")
    assert runs.read_project(folder) == longer


def test_metrics_are_cut_back_to_the_checkpoint(tmp_path: Path) -> None:
    """As after a death between metrics.csv and checkpoint.pt."""
    project, folder = tiny_project(), tmp_path / "0001"
    events_of(project, folder, control=StopAfter(MEASURING_LOOKS + EPOCH_LOOKS + MEASURING_LOOKS + 2))
    rows = runs.read_metrics(folder)
    assert [row.epoch for row in rows] == [0, 1]
    runs.write_metrics(folder, (*rows, replace(rows[-1], epoch=2)))
    (folder / "last.safetensors.1234.unfinished").write_bytes(b"half")
    finished(events_of(project, folder, resume=True))
    assert [row.epoch for row in runs.read_metrics(folder)] == [0, 1, 2]
    assert not list(folder.glob("*.unfinished"))


def refused(project: Project, folder: Path) -> str:
    failure = events_of(project, folder, resume=True)[-1]
    assert isinstance(failure, Failed)
    return failure.reason


def test_what_cannot_go_on_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    project, folder = tiny_project(epochs=1), tmp_path / "0001"
    assert "is no run" in refused(project, folder)
    events_of(project, folder)
    checkpoint = (folder / runs.CHECKPOINT).read_bytes()
    wider = project.network.blocks[1].with_fields(out_channels=9)
    other = replace(project, network=replace(project.network, blocks=tuple(
        wider if block.id == wider.id else block for block in project.network.blocks)))  # fmt: skip
    assert "another network's: conv1.weight is 8 × 1 × 5 × 5 there and 9 × 1 × 5 × 5 here" in refused(
        other, folder
    )
    (folder / runs.CHECKPOINT).write_bytes(checkpoint[:1000])
    assert "cannot be read" in refused(project, folder)
    info = runs.read_run(folder).info
    (folder / runs.CHECKPOINT).write_bytes(checkpoint)
    changed = replace(info, preparation=replace(info.preparation, fingerprint="other"))
    runs.write_info(folder, changed)
    assert "have changed since" in refused(project, folder)
    assert (folder / runs.CHECKPOINT).read_bytes() == checkpoint
    assert (
        runs.read_run(folder).info == changed
    )  # a finished run is not called failed because it cannot go on


def test_a_long_epoch_has_checkpoints_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", 0)
    project, whole, cut = tiny_project(), tmp_path / "0001", tmp_path / "0002"
    finished(events_of(project, whole))
    begun = training.train(project, cut, device="cpu", limit_images=500)
    for event in begun:
        if isinstance(event, Step) and event.step >= EPOCH_LOOKS + 3:
            break  # and nobody ever asks it for more: the process died
    begun.close()
    assert runs.read_run(cut).info.state == "unfinished"
    finished(events_of(project, cut, resume=True))
    assert_equal_runs(whole, cut)
