"""The photographs that come inside: whole, in parts of their own, cut the same way for training, trying and scripts."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnbuilder.engine.data.catalogue import find, preparation_text
from cnnbuilder.engine.data.prepare import prepare, sample
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.data.sources import clothes
from cnnbuilder.resources import resource

ARCHIVE = resource("data/clothes/clothes.zip")
SHAPE = (3, 64, 64)


def test_the_archive_is_the_one_that_its_note_describes() -> None:
    note = ARCHIVE.with_name("README.md").read_text(encoding="utf-8")
    content = ARCHIVE.read_bytes()
    assert hashlib.sha256(content).hexdigest() in note
    assert find("clothes").bytes == len(content)
    assert f"{len(content):,}" in note


def test_each_part_is_the_sources_own() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    prepared = prepare(find("clothes"), SHAPE)
    for folder, part in (("train", prepared.train), ("validation", prepared.val), ("test", prepared.test)):
        classes = [name.split("/")[1] for name in names if name.startswith(f"{folder}/")]
        assert [sorted(set(classes)).index(name) for name in classes] == part.labels.tolist()
    assert np.bincount(prepared.train.labels).max() == 795
    assert np.bincount(prepared.train.labels).min() == 112


@pytest.mark.parametrize("shape", [SHAPE, (3, 96, 96)])
def test_an_image_is_the_photographs_centre(shape: tuple[int, int, int]) -> None:
    """Against Pillow's own way to fill a frame, which cuts between pixels and so may differ by a little."""
    _channels, height, width = shape
    from PIL import ImageOps

    with zipfile.ZipFile(ARCHIVE) as archive:
        first = Image.open(io.BytesIO(archive.read(archive.namelist()[0])), formats=["JPEG"])
        expected = np.asarray(ImageOps.fit(first, (width, height), Image.Resampling.BILINEAR))
    image, name = sample(find("clothes"), shape)
    assert image.shape == shape
    assert name == "dress"
    assert np.abs(image.transpose(1, 2, 0).astype(int) - expected).mean() < 3
    assert preparation_text(find("clothes"), shape) == f"photographs → {height}×{width} colour, their centre"


def test_it_is_read_anew_at_every_size_and_not_resized_twice() -> None:
    info = find("clothes")
    large = prepare(info, (3, 96, 96)).train.images[:20].astype(int)
    doubled = prepare(info, (3, 48, 48)).train.images[:20].repeat(2, axis=2).repeat(2, axis=3)
    # Detail that an enlarged image would not have: differences between neighbours inside each 2×2 block.
    assert np.abs(np.diff(large, axis=3))[..., ::2].mean() > 2
    assert np.abs(large - doubled).mean() < 12


def test_the_first_image_comes_at_once() -> None:
    code = (
        "import time; from cnnbuilder.engine.data.catalogue import find; import numpy, PIL.Image;"
        "started = time.perf_counter(); find('clothes').sample(); print(time.perf_counter() - started)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(said) < 0.5  # measured: 0.03


def test_the_fingerprint_reads_no_photograph() -> None:
    started = time.perf_counter()
    find("clothes").fingerprint()
    assert time.perf_counter() - started < 0.1  # measured: 0.001


@pytest.mark.parametrize("kept", [0, 10, 1_000_000, 14_000_000])
def test_an_archive_that_is_cut_short_is_told_in_one_sentence(
    kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data" / "clothes"
    folder.mkdir(parents=True)
    (folder / "clothes.zip").write_bytes(ARCHIVE.read_bytes()[:kept])
    monkeypatch.setattr(clothes, "resource", lambda name: tmp_path / name)
    info = find("clothes")
    with pytest.raises(DataProblem, match=r"clothes\.zip cannot be read: it is damaged or cut short\."):
        info.read(lambda _fraction: None)
    with pytest.raises(DataProblem, match="cannot be read"):
        info.sample()


def test_an_archive_of_other_photographs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data" / "clothes"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "clothes.zip", "w") as archive:
        archive.writestr("train/dress/a.jpg", b"")
    monkeypatch.setattr(clothes, "resource", lambda name: tmp_path / name)
    with pytest.raises(DataProblem, match="cannot be read"):
        find("clothes").read(lambda _fraction: None)


def test_without_the_archive_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clothes, "resource", lambda name: tmp_path / name)
    assert "clothes.zip is missing. Install cnnbuilder again" in (find("clothes").missing() or "")
