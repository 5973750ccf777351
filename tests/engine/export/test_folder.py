"""Export > Folder: four files that need nothing of the program and answer as it does."""

from __future__ import annotations

import io
import json
import runpy
import struct
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.input import Input
from cnnbuilder.engine.data.pictures import read_image
from cnnbuilder.engine.export import Choices, ExportProblem, export
from cnnbuilder.engine.export.folder import files
from cnnbuilder.engine.export.predicting import predict_script
from cnnbuilder.engine.export.weights import weighted
from cnnbuilder.engine.inference import load_model, predict
from cnnbuilder.engine.preparation import fitted
from cnnbuilder.engine.runs import Crop, Preparation
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.conftest import SHARED_DATA
from tests.engine.export.conftest import Trained

SIZES = [(32, 32), (28, 28), (24, 32), (23, 32), (33, 20), (7, 90), (1, 1), (2, 1), (64, 64), (301, 97)]
"""Of pictures, in pixels (width, height)."""


@pytest.fixture(scope="module")
def folder(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("leaving") / "digits"
    written = export(trained.project, str(out), Choices(runs_folder=trained.runs_folder))
    assert written.path == out
    assert "run 0001" in written.remarks[0]
    return out


def test_four_files_leave(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "labels.txt",
        "model.py",
        "model.safetensors",
        "predict.py",
    ]
    assert (folder / "labels.txt").read_text() == "".join(f"{digit}\n" for digit in range(10))


def test_the_weights_say_what_they_are(folder: Path, trained: Trained) -> None:
    with safe_open(folder / "model.safetensors", "pt") as file:
        said = file.metadata()
    assert json.loads(said["classes"]) == [str(digit) for digit in range(10)]
    preparation = json.loads(said["preparation"])
    assert (preparation["channels"], preparation["height"], preparation["width"]) == (1, 32, 32)
    assert len(said["source_sha256"]) == 64


def test_it_names_pictures_as_the_program_does(folder: Path, trained: Trained, tmp_path: Path) -> None:
    pictures = [*synthetic(tmp_path), *real_photographs()]
    done = subprocess.run(
        [sys.executable, str(folder / "predict.py"), "--json", *map(str, pictures)],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    model = load_model(trained.run)
    for path, line in zip(pictures, map(json.loads, done.stdout.splitlines()), strict=True):
        assert line["image"] == str(path)
        ours = predict(model, read_image(path)).classes[:5]
        assert [guess["class"] for guess in line["classes"]] == [name for name, _value in ours], path
        assert [guess["probability"] for guess in line["classes"]] == pytest.approx(
            [value for _name, value in ours], abs=1e-5
        )


def test_people_get_a_line_a_picture_and_a_word_on_what_cannot_be_read(folder: Path, tmp_path: Path) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "black.png")
    (tmp_path / "no.png").write_text("no picture")
    done = subprocess.run(
        [sys.executable, "predict.py", str(tmp_path / "black.png"), str(tmp_path / "no.png"), "gone.png"],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stdout.startswith(f"{tmp_path / 'black.png'}: ")
    assert done.stdout.count(" · ") == 4
    assert done.stderr.count("cannot be read") == 2
    assert "Traceback" not in done.stderr


def test_the_code_that_leaves_is_clean(folder: Path, tmp_path: Path) -> None:
    colour = tmp_path / "colour.py"
    colour.write_text(predict_script(of_shape(3, 224, 224)))
    crop = tmp_path / "crop.py"
    crop.write_text(predict_script(of_shape(1, 224, 224, Crop(232))))
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", str(folder), str(colour), str(crop)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("crop", [None, Crop(40), Crop(34, "bicubic"), Crop(20)])
def test_pictures_come_out_as_in_the_program_to_the_last_bit(
    channels: int, crop: Crop | None, tmp_path: Path
) -> None:
    preparation = of_shape(channels, 30, 32, crop)
    theirs = prepare_of(predict_script(preparation))
    for path in [*synthetic(tmp_path), *real_photographs()]:
        assert np.array_equal(theirs(path), fitted(read_image(path), preparation)), path


def test_a_network_that_names_no_class_has_nothing_to_predict() -> None:
    project = Project(chain(Input(id=""), Conv2d(id="")), Data(Inside("mnist")))
    with pytest.raises(ExportProblem, match=r"not yet a classifier.*add Flatten and Linear\.$"):
        files(project.network, weighted(project), "module")


def test_the_sequential_style_leaves_with_weights_by_its_names(tmp_path: Path) -> None:
    project = TEMPLATES["digits"].make()
    export(project, str(tmp_path / "seq"), Choices(style="sequential"))
    with safe_open(tmp_path / "seq" / "model.safetensors", "pt") as file:
        assert "features.0.weight" in file.keys()  # noqa: SIM118  not a dict
    namespace = runpy.run_path(str(tmp_path / "seq" / "model.py"))
    assert "features.0.weight" in namespace["Net"]().state_dict()


def test_what_else_lies_in_the_folder_stays(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "labels.txt").write_text("old")
    export(trained.project, f"{tmp_path}/", Choices(runs_folder=trained.runs_folder))
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "labels.txt").read_text().startswith("0\n1\n")


def of_shape(channels: int, height: int, width: int, crop: Crop | None = None) -> Preparation:
    values = (0.4851, 0.4562, 0.4063)[:channels]
    return Preparation("", "", (channels, height, width), values, values, ("a", "b"), crop)


def prepare_of(script: str) -> Callable[[Path], Any]:
    """What predict.py does to a picture before the network sees it."""
    sys.modules["model"] = types.SimpleNamespace(Net=torch.nn.Module)  # type: ignore[assignment]
    try:
        namespace: dict[str, Any] = {"__name__": "predict", "__file__": "predict.py"}
        exec(script, namespace)
    finally:
        del sys.modules["model"]
    return lambda path: namespace["prepare"](namespace["read_picture"](path))


def real_photographs() -> list[Path]:
    """Photographs as they come from cameras, where they are on this machine."""
    return sorted((SHARED_DATA / "ants_bees" / "val").rglob("*.jpg"))[::30]


def synthetic(folder: Path) -> Iterator[Path]:
    """Pictures of several sizes, modes and file types, turned and transparent ones among them."""
    dice = np.random.default_rng(5)
    for width, height in SIZES:
        noise = dice.integers(0, 256, (height, width, 4), np.uint8)
        rgb = Image.fromarray(noise[..., :3])
        kept = {
            "rgb.png": rgb,
            "rgba.png": Image.fromarray(noise),
            "grey.png": Image.fromarray(noise[..., 0]),
            "la.png": Image.fromarray(noise[..., :2], "LA"),
            "palette.png": rgb.quantize(16),
            "one.png": Image.fromarray(noise[..., 0]).convert("1"),
            "cmyk.jpg": rgb.convert("CMYK"),
            "16.png": Image.fromarray(noise[..., 0].astype(np.uint16) * 251),
            "float.tiff": Image.fromarray(noise[..., 0].astype(np.float32) / 255),
            "32.tiff": Image.fromarray(noise[..., 0].astype(np.int32)),
        }
        for name, image in kept.items():
            path = folder / f"{width}x{height}-{name}"
            image.save(path)
            yield path
        for turn in (3, 6, 8):
            path = folder / f"{width}x{height}-turned-{turn}.jpg"
            exif = Image.Exif()
            exif[0x0112] = turn
            rgb.save(path, exif=exif)
            yield path
    yield with_a_damaged_note(folder / "note.jpg")


def with_a_damaged_note(path: Path) -> Path:
    """A picture whose EXIF part is nothing but noise."""
    file = io.BytesIO()
    Image.effect_noise((40, 30), 60).save(file, "JPEG")
    content = file.getvalue()
    note = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 40
    path.write_bytes(content[:2] + b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note + content[2:])
    return path
