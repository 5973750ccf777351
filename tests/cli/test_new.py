"""`cnnbuilder new`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cnnbuilder.network.file import load
from cnnbuilder.network.templates import TEMPLATES

from .conftest import Call, is_one_sentence


def test_list_names_the_templates_one_a_line(call: Call) -> None:
    answer = call("new", "--list")
    assert answer.status == 0
    assert answer.out.splitlines() == list(TEMPLATES)
    assert {"digits", "colour-32", "lenet5", "quiz-130", "example-200"} <= set(answer.out.splitlines())


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_makes_its_project(call: Call, tmp_path: Path, name: str) -> None:
    assert call("new", "out.cnn", "--template", name).status == 0
    assert load(tmp_path / "out.cnn") == TEMPLATES[name].make()


def test_without_a_template_there_is_an_input_block_alone(call: Call, tmp_path: Path) -> None:
    assert call("new", "out.cnn").status == 0
    assert [block.kind() for block in load(tmp_path / "out.cnn").network.blocks] == ["Input"]


def test_a_file_is_never_overwritten(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.cnn").write_text("mine")
    answer = call("new", "mine.cnn")
    assert (answer.status, answer.out) == (1, "")
    assert is_one_sentence(answer.err)
    assert (tmp_path / "mine.cnn").read_text() == "mine"


def test_a_mistyped_template_names_the_nearest(call: Call, tmp_path: Path) -> None:
    answer = call("new", "out.cnn", "--template", "digit")
    assert (answer.status, answer.err) == (1, "There is no template digit: digits?\n")
    assert not (tmp_path / "out.cnn").exists()


def test_a_missing_folder_is_named(call: Call) -> None:
    answer = call("new", "no/such/out.cnn")
    assert (answer.status, answer.err) == (1, "There is no folder no/such.\n")


# Permissions stop nobody who runs as root, as containers often do, and mean something else on Windows.
@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="only a folder refuses an ordinary user"
)
def test_a_read_only_folder_is_one_sentence(call: Call, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    answer = call("new", "locked/out.cnn")
    assert answer.status == 1
    assert is_one_sentence(answer.err)
