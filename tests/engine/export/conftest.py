"""A small trained project, as its runs lie beside it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from cnnbuilder.network.project import Project
from tests.engine.networks import events_of, finished, tiny_project


class Trained(NamedTuple):
    """A project and its only run."""

    project: Project
    runs_folder: Path

    @property
    def run(self) -> Path:
        return self.runs_folder / "0001"


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    torch.set_num_threads(1)
    project = tiny_project(epochs=2)
    runs_folder = tmp_path_factory.mktemp("trained") / "tiny.runs"
    finished(events_of(project, runs_folder / "0001", limit=500))
    return Trained(project, runs_folder)
