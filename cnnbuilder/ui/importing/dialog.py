"""The dialog of File > Import: a Python file, or a network of torchvision found by name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.engine.torchvision_models import NETWORKS
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _
from cnnbuilder.ui.widgets.questions import show_details
from cnnbuilder.ui.widgets.search_field import SearchField
from cnnbuilder.ui.widgets.theme import theme


class ImportDialog(QDialog):
    """Typing searches, the arrows mark, Enter imports, Escape leaves. While a network is read it says so and waits."""

    file_chosen = Signal(object)
    """The path of a Python file."""
    network_chosen = Signal(str)
    """A name of torchvision's."""
    cancelled = Signal()
    """Nobody waits for the network any longer."""

    def __init__(self, parent: QWidget, folder: Path | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(_("Import a network"))
        self._folder = folder
        self._details = ""
        self.busy = False
        """Whether a network is on its way."""
        self.file = QPushButton(_("From a Python &file…"))
        self.file.setToolTip(_("Reads a .py file or .ipynb notebook with a network in PyTorch"))
        self.file.setAutoDefault(False)
        self.file.clicked.connect(self._ask_file)
        about = QLabel(_("The source is read, never run. What cannot be read is named by its line."))
        about.setProperty("role", "secondary")
        about.setWordWrap(True)
        self.search = SearchField(_("Search {n} networks").format(n=len(NETWORKS)))
        self.search.setAccessibleName(_("Search the networks of torchvision"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Networks of torchvision"))
        self.list.setUniformItemSizes(True)
        self.list.setTabKeyNavigation(False)
        self.word = QLabel()
        self.word.setWordWrap(True)
        self.word.setTextFormat(Qt.TextFormat.PlainText)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setAccessibleName(_("The network is being read"))
        self.details = QPushButton(_("Details"))
        self.details.setAutoDefault(False)
        self.details.clicked.connect(lambda: show_details(self, self.word.text(), self._details))
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.take = QPushButton(_("Import"))
        self.take.setProperty("role", "primary")
        self.take.setDefault(True)
        self.take.clicked.connect(self._take)
        self._lay_out(about)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(lambda _item: self._take())
        self._fill("")
        self._show_busy(False)
        self.search.setFocus()
        room = parent.screen().availableGeometry().size()
        self.resize(min(theme.px(440), room.width() - 32), min(theme.px(520), room.height() - 64))

    def _lay_out(self, about: QLabel) -> None:
        title = QLabel(_("A network of torchvision"))
        title.setProperty("role", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(self.file)
        column.addWidget(about)
        column.addSpacing(16)
        column.addWidget(title)
        column.addWidget(self.search)
        column.addWidget(self.word)
        column.addWidget(self.progress)
        column.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 8, 0, 0)
        buttons.addWidget(self.details)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        column.addLayout(buttons)

    @property
    def name(self) -> str:
        """The network that is marked, or empty."""
        item = self.list.currentItem()
        return item.text() if item is not None else ""

    # --- what the reading says --------------------------------------------------------------------

    def say_under_way(self, name: str) -> None:
        """The child reads this network."""
        self._show_busy(True)
        self._say(_("Reading {name} …").format(name=name))

    def say_failed(self, reason: str, details: str = "") -> None:
        """It could not be read; another may be chosen."""
        self._show_busy(False)
        self._details = details
        self.details.setVisible(bool(details))
        self._say(reason, refusal=True)
        self.search.setFocus()

    def _show_busy(self, busy: bool) -> None:
        self.busy = busy
        for widget in (self.file, self.search, self.list):
            widget.setEnabled(not busy)
        self.take.setEnabled(not busy and bool(self.name))
        self.progress.setVisible(busy)
        self.details.hide()
        if busy:
            self.cancel.setFocus()

    def _say(self, sentence: str, *, refusal: bool = False) -> None:
        self.word.setProperty("role", "refusal" if refusal else "secondary")
        self.word.style().unpolish(self.word)
        self.word.style().polish(self.word)
        self.word.setText(sentence)
        self.word.setVisible(bool(sentence))

    # --- choosing ---------------------------------------------------------------------------------

    def _fill(self, typed: str) -> None:
        """The networks that fit what was typed; the nearest where none does."""
        self.list.clear()
        words = typed.casefold().replace("-", "_").split()
        found = [name for name in NETWORKS if all(word in name for word in words)]
        joined = "".join(words).replace("_", "")
        found = found or [name for name in NETWORKS if joined in name.replace("_", "")]
        near = nearest(typed, NETWORKS) if not found else None
        self.list.addItems(found or ([near] if near else []))
        if self.list.count():
            self.list.setCurrentRow(0)
        self.take.setEnabled(bool(self.name))
        self.details.hide()
        if found:
            self._say("")
        elif near:
            self._say(
                _("No network is called “{typed}”. The nearest is {near}.").format(typed=typed, near=near)
            )
        else:
            self._say(_("No network is called “{typed}”. Empty the search to see all.").format(typed=typed))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows go through the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            page = max(1, self.list.height() // max(1, self.list.sizeHintForRow(0)))
            steps = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: page,
                Qt.Key.Key_PageUp: -page,
            }
            by = steps.get(Qt.Key(event.key()))
            if by is not None and self.list.count():
                row = self.list.currentRow() + by
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
                return True
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        if self.name and not self.busy:
            self.network_chosen.emit(self.name)

    def _ask_file(self) -> None:
        path = ask_file(self, self._folder)
        if path is not None:
            self.accept()
            self.file_chosen.emit(path)

    def reject(self) -> None:
        if self.busy:
            self.cancelled.emit()
        super().reject()


def ask_file(parent: QWidget, folder: Path | None = None) -> Path | None:
    """Asks which file of source to read."""
    filters = _("Python files and notebooks") + " (*.py *.ipynb);;" + _("All files") + " (*)"
    name, _filter = QFileDialog.getOpenFileName(
        parent, _("Import a Python file"), str(folder or Path.home()), filters
    )
    return Path(name) if name else None
