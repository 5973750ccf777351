"""Keeps unsaved work in a file of its own shortly after each edit, and finds what a crash left behind."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import msgspec
from PySide6.QtCore import QObject, QTimer

from cnnbuilder.folders import data_folder
from cnnbuilder.network.file import FileProblemError, dumps, loads
from cnnbuilder.network.project import Project
from cnnbuilder.storage import remove_unfinished, write_atomically
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.locks import Lock

DELAY_MS = 800
"""How long after an edit its work is kept; further edits within it go with it."""
_LOG = logging.getLogger(__name__)


class _Record(msgspec.Struct, frozen=True):
    """One recovery file."""

    saved_at: Annotated[float, msgspec.Meta(ge=0, le=1e11)]
    """Seconds since 1970."""
    path: str | None
    """The file that the work belongs to."""
    project: str
    """The project file as text."""


def recovery_folder() -> Path:
    """Where unsaved work is kept."""
    return data_folder() / "recovery"


@dataclass(frozen=True)
class Leftover:
    """Unsaved work of a window that did not close by itself. Its lock is ours until it is discarded or let go."""

    file: Path
    lock: Lock
    saved_at: float
    path: Path | None
    project: Project

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
        self.lock.release()

    def let_go(self) -> None:
        """Leaves it for the next start."""
        self.lock.release()


def leftovers() -> list[Leftover]:
    """What crashes left behind, newest first. Work whose process still runs is not among it."""
    found = []
    for file in recovery_folder().glob("*.json"):
        lock = Lock(file.with_suffix(".lock"))
        if not lock.take():
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
                )
            )
        except FileNotFoundError:
            lock.release()
        except (OSError, msgspec.DecodeError, FileProblemError):
            # Nothing can be got out of it; the file stays for whoever wants to look.
            _LOG.warning("%s cannot be read as unsaved work", file)
            lock.release()
    return sorted(found, key=lambda leftover: -leftover.saved_at)


class Recovery(QObject):
    """Writes one document's unsaved work while it differs from its file, and removes it when it no longer does.

    Writing is done in a short-lived thread: a slow disk never holds up the window. The value that is written is
    immutable, so nothing needs a lock between the two.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._file = recovery_folder() / f"{uuid4().hex}.json"
        self._lock = Lock(self._file.with_suffix(".lock"))
        self._writer: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._write_soon)
        document.changed.connect(self._timer.start)
        document.undo_stack.cleanChanged.connect(self._timer.start)

    @property
    def file(self) -> Path:
        """Where this document's unsaved work is kept, when there is any."""
        return self._file

    def keep_now(self) -> None:
        """Writes at once and waits: something went wrong and the process may not live on."""
        self._timer.stop()
        self._join()
        if not self._document.undo_stack.isClean():
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

    def _write_soon(self) -> None:
        if self._writer is not None and self._writer.is_alive():
            self._timer.start()
        elif self._document.undo_stack.isClean():
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

    def _record(self) -> tuple[Project, Path | None]:
        return self._document.project, self._document.path

    def _write(self, what: tuple[Project, Path | None]) -> None:
        project, path = what
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            if not self._lock.take():
                return
            record = _Record(time.time(), str(path.absolute()) if path else None, dumps(project))
            write_atomically(self._file, msgspec.json.encode(record))
        except OSError as error:
            # A full disk must not disturb the work itself; saving will say so in its own sentence.
            _LOG.warning("unsaved work could not be kept: %s", error)

    def _remove(self) -> None:
        try:
            self._file.unlink(missing_ok=True)
            self._lock.release()
        except OSError as error:
            _LOG.warning("%s could not be removed: %s", self._file, error)
