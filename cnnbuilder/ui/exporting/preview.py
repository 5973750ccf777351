"""What a file will look like, at the foot of its page: the first lines of a text, or the figure."""

from __future__ import annotations

import tempfile
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.atomic_output import CannotWriteError
from cnnbuilder.ui.exporting.forms import Choice
from cnnbuilder.ui.exporting.writing import write
from cnnbuilder.ui.widgets.theme import RADIUS, SMALL, theme

LEAST = 72
"""In less height a preview says nothing, and is left out."""
MANY = 200
"""A figure of more blocks takes longer to draw than a look at it is worth (1.5 ms a block, measured)."""
PAUSE_MS = 120
"""A figure is drawn once somebody stays: not for each form that the arrow keys pass."""
PAPER = "#FFFFFF"
"""What a figure lies on, in either theme."""
MARGIN = 12


class Preview(QWidget):
    """Takes the room that is left on the page."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._lines: list[str] = []
        self._figure: QSvgRenderer | None = None
        self._choice = Choice("figure")
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._soon.timeout.connect(self._draw)
        self.setAccessibleName(_("Preview"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def lines(self) -> list[str]:
        """The text that is shown."""
        return self._lines

    @property
    def has_figure(self) -> bool:
        """Whether a figure is shown."""
        return self._figure is not None

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def show_choice(self, choice: Choice) -> None:
        """Shows what would be written for this choice."""
        self._lines, self._figure = [], None
        if choice.form != "figure":
            self._lines = self._written(choice).decode().splitlines()
        elif len(self._project.network.blocks) <= MANY:
            self._choice = choice
            self._soon.start()
        self.update()

    def _draw(self) -> None:
        content = self._written(replace(self._choice, endings={"figure": ".svg"}))
        self._figure = QSvgRenderer(QByteArray(content))
        self._figure.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.update()

    def _written(self, choice: Choice) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"preview{choice.ending}"
            try:
                write(choice, self._project, path)
            except CannotWriteError:
                return b""  # a full disk is said where it matters: on exporting
            return path.read_bytes()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.height() < LEAST or not (self._lines or self._figure):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("border") if self._figure else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(PAPER) if self._figure else theme.color("sunken"))
        whole = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(whole, RADIUS, RADIUS)
        room = whole.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if self._figure is not None:
            self._figure.render(painter, room)
        else:
            self._write_lines(painter, room)
        painter.end()

    def _write_lines(self, painter: QPainter, room: QRectF) -> None:
        painter.setFont(theme.font(SMALL, mono=True))
        painter.setPen(theme.color("secondary"))
        metrics = QFontMetricsF(painter.font())
        painter.setClipRect(room)
        for number, line in enumerate(self._lines[: int(room.height() / metrics.lineSpacing())]):
            where = room.top() + number * metrics.lineSpacing() + metrics.ascent()
            painter.drawText(round(room.left()), round(where), line)
