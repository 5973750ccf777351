"""A run folder is checked when it is used as a project is: one sentence that names the file and the field."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from cnnbuilder.engine import runs
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.error_messages import sentence
from cnnbuilder.engine.inference import load_model, predict
from cnnbuilder.engine.messages import Failed
from tests.engine.networks import StopAfter, events_of, tiny_project
from tests.engine.test_training import EPOCH_LOOKS, MEASURING_LOOKS

PROJECT = tiny_project()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was stopped in its second epoch."""
    prepare(find("mnist"), (1, 32, 32))  # so that a stop counts steps alone
    folder = tmp_path_factory.mktemp("run") / "0001"
    events_of(PROJECT, folder, control=StopAfter(2 * MEASURING_LOOKS + EPOCH_LOOKS + 2))
    assert (folder / runs.CHECKPOINT).is_file() and (folder / runs.BEST).is_file()
    return folder


@pytest.fixture
def run(stopped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stopped, tmp_path / "0001"))


def changed_info(run: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads((run / runs.INFO).read_bytes())
    change(content)
    (run / runs.INFO).write_text(json.dumps(content))


def said_of_a_picture(run: Path) -> str:
    """What predicting says; empty where it answers."""
    try:
        predict(load_model(run), np.zeros((32, 32, 1), np.uint8))
    except Exception as error:
        return sentence(error)
    return ""


def said_of_going_on(run: Path) -> str:
    """What --resume says; empty where it goes on to its end."""
    last = events_of(PROJECT, run, resume=True, limit=None)[-1]
    return last.reason if isinstance(last, Failed) else ""


INFO_FIELDS = [
    ("std", lambda p: p.update(std=[0.0]), "preparation.std[0] must be a number, above 0"),
    ("std-1e31", lambda p: p.update(std=[1e31]), "preparation.std[0] must be a number, at most"),
    ("mean-two", lambda p: p.update(mean=[0.1, 0.1]), "preparation.mean has 2 values"),
    ("std-none", lambda p: p.update(std=[]), "preparation.std has 0 values"),
    ("classes-shortened", lambda p: p.update(classes=p["classes"][:9]), "preparation.classes has 9 names, but"),
    ("classes-longer", lambda p: p.update(classes=[*p["classes"], "x"]), "preparation.classes has 11 names, but"),
    ("shape", lambda p: p.update(shape=[1, 28, 28]), "preparation.shape is 1 × 28 × 28, but the network takes"),
    ("shape-zero", lambda p: p.update(shape=[0, 32, 32]), "preparation.shape[0] must be a whole number, at least 1"),
    ("shorter-side", lambda p: p.update(crop={"shorter_side": 4}), "preparation.crop.shorter_side is 4, but"),
    ("shorter-side-huge", lambda p: p.update(crop={"shorter_side": 60_000}), "preparation.crop.shorter_side is 60,000"),
    ("shorter-side-text", lambda p: p.update(crop={"shorter_side": "a"}), "preparation.crop.shorter_side must be"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"), [row[1:] for row in INFO_FIELDS], ids=[row[0] for row in INFO_FIELDS]
)
def test_a_preparation_that_is_not_the_networks_is_refused(
    run: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    changed_info(run, lambda content: change(content["preparation"]))
    for answer in (said_of_a_picture(run), said_of_going_on(run)):
        assert str(run / runs.INFO) in answer and said in answer, answer
        assert answer.endswith(".") and "\n" not in answer


@pytest.mark.parametrize(
    ("field", "value"),
    [("created", "yesterday"), ("created", "0001-01-01T00:00:00"), ("seed", -1), ("precision", "int4"), ("threads", -2),
     ("state", "tired"), ("version", 2), ("format", "x"), ("limit_images", 0), ("result", {"epochs": -1})],
)  # fmt: skip
def test_every_field_of_run_json_is_in_its_range(run: Path, field: str, value: object) -> None:
    changed_info(run, lambda content: content.update({field: value}))
    with pytest.raises(runs.RunProblem, match=r"run\.json is damaged") as problem:
        runs.read_run(run)
    assert field in str(problem.value) and str(problem.value).endswith(".")


@pytest.mark.parametrize(
    "row", ["0,0,,,nan,0.1,,1.0", "0,0,,,2.3,1.5,,1.0", "0,0,,,2.3,0.1,,-1", "-1,0,,,2.3,0.1,,1", "3,0,,,2.3,0.1,,1",
            "0,0,,,2.3", "0,0,,,2.3,0.1,,1,7,8", "0,0,,,inf,0.1,,1.0", "\x00"],
)  # fmt: skip
def test_metrics_that_cannot_be_are_named(run: Path, row: str) -> None:
    head = ",".join(runs.Metrics.__struct_fields__)
    (run / runs.METRICS).write_text(f"{head}\n{row}\n")
    with pytest.raises(runs.RunProblem, match=r"metrics\.csv"):
        runs.read_metrics(run)


def with_nan(value: torch.Tensor) -> torch.Tensor:
    changed = value.clone()
    changed.view(-1)[0] = float("nan")
    return changed


@pytest.mark.parametrize(
    ("change", "said"),
    [(torch.Tensor.half, "is float16 there and float32 here"), (torch.Tensor.double, "is float64"),
     (with_nan, "has values that are no numbers"), (lambda value: value[:1].clone(), "here"),
     (lambda value: value.int(), "is int32 there")],
)  # fmt: skip
def test_weights_that_do_not_fit_are_named(run: Path, change: Callable[..., torch.Tensor], said: str) -> None:
    weights = load_file(run / runs.BEST)
    weights["conv1.weight"] = change(weights["conv1.weight"])
    save_file(weights, run / runs.BEST)
    answer = said_of_a_picture(run)
    assert str(run / runs.BEST) in answer and "conv1.weight" in answer and said in answer


def test_weights_that_lead_to_no_number_are_no_answer(run: Path) -> None:
    weights = load_file(run / runs.BEST)
    for name in ("fc1.weight", "bn1.weight"):
        weights[name] = torch.full_like(weights[name], 3e38)
    save_file(weights, run / runs.BEST)
    assert "no number" in said_of_a_picture(run)


@pytest.mark.parametrize("values", [
    {"batch": 10**6}, {"batch": -1}, {"epoch": 0}, {"epoch": -1}, {"seconds": float("nan")}, {"images": 0},
    {"correct": 10**6}, {"seconds_at_epoch": 1e9}, {"metrics": []}, {"loss_sum": float("inf")}, {"step": "a"},
    {"epoch": 10**9}, {"metrics": [{"epoch": 1}]},
], ids=str)  # fmt: skip
def test_a_checkpoint_that_is_no_place_in_a_run_is_named(run: Path, values: dict[str, Any]) -> None:
    content = torch.load(run / runs.CHECKPOINT, weights_only=True)
    content["progress"].update(values)
    torch.save(content, run / runs.CHECKPOINT)
    answer = said_of_going_on(run)
    assert str(run / runs.CHECKPOINT) in answer and "progress" in answer, answer


def no_dice(content: dict[str, Any]) -> None:
    content["dice"] = {"cpu": torch.zeros(3)}


def foreign_weight(content: dict[str, Any]) -> None:
    content["weights"]["conv1.weight"] = {"a": 1}


def foreign_weights(content: dict[str, Any]) -> None:
    content["weights"] = torch.zeros(4)


def flat_means(content: dict[str, Any]) -> None:
    content["optimizer"]["means"][0] = torch.zeros(())


def fewer_means(content: dict[str, Any]) -> None:
    content["optimizer"]["means"] = content["optimizer"]["means"][:1]


def no_progress(content: dict[str, Any]) -> None:
    content["progress"] = torch.zeros(2)


@pytest.mark.parametrize(
    "change", [no_dice, foreign_weight, foreign_weights, flat_means, fewer_means, no_progress]
)
def test_foreign_objects_in_a_checkpoint_are_named(
    run: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    content = torch.load(run / runs.CHECKPOINT, weights_only=True)
    change(content)
    torch.save(content, run / runs.CHECKPOINT)
    answer = said_of_going_on(run)
    assert str(run / runs.CHECKPOINT) in answer, answer
    assert "error" not in answer and answer.endswith(".")


def test_a_run_of_other_images_than_it_says_does_not_go_on(run: Path) -> None:
    changed_info(run, lambda content: content.update(limit_images=499))
    assert "train_images is 500, but the run learns from 499" in said_of_going_on(run)


def test_an_undamaged_run_answers_and_goes_on(run: Path) -> None:
    assert said_of_a_picture(run) == ""
    assert said_of_going_on(run) == ""
