"""What was never meant to happen: unsaved work is kept at once, and one sentence says so, with Details."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal

from cnnbuilder.text import _

_LOG = logging.getLogger(__name__)


class ExceptionHandler(QObject):
    """Hears every exception that nobody caught, in any thread, and tells the window about it."""

    _happened = Signal(str)

    def __init__(
        self, keep_work: Callable[[], None], say: Callable[[str, str], bool], parent: QObject | None = None
    ) -> None:
        """`keep_work` keeps what is unsaved for recovery; `say(sentence, details)` is False where no window can."""
        super().__init__(parent)
        self._keep_work = keep_work
        self._say = say
        # Queued: a dialog or bar made amid a half-done paint or from another thread would make matters worse.
        self._happened.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """From now on."""
        sys.excepthook = self._caught
        threading.excepthook = lambda caught: self._caught(
            caught.exc_type, caught.exc_value or caught.exc_type(), caught.exc_traceback
        )

    def uninstall(self) -> None:
        """As before."""
        sys.excepthook, threading.excepthook = self._before

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._before[0](kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        self._happened.emit(details)

    def _tell(self, details: str) -> None:
        try:
            self._keep_work()
        except Exception:
            _LOG.exception("unsaved work could not be kept")
        sentence = _(
            "Something in cnnbuilder went wrong. Your work is kept; save it, and go on or start anew."
        )
        if not self._say(sentence, details):
            sys.stderr.write(sentence + "\n")
