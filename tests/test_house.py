"""The rules of the house that import contracts cannot show: who loads torch and Qt, and who asks whom for data."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image

import cnnbuilder
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.file import save
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.templates import chain

PACKAGE = Path(cnnbuilder.__file__).parent

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


_ASK_WINDOW = """
import sys
from cnnbuilder.ui.app import run
loaded = []

def answers(windows):
    loaded.extend(sorted({"torch", "torchvision", "numpy", "pyqtgraph"} & set(sys.modules)))
    windows.close_all()

status = run([], answers=answers)
print("loaded:", status, *loaded, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project that trains in a moment, and a picture."""
    place = tmp_path_factory.mktemp("house")
    network = chain(Input(id="", height=8, width=8), Flatten(id=""), Linear(id="", out_features=10))
    save(Project(network, Data(Inside("shapes")), Training(epochs=1, batch_size=512)), place / "tiny.cnn")
    Image.new("L", (8, 8)).save(place / "black.png")
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
        "export tiny.cnn net.py --model-only",
        "export tiny.cnn net.csv",
        "export tiny.cnn net.md",
        "data",
        "data --json",
    ],
)
def test_the_quick_commands_load_neither_torch_nor_qt(folder: Path, arguments: str) -> None:
    assert loaded_by(*arguments.split(), folder=folder) == ["0"]


def test_training_and_its_fruits_load_no_qt(folder: Path) -> None:
    fruits = (
        "evaluate run",
        "predict run black.png",
        "export run net.safetensors",
        "export run net.py",
        "doctor",
    )
    for arguments in ("train tiny.cnn --out run", *fruits):
        status, *loaded = loaded_by(*arguments.split(), folder=folder)
        assert status == "0"
        assert not {"PySide6", "shiboken6", "pyqtgraph"} & set(loaded), arguments


def test_what_is_refused_before_a_training_is_refused_without_torch(folder: Path) -> None:
    for arguments in (
        "train tiny.cnn --data mnst",
        "train gone.cnn",
        "evaluate tiny.cnn",
        "train tiny.cnn --out .",
    ):
        assert loaded_by(*arguments.split(), folder=folder) == ["1"]


def test_the_window_loads_no_torch_and_no_plots_before_it_answers() -> None:
    assert loaded_by(program=_ASK_WINDOW) == ["0"]


def what_the_window_may_import() -> list[str]:
    """The engine's modules on the allow-list of the import contract."""
    pyproject = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    [lines] = [found["ignore_imports"] for found in contracts if "ignore_imports" in found]
    return [line.partition(" -> ")[2] for line in lines]


def test_what_the_window_may_import_of_the_engine_loads_no_torch() -> None:
    modules = what_the_window_may_import()
    assert "cnnbuilder.engine.client" in modules and len(modules) >= 5
    program = f"""
import sys, {", ".join(modules)}
print("loaded:", 0, *sorted({{"torch", "torchvision", "numpy", "PySide6"}} & set(sys.modules)), file=sys.stderr)
"""
    assert loaded_by(program=program) == ["0"]


# --- one way from a project to its data set -------------------------------------------------------

CATALOGUE = PACKAGE / "engine" / "data" / "catalogue.py"
OWN_SOURCE = CATALOGUE.with_name("own_source.py")
"""What the catalogue is for sets that have names, this is for a person's own files: it alone knows their kinds."""


def shortcuts_to_data(text: str) -> list[str]:
    """What a file does to reach a data set by another way than `resolve`: the catalogue's table, a source, a name."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id="_DATA_SETS") | ast.Attribute(attr="_DATA_SETS") | ast.alias(name="_DATA_SETS"):
                found.append("the catalogue's table")
            case ast.ImportFrom(module=str(module)) if ".data.sources" in module:
                found.append(module)
            case ast.Import(names=names) if any(".data.sources" in name.name for name in names):
                found.append("a source")
            case ast.Call(
                func=ast.Name(id="find") | ast.Attribute(attr="find"),
                args=[ast.Attribute(value=ast.Attribute(attr="source"), attr="name")],
            ):
                found.append("find() with a project's name of data")
    return found


def test_only_the_catalogue_reaches_into_its_table() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if path not in (CATALOGUE, OWN_SOURCE)]
    reached = {
        str(path): ways for path in files if (ways := shortcuts_to_data(path.read_text(encoding="utf-8")))
    }
    assert not reached


@pytest.mark.parametrize(
    "text",
    [
        "from cnnbuilder.engine.data.catalogue import _DATA_SETS",
        "info = catalogue._DATA_SETS[name]",
        "from cnnbuilder.engine.data.sources.mnist import SOURCE",
        "import cnnbuilder.engine.data.sources.mnist",
        "info = find(project.data.source.name)",
        "info = catalogue.find(data.source.name)",
    ],
)
def test_each_shortcut_to_a_data_set_is_seen(text: str) -> None:
    assert shortcuts_to_data(text)
