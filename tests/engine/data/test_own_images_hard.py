"""Own images under hardship: deadly files, bad files by the hundred, kills at any moment, more data than memory."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnbuilder.engine.data import decoding
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.network.data import Data, Folder
from tests.engine.data import deadly

pytestmark = pytest.mark.usefixtures("home")


def good(folder: Path, count: int, side: int = 24) -> Path:
    """So many PNGs of noise in two classes."""
    for at in range(count):
        path = folder / ("a" if at % 2 else "b") / f"{at}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.random.default_rng(at).integers(0, 256, (side, side, 3), np.uint8)).save(path)
    return folder


# --- files that end the process that reads them ---------------------------------------------------


def test_a_process_that_dies_costs_only_its_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "work", deadly.work)
    folder = good(tmp_path / "set", 60)
    for name in ("a/5-deadly.png", "a/6-deadly.png", "b/deadly.png"):
        (folder / name).write_bytes((folder / "b" / "0.png").read_bytes())
    info = inspect(Data(Folder(str(folder))))
    assert {aside.file for aside in info.set_aside} == {"a/5-deadly.png", "a/6-deadly.png", "b/deadly.png"}
    assert {aside.reason for aside in info.set_aside} == {"ends the program that reads it"}
    assert sum(map(sum, info.counts)) == 60


def test_the_order_is_kept_whoever_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "work", deadly.work)
    folder = good(tmp_path / "set", 40)
    expected = prepare(inspect(Data(Folder(str(folder)))), (3, 24, 24)).train.array.copy()
    (folder / "b" / "7-deadly.png").write_bytes(b"x")
    assert (prepare(inspect(Data(Folder(str(folder)))), (3, 24, 24)).train.array == expected).all()


def test_processes_that_never_start_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "work", deadly.work_never)
    with pytest.raises(DataProblem, match="end at once here"):
        inspect(Data(Folder(str(good(tmp_path / "set", 40)))))


# --- two hundred bad files ------------------------------------------------------------------------


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(999)))
        + chunk(b"IEND", b"")
    )


def test_two_hundred_bad_files_are_set_aside_each_by_name_and_reason(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = good(tmp_path / "set", 10)
    wholes = {}
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8))
    for ending in ("png", "jpg", "tif", "webp", "gif", "bmp", "avif"):
        noise.save(tmp_path / f"whole.{ending}")
        wholes[ending] = (tmp_path / f"whole.{ending}").read_bytes()
    expected: dict[str, str | None] = {}
    chance = random.Random(0)

    def bad(name: str, content: bytes, reason: str | None = None) -> None:
        (folder / "a" / name).write_bytes(content)
        expected[f"a/{name}"] = reason

    for at in range(20):
        bad(f"empty{at}.jpg", b"", "empty")
        bad(f"text{at}.png", b"This is a letter, not a picture.\n" * (at + 1), "no picture")
        bad(
            f"postscript{at}.jpg",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) print\n",
            "no picture",
        )
        bad(f"bomb{at}.png", _png(40_000 + at, 40_000))
        bad(
            f"telephone{at}.jpg",
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
            "HEIC, which needs an extra",
        )
        bad(f"web{at}.jpg", b"<!DOCTYPE html><html><body>Not found</body></html>", "no picture")
    for ending, whole in wholes.items():
        for at in range(10):
            if ending == "avif" and at > 7:
                break
            bad(f"cut{at}.{ending}", whole[: chance.randrange(40, len(whole) // 2)])
    for at in range(12):
        bad(f"zeros{at}.png", bytes(100 * (at + 1)), "no picture")
    assert len(expected) == 200
    info = inspect(Data(Folder(str(folder))))
    aside = dict(info.set_aside)
    assert set(aside) == set(expected)
    for name, reason in expected.items():
        assert aside[name] == reason if reason else aside[name], name
    assert sum(map(sum, info.counts)) == 10
    assert any("20 pictures of a telephone are HEIC" in remark for remark in info.remarks)
    assert capfd.readouterr() == ("", "")


# --- interrupted ----------------------------------------------------------------------------------

_KILLED = """
import os, random, signal, sys, threading
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.network.data import Data, Folder

if __name__ == "__main__":
    threading.Timer(random.Random(int(sys.argv[2])).uniform(0, 0.7), os.kill, (os.getpid(), signal.SIGKILL)).start()
    inspect(Data(Folder(sys.argv[1])))
    os._exit(0)
"""


# A process is ended the way a crash ends it, by SIGKILL, which only POSIX has.
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_it_never_serves_half(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = good(tmp_path / "set", 150, 200)
    (tmp_path / "killed.py").write_text(_KILLED)
    ends = set()
    for seed in range(10):
        done = subprocess.run([sys.executable, tmp_path / "killed.py", folder, str(seed)], timeout=60)
        ends.add(done.returncode)
        for entry in (home / "cache" / "prepared").glob("own-*.safetensors"):
            assert entry.stat().st_size > 150 * 3 * 64 * 64  # what has its name is whole
    assert ends & {-9}
    info = inspect(Data(Folder(str(folder))))
    kept = prepare(info, info.shape)
    monkeypatch.setenv("CNNBUILDER_HOME", str(tmp_path / "other"))
    anew = prepare(inspect(info.data), info.shape)
    assert (kept.train.array == anew.train.array).all()
    assert (kept.mean, kept.std) == (anew.mean, anew.std)
    assert not [path for path in (home / "cache" / "prepared").iterdir() if path.name.endswith(".unfinished")]


# --- more data than memory ------------------------------------------------------------------------

_MEASURED = """
import sys
from pathlib import Path
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.network.data import Data, Folder

def anonymous():
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon")]
    return int(line.split()[1])

if __name__ == "__main__":
    shape = (3, 512, 512)
    seen = []
    info = inspect(Data(Folder(sys.argv[1])), lambda pace: seen.append(anonymous()), shape)
    assert len(prepare(info, shape).train.array) == 300
    print(max(seen) - seen[0], anonymous() - seen[0])
"""


# Elsewhere a process is told only of its peak, which counts what is mapped from files too.
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux tells of its memory so exactly"
)
def test_data_larger_than_memory_flow_through_constant_memory(tmp_path: Path) -> None:
    folder = good(tmp_path / "set", 300, 40)  # 236 MB once prepared
    (tmp_path / "measured.py").write_text(_MEASURED)
    done = subprocess.run(
        [sys.executable, tmp_path / "measured.py", folder],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    most, at_the_end = map(int, done.stdout.split())
    assert most < 90_000 and at_the_end < 60_000  # kB
