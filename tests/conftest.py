"""What every test shares: no screen, a home of its own, and failure on Qt warnings and leaked children."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before Qt, torch or the program is imported anywhere; spawned children inherit both.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["CNNBUILDER_HOME"] = tempfile.mkdtemp(prefix="cnnbuilder-tests-")

import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty machine: no cache, no runs, no settings."""
    monkeypatch.setenv("CNNBUILDER_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
