"""Keeps unsaved work in a file of its own shortly after each edit, and finds what a crash left behind.

Beside each such file lies one that its window holds locked for as long as its process lives. A process id may be given
to another program after a crash; a lock is gone with its process, whatever ended it.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import msgspec
from PySide6.QtCore import QObject, QTimer

from cnnbuilder import folders
from cnnbuilder.network.file import FileProblemError, dumps, loads
from cnnbuilder.network.project import Project
from cnnbuilder.storage import remove_unfinished, write_atomically
from cnnbuilder.ui.session.document import Document

if TYPE_CHECKING:
    from filelock import BaseFileLock

DELAY_MS = 800
"""How long after the first edit its work is kept, whatever comes after it; further edits within it go with it."""
_LOG = logging.getLogger(__name__)


class _Record(msgspec.Struct, frozen=True):
    """One recovery file."""

    saved_at: Annotated[float, msgspec.Meta(ge=0, le=1e11)]
    """Seconds since 1970."""
    path: str | None
    """The file that the work belongs to."""
    project: str
    """The project file as text."""
    document: str | None = None
    """The id under which runs of a document without a file stand."""


def recovery_folder() -> Path:
    """Where unsaved work is kept."""
    return folders.data_folder() / "recovery"


@dataclass(frozen=True)
class Leftover:
    """Unsaved work of a window that did not close by itself. Its lock is ours until it is discarded or let go."""

    file: Path
    lock: BaseFileLock
    saved_at: float
    path: Path | None
    project: Project
    document: str | None = None
    """The id of the document, under which its runs stand while it has no file."""

    @property
    def clock(self) -> str:
        """When it was kept: "14:02", with the day where that was not today."""
        then = time.localtime(self.saved_at)
        today = time.localtime()[:3] == then[:3]
        return time.strftime("%H:%M" if today else "%d %B, %H:%M", then)

    def discard(self) -> None:
        """Removes it for good."""
        self.file.unlink(missing_ok=True)
        remove_unfinished(self.file.parent, self.file.name)
        _give_back(self.lock)

    def let_go(self) -> None:
        """Leaves it for the next start."""
        _give_back(self.lock)


def leftovers() -> list[Leftover]:
    """What crashes left behind, newest first. Work whose process still runs is not among it."""
    found = []
    for file in recovery_folder().glob("*.json"):
        lock = _lock_beside(file)
        if not _is_ours(lock):
            continue
        try:
            record = msgspec.json.decode(file.read_bytes(), type=_Record)
            found.append(
                Leftover(
                    file,
                    lock,
                    record.saved_at,
                    Path(record.path) if record.path else None,
                    loads(record.project),
                    record.document,
                )
            )
        except FileNotFoundError:
            _give_back(lock)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, FileProblemError):
            # Nothing can be got out of it; the file stays for whoever wants to look.
            _LOG.warning("%s cannot be read as unsaved work", file)
            _give_back(lock)
    return sorted(found, key=lambda leftover: -leftover.saved_at)


def damaged() -> list[Path]:
    """The recovery files out of which nothing can be got, and whose process is gone. They stay where they are."""
    found = []
    for file in sorted(recovery_folder().glob("*.json")):
        lock = _lock_beside(file)
        if not _is_ours(lock):
            continue
        try:
            loads(msgspec.json.decode(file.read_bytes(), type=_Record).project)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, FileProblemError):
            found.append(file)
        _give_back(lock)
    return found


def _lock_beside(file: Path) -> BaseFileLock:
    """The lock of a recovery file; not taken yet."""
    from filelock import FileLock  # 14 ms (measured), which a start without leftovers need not pay

    # Taken in the thread that writes, given back in the window's. Not inherited by the engine's child, which is
    # started anew: it must not hold the lock after the window died.
    return FileLock(file.with_suffix(".lock"), thread_local=False)


def _is_ours(lock: BaseFileLock) -> bool:
    """Takes the lock; false where somebody else has it, another window too, or the folder cannot be written."""
    if not lock.is_locked:
        # The lock's Timeout, for one that somebody has, is an OSError as well.
        with suppress(OSError, NotImplementedError):
            lock.acquire(blocking=False)
    return lock.is_locked


def _give_back(lock: BaseFileLock) -> None:
    """Gives the lock back and removes its file."""
    if lock.is_locked:
        # While it is held, so that nobody takes a lock whose file is about to go. Windows refuses that, and there the
        # file goes with the lock.
        with suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release(force=True)


class Recovery(QObject):
    """Writes one document's unsaved work while it differs from its file, and removes it when it no longer does.

    Writing is done in a short-lived thread: a slow disk never holds up the window. The value that is written is
    immutable, so nothing needs a lock between the two.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._file = recovery_folder() / f"{uuid4().hex}.json"
        self._lock: BaseFileLock | None = None
        """From the first writing on."""
        self._writer: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._write_soon)
        self._trained = ""
        """The id of the document without a file for which runs were made."""
        document.changed.connect(self._soon)
        # Straight to the timer: the stack speaks once more when it is taken down together with this object.
        document.undo_stack.cleanChanged.connect(self._timer.start)

    @property
    def file(self) -> Path:
        """Where this document's unsaved work is kept, when there is any."""
        return self._file

    def keep_runs(self) -> None:
        """A run is made for the document: without a file, it is work that a crash would lose, edited or not."""
        if self._document.path is None:
            self._trained = self._document.id
            self._soon()

    def keep_now(self) -> None:
        """Writes at once and waits: something went wrong and the process may not live on."""
        self._timer.stop()
        self._join()
        if self._unsaved:
            self._write(self._record())

    def flush(self) -> None:
        """Does what is due, and waits for it."""
        if self._timer.isActive():
            self._timer.stop()
            self._write_soon()
        self._join()

    def close(self) -> None:
        """The window closes in order: nothing is left behind."""
        self._timer.stop()
        self._join()
        self._remove()

    @property
    def _unsaved(self) -> bool:
        """Whether the document is, or has, what no file holds."""
        document = self._document
        trained = document.path is None and document.id == self._trained
        return trained or not document.undo_stack.isClean()

    def _soon(self) -> None:
        # Never put off by the next edit: under steady editing nothing would ever be kept.
        if not self._timer.isActive():
            self._timer.start()

    def _write_soon(self) -> None:
        if self._writer is not None and self._writer.is_alive():
            self._timer.start()
        elif not self._unsaved:
            self._remove()
        else:
            self._writer = threading.Thread(
                target=self._write, args=(self._record(),), name="recovery", daemon=True
            )
            self._writer.start()

    def _join(self) -> None:
        if self._writer is not None:
            self._writer.join()
            self._writer = None

    def _record(self) -> tuple[Project, Path | None, str]:
        return self._document.project, self._document.path, self._document.id

    def _write(self, what: tuple[Project, Path | None, str]) -> None:
        project, path, id_ = what
        try:
            folders.make(self._file.parent)
            self._lock = self._lock or _lock_beside(self._file)
            if not _is_ours(self._lock):
                return
            record = _Record(time.time(), str(path.absolute()) if path else None, dumps(project), id_)
            write_atomically(self._file, msgspec.json.encode(record))
        except OSError as error:
            # A full disk must not disturb the work itself; saving will say so in its own sentence.
            _LOG.warning("unsaved work could not be kept: %s", error)

    def _remove(self) -> None:
        try:
            self._file.unlink(missing_ok=True)
            if self._lock is not None:
                _give_back(self._lock)
        except OSError as error:
            _LOG.warning("%s could not be removed: %s", self._file, error)
