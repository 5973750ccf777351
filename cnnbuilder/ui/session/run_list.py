"""The runs of a document, newest first: the one under way, those of this session, and those kept from earlier days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine import runs
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.network_diff import difference_text
from cnnbuilder.ui.session.run_directory import RunDirectory
from cnnbuilder.ui.session.run_loader import load_record
from cnnbuilder.ui.session.run_record import Record, clock
from cnnbuilder.ui.session.runner import Runner


@dataclass(frozen=True)
class RunEntry:
    """One line of the list. Accuracies are fractions 0 to 1, None where nothing was measured."""

    folder: Path
    number: int
    name: str
    """ "Run 5"."""
    started: datetime
    state: str
    """"live", "finished", "stopped", "failed", "unfinished"."""
    val_accuracy: float | None
    test_accuracy: float | None
    seconds: float | None
    epochs: int
    quick: bool
    project: Project | None
    """What was trained; None where it cannot be read."""
    resumable: bool
    """Whether it has a checkpoint from which it can go on to its last epoch."""

    to_the_second: bool = False
    """Whether another run was begun in the same minute."""

    @property
    def clock(self) -> str:
        """When Train was pressed: "14:02", or "14:02:31" where that is the time of another run too."""
        seconds = f":{self.started:%S}" if self.to_the_second else ""
        return clock(self.started) + seconds


class RunList(QObject):
    """Follows the folder of runs. Which of them the plots show beside the present one is chosen here."""

    changed = Signal()
    """Other runs, or other numbers of one."""
    shown_changed = Signal()
    """Other runs are to be drawn."""

    def __init__(
        self, document: Document, runner: Runner, directory: RunDirectory, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._directory = directory
        self._entries: tuple[RunEntry, ...] = ()
        self._shown: dict[str, Record | None] = {}
        """By the folder's name; None until it has been read."""
        self._read: dict[tuple[Path, int], tuple[runs.Run, Project | None]] = {}
        self._followed: object = None
        runner.state_changed.connect(self._follow)
        directory.moved.connect(self.refresh)
        document.path_changed.connect(self.refresh)
        self.refresh()

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """The runs, newest first."""
        return self._entries

    def difference(self, entry: RunEntry) -> str:
        """In what a run differs from the project as it is now: "SGD · batch size 512"; empty where in nothing."""
        return difference_text(entry.project, self._document.project) if entry.project else ""

    # --- what is drawn ----------------------------------------------------------------------------

    def is_shown(self, entry: RunEntry) -> bool:
        """Whether its curves are drawn; those of the present run always are."""
        return self.is_present(entry) or entry.folder.name in self._shown

    def set_shown(self, entry: RunEntry, shown: bool) -> None:
        """Draws the curves of a run, faint, beside those of the present one, or no longer."""
        name = entry.folder.name
        if shown == (name in self._shown):
            return
        if shown:
            self._shown[name] = None
        else:
            del self._shown[name]
        self.shown_changed.emit()

    def shown_records(self) -> tuple[Record, ...]:
        """The records of the runs that are drawn beside the present one, oldest first."""
        found = []
        for entry in reversed(self._entries):
            name = entry.folder.name
            if name not in self._shown or self.is_present(entry):
                continue
            record = self._shown[name] or self._of_this_session(entry) or load_record(entry.folder)
            self._shown[name] = record
            if record is not None and (record.epochs or record.reports):
                found.append(record)
        return tuple(found)

    def is_present(self, entry: RunEntry) -> bool:
        """Whether it is the run that the plots show large."""
        record = self._runner.record
        return record is not None and record.run is not None and Path(record.run) == entry.folder

    def _of_this_session(self, entry: RunEntry) -> Record | None:
        """Its fine curve, where it was trained since the document was opened."""
        records = (record for record in self._runner.earlier if record.run)
        return next((record for record in records if Path(record.run or "") == entry.folder), None)

    # --- what there is ----------------------------------------------------------------------------

    def _follow(self) -> None:
        """Reports come 20 times a second; only these change a line of the list."""
        status, record = self._runner.status, self._runner.record
        aspect = status.phase, status.epoch, id(record), record.run if record else None, status.tested
        if aspect != self._followed:
            self._followed = aspect
            self.refresh()

    def refresh(self) -> None:
        """Reads the folder again; a run that has not changed since is not read twice."""
        for record in self._runner.earlier:
            if record.run:
                # What was trained since the document was opened is compared without asking.
                self._shown.setdefault(Path(record.run).name, record)
        entries = _told_apart(self._entry(run, project) for run, project in reversed(self._list()))
        names = {entry.folder.name for entry in entries}
        self._shown = {name: record for name, record in self._shown.items() if name in names}
        if entries != self._entries:
            self._entries = entries
            self.changed.emit()
        self.shown_changed.emit()

    def _list(self) -> list[tuple[runs.Run, Project | None]]:
        folder = self._directory.folder
        if not folder.is_dir():
            self._read.clear()
            return []
        found: dict[tuple[Path, int], tuple[runs.Run, Project | None]] = {}
        for path in sorted(folder.iterdir()):
            try:
                key = path, (path / runs.INFO).stat().st_mtime_ns
                found[key] = self._read.get(key) or _read(path)
            except (OSError, runs.RunProblem):
                continue
        self._read = found
        return list(found.values())

    def _entry(self, run: runs.Run, project: Project | None) -> RunEntry:
        info, result = run.info, run.info.result
        record = self._runner.record
        present = record is not None and record.run is not None and Path(record.run) == run.folder
        live = present and self._runner.active
        val_accuracy = result.val_accuracy if result else None
        seconds = result.seconds if result else None
        epochs = result.epochs if result else 0
        if result is None and not live:
            ended = load_record(run.folder)
            epochs = ended.epochs[-1].epoch if ended and ended.epochs else 0
            val_accuracy = ended.epochs[-1].val_accuracy if ended and epochs else None
        if present and record is not None and record.epochs and (live or result is None):
            last = record.best or record.epochs[-1]
            val_accuracy, epochs = last.val_accuracy, record.epochs[-1].epoch
            seconds = sum(epoch.seconds for epoch in record.epochs)
        tested = self._runner.status.tested if present else None
        wanted = project.training.epochs if project else 0
        number = int(run.folder.name) if run.folder.name.isdigit() else 0
        return RunEntry(
            folder=run.folder,
            number=number,
            name=_("Run {number}").format(number=number),
            started=datetime.fromisoformat(info.created).astimezone(),
            state="live" if live else info.state,
            val_accuracy=val_accuracy,
            test_accuracy=tested.accuracy if tested else info.test.accuracy if info.test else None,
            seconds=seconds,
            epochs=epochs,
            quick=info.limit_images is not None,
            project=project,
            resumable=not live and run.resumable and info.limit_images is None and epochs < wanted,
        )


def _told_apart(entries: Iterable[RunEntry]) -> tuple[RunEntry, ...]:
    """The entries, those that were begun within one minute with their seconds."""
    found = tuple(entries)
    minutes = Counter(entry.clock for entry in found)
    return tuple(replace(entry, to_the_second=minutes[entry.clock] > 1) for entry in found)


def _read(folder: Path) -> tuple[runs.Run, Project | None]:
    run = runs.read_run(folder)
    try:
        return run, run.project()
    except runs.RunProblem:
        return run, None
