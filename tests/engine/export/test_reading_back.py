"""The notebook that we write, imported again, holds an equal network."""

from __future__ import annotations

import pytest

from cnnbuilder.engine.export.notebook import notebook
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import not_yet
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.equality import equal
from cnnbuilder.network.importing import read
from cnnbuilder.network.importing.notebooks import code_of
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES


def _classifies(name: str) -> bool:
    return not_yet(analyse(TEMPLATES[name].make().network), 10) is None


@pytest.mark.parametrize("name", [name for name in TEMPLATES if _classifies(name)])
def test_our_own_notebook_reads_back_as_an_equal_network(name: str) -> None:
    network = TEMPLATES[name].make().network
    project = Project(network, Data(Inside("shapes")))
    text = code_of(notebook(project, precision="float32", threads=1).encode())
    assert equal(read(text).network, network)
