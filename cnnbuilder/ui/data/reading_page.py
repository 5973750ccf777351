"""While one's own images are read: how far it is, how long it will take, and giving up."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.engine.messages import DataProgress
from cnnbuilder.network.data import Data, source_name
from cnnbuilder.text import _, number
from cnnbuilder.ui.session.run_text import rough
from cnnbuilder.ui.widgets.theme import theme

WIDTH = 320


class ReadingPage(QWidget):
    """ "Reading 1,204 of 3,781 · 9 s left", a bar, and Cancel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence = QLabel()
        for label in (self.title, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.cancel = QPushButton(_("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 0, 24, 0)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        column.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_progress(self, data: Data, progress: DataProgress | None) -> None:
        """How far it is; None before anything is known."""
        self.title.setText(source_name(data))
        if progress is None or not progress.total:
            self.bar.setRange(0, 0)
            self.sentence.setText(_("Looking for images"))
        else:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.sentence.setText(reading_text(progress))
        self.bar.setAccessibleName(self.sentence.text())

    def _restyle(self) -> None:
        self.bar.setFixedWidth(theme.px(WIDTH))


def reading_text(progress: DataProgress) -> str:
    """ "Reading 1,204 of 3,781 · 9 s left"."""
    text = _("Reading {done} of {total}").format(done=number(progress.done), total=number(progress.total))
    if progress.seconds_left is None:
        return text
    return _("{reading} · {time} left").format(reading=text, time=rough(progress.seconds_left))
