"""`cnnbuilder train`: a short training of a tiny network, as a user starts it, and everything that is refused."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cnnbuilder.cli.progress import LiveReport, PlainReport
from cnnbuilder.engine.messages import Epoch, Failed, Finished, Stage, Started, Step
from cnnbuilder.network.file import load
from cnnbuilder.network.templates import TEMPLATES

from .conftest import Answer, Call, call_process, is_one_sentence
from .projects import CONV, FLATTEN, INPUT, LINEAR, SMALL_INPUT, project, tiny


def files(run: Path) -> set[str]:
    return {path.name for path in run.iterdir()}


def test_json_is_the_story_of_the_run(trained: tuple[Path, Answer]) -> None:
    run, answer = trained
    assert (answer.status, answer.err) == (0, "")
    events = answer.lines
    assert [event["event"] for event in events if event["event"] != "step"] == [
        "started",
        "epoch",
        "epoch",
        "finished",
    ]
    started, finished = events[0], events[-1]
    assert (started["train_images"], started["val_images"], started["params"]) == (9_000, 1_000, 650)
    assert started["device"]
    steps = [event for event in events if event["event"] == "step"]
    assert {"epoch", "step", "loss", "images_per_second"} <= set(steps[0])
    epochs = [event for event in events if event["event"] == "epoch"]
    assert [event["epoch"] for event in epochs] == [1, 2]
    assert {"train_loss", "val_loss", "val_accuracy", "seconds"} <= set(epochs[0])
    assert finished["stopped"] is False
    assert finished["val_accuracy"] == epochs[-1]["val_accuracy"]
    assert 0 <= finished["val_accuracy"] <= 1
    assert finished["images_per_second"] > 0
    assert Path(finished["run"]).name == run.name


def test_the_run_folder_has_its_files(trained: tuple[Path, Answer]) -> None:
    run, _answer = trained
    assert {
        "project.cnn", "model.py", "metrics.csv", "best.safetensors", "last.safetensors", "checkpoint.pt", "run.json",
    } == files(run)  # fmt: skip
    assert load(run / "project.cnn").training.epochs == 2


def test_runs_are_numbered_beside_the_file(trained: tuple[Path, Answer]) -> None:
    run, _answer = trained
    assert run.parent.name == "tiny.runs"
    assert run.name == "0001"


def test_a_run_goes_on_to_a_new_total(trained: tuple[Path, Answer], call: Call) -> None:
    run, _answer = trained
    answer = call("train", run.parent.parent / "tiny.cnn", "--resume", run, "--epochs", 3, "--json")
    assert (answer.status, answer.err) == (0, "")
    assert [event["epoch"] for event in answer.lines if event["event"] == "epoch"] == [3]
    with (run / "metrics.csv").open(newline="") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["0", "1", "2", "3"]
    assert load(run / "project.cnn").training.epochs == 3


def test_a_run_does_not_go_on_with_another_network(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    run, _answer = trained
    other = project(tmp_path / "other.cnn", SMALL_INPUT, FLATTEN, {**LINEAR, "out_features": 11})
    answer = call("train", other, "--resume", run, "--json")
    assert (answer.status, answer.out) == (1, "")
    assert is_one_sentence(answer.err)


def test_options_change_the_training_and_out_names_the_folder(call: Call, tmp_path: Path) -> None:
    arguments = ("--epochs", 1, "--batch-size", 1000, "--seed", 7, "--device", "cpu", "--out", "here")
    answer = call("train", tiny(tmp_path / "t.cnn"), *arguments)
    assert (answer.status, answer.err) == (0, "")
    training = load(tmp_path / "here" / "project.cnn").training
    assert (training.epochs, training.batch_size, training.seed) == (1, 1000, 7)
    assert not (tmp_path / "t.runs").exists()
    lines = answer.out.splitlines()
    assert "650 parameters" in lines[-4]
    assert lines[-2].startswith("epoch 1 of 1:")
    assert lines[-1].startswith("Done. Validation accuracy ")
    again = call("train", "t.cnn", "--out", "here")
    assert again.status == 1
    assert "--resume" in again.err


# Only POSIX delivers Ctrl+C to one process as a signal that a test can send.
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent as a signal")
def test_ctrl_c_keeps_what_was_learned_and_the_run_goes_on(tmp_path: Path) -> None:
    tiny(tmp_path / "t.cnn")
    command = [sys.executable, "-m", "cnnbuilder", "train", "t.cnn", "--epochs", "9000", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if json.loads(line)["event"] == "epoch":
                break
        process.send_signal(signal.SIGINT)
        last = [json.loads(line) for line in process.stdout][-1]
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert (last["event"], last["stopped"]) == ("finished", True)
    run = tmp_path / "t.runs" / "0001"
    assert "checkpoint.pt" in files(run)
    done = last["epochs"]
    answer = call_process("train", "--resume", run, "--epochs", done + 1, "--json")
    assert answer.status == 0
    assert [event["epoch"] for event in answer.lines if event["event"] == "epoch"] == [done + 1]


# A pipe that its reader closes is made with sh and head, which Windows does not have.
@pytest.mark.skipif(sys.platform == "win32", reason="sh and head are needed")
def test_a_reader_that_leaves_ends_the_training_quietly(tmp_path: Path) -> None:
    tiny(tmp_path / "t.cnn")
    command = f'{{ "{sys.executable}" -m cnnbuilder train t.cnn --epochs 9000 --json; echo "status $?" >&2; }} | head -1'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.stderr == "status 0\n"
    assert json.loads(done.stdout)["event"] == "started"


def test_a_problem_is_named_with_its_fix(call: Call, tmp_path: Path) -> None:
    answer = call("train", project(tmp_path / "p.cnn", INPUT, CONV, LINEAR), "--json")
    assert (answer.status, answer.out) == (1, "")
    assert "Linear needs a flat vector" in answer.err
    assert "Insert Flatten" in answer.err
    assert not (tmp_path / "p.runs").exists()


def test_more_classes_than_outputs_are_refused_with_the_fix(call: Call, tmp_path: Path) -> None:
    answer = call("train", project(tmp_path / "p.cnn", INPUT, FLATTEN, {**LINEAR, "out_features": 4}))
    assert (answer.status, answer.out) == (1, "")
    assert "4 outputs for 10 classes" in answer.err
    assert is_one_sentence(answer.err)


def test_fewer_classes_than_outputs_train_with_a_word(call: Call, tmp_path: Path) -> None:
    path = project(tmp_path / "p.cnn", SMALL_INPUT, FLATTEN, {**LINEAR, "out_features": 12})
    answer = call("train", path, "--json")
    assert answer.status == 0
    assert answer.lines[-1]["event"] == "finished"
    assert "12 outputs" in answer.err


@pytest.mark.parametrize("kind", ["Softmax", "Sigmoid", "Tanh", "ReLU"])
def test_an_activation_behind_the_last_linear_is_refused_with_the_fix(
    call: Call, tmp_path: Path, kind: str
) -> None:
    answer = call("train", project(tmp_path / "p.cnn", SMALL_INPUT, FLATTEN, LINEAR, {"block": kind}))
    assert (answer.status, answer.out) == (1, "")
    assert "behind the last Linear" in answer.err and f"Fix: Remove {kind}." in answer.err
    assert is_one_sentence(answer.err)


def test_log_softmax_behind_the_last_linear_trains(call: Call, tmp_path: Path) -> None:
    path = project(tmp_path / "p.cnn", SMALL_INPUT, FLATTEN, LINEAR, {"block": "LogSoftmax"})
    assert call("train", path).status == 0


def test_a_normalisation_of_one_value_is_said_before_the_first_step(call: Call, tmp_path: Path) -> None:
    ends = (FLATTEN, {"block": "BatchNorm1d"}, LINEAR)
    pooled = ({"block": "AdaptiveAvgPool2d"}, {"block": "BatchNorm2d"}, FLATTEN, LINEAR)
    for name, blocks in (("BatchNorm1d (bn1)", ends), ("BatchNorm2d (bn1)", pooled)):
        path = project(tmp_path / "p.cnn", SMALL_INPUT, *blocks)
        answer = call("train", path, "--batch-size", 1)
        assert (answer.status, answer.out) == (1, "")
        assert answer.err.startswith(f"{name} sees one value per channel at batch size 1: take")
        assert is_one_sentence(answer.err)
        assert call("train", path, "--batch-size", 2048).status == 0


@pytest.mark.parametrize("name", ["quiz-130", "empty"])
def test_what_is_no_classifier_yet_says_what_to_add(call: Call, name: str) -> None:
    call("new", "q.cnn", "--template", name)
    answer = call("train", "q.cnn", "--data", "mnist")
    assert answer.status == 1
    assert "Linear (10)" in answer.err
    assert is_one_sentence(answer.err)


def test_unknown_data_and_devices_are_named(call: Call, tmp_path: Path) -> None:
    path = tiny(tmp_path / "t.cnn")
    answer = call("train", path, "--data", "mnst")
    assert answer.status == 1
    assert "mnist" in answer.err
    answer = call("train", path, "--device", "abacus", "--json")
    assert answer.status == 1
    assert "abacus" in answer.err
    assert answer.lines == [{"event": "failed", "reason": answer.err.strip(), "run": None}]
    assert not (tmp_path / "t.runs").exists()


def test_a_project_without_data_asks_for_some(call: Call, tmp_path: Path) -> None:
    answer = call("train", project(tmp_path / "p.cnn", SMALL_INPUT, FLATTEN, LINEAR, dataset=None))
    assert answer.status == 1
    assert "--data" in answer.err


def test_every_template_that_classifies_may_be_trained() -> None:
    from cnnbuilder.engine.trainable import require_trainable

    for name in ("digits", "colour-32", "lenet5"):
        require_trainable(TEMPLATES[name].make())


STORY = [
    Stage("preparing", 0.5),
    Started("cpu", "CPU", 650, 9000, 1000, ("a", "b"), 128, 2, 71, "float32", "t.runs/0001"),
    Stage("measuring"),
    Epoch(0, None, None, 2.3, 0.1, 0.0, False),
    Step(1, 1, 0.01, 2.3, 0.1, 0.001, 1000.0),
    Epoch(1, 2.0, 0.3, 1.9, 0.35, 1.0, True),
    Finished(False, 1, 0.35, 1.9, 1, 1000.0, 2.0, "t.runs/0001"),
]


@pytest.mark.parametrize("kind", [PlainReport, LiveReport])
def test_people_are_told_each_epoch_and_the_end(
    kind: type[PlainReport], capsys: pytest.CaptureFixture[str]
) -> None:
    telling = kind()
    for event in STORY:
        telling.show(event)
    telling.show(Failed("Never mind."))
    telling.close()
    out = capsys.readouterr().out
    assert "epoch 1 of 2: loss 2.0000  validation loss 1.9000  accuracy 35.00%  1.0 s  best" in out
    assert "Done. Validation accuracy 35.00%." in out
