"""Starts the window: the application, its look, its first window, and what happens when something goes wrong."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from cnnbuilder import __version__
from cnnbuilder.resources import resource
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.style import Style
from cnnbuilder.ui.window.exception_handler import ExceptionHandler
from cnnbuilder.ui.window.windows import Windows


def run(argv: Sequence[str], answers: Callable[[Windows], None] | None = None) -> int:
    """Opens FILE (`argv[0]`), or an empty document; returns when the last window has closed.

    `answers` is called once the first window is painted and takes input (for tests and measurements).
    """
    QCoreApplication.setApplicationName("cnnbuilder")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("cnnbuilder")
    application = QApplication([sys.argv[0]])
    application.setWindowIcon(QIcon(str(resource("icons/app.svg"))))
    settings.restore_theme()
    Style(application)
    windows = Windows()
    exceptions = ExceptionHandler(windows.keep_work, windows.say_fault)
    exceptions.install()
    _end_in_order(windows)
    window = windows.show_empty()
    window.answers.connect(windows.look_for_leftovers)
    if answers is not None:
        window.answers.connect(lambda: answers(windows))
    if argv:
        window.host.opening.open_path(Path(argv[0]))
    status = application.exec()
    exceptions.uninstall()
    return status


def _end_in_order(windows: Windows) -> None:
    """Ctrl+C in the terminal and the end of a session keep unsaved work for the next start, then end."""

    def end(_number: int, _frame: object) -> None:
        windows.end()
        QCoreApplication.exit(0)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    # Python handles a signal only between two of its own steps: this timer makes sure that there are some.
    beat = QTimer(windows, interval=500)
    beat.timeout.connect(lambda: None)
    beat.start()
