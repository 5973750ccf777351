"""Damaged files of digits are refused in one sentence that names the file."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest

from cnnbuilder.engine.data import idx
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.idx import read_idx
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.resources import resource

SHAPE = (2, 3, 3)
VALUES = np.arange(18, dtype=np.uint8).reshape(SHAPE)


def content(
    magic: bytes = b"\0\0\x08\x03", sizes: tuple[int, ...] = SHAPE, values: bytes = VALUES.tobytes()
) -> bytes:
    return magic + b"".join(size.to_bytes(4, "big") for size in sizes) + values


def written(path: Path, inside: bytes) -> Path:
    path.write_bytes(gzip.compress(inside))
    return path


def test_reads_what_was_written(tmp_path: Path) -> None:
    assert (read_idx(written(tmp_path / "images.gz", content()), SHAPE, "Digits") == VALUES).all()


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (content(magic=b"\0\0\x08\x01"), "begins with 00000801, not 00000803"),
        (b"", "begins with nothing"),
        (b"GIF89a and more of it", "begins with 47494638"),
        (content(sizes=(3, 3, 3)), "should hold 2 × 3 × 3 values but says 3 × 3 × 3"),
        (content()[:-4], "says 2 × 3 × 3 values but holds 14"),
        (content() + b"more", "but holds 22"),
        (content()[:9], "should hold 2 × 3 × 3"),
    ],
)
def test_wrong_contents_are_refused(tmp_path: Path, inside: bytes, said: str) -> None:
    with pytest.raises(DataProblem) as refused:
        read_idx(written(tmp_path / "images.gz", inside), SHAPE, "Digits")
    assert said in str(refused.value)
    assert "images.gz" in str(refused.value)
    assert "Install cnnbuilder again to get Digits back." in str(refused.value)


@pytest.mark.parametrize("length", [0, 1, 9, 30, -9, -1])
def test_a_file_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    path = written(tmp_path / "images.gz", content())
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataProblem, match="damaged or cut short"):
        read_idx(path, SHAPE, "Digits")


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "images.gz", content())
    packed = bytearray(path.read_bytes())
    packed[25] ^= 0x40
    path.write_bytes(packed)
    with pytest.raises(DataProblem):
        read_idx(path, SHAPE, "Digits")


def test_a_file_that_is_not_packed_or_not_there_is_refused(tmp_path: Path) -> None:
    plain = tmp_path / "plain.gz"
    plain.write_bytes(content())
    for path in (plain, tmp_path / "missing.gz", tmp_path):
        with pytest.raises(DataProblem):
            read_idx(path, SHAPE, "Digits")


def test_a_class_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(resource("data/mnist"), tmp_path / "data/mnist")
    labels = np.full(10_000, 10, np.uint8)
    written(
        tmp_path / "data/mnist/t10k-labels-idx1-ubyte.gz",
        content(b"\0\0\x08\x01", (10_000,), labels.tobytes()),
    )
    monkeypatch.setattr(idx, "resource", lambda name: tmp_path / name)
    with pytest.raises(DataProblem, match="names class 10, but there are only 10"):
        find("mnist").read(lambda _fraction: None)


def test_the_first_picture_is_had_without_the_others() -> None:
    info = find("mnist")
    train = info.read(lambda _fraction: None).train
    image, label = info.sample()
    assert (image[:, :, 0] == train.images[0, 0]).all()
    assert label == train.labels[0] == 5


def test_every_digit_is_there_as_often_as_its_makers_say() -> None:
    originals = find("mnist").read(lambda _fraction: None)
    assert np.bincount(originals.train.labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert originals.test.images.shape == (10_000, 1, 28, 28)


def test_new_contents_change_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = find("mnist").fingerprint()
    shutil.copytree(resource("data/mnist"), tmp_path / "data/mnist")
    monkeypatch.setattr(idx, "resource", lambda name: tmp_path / name)
    assert find("mnist").fingerprint() == before
    written(tmp_path / "data/mnist/t10k-labels-idx1-ubyte.gz", b"other")
    assert find("mnist").fingerprint() != before
