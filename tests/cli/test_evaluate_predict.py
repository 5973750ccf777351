"""`cnnbuilder evaluate` and `cnnbuilder predict`, on the run of a tiny network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .conftest import Answer, Call, is_one_sentence
from .projects import tiny


def test_evaluate_measures_the_test_part(trained: tuple[Path, Answer], call: Call) -> None:
    answer = call("evaluate", trained[0], "--json")
    assert (answer.status, answer.err) == (0, "")
    found = answer.json
    assert list(found) == ["data", "part", "images", "accuracy", "loss", "per_class", "confusion"]
    assert (found["data"], found["part"], found["images"]) == ("shapes", "test", 2_000)
    confusion = np.array(found["confusion"])
    assert confusion.sum() == 2_000
    assert found["accuracy"] == pytest.approx(confusion.trace() / 2_000)
    assert [list(score) for score in found["per_class"]] == [["class", "precision", "recall", "f1"]] * 10


def test_evaluate_tells_people_the_accuracy(trained: tuple[Path, Answer], call: Call) -> None:
    answer = call("evaluate", trained[0])
    assert answer.status == 0
    assert "shapes, test part: 2,000 images · accuracy" in answer.out


def test_other_data_is_prepared_for_the_network(trained: tuple[Path, Answer], call: Call) -> None:
    assert call("evaluate", trained[0], "--data", "fashion-mnist", "--json").json["images"] == 10_000


def test_predict_names_the_five_likeliest(trained: tuple[Path, Answer], call: Call, tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "red.png")
    Image.new("L", (8, 8), 0).save(tmp_path / "black.jpg")
    answer = call("predict", trained[0], "red.png", "black.jpg", "--json")
    assert (answer.status, answer.err) == (0, "")
    assert [line["image"] for line in answer.lines] == ["red.png", "black.jpg"]
    for line in answer.lines:
        probabilities = [entry["probability"] for entry in line["classes"]]
        assert len(probabilities) == 5
        assert probabilities == sorted(probabilities, reverse=True)
        assert 0 < sum(probabilities) <= 1 + 1e-6
    assert call("predict", trained[0], "red.png").out.startswith("red.png: ")


def test_an_unreadable_picture_has_its_reason_and_the_others_their_answer(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG no more")
    Image.new("L", (8, 8), 0).save(tmp_path / "good.png")
    answer = call("predict", trained[0], "broken.png", "gone.png", "good.png", "--json")
    assert answer.status == 1
    assert is_one_sentence(answer.err)
    broken, gone, good = answer.lines
    assert set(broken) == set(gone) == {"image", "reason"}
    assert len(good["classes"]) == 5


def test_a_project_file_is_answered_with_its_newest_run(trained: tuple[Path, Answer], call: Call) -> None:
    answer = call("evaluate", trained[0].parent.parent / "tiny.cnn")
    assert answer.status == 1
    assert "0001" in answer.err


def test_without_a_run_the_next_step_is_named(call: Call, tmp_path: Path) -> None:
    answer = call("predict", tiny(tmp_path / "t.cnn"), "x.png")
    assert answer.status == 1
    assert "cnnbuilder train" in answer.err
    assert is_one_sentence(answer.err)
