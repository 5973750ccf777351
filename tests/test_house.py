"""The rules of the house that only a running process can show: who loads torch, and who loads Qt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_ASK = """
import sys
from cnnbuilder import cli
sys.stdout.reconfigure(encoding="utf-8")
status = cli.run(sys.argv[1:])
heavy = {"torch", "torchvision", "PySide6", "pyqtgraph", "shiboken6"}
print("loaded:", status, *sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


def loaded_by(*arguments: str, program: str = _ASK, folder: Path | None = None) -> list[str]:
    """The exit status, and which of the heavy libraries were in the process when it ended."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=300, cwd=folder
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("loaded:")]
    assert lines, done.stderr
    return lines[-1].removeprefix("loaded: ").split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project that trains in a moment, and a run of it."""
    place = tmp_path_factory.mktemp("house")
    assert loaded_by("new", "tiny.cnn", "--template", "empty", folder=place)[0] == "0"
    return place


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "new --list",
        "new other.cnn --template digits",
        "summary tiny.cnn",
        "summary tiny.cnn --json",
        "code tiny.cnn",
        "data",
        "data --json",
    ],
)
def test_the_quick_commands_load_neither_torch_nor_qt(folder: Path, arguments: str) -> None:
    assert loaded_by(*arguments.split(), folder=folder)[1:] == []
