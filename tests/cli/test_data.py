"""`cnnbuilder data`."""

from __future__ import annotations

from .conftest import Call


def test_json_describes_each_data_set(call: Call) -> None:
    found = call("data", "--json").json
    assert list(found) == ["datasets"]
    sets = {entry["name"]: entry for entry in found["datasets"]}
    assert {"mnist", "fashion-mnist", "shapes"} <= set(sets)
    for entry in sets.values():
        assert list(entry) == [
            "name", "title", "classes", "class_names", "shape", "train_images", "val_images", "test_images", "available", "bytes",
            "licence",
        ]  # fmt: skip
        assert entry["classes"] == len(entry["class_names"]) == 10
        assert entry["licence"]
    assert sets["mnist"]["shape"] == [1, 28, 28]
    assert sets["mnist"]["train_images"] + sets["mnist"]["val_images"] == 60_000
    assert sets["mnist"]["available"] is True
    assert sets["shapes"]["shape"] == [3, 32, 32]


def test_the_table_has_a_line_for_each(call: Call) -> None:
    answer = call("data")
    assert answer.status == 0
    assert len(answer.out.splitlines()) == 2 + 3
