"""The benchmarks' frame: names, options, output. The measuring itself is no test."""

from __future__ import annotations

import json
import types

import pytest

from tests.benchmarks import __main__ as frame
from tests.benchmarks.training import Loop


def test_benchmarks_are_found_by_their_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.main(["--list"]) == 0
    names = capsys.readouterr().out.split()
    assert "training" in names and not any(name.startswith(("_", "test_")) for name in names)


def test_parameters_are_options_and_the_machine_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(rounds: int = 3, device: str = "cpu") -> dict[str, object]:
        return {"rounds_over_itself_ratio": rounds / 3, "device": device, "single": [1.0, 2.0]}

    monkeypatch.setattr(frame, "import_module", lambda _name: types.SimpleNamespace(run=run, __doc__=""))
    assert frame.main(["training", "--json", "--rounds", "6", "--device", "cuda"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rounds_over_itself_ratio"] == 2.0 and found["device"] == "cuda"
    assert found["machine"]["cores"] >= 1 and "torch" in found["machine"]["versions"]
    assert frame.main(["training"]) == 0
    assert "rounds_over_itself_ratio" in capsys.readouterr().out


def test_rows_are_a_table_below_their_columns_names() -> None:
    rows = [{"name": "lenet", "params": 61_706}, {"name": "resnet50", "params": 25_557_032}]
    assert frame.as_text({"networks": 2, "rows": rows}).splitlines() == [
        "networks  2",
        "rows",
        "  name      params",
        "  lenet     61,706",
        "  resnet50  25,557,032",
    ]


def test_ratios_are_medians_of_neighbouring_segments() -> None:
    one, other = object.__new__(Loop), object.__new__(Loop)
    one.segments, other.segments = [2.0, 40.0, 3.0], [1.0, 20.0, 100.0]
    assert one.over(other) == 2.0
    assert one.images_per_second == 3.0
