"""While one's own images are read: how far it is, how long it will take, and giving up."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.engine.messages import DataProgress
from cnnbuilder.network.data import Data, source_name
from cnnbuilder.text import _, bytes_text, number
from cnnbuilder.ui.session.run_text import rough
from cnnbuilder.ui.widgets.theme import theme

WIDTH = 320
BAR = 1_000
"""Steps of the bar: its numbers hold no gigabytes."""


class ReadingPage(QWidget):
    """ "Reading 1,204 of 3,781 · 9 s left", a bar, and Cancel; the same of a download."""

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
        """How far reading is; None before anything is known."""
        known = progress is not None and progress.total
        text = reading_text(progress) if progress is not None and known else _("Looking for images")
        self._show(source_name(data), text, progress)

    def show_download(self, title: str, progress: DataProgress | None) -> None:
        """How far a download is; None before it has begun."""
        known = progress is not None and progress.total
        text = download_text(progress) if progress is not None and known else _("Asking for it")
        self._show(title, text, progress)

    def _show(self, title: str, sentence: str, progress: DataProgress | None) -> None:
        self.title.setText(title)
        self.sentence.setText(sentence)
        if progress is None or not progress.total:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, BAR)
            self.bar.setValue(round(BAR * progress.done / progress.total))
        self.bar.setAccessibleName(sentence)

    def _restyle(self) -> None:
        self.bar.setFixedWidth(theme.px(WIDTH))


def download_text(progress: DataProgress) -> str:
    """ "Downloading 3.1 MB of 170 MB · 2 min left"."""
    text = _("Downloading {done} of {total}").format(
        done=bytes_text(progress.done), total=bytes_text(progress.total)
    )
    return _with_time(text, progress)


def reading_text(progress: DataProgress) -> str:
    """ "Reading 1,204 of 3,781 · 9 s left"."""
    text = _("Reading {done} of {total}").format(done=number(progress.done), total=number(progress.total))
    return _with_time(text, progress)


def _with_time(text: str, progress: DataProgress) -> str:
    if progress.seconds_left is None:
        return text
    return _("{reading} · {time} left").format(reading=text, time=rough(progress.seconds_left))
