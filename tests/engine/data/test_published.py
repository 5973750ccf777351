"""Published data sets are read from their own files, and a script reads the same images with torchvision, bit by bit."""

from __future__ import annotations

import importlib.util
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnbuilder.engine.data import data_folders
from cnnbuilder.engine.data.catalogue import all_data_sets, find
from cnnbuilder.engine.data.download import Download
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data.restricted_pickle import unpickled
from cnnbuilder.engine.data.source import DataProblem
from tests.engine.data.published import NAMES, TEST, TRAIN, VAL, make, tar

NEEDS_SCIPY = ("svhn", "flowers102")


@pytest.fixture
def shared(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for many, such as a classroom's."""
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setenv(data_folders.VARIABLE, str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def require_scipy(name: str) -> None:
    if name in NEEDS_SCIPY:
        # The extra [datasets] may be left out; [dev] brings it.
        pytest.importorskip("scipy", reason="the extra [datasets] is not installed")


def no_report(_fraction: float) -> None:
    pass


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_as_torchvision_reads_it(name: str, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_scipy(name)
    info = make(name, shared)
    assert info.available()
    for module in ("cifar", "svhn", "flowers102", "utils"):  # it knows the checksums of the real files
        monkeypatch.setattr(f"torchvision.datasets.{module}.check_integrity", lambda *_given: True)
    originals = info.read(no_report)
    code = info.load_code()
    names: dict[str, Any] = {"np": np}
    exec("\n".join(code.imports) + "\n\n\n" + code.code, names)
    images, labels = names["load"](shared)
    assert (np.asarray(images) == originals.train.images).all()
    assert (np.asarray(labels) == originals.train.labels).all()
    assert (len(originals.train.labels), len(originals.test.labels)) == (TRAIN + VAL, TEST)
    assert originals.test.images.shape == (TEST, *info.shape)
    assert originals.train.images.dtype == np.uint8
    image, label = info.sample()
    assert (image.transpose(2, 0, 1) == originals.train.images[0]).all()
    assert label == originals.train.labels[0]


@pytest.mark.parametrize("name", ["flowers102", "imagenette", "oxford-iiit-pet", "gtsrb"])
def test_photographs_are_read_anew_for_every_input(name: str, shared: Path) -> None:
    require_scipy(name)
    info = make(name, shared)
    prepared = prepare(info, (3, 40, 24))
    assert prepared.train.images.shape == (TRAIN, 3, 40, 24)
    assert (len(prepared.val), len(prepared.test)) == (VAL, TEST)
    if info.own_validation:
        assert prepared.val.rows.tolist() == list(range(TRAIN, TRAIN + VAL))


@pytest.mark.parametrize("name", NAMES)
def test_files_that_are_not_what_was_published_are_not_opened(name: str, shared: Path) -> None:
    require_scipy(name)
    info = make(name, shared)
    for remote in info.files:
        with (shared / remote.place).open("r+b") as file:
            file.seek(-1, 2)
            file.write(b"!")
    with pytest.raises(DataProblem, match="its checksum is wrong"):
        info.read(no_report)


@pytest.mark.parametrize("name", ["cifar10", "imagenette", "usps", "emnist", "gtsrb"])
def test_files_of_another_content_are_told_in_one_sentence(name: str, shared: Path) -> None:
    from msgspec.structs import replace

    info = replace(make(name, shared), train_images=TRAIN + 1)
    with pytest.raises(DataProblem):
        info.read(no_report)


def test_it_is_found_where_torchvision_the_project_or_the_settings_have_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(data_folders, "_also", [])
    monkeypatch.delenv(data_folders.VARIABLE, raising=False)
    kept = make("kmnist", tmp_path / "kept")
    assert not kept.available()
    (tmp_path / "kept" / "KMNIST").rename(tmp_path / "KMNIST")
    assert not kept.available()
    data_folders.look_also_in(tmp_path)
    assert kept.available()
    monkeypatch.setattr(data_folders, "_also", [])
    setting = home / "settings" / data_folders.SETTING
    setting.parent.mkdir(parents=True)
    setting.write_text(f"\n{tmp_path}\n", encoding="utf-8")
    assert kept.available()


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnbuilder.engine.data.download.find_spec", lambda _name: None)
    info = find("svhn")
    assert isinstance(info, Download)
    assert info.missing() == "House numbers is read with SciPy: pip install 'cnnbuilder[datasets]'."
    assert not info.downloadable()
    assert importlib.util.find_spec("numpy")


class _Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (print, ("run",))


def test_a_pickle_that_names_a_function_is_not_run(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(pickle.UnpicklingError, match="print is not taken"):
        unpickled(pickle.dumps({"data": _Evil()}, 2))
    made = make("cifar100", shared)
    import hashlib

    from msgspec.structs import replace

    content = tar({"cifar-100-python/train": pickle.dumps({"data": _Evil()}, 2)})
    (shared / made.files[0].name).write_bytes(content)
    info = replace(made, files=(made.files[0]._replace(md5=hashlib.md5(content).hexdigest()),))
    with pytest.raises(DataProblem, match="cannot be read"):
        info.read(no_report)
    assert capsys.readouterr().out == ""


def test_each_has_addresses_that_are_encrypted_and_checksums() -> None:
    downloads = [info for info in all_data_sets() if isinstance(info, Download)]
    assert {info.name for info in downloads} == set(NAMES)
    for info in downloads:
        assert abs(info.bytes - sum(remote.bytes for remote in info.files)) < 1_000
        for remote in info.files:
            assert remote.url.startswith("https://")
            assert len(bytes.fromhex(remote.md5)) == 16


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("cifar", ("cifar10", "cifar100")), ("mnist", ("emnist", "kmnist")), ("svhn", ("svhn",)), ("usps", ("usps",)),
        ("gtsrb", ("gtsrb",)), ("flowers102", ("flowers102",)), ("imagenette", ("imagenette",)),
        ("oxford_iiit_pet", ("oxford-iiit-pet",)),
    ],
)  # fmt: skip
def test_checksums_are_torchvisions(module: str, names: tuple[str, ...]) -> None:
    spec = importlib.util.find_spec(f"torchvision.datasets.{module}")
    assert spec is not None and spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    for name in names:
        info = find(name)
        assert isinstance(info, Download)
        for remote in info.files:
            assert remote.md5 in text
            assert remote.name in text
