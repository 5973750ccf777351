"""Lets a window live until something is so, asleep in Qt's own event loop as in the program itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer


def wait(until: Callable[[], bool], seconds: float) -> bool:
    """Waits at most so long; whether it came to be so. Looks every 20 ms."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    look = QTimer()
    look.timeout.connect(lambda: until() and loop.quit())
    look.start(20)
    loop.exec()
    look.stop()
    return until()
