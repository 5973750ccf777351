"""Figures of a network for slides, reports and papers: .svg, .png and .pdf, drawn without a display."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QPainter

from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.file import save_content
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.figures.paper import PNG_SCALE, WRITERS, png_size

Figure = Literal["canvas", "volumes"]

_application: list[QGuiApplication] = []
"""The application that figures of the command line are drawn under; it lives as long as the process."""


class CannotDrawError(Exception):
    """There is no figure, for the reason that is given in one sentence."""


def draw(project: Project, out: Path, figure: Figure = "canvas", scale: float = PNG_SCALE) -> None:
    """Draws a project's network into a file, in the way that the file's ending names.

    "canvas": the network as the canvas shows it. "volumes": the figure of the papers, solids from left to right.
    `scale`: how many times as many pixels as on a screen at 100 % a .png has.
    Raises `CannotDrawError` for a network with problems or another ending, and `FileProblemError` where nothing can be
    written; a file that stood there before is then still whole.
    """
    write = WRITERS.get(out.suffix.lower())
    if write is None:
        raise CannotDrawError(_("{name}: a figure ends in .svg, .png or .pdf.").format(name=out.name))
    analysis = analyse(project.network)
    if analysis.problems:
        raise CannotDrawError(analysis.problems[0].message)
    _need_application()
    area, paint = _DRAWINGS[figure](analysis)
    save_content(write(area, paint, out.stem, scale), out)


def pixel_size(project: Project, figure: Figure, scale: float) -> tuple[int, int]:
    """Width and height of the .png that `draw` makes; (0, 0) of a network with problems."""
    analysis = analyse(project.network)
    if analysis.problems:
        return 0, 0
    _need_application()
    size, _scale = png_size(_DRAWINGS[figure](analysis)[0], scale)
    return size.width(), size.height()


def _need_application() -> None:
    """Fonts need an application. Where no window is open it is one without a screen."""
    if QGuiApplication.instance() is None:
        # On Windows Qt's offscreen platform finds no fonts, and the usual one needs no display.
        platform = [] if sys.platform == "win32" else ["-platform", "offscreen"]
        _application.append(QGuiApplication([sys.argv[0], *platform]))


def _canvas(analysis: Analysis) -> tuple[QRectF, Callable[[QPainter], None]]:
    from cnnbuilder.ui.figures.canvas import CanvasFigure

    drawing = CanvasFigure(analysis)
    return drawing.area, drawing.paint


def _volumes(analysis: Analysis) -> tuple[QRectF, Callable[[QPainter], None]]:
    from cnnbuilder.ui.figures.volumes import VolumesFigure

    drawing = VolumesFigure(analysis)
    return drawing.area, drawing.paint


_DRAWINGS: dict[str, Callable[[Analysis], tuple[QRectF, Callable[[QPainter], None]]]] = {
    "canvas": _canvas,
    "volumes": _volumes,
}
