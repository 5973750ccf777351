"""The text of the program's functions is found wherever the program lies, and its absence is one sentence."""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import cnnbuilder
from cnnbuilder.engine.error_messages import SAYS_IT_ITSELF
from cnnbuilder.engine.export.script import training_script
from cnnbuilder.engine.source_text import (
    SourceMissingError,
    functions_of,
    module_text,
    module_without,
    without_types,
)
from cnnbuilder.network.templates import TEMPLATES

PACKAGE = Path(cnnbuilder.__file__).parent
STEP = "cnnbuilder.engine.training_step"

WRITE = """
import sys
from cnnbuilder.engine.export.script import training_script
from cnnbuilder.network.templates import TEMPLATES
import cnnbuilder
sys.stdout.reconfigure(encoding="utf-8", newline="\\n")
print(cnnbuilder.__file__, file=sys.stderr)
try:
    print(training_script(TEMPLATES["digits"].make(), precision="float32", threads=1), end="")
except Exception as error:
    print(type(error).__name__, error)
print("torch" in sys.modules, file=sys.stderr)
"""


def written_by(program: Path, folder: Path, before: str = "") -> str:
    """The script that a program written to `program` (a folder or a zip) makes; the checkout is out of its sight."""
    code = f"import sys; sys.path[:] = [{str(program)!r}] + [p for p in sys.path if 'site-packages' in p or 'python3' in p or p.endswith('.zip')]\n"
    code += "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code + before + WRITE], capture_output=True, cwd=folder, check=True
    )
    where, torch_is_loaded = done.stderr.decode().strip().splitlines()[-2:]
    assert where.startswith(str(program)), where
    assert torch_is_loaded == "False"
    return done.stdout.decode()


def copied(to: Path) -> Path:
    """The parts of the program that write a script."""
    for part in ("blocks", "network", "engine"):
        shutil.copytree(
            PACKAGE / part, to / "cnnbuilder" / part, ignore=shutil.ignore_patterns("__pycache__")
        )
    for file in PACKAGE.glob("*.py"):
        shutil.copy(file, to / "cnnbuilder")
    return to


def script() -> str:
    return training_script(TEMPLATES["digits"].make(), precision="float32", threads=1)


def test_a_program_in_a_zip_writes_the_same_script(tmp_path: Path) -> None:
    folder = copied(tmp_path / "program")
    bundle = tmp_path / "program.zip"
    with zipfile.ZipFile(bundle, "w") as file:
        for path in sorted(folder.rglob("*.py")):
            file.write(path, path.relative_to(folder))
    assert written_by(bundle, tmp_path) == script()


BUNDLE_LOADER = """
from importlib.machinery import SourceFileLoader
SourceFileLoader.get_source = lambda self, name: None  # a frozen program's loader has compiled code only
"""


def test_a_bundle_with_its_sources_as_data_writes_the_same_script(tmp_path: Path) -> None:
    assert written_by(copied(tmp_path / "program"), tmp_path, BUNDLE_LOADER) == script()


def test_a_bundle_without_sources_says_what_is_missing(tmp_path: Path) -> None:
    folder = copied(tmp_path / "program")
    assert compileall.compile_dir(folder, quiet=1, legacy=True, workers=1)
    for path in folder.rglob("*.py"):
        path.unlink()
    said = written_by(folder, tmp_path)
    assert said.startswith("SourceMissingError This installation has no source of cnnbuilder.engine.")
    assert said.strip().endswith("install cnnbuilder anew.")


def test_the_text_is_that_of_the_file() -> None:
    assert module_text(STEP) == (PACKAGE / "engine" / "training_step.py").read_text(encoding="utf-8")


def test_a_module_that_is_not_there_is_named() -> None:
    for name in ("cnnbuilder.engine.gone", "cnnbuilder.gone.step"):
        with pytest.raises(SourceMissingError, match=f"no source of {name}"):
            module_text(name)
    assert SourceMissingError in SAYS_IT_ITSELF


def test_functions_come_in_the_order_asked_for_and_without_types() -> None:
    text = functions_of(STEP, "pick", "shuffled")
    assert text.index("def pick(") < text.index("def shuffled(count, seed, epoch):")
    assert "\n\n\ndef shuffled" in text and "Tensor" not in text


def test_what_is_said_to_the_type_checker_stays_here() -> None:
    assert "type: ignore" in module_text(STEP)
    assert "type: ignore" not in functions_of(STEP, "forward_backward")
    assert without_types("x: int = f(1)  # type: ignore[no-untyped-call]\n") == "x = f(1)\n"


def test_a_module_without_some_names_has_neither_them_nor_its_imports() -> None:
    text = module_without(STEP, frozenset({"Forward", "Numbers"}))
    assert "import" not in text and "Forward" not in text and "def in_batches" in text
