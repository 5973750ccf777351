"""What every test shares: no screen, a home of its own, and failure on Qt warnings and leaked children."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before Qt, torch or the program is imported anywhere; spawned children inherit both.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("CNNBUILDER_TEST_PLATFORM", "offscreen")
os.environ["CNNBUILDER_HOME"] = tempfile.mkdtemp(prefix="cnnbuilder-tests-")

import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    sessions = parser.getgroup("random editing sessions", "see tests/ui/test_random_sessions.py")
    sessions.addoption("--random-sessions", type=int, default=4, help="how many")
    sessions.addoption("--random-actions", type=int, default=40, help="how long each is")
    sessions.addoption("--random-seed", type=int, default=1, help="the seed of the first")
    mutations = parser.getgroup("mutated inputs", "see tests/fuzz")
    mutations.addoption("--mutations", type=int, default=25, help="how many of each kind")
    mutations.addoption("--mutation-seed", type=int, default=1, help="the seed of the first")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty machine: no cache, no runs, no settings."""
    monkeypatch.setenv("CNNBUILDER_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
