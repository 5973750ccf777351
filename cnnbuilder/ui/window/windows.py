"""All windows of the process: a file opens in one of them only, and the last one to close ends the program."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt

from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.plots.loading import library
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.recovery import Leftover, damaged, leftovers
from cnnbuilder.ui.session.run_directory import unsaved
from cnnbuilder.ui.window.window import Window


class Windows(QObject):
    """Keeps the windows alive, finds the one that has a file, and offers what a crash left behind."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._windows: list[Window] = []
        self._leftovers: list[Leftover] = []

    @property
    def all(self) -> tuple[Window, ...]:
        """The open windows, oldest first."""
        return tuple(self._windows)

    def show_empty(self, beside: Window | None = None) -> Window:
        """A new window with an empty document."""
        window = Window(Document(), self)
        window.host.files.raise_other = lambda path: self.raise_file(path, window)
        # Torch is loaded by the child once there is something to look at, never before.
        window.answers.connect(window.child.warm_up)
        # Made while nobody waits, so that Train, once pressed, has only to be shown.
        (window.answers if library.ready else library.loaded).connect(lambda: window.make_soon("train"))
        self._windows.append(window)
        if beside is not None:
            window.resize(beside.size())
            window.move(beside.pos() + QPoint(32, 32))
        window.show()
        return window

    def raise_file(self, path: Path, but: Window) -> bool:
        """Brings the window that has this file to the front, if it is not `but`. False where there is none."""
        for window in self._windows:
            if (
                window is not but
                and window.session.document.path
                and _same_file(window.session.document.path, path)
            ):
                window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
                window.raise_()
                window.activateWindow()
                return True
        return False

    def closed(self, window: Window) -> None:
        """A window has closed in order."""
        if window in self._windows:
            self._windows.remove(window)
            # Deleted while it has the focus and is shown, it takes Qt down.
            window.hide()
            window.deleteLater()
        if not self._windows:
            self.let_go()

    def close_all(self) -> None:
        """Closes every window; one that asks and is told to stay ends it."""
        for window in self.all:
            if not window.close():
                return

    def end(self) -> None:
        """Ends without a question: what is unsaved is kept for the next start, and every window goes.

        Hidden and deleted by Qt, before Python takes its objects down in no order.
        """
        self.keep_work()
        for window in self.all:
            window.shutdown()
            window.hide()
            self.closed(window)
        self.let_go()

    # --- what a crash left behind -----------------------------------------------------------------

    def look_for_leftovers(self) -> None:
        """Finds unsaved work of processes that are gone, and offers it."""
        self._leftovers = leftovers()
        self._offer()
        self._name_damaged(damaged())

    def let_go(self) -> None:
        """What was neither restored nor discarded stays for the next start."""
        for leftover in self._leftovers:
            leftover.let_go()
        self._leftovers.clear()

    def _offer(self) -> None:
        if not self._leftovers or not self._windows:
            return
        leftover = self._leftovers[0]
        name = leftover.path.name if leftover.path else _("an untitled network")
        message = _("Unsaved work of {time} on {name} was kept.").format(time=leftover.clock, name=name)
        choices = [
            (_("Restore"), lambda: self._restore(leftover)),
            (_("Discard"), lambda: self._discard(leftover)),
        ]
        self._windows[0].bars.show_message("recovery", message, choices)

    def _name_damaged(self, files: list[Path]) -> None:
        """What cannot be offered is named and stays."""
        if files and self._windows:
            sentence = ngettext(
                "A file of unsaved work is damaged and cannot be restored; it stays at {place}.",
                "{count} files of unsaved work are damaged and cannot be restored; they stay in {folder}.",
                len(files),
            ).format(count=number(len(files)), place=files[0], folder=files[0].parent)
            self._windows[0].bars.show_message("damaged", sentence)

    def _restore(self, leftover: Leftover) -> None:
        first = self._windows[0]
        window = first if first.session.file.untouched else self.show_empty(first)
        if leftover.path is None or not self.raise_file(leftover.path, window):
            window.session.restore(leftover)
            self._next(leftover)
            return
        # Its file is open already: the work comes as an edit there, so that the file stays open once.
        for other in self._windows:
            if other.session.document.path and _same_file(other.session.document.path, leftover.path):
                other.session.document.edit(_("Restore unsaved work"), leftover.project)
                other.session.recovery.keep_now()
                leftover.discard()
        if window is not first:
            window.close()
        self._next(leftover)

    def _discard(self, leftover: Leftover) -> None:
        leftover.discard()
        if leftover.path is None and leftover.document is not None:
            shutil.rmtree(unsaved(leftover.document), ignore_errors=True)
        self._next(leftover)

    def _next(self, done: Leftover) -> None:
        self._leftovers.remove(done)
        self._offer()

    # --- faults -----------------------------------------------------------------------------------

    def keep_work(self) -> None:
        """Keeps the unsaved work of every window at once."""
        for window in self._windows:
            window.session.recovery.keep_now()

    def say_fault(self, sentence: str, details: str) -> bool:
        """Shows one sentence in the window in front."""
        if not self._windows:
            return False
        front = next((window for window in self._windows if window.isActiveWindow()), self._windows[-1])
        front.bars.show_message("fault", sentence, details=details)
        return True


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()
