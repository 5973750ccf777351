"""The notebook: it is one, it runs from top to bottom, and its losses are the program's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import nbformat
import pytest
from msgspec.structs import replace
from safetensors.torch import load_file

from cnnbuilder.engine.export import notebook as module
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.notebook import notebook
from cnnbuilder.engine.trainable import CannotTrainError
from cnnbuilder.network.data import Data, source_name
from cnnbuilder.network.project import Project
from tests.engine.export.scripts import LIMIT, PROJECTS, by_the_program, folder_of, losses_in, short
from tests.network.test_formatting import assert_formatted


def notebook_of(project: Project, **conditions: Any) -> str:
    return notebook(project, **{"precision": "float32", "threads": 1, **conditions})


def code_of(project: Project, **settings: Any) -> str:
    """Every cell of code in order; other settings come behind the cell of settings, as papermill does."""
    if source_name(project.data) != "shapes":
        settings["data"] = folder_of(project)
    lines = []
    for cell in json.loads(notebook_of(project))["cells"]:
        if cell["cell_type"] == "code":
            lines.append("".join(cell["source"]))
            if "parameters" in cell["metadata"].get("tags", []):
                lines += [
                    f"{name} = Path({str(value)!r})" if isinstance(value, Path) else f"{name} = {value}"
                    for name, value in settings.items()
                ]
    return "\n".join(lines)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], str]:
    """Runs code in an empty folder; gives what it prints."""
    monkeypatch.chdir(tmp_path)

    def run_here(code: str) -> str:
        exec(compile(code, "net.ipynb", "exec"), {"__name__": "__main__"})
        return capsys.readouterr().out

    return run_here


@pytest.mark.parametrize("name", ["colour shapes", "branches, spare outputs", "clothes, SGD"])
def test_it_runs_from_top_to_bottom_with_the_programs_losses(
    name: str, tmp_path: Path, run: Callable[[str], str]
) -> None:
    project = short(PROJECTS[name], precision="float32")
    ours = by_the_program(project, tmp_path / "0001", LIMIT)
    assert losses_in(run(code_of(project, limit=LIMIT))) == ours.losses
    assert (
        load_file(tmp_path / "model.safetensors").keys() == load_file(ours.folder / "last.safetensors").keys()
    )


def test_alone_in_its_own_process_too(tmp_path: Path) -> None:
    project = short(PROJECTS["digits"], precision="float32")
    ours = by_the_program(project, tmp_path / "0001", LIMIT)
    code = code_of(project, limit=LIMIT) + '\nimport sys\nassert "cnnbuilder" not in sys.modules\n'
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert losses_in(done.stdout) == ours.losses


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


def test_curves_are_drawn_where_matplotlib_is(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[str], str]
) -> None:
    plt = MagicMock()
    monkeypatch.setitem(sys.modules, "matplotlib", MagicMock(pyplot=plt))
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", plt)
    run(code_of(short(PROJECTS["colour shapes"]), limit=256, epochs=3))
    training, validation = plt.plot.call_args_list
    assert [len(values) for values in training.args] == [12, 12]  # 4 steps an epoch
    steps, losses, _style = validation.args
    assert steps.tolist() == [4, 8, 12]
    assert len(losses) == 3
    plt.show.assert_called_once()


def test_without_matplotlib_it_says_so(monkeypatch: pytest.MonkeyPatch, run: Callable[[str], str]) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    printed = run(code_of(short(PROJECTS["colour shapes"]), limit=64))
    assert "The curves are drawn with matplotlib, which is not installed here." in printed
    assert "Saved model.safetensors" in printed


def test_without_nbformat_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(ExportProblem, match="pip install nbformat"):
        notebook_of(PROJECTS["digits"])


def test_without_data_there_is_one_sentence() -> None:
    with pytest.raises(CannotTrainError, match="choose a data set"):
        notebook_of(replace(PROJECTS["digits"], data=Data(None)))
