"""A published data set on its way to this computer: how far it is, what came of it, and giving up."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.data.catalogue import DataSetInfo
from cnnbuilder.engine.messages import Answer, DataDownloaded, DataProgress, DownloadData, Failed
from cnnbuilder.text import _
from cnnbuilder.ui.session.background_tasks import BackgroundTasks


class Download(QObject):
    """Fetches one set at a time; what has come is kept and gone on with the next time."""

    changed = Signal()
    """It has begun or ended."""
    progressed = Signal()
    """It has come further."""

    def __init__(self, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._number: int | None = None
        self.name = ""
        """The set that is on its way; empty while none is."""
        self.progress: DataProgress | None = None
        """In bytes; None before the first word."""
        self._failures: dict[str, str] = {}

    def failure(self, name: str) -> str:
        """Why a set did not come; empty where it was not tried, or came."""
        return self._failures.get(name, "")

    def start(self, info: DataSetInfo) -> None:
        """Fetches this set; another that is on its way is given up."""
        self._give_up()
        name = info.name
        self.name, self.progress = name, None
        self._failures.pop(name, None)
        self._number = self._tasks.ask(
            lambda number: DownloadData(number, name),
            lambda answer: self._answered(name, answer),
            self._progressed,
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Gives up."""
        if self._number is not None:
            self._give_up()
            self.changed.emit()

    def _give_up(self) -> None:
        if self._number is not None:
            self._tasks.cancel(self._number)
        self._number, self.name, self.progress = None, "", None

    def _progressed(self, progress: DataProgress) -> None:
        if shiboken6.isValid(self) and progress.number == self._number:
            self.progress = progress
            self.progressed.emit()

    def _answered(self, name: str, answer: Answer | Failed) -> None:
        if not shiboken6.isValid(self) or answer.number != self._number:
            return  # answers may outlive whoever asked
        self._number, self.name, self.progress = None, "", None
        if not isinstance(answer, DataDownloaded):
            reason = answer.reason if isinstance(answer, Failed) else ""
            self._failures[name] = reason or _("The process that fetches the data has ended.")
        self.changed.emit()
