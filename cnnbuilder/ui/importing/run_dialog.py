"""Asks whether a file may be run to read its network, runs it in a process of its own, and says what came of it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.run_directory import unsaved
from cnnbuilder.ui.widgets.theme import theme

WEIGHTS = "*.pth *.pt *.safetensors"


class RanNetwork(NamedTuple):
    """A network that running a file gave. `id`: of the document whose run its weights are already."""

    project: Project
    id: str
    source: str
    remarks: tuple[str, ...]

    def discard(self) -> None:
        """Nobody wants it: its weights go."""
        shutil.rmtree(unsaved(self.id), ignore_errors=True)


class RunDialog(QDialog):
    """One question that names the file. Escape leaves, and ends the process where it runs."""

    arrived = Signal(object)
    """The `RanNetwork`."""
    _ended = Signal(object)
    """A `RanNetwork`, or the sentence that says why there is none; emitted in the other thread."""

    def __init__(self, parent: QWidget, path: Path, call: str | None) -> None:
        """`call`: which network of the file, where it has several."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(_("Read by running"))
        self._path = path
        self._call = call
        self._weights: Path | None = None
        self._stop = threading.Event()
        self.thread_of_reading: threading.Thread | None = None
        self.weights = QPushButton(_("&Weights…"))
        self.weights.setToolTip(_("A .pth, .pt or .safetensors file with weights for this network"))
        self.weights.setAutoDefault(False)
        self.weights.clicked.connect(self._ask_weights)
        self.word = QLabel()
        self.word.setWordWrap(True)
        self.word.setTextFormat(Qt.TextFormat.PlainText)
        self.word.hide()
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(4)
        self.progress.setAccessibleName(_("The file is running"))
        self.progress.hide()
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setDefault(True)  # a hasty Enter runs nothing
        self.cancel.clicked.connect(self.reject)
        self.run = QPushButton(_("Run {name}").format(name=path.name))
        self.run.setAutoDefault(False)
        self.run.clicked.connect(self._run)
        self._lay_out()
        self._ended.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self.finished.connect(self._stop.set)
        self.destroyed.connect(self._stop.set)

    def _lay_out(self) -> None:
        question = QLabel(_("Run {name} to read its network?").format(name=self._path.name))
        question.setProperty("role", "heading")
        about = QLabel(
            _(
                "Its code will run on this computer, with all that you may do yourself: only run code that you trust."
                " It gets a process of its own and 60 seconds. Its weights come along as a run."
            )
        )
        for label in (question, about):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        for widget in (question, about, self.word, self.progress):
            column.addWidget(widget)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 8, 0, 0)
        buttons.addWidget(self.weights)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.run)
        column.addLayout(buttons)
        self.setMinimumWidth(theme.px(440))

    def _ask_weights(self) -> None:
        filters = _("Weights") + f" ({WEIGHTS});;" + _("All files") + " (*)"
        name, _filter = QFileDialog.getOpenFileName(
            self, _("Weights for the network"), str(self._path.parent), filters
        )
        if name:
            self._weights = Path(name)
            self._say(_("With the weights of {name}.").format(name=self._weights.name), "secondary")

    def _say(self, sentence: str, role: str) -> None:
        self.word.setProperty("role", role)
        self.word.style().unpolish(self.word)
        self.word.style().polish(self.word)
        self.word.setText(sentence)
        self.word.show()

    def _run(self) -> None:
        self._show_busy(True)
        self._say(_("Running {name} …").format(name=self._path.name), "secondary")
        self.thread_of_reading = threading.Thread(target=self._read, name="reading by running")
        self.thread_of_reading.start()

    def _show_busy(self, busy: bool) -> None:
        self.run.setEnabled(not busy)
        self.weights.setEnabled(not busy)
        self.progress.setVisible(busy)

    def _read(self) -> None:
        """In a thread of its own: waits for the process."""
        from cnnbuilder.engine.running import CannotRunError, keep, read_by_running

        id_ = uuid4().hex
        made: RanNetwork | str
        try:
            ran = read_by_running(self._path, self._call, self._weights, stop=self._stop)
            keep(ran, unsaved(id_))
            checked = _(
                "Checked against the original in evaluation: the largest difference of the logits is {n:.2g}."
            ).format(n=ran.answer.difference)
            made = RanNetwork(ran.project, id_, self._path.name, (*ran.answer.remarks, checked))
        except CannotRunError as refused:
            made = str(refused)
        except OSError as error:
            shutil.rmtree(unsaved(id_), ignore_errors=True)
            made = _("Its weights cannot be kept: {reason}.").format(reason=error.strerror or error)
        if self._stop.is_set():
            if isinstance(made, RanNetwork):
                made.discard()
            return
        self._ended.emit(made)

    def _finish(self, made: RanNetwork | str) -> None:
        if isinstance(made, str):
            self._show_busy(False)
            self._say(made, "refusal")
            return
        if self._stop.is_set():
            made.discard()
            return
        self.accept()
        self.arrived.emit(made)
