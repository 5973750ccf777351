"""`cnnbuilder summary`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnbuilder.network.templates import TEMPLATES

from .conftest import Call, is_one_sentence
from .projects import CONV, FLATTEN, INPUT, LINEAR, SMALL_INPUT, project


def test_quiz_130_gives_20_by_16_by_16(call: Call) -> None:
    call("new", "q.cnn", "--template", "quiz-130")
    answer = call("summary", "q.cnn", "--json")
    assert answer.json["name"] == "q"
    assert answer.json["input"] == [3, 130, 130]
    assert answer.json["rows"][-1]["output"] == [20, 16, 16]
    assert answer.json["problems"] == []


@pytest.mark.parametrize(("name", "params"), [("digits", 33_546), ("colour-32", 33_834)])
def test_the_templates_count_as_published(call: Call, name: str, params: int) -> None:
    call("new", "t.cnn", "--template", name)
    total = call("summary", "t.cnn", "--json").json["total"]
    assert total["params"] == total["trainable"] == params
    assert total["macs"] > 0
    assert total["memory_bytes"] > 0


def test_json_has_the_fields_of_the_contract_and_no_others(call: Call) -> None:
    for name in TEMPLATES:
        call("new", f"{name}.cnn", "--template", name)
        found = call("summary", f"{name}.cnn", "--json").json
        assert list(found) == ["name", "input", "rows", "total", "problems"]
        assert list(found["total"]) == ["params", "trainable", "macs", "memory_bytes", "partial"]
        fields = ["id", "block", "name", "inputs", "output", "params", "macs", "receptive_field", "problem"]
        assert all(list(row) == fields for row in found["rows"])
        assert sum(row["params"] for row in found["rows"]) == found["total"]["params"]


def test_a_problem_has_its_place_its_sentence_and_its_fix_and_status_0(call: Call, tmp_path: Path) -> None:
    answer = call("summary", project(tmp_path / "p.cnn", INPUT, CONV, LINEAR), "--json")
    assert answer.status == 0
    rows = {row["id"]: row for row in answer.json["rows"]}
    assert rows["b2"]["output"] == [32, 28, 28]
    assert rows["b3"]["output"] is None
    assert rows["b3"]["params"] is None
    assert rows["b3"]["problem"] is not None
    (problem,) = answer.json["problems"]
    assert problem["id"] == "b3"
    assert problem["message"] == rows["b3"]["problem"]
    assert "Insert Flatten" in problem["fixes"]


def test_behind_a_problem_numbers_are_null_and_there_is_no_second_problem(call: Call, tmp_path: Path) -> None:
    answer = call("summary", project(tmp_path / "p.cnn", INPUT, LINEAR, {"block": "ReLU"}), "--json")
    row = answer.json["rows"][2]
    assert row["inputs"] == [None]
    assert (row["output"], row["params"], row["receptive_field"], row["problem"]) == (None, None, None, None)
    assert len(answer.json["problems"]) == 1


def test_loose_blocks_come_last(call: Call, tmp_path: Path) -> None:
    answer = call("summary", project(tmp_path / "p.cnn", CONV, INPUT, chained=False), "--json")
    assert [row["block"] for row in answer.json["rows"]] == ["Input", "Conv2d"]


def test_a_network_without_input_is_answered(call: Call, tmp_path: Path) -> None:
    answer = call("summary", project(tmp_path / "p.cnn", CONV), "--json")
    assert answer.status == 0
    assert answer.json["input"] is None
    assert answer.json["problems"][0]["id"] is None
    assert call("summary", project(tmp_path / "p.cnn")).status == 0


def test_the_table_shows_shapes_totals_and_problems(call: Call, tmp_path: Path) -> None:
    call("new", "d.cnn", "--template", "digits")
    answer = call("summary", "d.cnn")
    assert "16 × 32 × 32" in answer.out
    assert "12 blocks · 33,546 parameters · 2.52 M MACs" in answer.out
    assert answer.out.endswith("No problems.\n")
    assert "Insert Flatten" in call("summary", project(tmp_path / "p.cnn", INPUT, CONV, LINEAR)).out


def test_a_right_network_that_is_no_classifier_says_so(call: Call) -> None:
    call("new", "q.cnn", "--template", "quiz-130")
    assert "not yet a classifier" in call("summary", "q.cnn").out


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"format": "cnnbuilder", "version": 99}',
        b'{"format": "cnnbuilder", "version": 1, "network": {"blocks": [{"id": "a", "block": "Conv3d"}], "wires": []}}',
        b'{"format": "cnnbuilder", "version": 1, "network": {"blocks": [{"id": 1, "block": "ReLU"}], "wires": []}}',
        b"\x00" * 10_000_000,
        b"[" * 100_000,
        b"\xff\xfe",
    ],
    ids=[
        "empty",
        "cut short",
        "from the future",
        "unknown block",
        "wrong type",
        "zeros",
        "nested",
        "no text",
    ],
)
def test_a_bad_file_is_one_sentence(call: Call, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.cnn").write_bytes(content)
    for command in ("summary", "code", "train"):
        answer = call(command, "bad.cnn")
        assert (answer.status, answer.out) == (1, "")
        assert is_one_sentence(answer.err)
        assert "bad.cnn" in answer.err


def test_a_run_folder_stands_for_its_project(call: Call, tmp_path: Path) -> None:
    run = tmp_path / "digits.runs" / "0001"
    run.mkdir(parents=True)
    project(run / "project.cnn", INPUT)
    assert call("summary", run, "--json").json["name"] == "digits"


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        (
            [INPUT, {"block": "Flatten"}],
            "! flatten1: 784 outputs for 10 classes: the rest only stands in the way. → Add Linear (10)",
        ),
        ([INPUT, {"block": "Flatten"}, {"block": "Linear", "out_features": 3}], "Use 10 outputs"),
        ([INPUT, {"block": "Flatten"}, LINEAR, {"block": "Softmax"}], "→ Remove Softmax"),
    ],
)
def test_what_stands_before_training_is_never_told_as_no_problems(
    call: Call, tmp_path: Path, blocks: list[dict[str, object]], said: str
) -> None:
    answer = call("summary", project(tmp_path / "p.cnn", *blocks))
    assert said in answer.out
    assert "No problems" not in answer.out


@pytest.mark.parametrize("last", ["Softmax", "Sigmoid", "ReLU"])
def test_train_refuses_an_activation_behind_the_last_linear_with_its_fix(
    call: Call, tmp_path: Path, last: str
) -> None:
    answer = call("train", project(tmp_path / "p.cnn", INPUT, {"block": "Flatten"}, LINEAR, {"block": last}))
    assert answer.status == 1
    assert is_one_sentence(answer.err)
    assert f"Fix: Remove {last}." in answer.err


def test_what_is_unknown_is_not_counted_as_nothing(call: Call, tmp_path: Path) -> None:
    wrong = project(
        tmp_path / "p.cnn", SMALL_INPUT, {"block": "Conv2d", "kernel_size": [50, 50]}, FLATTEN, LINEAR
    )
    assert call("summary", wrong, "--json").json["total"]["partial"] is True
    told = call("summary", wrong).out
    assert "4 blocks · up to the problem 0 parameters" in told and "about" not in told, told
    right = project(tmp_path / "q.cnn", SMALL_INPUT, FLATTEN, LINEAR)
    assert call("summary", right, "--json").json["total"]["partial"] is False
    assert "up to the problem" not in call("summary", right).out


def test_an_import_counts_no_unknown_parameters_either(call: Call, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(
        "import torch.nn as nn\nnet = nn.Sequential(nn.Conv2d(1, 2, 50), nn.Flatten(), nn.Linear(8, 10))\n"
    )
    assert "0 parameters up to the problem." in call("import", "net.py", "net.cnn", "--input", "1x8x8").out
