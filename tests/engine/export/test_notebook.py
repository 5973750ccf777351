"""The notebook: it is one, it runs from top to bottom, and its losses are the program's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from msgspec.structs import replace
from safetensors.torch import load_file

from cnnbuilder.engine.export import notebook as module
from cnnbuilder.engine.export.notebook import notebook
from cnnbuilder.engine.export.places import ExportProblem
from cnnbuilder.engine.trainable import CannotTrainError
from cnnbuilder.network.project import Data, Project
from tests.engine.export.scripts import LIMIT, PROJECTS, by_the_program, folder_of, losses_in, short
from tests.network.test_formatting import assert_formatted

RUN = """
import json, sys
cells = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
namespace = {"__name__": "__main__"}
for cell in cells:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)
        if "parameters" in cell["metadata"].get("tags", []):
            exec(sys.argv[2], namespace)
assert "cnnbuilder" not in sys.modules
"""
"""Every cell of code in order, in one namespace; other settings come behind the cell of settings, as papermill does."""


def notebook_of(project: Project, **conditions: Any) -> str:
    return notebook(project, **{"precision": "float32", "threads": 1, **conditions})


def run(path: Path, settings: str) -> str:
    """What it prints, in a process of its own."""
    command = [sys.executable, "-c", RUN, path.name, settings]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["digits", "colour shapes", "branches, spare outputs", "clothes, SGD"])
def test_it_runs_from_top_to_bottom_with_the_programs_losses(name: str, tmp_path: Path) -> None:
    project = short(PROJECTS[name], precision="float32")
    ours = by_the_program(project, tmp_path / "0001", LIMIT)
    path = tmp_path / "net.ipynb"
    path.write_text(notebook_of(project), encoding="utf-8")
    settings = f"limit = {LIMIT}"
    if project.data.dataset != "shapes":
        settings += f"; data = Path({str(folder_of(project))!r})"
    printed = run(path, settings)
    assert losses_in(printed) == ours.losses
    assert (
        load_file(tmp_path / "model.safetensors").keys() == load_file(ours.folder / "last.safetensors").keys()
    )


def test_every_notebook_is_valid_and_formatted(tmp_path: Path) -> None:
    for name, project in PROJECTS.items():
        for precision, device in (("float32", "cpu"), ("bfloat16", "cuda")):
            text = notebook_of(project, precision=precision, device=device)
            nbformat.validate(nbformat.reads(text, as_version=4))
            (tmp_path / f"{name} {precision}.ipynb").write_text(text, encoding="utf-8")
    assert_formatted(tmp_path, "E4,E7,E9,F,I,W,B,UP")


def test_words_stand_between_the_cells_of_code() -> None:
    cells = json.loads(notebook_of(PROJECTS["digits"]))["cells"]
    words = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    titles = [text.partition("\n")[0] for text in words]
    assert titles == [
        "# A network that learns from MNIST", "## Settings", "## Network", "## Images", "## Preparation",
        "## Training", "## Curves", "## Saving",
    ]  # fmt: skip
    assert all(len(text) > 40 for text in words)
    assert "args." not in "".join("".join(cell["source"]) for cell in cells)


def test_the_same_project_gives_the_same_file() -> None:
    assert notebook_of(PROJECTS["digits"]) == notebook_of(PROJECTS["digits"])


def test_curves_are_drawn_where_matplotlib_is(tmp_path: Path) -> None:
    calls = tmp_path / "matplotlib" / "pyplot.py"
    calls.parent.mkdir()
    (calls.parent / "__init__.py").write_text("")
    calls.write_text(
        "def plot(*values, label, **more):\n    print(label, [len(value) for value in values if len(value) > 2 or label])\n"
        "def xlabel(text): pass\nylabel = xlabel\ndef legend(): pass\ndef show(): print('shown')\n"
    )
    project = short(PROJECTS["clothes, SGD"])
    path = tmp_path / "net.ipynb"
    path.write_text(notebook_of(project), encoding="utf-8")
    printed = run(path, f"limit = 256; epochs = 3; data = Path({str(folder_of(project))!r})")
    assert "training [12, 12]" in printed  # 4 steps an epoch
    assert "validation [3, 3, 2]" in printed  # steps, losses, and the style "o-"
    assert "shown" in printed


def test_without_matplotlib_it_says_so(tmp_path: Path) -> None:
    project = short(PROJECTS["clothes, SGD"])
    path = tmp_path / "net.ipynb"
    path.write_text(notebook_of(project), encoding="utf-8")
    hidden = "import sys; sys.modules['matplotlib'] = None"
    printed = run(path, f"limit = 64; data = Path({str(folder_of(project))!r}); {hidden}")
    assert "The curves are drawn with matplotlib, which is not installed here." in printed
    assert "Saved model.safetensors" in printed


def test_without_nbformat_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(ExportProblem, match="pip install nbformat"):
        notebook_of(PROJECTS["digits"])


def test_without_data_there_is_one_sentence() -> None:
    with pytest.raises(CannotTrainError, match="choose a data set"):
        notebook_of(replace(PROJECTS["digits"], data=Data(None)))
