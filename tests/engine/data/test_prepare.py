"""Preparation: once, whole or not at all, and from then on at no cost."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from cnnbuilder.engine.data import cache
from cnnbuilder.engine.data import prepare as preparing
from cnnbuilder.engine.data.catalogue import all_data_sets, find
from cnnbuilder.engine.data.prepare import Prepared, adapt, prepare, sample
from cnnbuilder.engine.data.source import DataProblem
from tests.engine.data.tiny import Tiny, make_tiny

SHAPE = (1, 10, 10)


def folder(home: Path) -> Path:
    return home / "cache" / "prepared"


def entries(home: Path) -> list[Path]:
    return sorted(folder(home).glob("*.safetensors"))


def left_over(home: Path) -> list[Path]:
    return [path for path in folder(home).iterdir() if path.suffix not in (".safetensors", ".lock")]


def assert_equal(one: Prepared, other: Prepared) -> None:
    for part in ("train", "val", "test"):
        assert (getattr(one, part).images == getattr(other, part).images).all()
        assert (getattr(one, part).labels == getattr(other, part).labels).all()
    assert (one.mean, one.std, one.fingerprint) == (other.mean, other.std, other.fingerprint)


# --- what comes out -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits() -> Prepared:
    return prepare(find("mnist"), (1, 32, 32))


def test_digits_in_a_border_as_lenet_had_them(digits: Prepared) -> None:
    assert digits.train.images.shape == (55_000, 1, 32, 32)
    assert digits.val.images.shape == (5_000, 1, 32, 32)
    assert digits.test.images.shape == (10_000, 1, 32, 32)
    assert (len(digits.train), len(digits.val), len(digits.test)) == (55_000, 5_000, 10_000)
    frame = np.ones((32, 32), np.bool_)
    frame[2:30, 2:30] = False
    assert not digits.train.images[:, 0, frame].any()


def test_the_parts_are_the_originals_divided(digits: Prepared) -> None:
    originals = find("mnist").read(lambda _fraction: None)
    prepared = np.concatenate([digits.train.images, digits.val.images])[:, :, 2:30, 2:30]
    labels = np.concatenate([digits.train.labels, digits.val.labels])
    one = sorted(zip(labels.tolist(), map(bytes, prepared), strict=True))
    other = sorted(zip(originals.train.labels.tolist(), map(bytes, originals.train.images), strict=True))
    assert one == other
    assert (digits.test.images[:, :, 2:30, 2:30] == originals.test.images).all()
    assert (digits.test.labels == originals.test.labels).all()
    assert np.abs(np.bincount(digits.val.labels) - np.bincount(originals.train.labels) / 12).max() < 1


def test_mean_and_deviation_are_those_of_the_training_part(digits: Prepared) -> None:
    values = digits.train.images.astype(np.float64) / 255
    assert digits.mean == pytest.approx((values.mean(),), rel=1e-12)
    assert digits.std == pytest.approx((values.std(),), rel=1e-9)


@pytest.mark.parametrize("original", [(1, 8, 8), (3, 8, 8), (3, 20, 9)])
@pytest.mark.parametrize("shape", [(1, 8, 8), (1, 10, 9), (3, 10, 10), (3, 5, 17)])
def test_a_picture_alone_is_prepared_as_the_data_set_is(
    home: Path, original: tuple[int, int, int], shape: tuple[int, int, int]
) -> None:
    info = make_tiny(original)
    originals = info.read(lambda _fraction: None)
    prepared = prepare(info, shape)
    for image, fitted in zip(originals.test.images, prepared.test.images, strict=True):
        assert (adapt(image.transpose(1, 2, 0), shape) == fitted).all()
    values = prepared.train.images.astype(np.float64) / 255
    assert prepared.mean == pytest.approx(values.mean(axis=(0, 2, 3)), rel=1e-12)
    assert prepared.std == pytest.approx(values.std(axis=(0, 2, 3)), rel=1e-9)


HERE = [info for info in all_data_sets() if info.available()]


@pytest.mark.parametrize("info", HERE, ids=lambda info: info.name)
@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 40, 40)])
def test_a_first_picture_without_preparing_the_rest(
    home: Path, info: Any, shape: tuple[int, int, int]
) -> None:
    picture, name = sample(info, shape)
    assert picture.shape == shape
    assert name in info.classes
    assert not home.exists()


# --- once -----------------------------------------------------------------------------------------


def test_the_second_time_nothing_is_done(home: Path, tiny: Tiny) -> None:
    first = prepare(tiny, SHAPE)
    told: list[float] = []
    second = prepare(tiny, SHAPE, told.append)
    assert told == []
    assert_equal(first, second)
    assert len(entries(home)) == 1


def test_warm_digits_take_no_time(digits: Prepared) -> None:
    seconds = []
    for _attempt in range(5):
        started = time.perf_counter()
        prepare(find("mnist"), (1, 32, 32))
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.05  # measured: 0.001


def test_arrays_are_mapped_and_cannot_be_written_to(home: Path, tiny: Tiny) -> None:
    images = prepare(tiny, SHAPE).train.array
    assert not images.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        images[0] = 1


def test_an_entry_is_an_ordinary_safetensors_file(home: Path, tiny: Tiny) -> None:
    prepared = prepare(tiny, SHAPE)
    arrays = load_file(entries(home)[0])
    assert (arrays["images"][prepared.train.rows] == prepared.train.images).all()
    assert (arrays["labels"][prepared.test.rows] == prepared.test.labels).all()
    mean = arrays["sums"][prepared.train.rows].sum() / prepared.train.images.size / 255
    assert prepared.mean == (mean,)


def test_other_data_another_shape_or_another_rule_is_another_entry(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprints = {prepare(make_tiny(), SHAPE).fingerprint, prepare(make_tiny(), (3, 10, 10)).fingerprint}
    fingerprints.add(prepare(make_tiny(seed=1), SHAPE).fingerprint)
    monkeypatch.setattr(preparing, "RULE_VERSION", 99)
    fingerprints.add(prepare(make_tiny(), SHAPE).fingerprint)
    assert len(fingerprints) == len(entries(home)) == 4


def test_progress_climbs_to_the_end(home: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "_BYTES_AT_ONCE", 1000)
    told: list[float] = []
    prepare(tiny, SHAPE, told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > 5


def test_two_processes_do_the_work_once(home: Path) -> None:
    code = (
        "from cnnbuilder.engine.data.catalogue import find; from cnnbuilder.engine.data.prepare import prepare;"
        "told = []; prepare(find('mnist'), (1, 32, 32), told.append); print(max(told, default=0))"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _process in range(2)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    assert said == ["0.0", "1.0"] or said == ["0", "1.0"]
    assert len(entries(home)) == 1
    assert left_over(home) == []


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not known to Windows")
def test_a_process_killed_in_the_middle_blocks_nobody(home: Path) -> None:
    # It sleeps half way until it is killed, so that the kill meets it there.
    code = (
        "import time; from cnnbuilder.engine.data.prepare import prepare\n"
        "from tests.engine.data.tiny import make_tiny\n"
        "def told(fraction):\n"
        "    if fraction > 0.4:\n"
        "        print('half', flush=True); time.sleep(60)\n"
        f"prepare(make_tiny(), {SHAPE}, told)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "half"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert left_over(home) != []
    prepare(make_tiny(), SHAPE)
    assert left_over(home) == []
    assert len(entries(home)) == 1


def test_waiting_for_another_can_be_given_up(home: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    class GaveUpError(Exception):
        pass

    def told(fraction: float) -> None:
        if fraction > 0.4:
            with pytest.raises(GaveUpError):
                prepare(tiny, SHAPE, give_up)

    def give_up(_fraction: float) -> None:
        raise GaveUpError

    prepare(tiny, SHAPE, told)
    assert len(entries(home)) == 1


# --- whole or not at all --------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["short", "empty", "longer", "header", "first", "labels", "checksum"])
def test_a_damaged_entry_is_made_again(home: Path, tiny: Tiny, damage: str) -> None:
    prepared = prepare(tiny, SHAPE)
    whole = [np.array(part.images) for part in (prepared.train, prepared.val, prepared.test)]
    path = entries(home)[0]
    content = bytearray(path.read_bytes())
    places = {"header": 20, "first": 4100, "labels": len(content) - 80, "checksum": len(content) - 1}
    if damage in places:
        content[places[damage]] ^= 0xFF
    path.unlink()  # the mapped file itself stays as it is
    path.write_bytes(
        {"short": content[:-1], "empty": b"", "longer": content + b"x"}.get(damage, bytes(content))
    )
    again = prepare(tiny, SHAPE)
    for images, part in zip(whole, (again.train, again.val, again.test), strict=True):
        assert (images == part.images).all()
    assert len(entries(home)) == 1
    assert entries(home)[0] != path


def test_a_large_entry_of_zeros_is_noticed(home: Path) -> None:
    info = make_tiny((3, 100, 100))
    prepare(info, (3, 100, 100))
    path = entries(home)[0]
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(path.stat().st_size // 8))
    prepare(info, (3, 100, 100))
    assert entries(home) != [path]


def test_one_flipped_bit_is_noticed_wherever_it_lies(home: Path, tiny: Tiny) -> None:
    prepare(tiny, SHAPE)
    dice = random.Random(0)
    for _flip in range(300):
        (path,) = entries(home)
        content = bytearray(path.read_bytes())
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        path.unlink()  # the mapped file itself stays as it is
        path.write_bytes(content)
        prepare(tiny, SHAPE)
        assert entries(home) != [path]


def test_an_entry_is_read_through_once_in_a_process(
    home: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = cache._checksums
    times: list[int] = []

    def counted(*arguments: Any) -> bytes:
        times.append(1)
        return read(*arguments)

    prepare(tiny, SHAPE)
    monkeypatch.setattr(cache, "_checksums", counted)
    for _use in range(3):
        prepare(tiny, SHAPE)
    assert not times
    cache._read_through.clear()
    prepare(tiny, SHAPE)
    assert times == [1]


def test_work_that_is_given_up_leaves_nothing(home: Path, tiny: Tiny) -> None:
    class StoppedError(Exception):
        pass

    for limit in (0.0, 0.1, 0.5, 0.9):

        def stop(fraction: float, limit: float = limit) -> None:
            if fraction >= limit:
                raise StoppedError

        with pytest.raises(StoppedError):
            prepare(tiny, SHAPE, stop)
        assert entries(home) == left_over(home) == []
    prepare(tiny, SHAPE)


def test_a_pipe_that_breaks_is_not_called_a_full_disk(home: Path, tiny: Tiny) -> None:
    def tell(_fraction: float) -> None:
        raise BrokenPipeError(errno.EPIPE, "nobody listens")

    with pytest.raises(BrokenPipeError):
        prepare(tiny, SHAPE, tell)


def test_a_disk_that_fills_up_gets_its_sentence_and_keeps_nothing(
    home: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(preparing, "sums_of", full)
    with pytest.raises(
        DataProblem, match=r"The disk is full: Tiny at 1 × 10 × 10 takes 13 kB in .*prepared\."
    ):
        prepare(tiny, SHAPE)
    assert entries(home) == left_over(home) == []


def test_too_little_room_is_said_before_any_work(
    home: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "make_room", lambda _folder, _needed: 1000)
    told: list[float] = []
    with pytest.raises(DataProblem, match="The disk is full"):
        prepare(tiny, SHAPE, told.append)
    assert told == []


def test_a_folder_that_cannot_be_made_gets_its_sentence(home: Path, tiny: Tiny) -> None:
    home.mkdir()
    (home / "cache").write_text("a file where the folder should be")
    with pytest.raises(DataProblem, match="cannot be written to"):
        prepare(tiny, SHAPE)


# Permissions stop nobody who runs as root, as containers often do, and mean something else on Windows.
@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="whoever runs this test may write everywhere"
)
def test_a_read_only_folder_gets_its_sentence(home: Path, tiny: Tiny) -> None:
    folder(home).mkdir(parents=True)
    folder(home).chmod(0o500)
    with pytest.raises(DataProblem, match="cannot be written to"):
        prepare(tiny, SHAPE)


def test_a_shape_that_no_picture_has_is_refused_before_any_work(home: Path, tiny: Tiny) -> None:
    with pytest.raises(DataProblem, match="2"):
        prepare(tiny, (2, 10, 10))
    assert not home.exists()


def test_what_was_used_least_lately_goes_first(home: Path, tiny: Tiny) -> None:
    for number, side in enumerate((8, 9, 10)):
        prepare(tiny, (1, side, side))
        newest = max(entries(home), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (1000 + number, 1000 + number))
    prepare(tiny, (1, 8, 8))  # used again: now the newest
    sizes = {path.name.split("-")[1]: path.stat().st_size for path in entries(home)}
    cache.make_room(folder(home), 100, limit=sizes["1x8x8"] + sizes["1x10x10"] + 100)
    assert [path.name.split("-")[1] for path in entries(home)] == ["1x10x10", "1x8x8"]
