"""The catalogue describes what is there, costs nothing to load, and finds a new source by its file alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cnnbuilder.engine.data import catalogue, idx, sources
from cnnbuilder.engine.data.catalogue import (
    DataSetInfo,
    UnknownDataSet,
    all_data_sets,
    find,
    preparation_text,
)
from cnnbuilder.engine.data.download import Download
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.resources import resource


def test_descriptions_load_neither_torch_nor_numpy_nor_pillow() -> None:
    code = (
        "import sys; from cnnbuilder.engine.data.catalogue import all_data_sets;"
        "[info.available() and info.fingerprint for info in all_data_sets()];"
        "print([name for name in ('torch', 'numpy', 'PIL', 'PySide6') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_what_comes_inside_in_the_order_of_the_lists() -> None:
    assert [info.name for info in all_data_sets()][:4] == ["mnist", "fashion-mnist", "shapes", "clothes"]
    counts = {info.name: (info.train_images, info.val_images, info.test_images) for info in all_data_sets()}
    assert counts["mnist"] == counts["fashion-mnist"] == (55_000, 5_000, 10_000)
    assert counts["shapes"] == (9_000, 1_000, 2_000)
    assert counts["clothes"] == (3_068, 341, 372)
    assert find("shapes").shape == (3, 32, 32)


INSIDE = [info for info in all_data_sets() if not isinstance(info, Download)]


@pytest.mark.parametrize("info", INSIDE, ids=lambda info: info.name)
def test_each_that_comes_inside_is_here_and_says_what_it_is(info: DataSetInfo) -> None:
    assert info.available()
    assert info.missing() is None
    assert info.title
    assert info.summary.endswith(".")
    assert info.licence.split()[0] in info.licence_text()
    assert len(set(info.classes)) == len(info.classes) == 10
    assert info.fingerprint() == info.fingerprint()


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_bytes_are_those_of_the_files(name: str) -> None:
    assert find(name).bytes == sum(path.stat().st_size for path in resource(f"data/{name}").glob("*.gz"))


@pytest.mark.parametrize(
    "name", ["mnist", "MNIST", "Fashion_MNIST", "fashion mnist", "fashion-mnist", "Shapes"]
)
def test_a_name_is_found_however_it_is_written(name: str) -> None:
    assert find(name) in all_data_sets()


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownDataSet, match="did you mean mnist"):
        find("mnits")
    with pytest.raises(UnknownDataSet, match="mnist, fashion-mnist, shapes"):
        find("zoo of animals")


def test_a_project_leads_to_its_data_set_by_the_name_that_it_has() -> None:
    assert catalogue.resolve(Data(Inside("Fashion_MNIST"))) is find("fashion-mnist")
    assert catalogue.resolve_or_none(Data(Inside("shapes"))) is find("shapes")


def test_a_project_with_no_data_or_unknown_data_says_so() -> None:
    with pytest.raises(catalogue.NoDataSet, match="no data to learn from: choose a data set"):
        catalogue.resolve(Data(None))
    with pytest.raises(UnknownDataSet, match="“mnits”: did you mean mnist"):
        catalogue.resolve(Data(Inside("mnits")))
    assert catalogue.resolve_or_none(Data(None)) is None
    assert catalogue.resolve_or_none(Data(Inside("mnits"))) is None
    assert catalogue.resolve_or_none(Data(Inside(""))) is None  # weights of a project without data


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((1, 28, 28), None),
        ((1, 32, 32), "28×28 grey → 32×32 grey, with a border of 2"),
        ((1, 33, 32), "28×28 grey → 33×32 grey, with a border of 2 and 3"),
        ((1, 28, 30), "28×28 grey → 28×30 grey, with a border of 1 left and right"),
        ((1, 32, 28), "28×28 grey → 32×28 grey, with a border of 2 above and below"),
        ((3, 28, 28), "28×28 grey → 28×28 colour"),
        ((3, 64, 64), "28×28 grey → 64×64 colour, resized"),
        ((1, 20, 20), "28×28 grey → 20×20 grey, resized"),
        ((5, 32, 32), None),
    ],
)
def test_preparation_in_words(shape: tuple[int, int, int], text: str | None) -> None:
    assert preparation_text(find("mnist"), shape) == text


def test_a_shape_that_no_picture_has_gets_its_sentence() -> None:
    assert catalogue.unfit((1, 32, 32)) is None
    assert "5" in (catalogue.unfit((5, 32, 32)) or "")


@pytest.mark.parametrize(
    "info", sorted(set(all_data_sets()) - set(INSIDE), key=lambda info: info.name), ids=lambda info: info.name
)
def test_each_that_is_downloaded_says_what_it_is(info: DataSetInfo) -> None:
    assert info.title
    assert info.summary.endswith(".")
    assert info.licence
    assert len(set(info.classes)) == len(info.classes) >= 10
    assert min(info.train_images, info.val_images, info.test_images) > 0
    assert (info.missing() or "x.").endswith(".")


def test_missing_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idx, "resource", lambda name: tmp_path / name)
    info = find("mnist")
    assert not info.available()
    sentence = info.missing()
    assert sentence is not None
    assert "train-images-idx3-ubyte.gz" in sentence
    assert "Install cnnbuilder again" in sentence
    with pytest.raises(catalogue.DataProblem, match="is missing"):
        info.fingerprint()


def test_a_new_source_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "invented_for_a_test.py").write_text(
        "from tests.engine.data.tiny import make_tiny\nSOURCE = make_tiny()\n", encoding="utf-8"
    )
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])
    assert list(catalogue._discovered()) == [*(info.name for info in all_data_sets()), "tiny"]
