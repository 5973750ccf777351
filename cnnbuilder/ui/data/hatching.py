"""The parts of a split as bars and swatches: told apart by their filling, never by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QIcon, QIconEngine, QPainter, QPen, QPixmap

from cnnbuilder.engine.messages import PartName
from cnnbuilder.ui.data.words import PARTS
from cnnbuilder.ui.widgets.theme import theme

_STEP = 4
"""Pixels between two lines of the hatching."""


def paint_part(painter: QPainter, place: QRectF, part: PartName) -> None:
    """A piece of a bar: training is full, validation hatched, test empty with a frame."""
    if place.width() <= 0:
        return
    ink = theme.color("ink")
    painter.save()
    if part == "train":
        painter.fillRect(place, ink)
        painter.restore()
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(theme.color("window")))
    painter.drawRect(place)
    if part == "val":
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(place)
        painter.setPen(QPen(ink, 1.4))
        x = place.left() - place.height()
        while x < place.right():
            painter.drawLine(QRectF(x, place.top(), place.height(), place.height()).bottomLeft(),
                             QRectF(x, place.top(), place.height(), place.height()).topRight())  # fmt: skip
            x += _STEP
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(ink, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def paint_split(painter: QPainter, place: QRectF, counts: tuple[int, ...], most: int) -> None:
    """The three parts one behind the other; `most` images fill the whole length. What there is at all can be seen."""
    if not most:
        return
    x = place.left()
    for part, count in zip(PARTS, counts, strict=True):
        width = max(3.0, round(place.width() * count / most)) if count else 0.0
        paint_part(painter, QRectF(x, place.top(), width, place.height()), part)
        x += width + (1 if width else 0)


class _Swatch(QIconEngine):
    def __init__(self, part: PartName) -> None:
        super().__init__()
        self._part = part

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height()) * 3 // 4
        place = QRectF(0, 0, side, side)
        place.moveCenter(QRectF(rect).center())
        paint_part(painter, QRectF(place.toAlignedRect()), self._part)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Swatch(self._part)


def swatch(part: PartName) -> QIcon:
    """The filling of a part, as an icon that follows the theme."""
    return QIcon(_Swatch(part))
