"""Own images go along: the script's losses are the program's bit by bit, predict.py's answers those of the program."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.own_source import source_of
from cnnbuilder.engine.export import Choices, export
from cnnbuilder.engine.inference import classify, load_model
from cnnbuilder.engine.preparation import read_fitted
from cnnbuilder.network.data import OWN, Augmentation, Change, Data
from cnnbuilder.network.project import Project
from tests.engine.export.scripts import (
    _classifier,
    _conv,
    by_the_program,
    losses_in,
    run_here,
    script_of,
    short,
)

pytestmark = pytest.mark.usefixtures("home")

Made = Callable[[Path], Path]


def photos(folder: Path) -> Path:
    """JPEGs large enough for a draft, turned by their cameras, PNGs with transparency and of 16 bits, one broken."""
    chance = np.random.default_rng(0)
    for name in ("a", "b", "c"):
        (folder / name).mkdir(parents=True)
        for at in range(12):
            size = (int(chance.integers(100, 300)), int(chance.integers(100, 300)))
            values = chance.integers(0, 256, (*size, 3), np.uint8)
            note = Image.Exif()
            note[0x0112] = 1 + at % 8
            Image.fromarray(values).resize((260, 190)).save(folder / name / f"{at}.jpg", exif=note)
    Image.fromarray(chance.integers(0, 256, (40, 50, 4), np.uint8), "RGBA").save(folder / "a" / "clear.png")
    Image.fromarray(chance.integers(0, 65536, (40, 50)).astype(np.uint16)).save(folder / "b" / "deep.png")
    (folder / "c" / "broken.jpg").write_bytes(b"no picture")
    return folder


def equal_sizes(folder: Path) -> Path:
    """PNGs of one size."""
    for at in range(36):
        path = folder / "ab"[at % 2] / f"{at}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.random.default_rng(at).integers(0, 256, (17, 19, 3), np.uint8)).save(path)
    return folder


def table(folder: Path) -> Path:
    """The photographs, by a table with people and parts."""
    photos(folder / "images")
    lines = ["file;class;person;split"]
    for path in sorted((folder / "images").rglob("*.jpg")):
        part = {"1.jpg": "val", "2.jpg": "test"}.get(path.name, "train")
        lines.append(f"{path.relative_to(folder)};{path.parent.name};{path.stem};{part}")
    (folder / "labels.csv").write_text("\n".join(lines))
    return folder / "labels.csv"


def arrays(folder: Path) -> Path:
    """Fractions, channels first."""
    folder.mkdir()
    values = np.random.default_rng(0).random((40, 3, 20, 22))
    np.savez(
        folder / "set.npz",
        x_train=values[:30],
        y_train=np.arange(30) % 3,
        x_test=values[30:],
        y_test=np.arange(10) % 3,
    )
    return folder / "set.npz"


CASES: dict[str, tuple[Made, tuple[int, int, int], dict[str, Any]]] = {
    "photographs, centre": (photos, (3, 24, 20), {}),
    "photographs, border, grey, on black": (photos, (1, 24, 20), {"fit": "border", "transparency": "black"}),
    "photographs, stretched": (photos, (3, 24, 20), {"fit": "stretch"}),
    "one size, with a border": (equal_sizes, (3, 20, 20), {}),
    "one size, resized": (equal_sizes, (3, 28, 24), {}),
    "table": (table, (3, 24, 24), {}),
    "arrays": (arrays, (3, 20, 20), {}),
}


def own_project(data: Data, shape: tuple[int, int, int]) -> Project:
    project = _classifier(_conv(stride=(2, 2)), shape=shape, dataset="mnist")
    project = replace(project, data=data)
    project = short(project, precision="float32", seed=3)
    return replace(project, training=replace(project.training, batch_size=8, epochs=4))


@pytest.mark.parametrize("name", CASES)
def test_the_first_losses_are_the_programs_bit_by_bit(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, shape, settings = CASES[name]
    source = source_of(make(tmp_path / "set"))
    project = own_project(Data(source, **settings), shape)
    ours = by_the_program(project, tmp_path / "0001", None)
    assert isinstance(source, OWN)
    folder = Path(source.path) if Path(source.path).is_dir() else Path(source.path).parent
    given = ["--data", str(folder), "--out", str(tmp_path / "net")]
    printed = run_here(script_of(project), given, capsys)
    assert losses_in(printed)[:10] == ours.losses[:10]
    assert len(ours.losses) >= 10


def test_what_a_person_changed_goes_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = source_of(equal_sizes(tmp_path / "set"))
    names = ["a/0.png", "a/2.png", "b/1.png"]
    marks = [
        hashlib.blake2b((tmp_path / "set" / name).read_bytes(), digest_size=16).hexdigest() for name in names
    ]
    changes = (Change(marks[0], excluded=True), Change(marks[1], label="b"), Change(marks[2], part="val"))
    varied = Augmentation(flip_horizontal=True, shift=0.2, mixup=0.4)
    data = Data(source, changes=changes, augmentation=varied, balance="sampling")
    project = own_project(data, (3, 20, 20))
    ours = by_the_program(project, tmp_path / "0001", None)
    text = script_of(project)
    assert "a/0.png" not in text
    printed = run_here(text, ["--data", str(tmp_path / "set"), "--out", str(tmp_path / "net")], capsys)
    assert losses_in(printed)[:10] == ours.losses[:10]


@pytest.mark.parametrize("name", [name for name in CASES if name != "arrays"])
def test_predict_py_answers_as_the_program_does(name: str, tmp_path: Path) -> None:
    make, shape, settings = CASES[name]
    source = source_of(make(tmp_path / "set"))
    project = own_project(Data(source, **settings), shape)
    run = by_the_program(project, tmp_path / "0001", None).folder
    out = tmp_path / "out"
    export(project, f"{out}/", Choices(run=run))
    model = load_model(run)
    files = [
        path
        for path in sorted((tmp_path / "set").rglob("*"))
        if path.suffix in (".jpg", ".png") and path.stem != "broken"
    ]
    answers = subprocess.run(
        [sys.executable, out / "predict.py", "--json", *files], capture_output=True, text=True, check=True
    )
    for line, file in zip(answers.stdout.splitlines(), files, strict=True):
        expected = dict(classify(model, [read_fitted(file, model.preparation)])[0])
        for answer in json.loads(line)["classes"]:
            assert answer["probability"] == pytest.approx(expected[answer["class"]], abs=1e-5)


def test_a_script_of_images_that_are_elsewhere_says_which_is_missing(tmp_path: Path) -> None:
    source = source_of(equal_sizes(tmp_path / "set"))
    inspect(Data(source))
    (tmp_path / "train.py").write_text(script_of(own_project(Data(source), (3, 20, 20))), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "../train.py"], cwd=tmp_path / "set", capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("is missing: --data names its folder.")
