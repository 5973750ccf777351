"""Writing: whole or not at all, whatever the disk, a link, another process or Windows does in between."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder import storage
from cnnbuilder.storage import AtomicOutput, remove_unfinished, replacing, write_atomically, write_together

# Links, permission bits and limits on a process's files are POSIX's; Windows needs rights to make a link.
posix = pytest.mark.skipif(os.name != "posix", reason="links and permissions of this kind are POSIX's")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")
    write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old" and [found.name for found in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("stage", ["write", "sync"])
def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Some file systems notice at the write already, others when the bytes have to reach the disk."""
    path = tmp_path / "a"
    write_atomically(path, b"old")
    no_room = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if stage == "sync":
        monkeypatch.setattr(os, "fsync", lambda _descriptor: (_ for _ in ()).throw(no_room))
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)), replacing(path) as file:
        file.write(b"new")
        if stage == "write":
            raise no_room
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@posix
def test_a_limit_of_the_system_leaves_the_old_file(tmp_path: Path) -> None:
    """A write that truly fails half way, in a process of its own that may write files of 1,000 bytes only."""
    write_atomically(tmp_path / "a", b"old")
    code = (
        "import resource, sys; from pathlib import Path; from cnnbuilder.storage import write_atomically\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomically(Path(sys.argv[1]), bytes(5000))\n"
        "except OSError as error: print(error.errno)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a")], capture_output=True, text=True, check=True
    )
    assert int(found.stdout) == errno.EFBIG
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_an_error_in_the_middle_leaves_what_was_there(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")

    def half() -> None:
        with replacing(tmp_path / "a") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_folder_that_is_gone_one_that_is_a_file_and_a_name_that_is_a_folder_are_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for name in ("gone/a", "file/a", "folder"):
        with pytest.raises(OSError, match=name.partition("/")[0]):
            write_atomically(tmp_path / name, b"new")
    assert names(tmp_path) == ["file", "folder"]


@posix
def test_a_folder_that_is_read_only_is_refused(tmp_path: Path) -> None:
    """In a process without root's rights, which may write anywhere."""
    (tmp_path / "closed").mkdir()
    write_atomically(tmp_path / "closed" / "a", b"old")
    (tmp_path / "closed").chmod(0o555)
    tmp_path.chmod(0o755)
    code = (
        "import os, sys; from pathlib import Path; from cnnbuilder import storage\n"
        "folder = Path(sys.argv[1])\n"
        "os.chdir(folder)\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "for write in (lambda: storage.write_atomically(Path('a'), b'new'),\n"
        "              lambda: storage.write_together(Path('.'), {'a': b'new'}),\n"
        "              lambda: storage.write_together(Path('new'), {'a': b'new'}),\n"
        "              lambda: storage.AtomicOutput(Path('b'))):\n"
        "    try: write()\n"
        "    except OSError as error: print(storage.reason_of(error))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "closed")], capture_output=True, text=True, check=True
    )
    (tmp_path / "closed").chmod(0o755)
    assert found.stdout.splitlines() == ["access is not allowed"] * 4
    assert (tmp_path / "closed" / "a").read_bytes() == b"old"
    assert names(tmp_path / "closed") == ["a"]


@posix
def test_a_link_stays_one_and_the_file_behind_it_changes(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    write_atomically(tmp_path / "there" / "a", b"old")
    (tmp_path / "link").symlink_to(tmp_path / "there" / "a")
    (tmp_path / "second").symlink_to("link")
    write_atomically(tmp_path / "second", b"new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "second").is_symlink()
    assert (tmp_path / "there" / "a").read_bytes() == b"new"
    assert names(tmp_path / "there") == ["a"]


@posix
def test_a_link_to_nothing_gets_its_file_and_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "later")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "later").read_bytes() == b"new"
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        write_atomically(tmp_path / "one", b"new")
    assert (tmp_path / "one").is_symlink() and (tmp_path / "two").is_symlink()


@posix
@given(mode=st.integers(0, 0o777).map(lambda mode: mode | 0o600))
def test_permissions_of_what_is_replaced_are_kept(
    tmp_path_factory: pytest.TempPathFactory, mode: int
) -> None:
    path = tmp_path_factory.mktemp("modes") / "a"
    write_atomically(path, b"old")
    path.chmod(mode)
    write_atomically(path, b"new")
    assert path.stat().st_mode & 0o777 == mode


@posix
def test_a_new_file_gets_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_atomically(tmp_path / "a", b"new")
    write_together(tmp_path / "folder", {"a": b"new"})
    usual = (tmp_path / "usual").stat().st_mode
    assert (tmp_path / "a").stat().st_mode == usual
    assert (tmp_path / "folder" / "a").stat().st_mode == usual


def test_the_longest_name_that_a_file_may_have_can_be_written(tmp_path: Path) -> None:
    for name in ("x" * 255, "é" * 127):
        write_atomically(tmp_path / name, b"new")
        assert names(tmp_path) == [name]
        (tmp_path / name).unlink()


def test_writers_at_the_same_time_leave_one_whole_content(tmp_path: Path) -> None:
    path = tmp_path / "a"
    contents = [bytes([number]) * 200_000 for number in range(8)]
    errors: list[Exception] = []

    def write(content: bytes) -> None:
        try:
            for _again in range(5):
                write_atomically(path, content)
                assert path.read_bytes() in contents
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert path.read_bytes() in contents
    assert names(tmp_path) == ["a"]


def refusing(monkeypatch: pytest.MonkeyPatch, times: int) -> list[float]:
    """Windows with a scanner that holds the file through so many attempts; the pauses that were made."""
    refusals = iter(range(times))
    pauses: list[float] = []
    real: Callable[[Path, Path], None] = os.replace

    def replace(new: Path, old: Path) -> None:
        if next(refusals, None) is not None:
            raise PermissionError(errno.EACCES, "Access is denied", str(old))
        real(new, old)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(storage, "_ON_WINDOWS", True)
    monkeypatch.setattr(storage.time, "sleep", pauses.append)
    return pauses


def test_windows_may_hold_a_file_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomically(tmp_path / "a", b"old")
    pauses = refusing(monkeypatch, times=7)
    write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert len(pauses) == 7


def test_windows_may_not_hold_it_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atomically(tmp_path / "a", b"old")
    pauses = refusing(monkeypatch, times=10**6)
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]
    assert 1 <= sum(pauses) <= 3  # seconds that a person waits for the sentence


def test_elsewhere_a_refusal_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = refusing(monkeypatch, times=1)
    monkeypatch.setattr(storage, "_ON_WINDOWS", False)
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "a", b"new")
    assert not pauses


def test_a_file_system_that_cannot_sync_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", fsync)
    write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_the_content_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    replace, fsync = os.replace, os.fsync

    def noted_replace(new: Path, old: Path) -> None:
        done.append("replace")
        replace(new, old)

    def noted_fsync(descriptor: int) -> None:
        done.append("sync")
        fsync(descriptor)

    monkeypatch.setattr(os, "replace", noted_replace)
    monkeypatch.setattr(os, "fsync", noted_fsync)
    write_atomically(tmp_path / "a", b"new")
    assert done == ["sync", "replace", *(["sync"] if os.name == "posix" else [])]  # the last is the folder's


# --- folders --------------------------------------------------------------------------------------


def test_a_folder_is_filled_and_what_else_lies_in_it_stays(tmp_path: Path) -> None:
    write_together(tmp_path / "net", {"a": b"1", "b": b"2"})
    (tmp_path / "net" / "thesis.txt").write_bytes(b"mine")
    write_together(tmp_path / "net", {"a": b"3"})
    found = {path.name: path.read_bytes() for path in (tmp_path / "net").iterdir()}
    assert found == {"a": b"3", "b": b"2", "thesis.txt": b"mine"}
    assert names(tmp_path) == ["net"]


@posix
def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    write_together(tmp_path / "link", {"a": b"1"})
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "there") == ["a"]


def test_output_that_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")
    output = AtomicOutput(tmp_path / "a")
    output.path.write_bytes(b"half")
    assert (tmp_path / "a").read_bytes() == b"old"
    output.discard()
    assert names(tmp_path) == ["a"]


def test_output_that_is_delivered_takes_its_place_with_what_lies_beside_it(tmp_path: Path) -> None:
    output = AtomicOutput(tmp_path / "net.onnx")
    output.path.write_bytes(b"graph")
    output.path.with_name("net.onnx.data").write_bytes(b"large")
    output.deliver()
    assert names(tmp_path) == ["net.onnx", "net.onnx.data"]


# --- what a killed process left ---------------------------------------------------------------------


def test_what_a_killed_process_left_is_found_by_the_beginning_of_its_name(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from cnnbuilder.storage import replacing\n"
        "with replacing(Path(sys.argv[1])) as file: file.write(b'half'); os._exit(9)"
    )
    long = "mnist-" + "x" * 240
    for name in ("mnist-1", "shapes-1", long):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / name)], check=False)
    (tmp_path / "mnist-kept").write_bytes(b"whole")
    assert len(names(tmp_path)) == 4
    remove_unfinished(tmp_path, "shapes-")
    assert len(names(tmp_path)) == 3
    remove_unfinished(tmp_path, long)
    assert len(names(tmp_path)) == 2
    remove_unfinished(tmp_path)
    assert names(tmp_path) == ["mnist-kept"]
    remove_unfinished(tmp_path / "gone")
