"""Loads pyqtgraph and numpy in the background, once, after the window answers; plots wait for it with their frames."""

from __future__ import annotations

import importlib
import threading

from PySide6.QtCore import QObject, Qt, Signal

DRAWING = "cnnbuilder.ui.plots.curve_view"
"""The module that imports pyqtgraph. Nothing imports it when the window is made: it is asked for here."""


class PlotLibrary(QObject):
    """Whether plots can be drawn yet. Importing takes 0.3 to 0.6 s, which a window that opens must not wait for."""

    loaded = Signal()
    """Plots can be drawn from now on, or never: then `failure` says why."""
    _imported = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self.failure = ""
        """Why it cannot be loaded, in the words of the system; empty where it can."""
        self._thread: threading.Thread | None = None
        # Emitted in the other thread, received in the window's.
        self._imported.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    def load(self) -> None:
        """Begins to load; does nothing where that has begun already."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._import, name="plot library")
            self._thread.start()

    def _import(self) -> None:
        try:
            importlib.import_module(DRAWING)
        except (
            Exception
        ) as error:  # whatever is wrong with the installation: the window lives on without curves
            self.failure = str(error) or type(error).__name__
        self._imported.emit()

    def _finish(self) -> None:
        self.ready = not self.failure
        self.loaded.emit()


library = PlotLibrary()
"""The one of the process: two windows draw with the same."""
