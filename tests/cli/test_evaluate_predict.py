"""`cnnbuilder evaluate` and `cnnbuilder predict`, on the run of a tiny network."""

from __future__ import annotations

import csv
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
    assert list(found) == [
        "data",
        "part",
        "images",
        "accuracy",
        "balanced_accuracy",
        "loss",
        "per_class",
        "confusion",
    ]
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


def test_a_folder_and_a_pattern_stand_for_their_images_in_natural_order(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    (folder / "more").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for name in ("10.png", "2.png", "1.JPG", "more/a.webp", ".hidden/no.png"):
        Image.new("RGB", (20, 30), "red").save(folder / name, "JPEG" if name.endswith("G") else None)
    (folder / "notes.txt").write_text("no image", encoding="utf-8")
    answer = call("predict", trained[0], "mine", "--json")
    assert (answer.status, answer.err) == (0, "")
    names = [Path(line["image"]).relative_to("mine").as_posix() for line in answer.lines]
    assert names == ["1.JPG", "2.png", "10.png", "more/a.webp"]
    found = call("predict", trained[0], "mine/*.png", "--json").lines
    assert [Path(line["image"]).name for line in found] == ["2.png", "10.png"]
    found = call("predict", trained[0], "mine/**/*.webp", "--json").lines
    assert [Path(line["image"]).name for line in found] == ["a.webp"]


def test_what_stands_for_nothing_is_named_and_the_others_are_answered(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    Image.new("L", (8, 8), 0).save(tmp_path / "[1].png")
    answer = call("predict", trained[0], "empty", "*.bmp", "[1].png", "--json")
    assert answer.status == 1
    empty, pattern, good = answer.lines
    assert set(empty) == set(pattern) == {"image", "reason"}
    assert good["image"] == "[1].png" and len(good["classes"]) == 5


def test_a_table_has_a_row_an_image_and_the_unreadable_their_reason(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(150):  # more than two batches
        Image.new("RGB", (10 + number, 12), (number, 90, 30)).save(folder / f"{number}.png")
    (folder / "7.png").write_bytes(b"broken")
    answer = call("predict", trained[0], "many", "--csv", "out.csv")
    assert answer.status == 1
    assert is_one_sentence(answer.err)
    assert answer.out == "149 images are in out.csv.\n"
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [Path(row["image"]).stem for row in rows] == [str(number) for number in range(150)]
    assert rows[7]["class1"] == "" and rows[7]["reason"]
    alone = call("predict", trained[0], "many/140.png", "--json").lines[0]["classes"]
    for place, found in enumerate(alone, 1):
        assert rows[140][f"class{place}"] == found["class"]
        assert float(rows[140][f"probability{place}"]) == pytest.approx(found["probability"], abs=1e-5)
    both = call("predict", trained[0], "many/140.png", "--json", "--csv", "out.csv")
    assert both.lines[0]["classes"] == alone
    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_a_table_that_cannot_be_written_is_refused_in_one_sentence(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    Image.new("L", (8, 8), 0).save(tmp_path / "a.png")
    answer = call("predict", trained[0], "a.png", "--csv", "no/such/folder/out.csv")
    assert answer.status == 1
    assert is_one_sentence(answer.err)


def test_a_project_file_is_answered_with_its_newest_run(trained: tuple[Path, Answer], call: Call) -> None:
    answer = call("evaluate", trained[0].parent.parent / "tiny.cnn")
    assert answer.status == 1
    assert "0001" in answer.err


def test_without_a_run_the_next_step_is_named(call: Call, tmp_path: Path) -> None:
    answer = call("predict", tiny(tmp_path / "t.cnn"), "x.png")
    assert answer.status == 1
    assert "cnnbuilder train" in answer.err
    assert is_one_sentence(answer.err)
