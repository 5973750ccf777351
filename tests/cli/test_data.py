"""`cnnbuilder data`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image

from cnnbuilder.engine.data.catalogue import all_data_sets

from .conftest import Call, is_one_sentence
from .projects import FLATTEN, LINEAR, SMALL_INPUT, project


def test_json_describes_each_data_set(call: Call) -> None:
    found = call("data", "--json").json
    assert list(found) == ["datasets"]
    sets = {entry["name"]: entry for entry in found["datasets"]}
    assert {"mnist", "fashion-mnist", "shapes", "clothes"} <= set(sets)
    for entry in sets.values():
        assert list(entry) == [
            "name", "title", "classes", "class_names", "shape", "train_images", "val_images", "test_images", "available", "bytes",
            "licence",
        ]  # fmt: skip
        assert entry["classes"] == len(entry["class_names"]) >= 10
        assert entry["licence"]
    assert sets["mnist"]["shape"] == [1, 28, 28]
    assert sets["mnist"]["train_images"] + sets["mnist"]["val_images"] == 60_000
    assert sets["mnist"]["available"] is True
    assert sets["cifar10"]["available"] is False and sets["cifar10"]["bytes"] == 170_498_071
    assert sets["shapes"]["shape"] == [3, 32, 32]
    assert sets["clothes"]["shape"] == [3, 64, 64]
    assert [sets["clothes"][f"{part}_images"] for part in ("train", "val", "test")] == [3068, 341, 372]


def test_the_table_has_a_line_for_each(call: Call) -> None:
    answer = call("data")
    assert answer.status == 0
    assert len(answer.out.splitlines()) == 2 + len(all_data_sets())


# --- of a path ------------------------------------------------------------------------------------


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Three cats, four dogs and a broken file."""
    for name, count in (("cat", 3), ("dog", 4)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for at in range(count):
            colour = (40 * at, 200, 10 * len(name))
            Image.new("RGB", (20 + at, 24), colour).save(tmp_path / "pets" / name / f"{at}.png")
    (tmp_path / "pets" / "dog" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path / "pets"


def test_of_a_path_json_is_as_the_contract_has_it(call: Call, pets: Path, home: Path) -> None:
    found = call("data", pets, "--json").json
    assert list(found) == ["path", "kind", "images", "classes", "set_aside", "findings"]
    assert (found["path"], found["kind"], found["images"]) == (str(pets), "folder", 7)
    for entry, name, images in zip(found["classes"], ("cat", "dog"), (3, 4), strict=True):
        assert list(entry) == ["name", "images", "train", "val", "test"]
        assert (entry["name"], entry["images"]) == (name, images)
        assert entry["train"] + entry["val"] + entry["test"] == images
    [aside] = found["set_aside"]
    assert aside["file"] == "dog/broken.jpg"
    assert aside["reason"]
    for finding in found["findings"]:
        assert list(finding) == ["kind", "severity", "message", "files"]
        assert finding["severity"] in ("red", "amber")


def test_of_a_path_people_read_bars_and_names(call: Call, pets: Path, home: Path) -> None:
    answer = call("data", pets)
    assert answer.status == 0
    assert "pets (folder): 7 images in 2 classes." in answer.out
    assert "█" in answer.out
    assert "1 file was set aside:" in answer.out
    assert "dog/broken.jpg" in answer.out


def test_the_report_is_written_as_a_table_too(call: Call, pets: Path, home: Path) -> None:
    assert call("data", pets, "--csv", "report.csv").status == 0
    with Path("report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows if row["class"] == "cat"] == ["cat/0.png", "cat/1.png", "cat/2.png"]
    assert all(row["part"] in ("train", "val", "test") for row in rows if row["class"])
    assert [row["file"] for row in rows if row["set_aside"]] == ["dog/broken.jpg"]


@pytest.mark.parametrize("name", ["nowhere", "a.txt"])
def test_a_path_that_holds_no_images_is_one_sentence(
    call: Call, tmp_path: Path, name: str, home: Path
) -> None:
    (tmp_path / "a.txt").write_text("hello")
    answer = call("data", name)
    assert answer.status == 1
    assert is_one_sentence(answer.err)


def test_a_table_of_nothing_is_wrong_usage(call: Call) -> None:
    assert call("data", "--csv", "out.csv").status == 2


def test_own_images_are_trained_by_their_path(call: Call, pets: Path, tmp_path: Path, home: Path) -> None:
    project(tmp_path / "net.cnn", SMALL_INPUT, FLATTEN, LINEAR)
    answer = call("train", "net.cnn", "--data", pets, "--json")
    assert answer.status == 0, answer.err
    assert answer.lines[-1]["event"] == "finished"
    assert answer.lines[0]["train_images"] + answer.lines[0]["val_images"] < 7 + 1
