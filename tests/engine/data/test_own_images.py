"""Own images from the folder to the prepared array: each read right or set aside by name, once, whole or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cnnbuilder.engine.data import catalogue
from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.own_images import Pace
from cnnbuilder.engine.data.prepare import prepare, prepared_before
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.network.data import Change, Data, Folder, Split
from tests.conftest import SHARED_DATA

pytestmark = pytest.mark.usefixtures("home")
ODD = SHARED_DATA / "odd_images"
# Real pictures lie beside the checkout only where the project is developed; the project itself never needs them.
needs_shared = pytest.mark.skipif(not ODD.is_dir(), reason="needs the shared real data beside the checkout")


def noise(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of ten PNGs of 12×12 each."""
    for at in range(20):
        path = tmp_path / "set" / ("cat" if at < 10 else "dog") / f"{at}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noise(12, 12, at)).save(path)
    return tmp_path / "set"


def looked(folder: Path, shape: Shape | None = None, **settings: object) -> OwnDataSet:
    return inspect(Data(Folder(str(folder)), **settings), shape=shape)  # type: ignore[arg-type]


def test_images_of_the_inputs_size_come_through_unchanged(folder: Path) -> None:
    info = looked(folder, (3, 12, 12))
    prepared = prepare(info, (3, 12, 12))
    expected = np.stack([noise(12, 12, at).transpose(2, 0, 1) for at in range(20)])
    assert (prepared.train.array == expected).all()
    assert info.counts == ((6, 2, 2), (6, 2, 2))
    assert prepared.fit == "rule"
    assert prepared.classes == ("cat", "dog")


def test_mean_and_deviation_are_those_of_the_training_images(folder: Path) -> None:
    prepared = prepare(looked(folder), (3, 12, 12))
    values = prepared.train.images.transpose(1, 0, 2, 3).reshape(3, -1) / 255
    assert np.allclose(prepared.mean, values.mean(axis=1))
    assert np.allclose(prepared.std, values.std(axis=1))


def test_one_rule_for_one_set(folder: Path) -> None:
    Image.fromarray(noise(12, 13, 99)).save(folder / "cat" / "wide.png")
    prepared = prepare(looked(folder), (3, 14, 14))
    assert prepared.fit == "crop"
    assert prepared.train.array.min(axis=(1, 2, 3)).max() < 128
    assert (prepared.train.array[:, :, 0] > 0).any(axis=(1, 2)).all()  # none has a border


@pytest.mark.parametrize("fit", ["border", "crop", "stretch"])
def test_the_chosen_fit_is_recorded_and_followed(tmp_path: Path, fit: str) -> None:
    half = np.zeros((10, 40, 3), np.uint8)
    half[:, 10:30] = 255  # the centre quarter of the width on either side of the middle
    (tmp_path / "set" / "a").mkdir(parents=True)
    for name in ("1", "2", "3"):
        Image.fromarray(half).save(tmp_path / "set" / "a" / f"{name}.png")
    prepared = prepare(looked(tmp_path / "set", fit=fit), (3, 20, 20))
    image = prepared.train.array[0, 0]
    assert prepared.fit == fit
    if fit == "crop":
        assert (image == 255).all()
    elif fit == "border":
        assert (image[:7] == 0).all() and (image[-7:] == 0).all() and image[10, 10] == 255
    else:
        assert image[:, 0].max() == 0 and image[:, 10].min() == 255


def test_a_second_look_reads_no_image(folder: Path) -> None:
    first = looked(folder)
    said: list[Pace] = []
    assert inspect(first.data, said.append) == first
    assert not said


def test_changes_are_masks_that_remake_nothing(folder: Path) -> None:
    info = looked(folder, (3, 12, 12))
    before = prepare(info, (3, 12, 12))
    entries = sorted((folder.parent / "home" / "cache" / "prepared").glob("own-*.safetensors"))
    contents = [
        hashlib.blake2b((folder / name).read_bytes(), digest_size=16).hexdigest()
        for name in ("cat/0.png", "cat/1.png", "dog/10.png")
    ]
    changes = (
        Change(contents[0], excluded=True),
        Change(contents[1], label="dog", part="test"),
        Change(contents[2], label="wolf", part="train"),
    )
    changed = inspect(Data(Folder(str(folder)), changes=changes))
    after = prepare(changed, (3, 12, 12))
    assert changed.classes == ("cat", "dog", "wolf")
    assert sum(map(sum, changed.counts)) == 19
    assert 0 not in np.concatenate([part.rows for part in (after.train, after.val, after.test)])
    assert after.test.labels[after.test.rows == 1] == 1
    assert after.train.labels[after.train.rows == 10] == 2
    assert after.fingerprint != before.fingerprint
    assert sorted((folder.parent / "home" / "cache" / "prepared").glob("own-*.safetensors")) == entries


def test_a_file_that_comes_later_is_seen(folder: Path) -> None:
    before = looked(folder)
    Image.fromarray(noise(12, 12, 77)).save(folder / "cat" / "new.png")
    after = looked(folder)
    assert sum(map(sum, after.counts)) == 21
    assert before.fingerprint() != after.fingerprint()


def test_what_no_one_can_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "set" / "a").mkdir(parents=True)
    (tmp_path / "set" / "a" / "text.jpg").write_text("no picture at all")
    with pytest.raises(DataProblem, match=r"None of the 1 files in set .*a/text.jpg: no picture"):
        looked(tmp_path / "set")


def test_giving_up_leaves_nothing_behind(folder: Path) -> None:
    class EnoughError(Exception):
        pass

    def on_pace(pace: Pace) -> None:
        if pace.done > 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        inspect(Data(Folder(str(folder))), on_pace)
    assert not list((folder.parent / "home" / "cache" / "prepared").glob("*safetensors*"))


def test_the_window_knows_what_was_written_down(folder: Path) -> None:
    data = Data(Folder(str(folder)))
    with pytest.raises(catalogue.NotInspected):
        catalogue.resolve(data)
    info = inspect(data)
    catalogue._INSPECTED.clear()
    assert catalogue.resolve(data) == info
    edited = Data(data.source, split=Split(seed=5))
    assert catalogue.resolve(edited).classes == info.classes
    assert prepared_before(info, info.shape) is not None


def test_a_folder_that_was_moved_is_said_and_is_the_same_set(folder: Path) -> None:
    before = looked(folder)
    folder.rename(folder.with_name("moved"))
    assert "train --data NEWPATH" in (before.missing() or "")
    said: list[Pace] = []
    after = inspect(Data(Folder(str(folder.with_name("moved")))), said.append)
    assert after.files_fingerprint == before.files_fingerprint
    assert not said  # nothing is read anew


# --- processes ------------------------------------------------------------------------------------

_LOADED = """
import sys
import cnnbuilder.engine.data.decoding_worker
heavy = {"torch", "torchvision", "PySide6", "shiboken6", "pyqtgraph", "numpy"}
print(*sorted(heavy & set(sys.modules)))
"""


def test_a_decoding_process_loads_neither_torch_nor_qt_nor_numpy() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# --- real files -----------------------------------------------------------------------------------

UNREADABLE = {
    "Bad_badbitcount.bmp": "damaged",
    "Bad_clrsUsed.bmp": "damaged",
    "Bad_height.bmp": "too large",
    "Bad_reallybig.bmp": "too large",
    "Bad_shortfile.bmp": "cut short",
    "Bad_unusual_extend_buffer_usage.bmp": "damaged",
    "Bad_width.bmp": "too large",
    "badpalettesize.bmp": "damaged",
    "pal4rlecut.bmp": "damaged",
    "pal8oversizepal.bmp": "damaged",
    "rgb16-880.bmp": "damaged",
    "rgb32f_color.tiff": "no picture",
    "rgba32abf.bmp": "damaged",
    "rle_overflow.bmp": "damaged",
}


@needs_shared
def test_ninety_odd_files_are_each_read_or_set_aside_by_name(capfd: pytest.CaptureFixture[str]) -> None:
    info = looked(ODD)
    assert dict(info.set_aside) == UNREADABLE
    assert sum(map(sum, info.counts)) == 90 - len(UNREADABLE)
    assert any("10 images are animated" in remark for remark in info.remarks)
    assert capfd.readouterr() == ("", "")


@needs_shared
@pytest.mark.parametrize("form", ["landscape", "portrait"])
def test_a_photograph_comes_out_the_same_in_all_eight_orientations(tmp_path: Path, form: str) -> None:
    names = [f"exif_{form}_{at}.jpg" for at in range(9)]
    (tmp_path / "set" / "a").mkdir(parents=True)
    for name in names:
        (tmp_path / "set" / "a" / name).write_bytes((ODD / name).read_bytes())
    info = looked(tmp_path / "set")
    assert info.smallest == info.largest == ((160, 240) if form == "landscape" else (240, 160))
    array = prepare(info, (3, 64, 64)).train.array.astype(float)
    assert np.abs(array - array[0]).mean(axis=(1, 2, 3)).max() < 4
