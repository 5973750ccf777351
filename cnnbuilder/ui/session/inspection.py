"""One's own images being looked at by a child: how far it is, what came of it, and giving up."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.messages import Answer, DataInspected, DataProgress, Failed, InspectData
from cnnbuilder.network.data import Data
from cnnbuilder.text import _
from cnnbuilder.ui.session.background_tasks import BackgroundTasks


class Inspection(QObject):
    """Looks at one set at a time; a new wish takes the place of the one under way."""

    changed = Signal()
    """It has begun, come further or ended."""
    found = Signal(object)
    """`OwnDataSet`: what is there."""
    failed = Signal(object, str)
    """This `Data` cannot be looked at, and why."""

    def __init__(self, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._number: int | None = None
        self.data: Data | None = None
        """What is being looked at; None while nothing is."""
        self.progress: DataProgress | None = None
        """The last word on how far it is; None before the first."""

    def start(self, data: Data) -> None:
        """Looks at these images, unless that is under way."""
        if data == self.data:
            return
        self.cancel()
        self.data, self.progress = data, None
        self._number = self._tasks.ask(
            lambda number: InspectData(number, data),
            lambda answer: self._answered(data, answer),
            self._progressed,
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Gives up; nothing of it is kept."""
        if self._number is not None:
            self._tasks.cancel(self._number)
            self._end()

    def _end(self) -> None:
        self._number = self.data = self.progress = None
        self.changed.emit()

    def _progressed(self, progress: DataProgress) -> None:
        if shiboken6.isValid(self) and progress.number == self._number:
            self.progress = progress
            self.changed.emit()

    def _answered(self, data: Data, answer: Answer | Failed) -> None:
        if not shiboken6.isValid(self) or answer.number != self._number:
            return  # answers may outlive whoever asked
        self._end()
        if isinstance(answer, DataInspected):
            self.found.emit(answer.info)
        else:
            reason = answer.reason if isinstance(answer, Failed) else ""
            self.failed.emit(data, reason or _("The process that reads the images has ended."))
