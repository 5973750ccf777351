"""`cnnbuilder doctor`."""

from __future__ import annotations

import sys

import pytest

from .conftest import Call, call_process


def test_json_has_the_fields_of_the_contract(call: Call) -> None:
    answer = call("doctor", "--json")
    assert answer.status == 0
    found = answer.json
    assert list(found) == ["versions", "devices", "display", "data", "problems"]
    assert {"cnnbuilder", "python", "torch"} <= set(found["versions"])
    assert "cpu" in [device["name"] for device in found["devices"]]
    assert found["display"] == {"ok": True, "reason": None}
    assert {entry["name"] for entry in found["data"]} >= {"mnist", "shapes"}
    assert all(list(problem) == ["message", "remedy"] for problem in found["problems"])


# Windows and macOS always have a display, so there is nothing to refuse.
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a window can always open")
def test_without_a_display_it_says_so_and_what_to_do() -> None:
    answer = call_process("doctor", "--json", DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert (answer.status, answer.err) == (0, "")
    assert answer.json["display"]["ok"] is False
    assert "display" in answer.json["display"]["reason"]
    assert any(problem["remedy"] for problem in answer.json["problems"])


def test_people_get_it_as_text(call: Call) -> None:
    answer = call("doctor")
    assert answer.status == 0
    assert "Devices" in answer.out
