"""What figures are drawn on: the three formats, each with its own way to be exact, and the colours of print."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from html import unescape

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator

from cnnbuilder import __version__
from cnnbuilder.ui.canvas.style import CanvasStyle, fonts
from cnnbuilder.ui.widgets.theme import LIGHT

Paint = Callable[[QPainter], None]
Write = Callable[[QRectF, Paint, str, float], bytes]
"""The content of a file: from the area of the drawing in pixels at 100 %, its painter, its title, and how many times
as many pixels it is to have, where it has pixels."""

MARGIN = 4.0
"""Around a drawing, in its pixels: tight, but no line is cut."""
PNG_SCALE = 2.0
PNG_LARGEST = 16_000
PNG_MOST = 64_000_000
"""Pixels on the longer side, and in all (256 MB): larger pictures open in few programs, so that the scale gives way."""
PDF_DOTS_PER_INCH = 1200
PIXELS_PER_INCH = 96
POINTS_PER_INCH = 72
PDF_LARGEST = 14_400.0
"""Points on the longer side that a page may have (ISO 32000-1, annex C)."""
CENTRED = "Helvetica"
"""The family in which figures set words that stand centred on their place; every system has it, or one as wide."""
AS_WIDE = ("Helvetica", "Arial", "Liberation Sans", "Nimbus Sans", "Arimo")
SANS = ("Segoe UI", "Helvetica Neue", "Arial", "sans-serif")
MONO = ("Menlo", "Consolas", "DejaVu Sans Mono", "monospace")
"""Where a reader of an SVG lacks our font, it takes the next of these."""
CREATOR = f"cnnbuilder {__version__}"


@cache
def print_style() -> CanvasStyle:
    """The light theme on white paper, whatever theme the window is in."""
    return CanvasStyle(replace(LIGHT, canvas="#FFFFFF"))


@contextmanager
def moved(painter: QPainter, x: float, y: float) -> Iterator[None]:
    """Draws with the origin at (x, y)."""
    painter.save()
    painter.translate(x, y)
    yield
    painter.restore()


def _svg(area: QRectF, paint: Paint, title: str, _scale: float = PNG_SCALE) -> bytes:
    """Vectors, with text that stays text."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(PIXELS_PER_INCH)
    size = QSize(_whole(area.width()), _whole(area.height()))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    generator.setDescription(CREATOR)
    _paint_on(generator, area, paint, QColor("#FFFFFF"), QSizeF(size))
    return _portable(_content(buffer).decode()).encode()


def png_size(area: QRectF, scale: float) -> tuple[QSize, float]:
    """The pixels of a picture so many times as large as on a screen at 100 %, and the scale that gives them."""
    scale = min(
        scale,
        PNG_LARGEST / max(area.width(), area.height()),
        math.sqrt(PNG_MOST / (area.width() * area.height())),
    )
    size = QSize(*(min(PNG_LARGEST, _whole(side * scale)) for side in (area.width(), area.height())))
    return size, scale


def _png(area: QRectF, paint: Paint, title: str, scale: float = PNG_SCALE) -> bytes:
    """Pixels, `scale` times as many as on a screen at 100 %."""
    size, scale = png_size(area, scale)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(PIXELS_PER_INCH * scale / 0.0254))
    image.setDotsPerMeterY(image.dotsPerMeterX())
    image.setText("Title", title)
    image.setText("Software", CREATOR)
    image.fill(QColor("#FFFFFF"))
    _paint_on(image, area, paint, None, QSizeF(size), scale)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, which Qt refuses
    return _content(buffer)


def _pdf(area: QRectF, paint: Paint, title: str, _scale: float = PNG_SCALE) -> bytes:
    """One page as large as the drawing, with its fonts inside; the paper is the ground."""
    points = POINTS_PER_INCH / PIXELS_PER_INCH
    points *= min(1.0, PDF_LARGEST / (points * max(area.width(), area.height())))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator(CREATOR)
    writer.setResolution(PDF_DOTS_PER_INCH)
    size = QSizeF(area.width() * points, area.height() * points)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _paint_on(writer, area, paint, None, size, points * PDF_DOTS_PER_INCH / POINTS_PER_INCH)
    return _content(buffer)


WRITERS: Mapping[str, Write] = {".svg": _svg, ".png": _png, ".pdf": _pdf}
"""How each format is written, by the file's ending."""


def _content(buffer: QBuffer) -> bytes:
    return bytes(buffer.data().data())


def _whole(length: float) -> int:
    return max(1, -int(-length // 1))


def _paint_on(
    device: QPaintDevice,
    area: QRectF,
    paint: Paint,
    ground: QColor | None,
    size: QSizeF,
    scale: float = 1.0,
) -> None:
    painter = QPainter(device)
    try:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        if ground is not None:
            painter.fillRect(QRectF(0, 0, size.width(), size.height()), ground)
        painter.scale(scale, scale)
        painter.translate(-area.topLeft())
        paint(painter)
    finally:
        # A device that goes before its painter takes the process with it.
        painter.end()


_TEXT = re.compile(
    r'<text (?P<before>[^>]*?)x="(?P<x>[^"]*)" y="(?P<y>[^"]*)" font-family="(?P<family>[^"]*)" '
    r'font-size="(?P<size>[^"]*)" font-weight="(?P<weight>[^"]*)" font-style="[^"]*"\s*>(?P<text>[^<]*)</text>'
)
_INHERITED_FONT = re.compile(
    r'\nfont-family="[^"]*" font-size="[^"]*" font-weight="[^"]*" font-style="[^"]*" ?\n'
)
_EMPTY = re.compile(r"<g [^>]*>\s*</g>\n*")


def _portable(svg: str) -> str:
    """Names fonts that every system has something for, and holds each text in its place whichever is taken."""
    return _EMPTY.sub("", _INHERITED_FONT.sub("", _TEXT.sub(_portable_text, svg)))


def _portable_text(found: re.Match[str]) -> str:
    font = QFont(found["family"])
    font.setPixelSize(round(float(found["size"])))
    font.setWeight(QFont.Weight(int(found["weight"])))
    width = QFontMetricsF(font).horizontalAdvance(unescape(found["text"]))
    family = QFontInfo(font).family()
    x, anchor = float(found["x"]), ""
    exact = f' textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs"'
    if found["family"] == CENTRED:
        x, anchor = x + width / 2, ' text-anchor="middle"'
        families = [*AS_WIDE, "sans-serif"]
        if family.startswith(AS_WIDE):
            exact = ""
        else:
            families.insert(0, family)
    else:
        families = [family, *(MONO if found["family"] == fonts().mono.family() else SANS)]
    names = ", ".join(f"'{name}'" if " " in name else name for name in families)
    return (
        f'<text {found["before"]}x="{x:.2f}" y="{found["y"]}"{anchor} font-family="{names}" '
        f'font-size="{found["size"]}" font-weight="{found["weight"]}"{exact}>{found["text"]}</text>'
    )
