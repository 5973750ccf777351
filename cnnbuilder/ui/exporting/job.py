"""One export that the child works on: the bar meanwhile, its Cancel, and what is said when it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from cnnbuilder.engine.messages import Answer, Exported, Failed
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.atomic_output import CannotWriteError, ExportOutput
from cnnbuilder.ui.session.session import Session

QUIET_MS = 300
"""An export that is done by then needs no word while it goes on."""
BAR = "export"


class Job(QObject):
    """Waits for the child's answer and brings what was made to its place, unless it was cancelled meanwhile."""

    over = Signal()

    def __init__(self, session: Session, output: ExportOutput, again: Callable[[], object]) -> None:
        """`again`: what is offered where it fails."""
        super().__init__(session)
        self._session = session
        self._output = output
        self._again = again
        self._cancelled = False
        self._bar = f"{BAR} {output.out}"
        self._long = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._long.timeout.connect(self._say_under_way)
        self._long.start()
        session.withdraw(BAR)

    def cancel(self) -> None:
        """Nobody waits any longer; what the child makes of it is removed when it comes."""
        self._cancelled = True
        self._long.stop()

    def answered(self, answer: Answer | Failed) -> None:
        """The child is done with it."""
        self._long.stop()
        if self._cancelled:
            self._output.discard()
        else:
            self._session.withdraw(self._bar)
            self._take(answer)
        self.over.emit()

    def abandon(self) -> None:
        """The window closes, and the child is gone: nothing half-written stays."""
        self._long.stop()
        self._output.discard()

    def _say_under_way(self) -> None:
        text = _("Exporting {name} …").format(name=self._output.out.name)
        self._session.say(self._bar, text, (_("Cancel"), self.cancel))

    def _take(self, answer: Answer | Failed) -> None:
        if isinstance(answer, Exported):
            try:
                self._output.deliver()
            except CannotWriteError as refusal:
                self._say_failed(str(refusal))
            else:
                say_written(self._session, self._output.out, answer.remarks)
            return
        self._output.discard()
        if isinstance(answer, Failed):
            ended = _("{name} was not written: the process that exports has ended.")
            self._say_failed(answer.reason or ended.format(name=self._output.out.name), answer.details)

    def _say_failed(self, sentence: str, details: str = "") -> None:
        self._session.say(BAR, sentence, (_("Export again…"), self._again), details=details)


def say_written(session: Session, out: Path, remarks: Sequence[str] = ()) -> None:
    """The message that says what was written, with the way there."""
    said = " ".join([_("{name} is written.").format(name=out.name), *remarks])
    folder = out if out.is_dir() else out.parent
    text = _("Open the folder") if out.is_dir() else _("Show in folder")
    session.say(BAR, said, (text, lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))))
