"""A picture from a file for the network to read, and whether its ground is light or dark."""

from __future__ import annotations

import statistics
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, qGray

from cnnbuilder.text import _

LARGEST = 1_024
"""Pixels on the longer side; networks here read far smaller ones."""
BRIGHT, DARK = 0.65, 0.35
"""A ground, or the mean of what a network learned from, is clearly light above the one and dark below the other."""


class CannotReadPictureError(Exception):
    """There is no picture in a file, for the reason given in one sentence."""


def read_picture(path: Path) -> QImage:
    """The picture, upright, no larger than `LARGEST`; without transparency. Raises `CannotReadPictureError`."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LARGEST:
        reader.setScaledSize(size.scaled(QSize(LARGEST, LARGEST), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise CannotReadPictureError(
            _("{name} is no picture that can be read here: PNG, JPEG, GIF, BMP and WEBP are.").format(
                name=path.name
            )
        )
    return _on_ground(image) if image.hasAlphaChannel() else image


def _on_ground(image: QImage) -> QImage:
    """What is transparent becomes black behind light ink and white behind dark: never an empty picture."""
    small = image.scaled(QSize(64, 64)).convertToFormat(QImage.Format.Format_ARGB32)
    points = [small.pixelColor(x, y) for x in range(64) for y in range(64)]
    ink = [qGray(point.rgb()) for point in points if point.alpha() > 127]
    laid = QImage(image.size(), QImage.Format.Format_RGB32)
    laid.fill(Qt.GlobalColor.black if ink and statistics.fmean(ink) > 127 else Qt.GlobalColor.white)
    painter = QPainter(laid)
    painter.drawImage(0, 0, image)
    painter.end()
    return laid


def ground(image: QImage) -> float:
    """How light its border is: the median there, from 0 (black) to 1 (white)."""
    small = image.scaled(QSize(32, 32)).convertToFormat(QImage.Format.Format_Grayscale8)
    edge = range(32)
    places = {(x, y) for x in edge for y in (0, 31)} | {(x, y) for y in edge for x in (0, 31)}
    return statistics.median(small.pixelColor(x, y).lightnessF() for x, y in places)


def unlike(image: QImage, mean: float) -> bool:
    """Whether a picture stands on a light ground where the training's are dark, or the other way about.

    `mean`: of the pictures that the network learned from, from 0 to 1.
    """
    light = ground(image)
    return (light > BRIGHT and mean < DARK) or (light < DARK and mean > BRIGHT)


def turned_round(image: QImage) -> QImage:
    """Light and dark exchanged."""
    copy = image.convertToFormat(QImage.Format.Format_RGB32)
    copy.invertPixels()
    return copy


def pixels_of(image: QImage, channels: int) -> tuple[bytes, tuple[int, int, int]]:
    """uint8 pixels, row by row, and (height, width, channels); 1 channel is grey, 3 are red, green and blue."""
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    plain = image.convertToFormat(form)
    wide, step = plain.width() * channels, plain.bytesPerLine()
    content = bytes(plain.constBits())
    rows = (content[row * step : row * step + wide] for row in range(plain.height()))
    return b"".join(rows), (plain.height(), plain.width(), channels)
