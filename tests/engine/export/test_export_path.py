"""Where exports go: by ending, whole or not at all, each refusal one sentence."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from cnnbuilder.engine.export import ExportProblem, export
from cnnbuilder.engine.export.export_path import FOLDER, form_of, write_file, write_folder
from cnnbuilder.network.code import CannotGenerateError
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import TEMPLATES

PROJECT = TEMPLATES["digits"].make()


@pytest.mark.parametrize(
    ("out", "form"),
    [
        ("net.py", ".py"),
        ("net.PY", ".py"),
        ("a.b/net.v2.onnx", ".onnx"),
        ("net", FOLDER),
        ("a.b/net", FOLDER),
        ("net.py/", FOLDER),
    ],
)
def test_the_ending_says_the_form(out: str, form: str) -> None:
    assert form_of(out) == form


def test_a_folder_that_is_there_is_filled(tmp_path: Path) -> None:
    (tmp_path / "my.models").mkdir()
    assert form_of(str(tmp_path / "my.models")) == FOLDER


def test_a_folder_called_like_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").mkdir()
    with pytest.raises(ExportProblem, match=r"net\.onnx is a folder: name a file in it"):
        form_of(str(tmp_path / "net.onnx"))


def test_an_unknown_ending_gets_the_nearest_and_all() -> None:
    with pytest.raises(ExportProblem, match=r"\.ipnb: \.ipynb\? The endings are \.py .*\.tex;"):
        form_of("net.ipnb")
    for far in (".zzzz", ".jpg", ".zip", ".2"):
        with pytest.raises(ExportProblem, match=rf"no export to \{far}: the endings are \.py"):
            form_of(f"net{far}")


@pytest.mark.parametrize("ending", [".py", ".safetensors", ".csv", ""])
def test_a_missing_folder_is_named_before_any_work(ending: str, tmp_path: Path) -> None:
    with pytest.raises(ExportProblem, match=r"^There is no folder .*gone: make it first\.$"):
        export(PROJECT, str(tmp_path / "gone" / f"net{ending}"))


def test_a_file_where_a_folder_is_wanted_is_named(tmp_path: Path) -> None:
    (tmp_path / "net").write_text("mine")
    with pytest.raises(ExportProblem, match="net is a file, not a folder"):
        export(PROJECT, str(tmp_path / "net"))
    with pytest.raises(ExportProblem, match="is a file, not a folder"):
        export(PROJECT, str(tmp_path / "net" / "a.csv"))
    assert (tmp_path / "net").read_text() == "mine"


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "old.csv")
    write_file(tmp_path / "link.csv", b"new")
    assert (tmp_path / "old.csv").read_text() == "new"
    assert (tmp_path / "link.csv").is_symlink()


def test_the_longest_names_are_taken(tmp_path: Path) -> None:
    write_file(tmp_path / f"{251 * 'n'}.csv", b"file")
    write_folder(tmp_path / (255 * "n"), {"a": b"1"})
    assert len(list(tmp_path.iterdir())) == 2


def test_what_may_not_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) == tmp_path)
    (tmp_path / "old.csv").write_text("mine")
    with pytest.raises(ExportProblem, match=r"old\.csv is read-only: choose another name\.$"):
        export(PROJECT, str(tmp_path / "old.csv"))
    monkeypatch.setattr(os, "access", lambda path, _mode: False)
    with pytest.raises(ExportProblem, match="You may not write in the folder"):
        export(PROJECT, str(tmp_path / "new.csv"))


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.csv").write_text("old")
    fill_up(monkeypatch, after=0)
    with pytest.raises(
        ExportProblem, match=r"^The disk is full: .*net\.csv was not written; free some space"
    ):
        write_file(tmp_path / "net.csv", b"new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_disk_that_fills_up_between_two_files_leaves_no_new_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_up(monkeypatch, after=1)
    with pytest.raises(ExportProblem, match="The disk is full"):
        write_folder(tmp_path / "net", {"a": b"1", "b": b"2"})
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_up_leaves_an_older_export_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path / "net", {"a": b"1", "b": b"2"})
    fill_up(monkeypatch, after=1)
    with pytest.raises(ExportProblem, match="The disk is full"):
        write_folder(tmp_path / "net", {"a": b"3", "b": b"4"})
    left = sorted((path.name, path.read_bytes()) for path in (tmp_path / "net").iterdir())
    assert left == [("a", b"1"), ("b", b"2")]


def test_two_exports_into_one_new_folder_both_succeed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def late(new: Path, old: Path) -> Path:
        monkeypatch.setattr(Path, "replace", real)
        write_folder(tmp_path / "net", {"a": b"first"})
        return real(new, old)

    monkeypatch.setattr(Path, "replace", late)
    write_folder(tmp_path / "net", {"a": b"second"})
    assert [path.read_bytes() for path in (tmp_path / "net").iterdir()] == [b"second"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_network_with_a_problem_leaves_in_no_form(tmp_path: Path) -> None:
    broken = PROJECT.__class__(Network(PROJECT.network.blocks[1:]), PROJECT.data)
    for out in ("net.py", "net.csv", "net.safetensors", "net"):
        with pytest.raises(CannotGenerateError):
            export(broken, str(tmp_path / out))
    assert not list(tmp_path.iterdir())


def fill_up(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """A disk that takes so many files more."""
    taken = iter(range(after))
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and next(taken, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
