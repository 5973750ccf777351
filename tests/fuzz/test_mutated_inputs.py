"""Inputs made wrong by chance: every answer is right or a sentence, in time, without a started program.

A few always; as many as one likes by option:

    pytest tests/fuzz --mutations 10000

What fails names its seed: `--mutation-seed SEED --mutations 1` brings it back.
"""

from __future__ import annotations

import json
import math
import random
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import pytest
import torch
from msgspec.structs import replace

from cnnbuilder import cli
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.network.file import load
from tests.cli.projects import FLATTEN, LINEAR, SMALL_INPUT, project
from tests.engine.networks import StopAfter, events_of
from tests.fuzz import samples
from tests.fuzz.mutations import bytes_changed, copied, json_changed, run_changed

SECONDS = 10
STARTING = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn", "pty.spawn"}
_watched = [False]


class HungError(BaseException):
    """It took longer than anybody waits. No Exception, which the command line would turn into a sentence."""


class StartedError(BaseException):
    """A program was started."""


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _watched[0] and event in STARTING:
        raise StartedError(f"{event} {arguments}")


sys.addaudithook(_audit)


@contextmanager
def watched() -> Iterator[None]:
    """Neither hangs nor starts a program."""

    def hung(_number: int, _frame: FrameType | None) -> None:
        raise HungError

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(SECONDS)
    _watched[0] = True
    try:
        yield
    finally:
        _watched[0] = False
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    first, count = (metafunc.config.getoption(name) for name in ("mutation_seed", "mutations"))
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(first, first + count))


# A hang must be noticed where it happens, and only POSIX interrupts a thread by an alarm.
pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGALRM"), reason="Windows has no alarm to notice a hang with"
)


@pytest.fixture(scope="session")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was stopped in its second epoch of two."""
    torch.set_num_threads(1)
    prepare(find("shapes"), (1, 8, 8))  # so that a stop counts steps alone
    folder = tmp_path_factory.mktemp("stopped")
    what = load(project(folder / "tiny.cnn", SMALL_INPUT, FLATTEN, LINEAR))
    what = replace(what, training=replace(what.training, epochs=2, batch_size=64))
    run = folder / "tiny.runs" / "0001"
    events_of(what, run, limit=300, control=StopAfter(11))
    assert (run / "checkpoint.pt").is_file() and (run / "best.safetensors").is_file()
    return run


class Said:
    """One command, called in this process; its answer must be right or a sentence."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> tuple[int, str]:
        self._capsys.readouterr()
        with watched():
            status = cli.run([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        told = out + err
        assert "unforeseen" not in told and "Traceback" not in told, told
        assert "ended with an error" not in told, told
        assert status in (0, 1), (status, told)
        if status:
            assert err.strip(), told
        else:
            assert "nan" not in out.casefold().split(), out
        return status, out


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    monkeypatch.chdir(tmp_path)
    return Said(capsys)


def assert_probabilities(out: str) -> None:
    for line in out.splitlines():
        answer = json.loads(line)
        shares = [entry["probability"] for entry in answer.get("classes", [])]
        assert all(share is not None and math.isfinite(share) and 0 <= share <= 1 for share in shares), line
        assert sum(shares) <= 1 + 1e-5


def test_a_run_folder(seed: int, stopped: Path, said: Said, tmp_path: Path) -> None:
    dice = random.Random(seed)
    folder = copied(stopped, tmp_path / "0001")
    try:
        done = run_changed(folder, dice)
    except (ValueError, TypeError, RuntimeError, KeyError) as error:
        # A mutation may ask for a file name that no file system has: then there is nothing to open.
        pytest.skip(f"that cannot be written at all: {error}")
    picture = tmp_path / "p.png"
    picture.write_bytes(samples.pictures()[0][1])
    status, out = said("predict", folder, picture, "--json")
    if status == 0:
        assert_probabilities(out)
    said("train", "--resume", folder, "--device", "cpu")
    if seed % 5 == 0:
        status, out = said("evaluate", folder, "--json")
        if status == 0:
            assert 0 <= json.loads(out)["accuracy"] <= 1, done


def test_a_project(seed: int, said: Said, tmp_path: Path) -> None:
    dice = random.Random(seed)
    content = dice.choice(samples.projects())
    change = bytes_changed if dice.random() < 0.4 else json_changed
    path = tmp_path / "p.cnn"
    path.write_bytes(change(content, dice))
    status, out = said("summary", path, "--json")
    if status == 0:
        json.loads(out)
        said("code", path)


def test_a_picture(seed: int, stopped: Path, said: Said, tmp_path: Path) -> None:
    dice = random.Random(seed)
    suffix, content = dice.choice(samples.pictures())
    path = tmp_path / f"p{suffix}"
    path.write_bytes(bytes_changed(content, dice))
    status, out = said("predict", stopped, path, "--json")
    if status == 0:
        assert_probabilities(out)


def test_a_source(seed: int, said: Said, tmp_path: Path) -> None:
    dice = random.Random(seed)
    text = dice.choice(samples.sources())
    if dice.random() < 0.5:
        text = bytes_changed(text, dice)
    for _token in range(dice.randrange(0, 4)):
        place = dice.randrange(len(text) + 1)
        text = text[:place] + dice.choice(samples.TOKENS).encode() + text[place:]
    path = tmp_path / "net.py"
    path.write_bytes(text)
    with suppress(OSError):
        (tmp_path / "net.cnn").unlink()
    said("import", path, tmp_path / "net.cnn", "--input", "3x32x32")
