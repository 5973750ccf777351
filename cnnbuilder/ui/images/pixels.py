"""Images as they come from the child, turned into Qt's, and painted with whole pixels."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter

Shape = tuple[int, int, int]
"""Channels (1 grey, 3 colour), height, width."""


def interleaved(pixels: bytes, shape: Shape) -> bytes:
    """C×H×W bytes as H×W×C."""
    channels, height, width = shape
    if channels == 1:
        return pixels
    plane = height * width
    result = bytearray(len(pixels))
    for channel in range(channels):
        result[channel::channels] = pixels[channel * plane : (channel + 1) * plane]
    return bytes(result)


def image_of(pixels: bytes, shape: Shape) -> QImage:
    """C×H×W bytes as an image; grey where there is one channel, colour where there are three."""
    channels, height, width = shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(interleaved(pixels, shape), width, height, width * channels, kind).copy()


def whole_zoom(height: int, width: int, side: float, ratio: float) -> float:
    """How many of a screen's pixels (`ratio` of them make one of the layout) stand for one of an image's, as a share
    of the layout's: whole on the screen, so that every pixel comes out equally large, and never more than fits into a
    square of `side`. Images that are too large for it are made smaller.
    """
    longest = max(height, width)
    whole = int(side * ratio) // longest
    return whole / ratio if whole else side / longest


def paint_image(painter: QPainter, image: QImage, centre: QRectF, zoom: float) -> QRectF:
    """Paints an image in the middle of a rectangle, sharp where it grows; returns where."""
    size = QSizeF(image.width() * zoom, image.height() * zoom)
    ratio = painter.device().devicePixelRatioF()
    # On a pixel of the screen's, or its columns would come out unequally wide.
    left = round((centre.center().x() - size.width() / 2) * ratio) / ratio
    top = round((centre.center().y() - size.height() / 2) * ratio) / ratio
    place = QRectF(left, top, size.width(), size.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom * ratio < 1)
    painter.drawImage(place, image)
    painter.restore()
    return place
