"""How these tests call the program: in this process for speed, in one of its own where that is the point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cnnbuilder import cli

from .projects import tiny


class Answer(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """One JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Call = Callable[..., Answer]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        status = cli.run([str(argument) for argument in arguments])
        return Answer(status, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """The run of a tiny network over two epochs, and what its training said."""
    folder = tmp_path_factory.mktemp("trained")
    answer = call_process("train", tiny(folder / "tiny.cnn"), "--epochs", 2, "--json")
    return folder / "tiny.runs" / "0001", answer


def call_process(*arguments: object, **environment: str | None) -> Answer:
    """Calls the program in a process of its own; an environment variable given as None is taken away."""
    changed = {**os.environ, **{name: value for name, value in environment.items() if value is not None}}
    for name, value in environment.items():
        if value is None:
            changed.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "cnnbuilder", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=changed,
        timeout=300,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def is_one_sentence(text: str) -> bool:
    """One line that ends as a sentence does, without Python's account of itself."""
    line = text.rstrip("\n")
    return "\n" not in line and line.endswith((".", "?")) and "Traceback" not in line
