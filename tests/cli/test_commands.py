"""Which command is meant, wrong usage, and how anything unforeseen ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import cnnbuilder
from cnnbuilder.cli import commands, display
from cnnbuilder.cli.failures import RefusedError, guarded

from .conftest import Call, call_process, is_one_sentence


def test_help_lists_every_command(call: Call) -> None:
    answer = call("--help")
    assert answer.status == 0
    assert all(f"  {name} " in answer.out for name in commands.COMMANDS)


def test_each_command_has_help(call: Call) -> None:
    for name in commands.COMMANDS:
        answer = call(name, "--help")
        assert answer.status == 0
        assert answer.out.startswith(f"usage: cnnbuilder {name} ")


def test_version(call: Call) -> None:
    assert call("--version").out == f"cnnbuilder {cnnbuilder.__version__}\n"


def test_a_mistyped_command_names_the_nearest(call: Call) -> None:
    answer = call("sumary", "x.cnn")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == "There is no command sumary: summary?\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["summary"],
        ["summary", "a.cnn", "b.cnn"],
        ["new"],
        ["new", "a.cnn", "--list"],
        ["code", "a.cnn", "--style", "moduel"],
        ["code", "a.cnn", "--sty", "module"],
        ["train"],
        ["train", "a.cnn", "--epochs", "0"],
        ["train", "a.cnn", "--batch-size", "many"],
        ["predict", "run"],
        ["export", "a.cnn"],
        ["--no-such-option"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_status_2(call: Call, arguments: list[str]) -> None:
    answer = call(*arguments)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err
    assert "Traceback" not in answer.err


def test_a_wrong_value_is_answered_with_what_is_wanted(call: Call) -> None:
    assert "moduel: module?" in call("code", "a.cnn", "--style", "moduel").err
    assert "a whole number from 1 to 10,000, not '0'" in call("train", "a.cnn", "--epochs", "0").err


def test_a_file_that_is_not_there_is_one_sentence(call: Call) -> None:
    for command in ("summary", "code", "train"):
        answer = call(command, "nowhere.cnn")
        assert (answer.status, answer.out) == (1, "")
        assert answer.err == "There is no file nowhere.cnn.\n"


def test_a_folder_that_is_no_run_is_one_sentence(call: Call, tmp_path: Path) -> None:
    answer = call("summary", tmp_path)
    assert answer.status == 1
    assert "project.cnn" in answer.err
    assert is_one_sentence(answer.err)


def test_the_unforeseen_is_one_sentence_and_a_log_file(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble() -> int:
        raise ZeroDivisionError("two\nlines")

    assert guarded(stumble) == 1
    sentence = capsys.readouterr().err
    log = home / "data" / "errors.log"
    assert str(log) in sentence
    assert is_one_sentence(sentence)
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_a_refusal_is_its_own_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> int:
        raise RefusedError("Not today.")

    assert guarded(refuse) == 1
    assert capsys.readouterr().err == "Not today.\n"


def test_a_system_error_names_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def read() -> int:
        return len((tmp_path / "gone").read_bytes())

    assert guarded(read) == 1
    sentence = capsys.readouterr().err
    assert "gone: " in sentence
    assert is_one_sentence(sentence)


# A pipe that its reader closes is made with sh and head, which Windows does not have.
@pytest.mark.skipif(sys.platform == "win32", reason="sh and head are needed")
def test_a_closed_pipe_ends_quietly() -> None:
    for arguments in ("--help", "data --json", "new --list", "data --help"):
        command = f'{{ "{sys.executable}" -m cnnbuilder {arguments}; echo "status $?" >&2; }} | head -c 1 >/dev/null'
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
        assert done.stderr == "status 0\n"


# Windows and macOS always have a display and Qt's libraries, so there is nothing to refuse.
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a window can always open")


@needs_linux
def test_without_a_display_the_window_is_refused_with_a_sentence() -> None:
    answer = call_process(DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert (answer.status, answer.out) == (1, "")
    assert "no display" in answer.err
    assert is_one_sentence(answer.err)


@needs_linux
def test_a_display_that_does_not_answer_is_named() -> None:
    answer = call_process(DISPLAY=":4711", WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert answer.status == 1
    assert is_one_sentence(answer.err)


@needs_linux
def test_a_library_that_qt_lacks_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(display, "_LIBRARIES", {"libno-such.so.0": "libno-such0"})
    sentence = display.why_no_window()
    assert sentence is not None
    assert "libno-such.so.0" in sentence
    assert "apt install libno-such0" in sentence


def test_the_window_of_a_missing_file_is_refused() -> None:
    answer = call_process("nowhere.cnn")
    assert (answer.status, answer.out, answer.err) == (1, "", "There is no file nowhere.cnn.\n")


def test_a_word_that_is_no_file_is_a_mistyped_command() -> None:
    answer = call_process("tarin")
    assert (answer.status, answer.err) == (2, "There is no command tarin: train?\n")


# Only Linux has a device that is always full; a real full disk needs rights that a test does not have.
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's own")
def test_a_full_disk_is_one_sentence() -> None:
    command = f'"{sys.executable}" -m cnnbuilder data > /dev/full'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "The disk is full.\n")


# Standard output is closed by sh, which Windows does not have.
@pytest.mark.skipif(sys.platform == "win32", reason="sh is needed")
def test_without_standard_output_commands_still_end_well() -> None:
    command = f'"{sys.executable}" -m cnnbuilder data >&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_encoding_of_the_terminal_serves(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "d.cnn"
    assert call_process("new", path, "--template", "digits").status == 0
    command = [sys.executable, "-m", "cnnbuilder", "summary", str(path)]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, capture_output=True, timeout=60, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    done = subprocess.run([*command, "--json"], capture_output=True, timeout=60, env=environment)
    assert done.stdout.isascii()
