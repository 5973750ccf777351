"""One network of torchvision on its way through the child."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.messages import Answer, Failed, NetworkRead, ReadNetwork
from cnnbuilder.text import _
from cnnbuilder.ui.session.background_tasks import BackgroundTasks


class TorchvisionImport(QObject):
    """Asks for the network and hands on what comes. Cancelled, it takes away what still arrives."""

    arrived = Signal(object)
    """The `NetworkRead`."""
    failed = Signal(str, str)
    """(reason, details)."""
    over = Signal()
    """The child has answered, wanted or not."""

    def __init__(self, tasks: BackgroundTasks, name: str, runs_folder: Path, parent: QObject) -> None:
        """`runs_folder`: where weights that lie on this machine are put as a run."""
        super().__init__(parent)
        self._tasks = tasks
        self._name = name
        self._runs_folder = runs_folder
        self._wanted = True

    def start(self) -> None:
        """Sends the question."""
        self._tasks.ask(
            lambda number: ReadNetwork(number, self._name, str(self._runs_folder)), self._answered
        )

    def cancel(self) -> None:
        """Nobody waits any longer."""
        self._wanted = False

    def _answered(self, answer: Answer | Failed) -> None:
        if self._wanted and isinstance(answer, NetworkRead):
            self.arrived.emit(answer)
        else:
            self.discard()
        if self._wanted and isinstance(answer, Failed):
            ended = _("The process that reads networks has ended. Try again.")
            self.failed.emit(answer.reason or ended, answer.details)
        self.over.emit()

    def discard(self) -> None:
        """Takes away the weights that came along."""
        shutil.rmtree(self._runs_folder, ignore_errors=True)
