"""The child process: PyTorch kept warm, one request after the other, small ones answered between two training steps.

Its main thread works; two more carry requests in and events out (`channel`).
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection

from cnnbuilder.engine.channel import Inbox, Outbox, end_process
from cnnbuilder.engine.messages import Failed

_NICENESS = 5
"""The window is served first, and the training still gets a third of a core that both want."""


def work(requests: Connection, events: Connection) -> None:
    """The life of the process. Returns never: it ends with its pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    _lower_priority()
    inbox = Inbox(requests)
    outbox = Outbox(events)
    try:
        from cnnbuilder.engine.request_handler import RequestHandler  # here torch is loaded
    except Exception as error:  # a broken installation is told in the window as well
        what = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        outbox.send(Failed(_cannot_load(what), traceback.format_exc()))
        outbox.flush()
        end_process(1)
    RequestHandler(inbox, outbox).forever()


def _cannot_load(what: str) -> str:
    from cnnbuilder.text import _

    return _("PyTorch does not load here ({what}). Install torch and torchvision anew.").format(what=what)


def _lower_priority() -> None:
    with suppress(OSError, AttributeError):
        if sys.platform == "win32":
            import ctypes

            below_normal = 0x4000
            kernel = ctypes.windll.kernel32
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
        else:
            os.nice(_NICENESS)
