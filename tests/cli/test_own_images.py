"""Own images on the command line, from the folder to the answer, and wherever project and images move together."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnbuilder.engine.inference import load_model
from cnnbuilder.engine.preparation import read_fitted
from cnnbuilder.engine.runs import read_project, read_run
from cnnbuilder.network.data import Folder
from tests.conftest import SHARED_DATA

from .conftest import Call, is_one_sentence
from .projects import FLATTEN, LINEAR, project

pytestmark = pytest.mark.usefixtures("home")
INPUT = {"block": "Input", "channels": 3, "height": 16, "width": 16}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Bright and dark JPEGs of many sizes, large enough for a draft, beside the project."""
    chance = np.random.default_rng(0)
    for name, level in (("bright", 200), ("dark", 40)):
        folder = tmp_path / "work" / "photos" / name
        folder.mkdir(parents=True)
        for at in range(20):
            size = (int(chance.integers(150, 300)), int(chance.integers(150, 300)), 3)
            values = np.clip(chance.normal(level, 30, size), 0, 255).astype(np.uint8)
            Image.fromarray(values).save(folder / f"{at}.jpg")
    project(tmp_path / "work" / "net.cnn", INPUT, FLATTEN, LINEAR)
    return tmp_path / "work" / "photos"


def trained(call: Call, photos: Path) -> Path:
    net = photos.parent / "net.cnn"
    answer = call("train", net, "--data", photos, "--json", "--epochs", 2, "--batch-size", 8)
    assert answer.status == 0, answer.err
    return photos.parent / "net.runs" / "0001"


def test_a_run_says_what_it_was_trained_on_and_how_it_was_prepared(call: Call, photos: Path) -> None:
    run = trained(call, photos)
    preparation = read_run(run).info.preparation
    assert (preparation.dataset, preparation.classes) == ("photos", ("bright", "dark"))
    assert (preparation.fit, preparation.transparency) == ("crop", "white")
    assert preparation.own_images is not None and preparation.own_images.source == Folder(str(photos))
    assert (
        json.loads((run / "run.json").read_text())["preparation"]["own_images"]["source"]["path"] == "photos"
    )
    assert '"path":"photos"' in (run / "project.cnn").read_text()


def test_it_is_measured_and_predicts_without_being_told_anything(call: Call, photos: Path) -> None:
    run = trained(call, photos)
    measured = call("evaluate", run, "--json").json
    assert (measured["data"], measured["part"]) == ("photos", "test")
    assert [entry["class"] for entry in measured["per_class"]][:2] == ["bright", "dark"]
    answers = call("predict", run, photos / "dark" / "0.jpg", photos / "bright" / "0.jpg", "--json").lines
    assert [answer["classes"][0]["class"] for answer in answers] == ["dark", "bright"]


def test_a_file_is_prepared_for_a_prediction_as_it_was_for_training(call: Call, photos: Path) -> None:
    from cnnbuilder.engine.data.inspection import inspect
    from cnnbuilder.engine.data.prepare import prepare

    run = trained(call, photos)
    preparation = load_model(run).preparation
    array = prepare(inspect(preparation.data), preparation.shape).train.array
    files = [photos / name / f"{at}.jpg" for name in ("bright", "dark") for at in range(20)]
    for prepared, file in zip(array, files, strict=True):
        assert (read_fitted(file, preparation) == prepared).all()


def test_project_runs_and_images_move_as_one(call: Call, photos: Path, tmp_path: Path) -> None:
    run = trained(call, photos)
    before = call("evaluate", run, "--json").json
    shutil.move(tmp_path / "work", tmp_path / "elsewhere")
    moved = tmp_path / "elsewhere" / "net.runs" / "0001"
    assert read_project(moved).data.source == Folder(str(tmp_path / "elsewhere" / "photos"))
    assert call("evaluate", moved, "--json").json == before


def test_images_that_moved_alone_are_one_sentence_and_found_again_by_data(call: Call, photos: Path) -> None:
    run = trained(call, photos)
    before = call("evaluate", run, "--json").json
    new = photos.rename(photos.with_name("pictures"))
    answer = call("evaluate", run)
    assert answer.status == 1
    assert is_one_sentence(answer.err)
    assert "photos is not there any more" in answer.err and "--data" in answer.err
    assert call("evaluate", run, "--data", new, "--json").json == {**before, "data": "pictures"}
    assert call("train", run, "--data", new, "--out", "again", "--json").status == 0


def test_other_images_of_some_of_the_classes_are_measured_by_the_names_of_classes(
    call: Call, photos: Path
) -> None:
    run = trained(call, photos)
    other = photos.with_name("other")
    shutil.copytree(photos / "dark", other / "dark")
    measured = call("evaluate", run, "--data", other, "--json").json
    assert measured["accuracy"] > 0.5
    assert sum(map(sum, measured["confusion"][:1])) == 0
    (other / "dark").rename(other / "unheard-of")
    answer = call("evaluate", run, "--data", other)
    assert answer.status == 1
    assert "unheard-of, which the network has not learned" in answer.err


def test_a_run_goes_on_with_the_same_images(call: Call, photos: Path) -> None:
    run = trained(call, photos)
    answer = call("train", "--resume", run, "--epochs", 3, "--json")
    assert answer.status == 0, answer.err
    assert answer.lines[-1]["epochs"] == 3
    (photos / "dark" / "0.jpg").unlink()
    answer = call("train", "--resume", run, "--epochs", 4)
    assert answer.status == 1
    assert "have changed since" in answer.err


# Real data lie beside the checkout only where the project is developed; the project itself never needs them.
@pytest.mark.skipif(
    not (SHARED_DATA / "clothing").is_dir(), reason="needs the shared real data beside the checkout"
)
@pytest.mark.parametrize("name", ["ants_bees", "clothing", "clothing_csv"])
def test_real_folders_are_prepared_and_trained(call: Call, tmp_path: Path, name: str) -> None:
    project(tmp_path / "net.cnn", INPUT, FLATTEN, LINEAR)
    answer = call("train", "net.cnn", "--data", SHARED_DATA / name, "--epochs", 1, "--json")
    assert answer.status == 0, answer.err
    assert answer.lines[-1]["event"] == "finished"
