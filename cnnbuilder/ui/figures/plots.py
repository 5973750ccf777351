"""A plot of a run for slides, reports and papers: .svg, .png and .pdf, and its values as .csv."""

from __future__ import annotations

import csv
import io
import math
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cnnbuilder.network.file import save_content
from cnnbuilder.text import _
from cnnbuilder.ui.figures import CannotDrawError
from cnnbuilder.ui.figures.marks import font, text_width
from cnnbuilder.ui.figures.paper import MARGIN, PNG_SCALE, WRITERS, print_style
from cnnbuilder.ui.plots.end_labels import Box, place
from cnnbuilder.ui.plots.scale import epoch_ticks, ticks
from cnnbuilder.ui.plots.series import PlotSeries, Series, table
from cnnbuilder.ui.widgets.theme import LIGHT

WIDTH, HEIGHT = 420.0, 260.0
"""Of the axes, in pixels at 100 %: two plots beside each other fill a page."""
ROWS, COLUMNS = 6, 10
LINE = 15.0
RAW, THIN, THICK = 0.6, 1.25, 2.25
DOT = 3.0
CROWDED = 40
"""From so many epochs on dots would touch."""

ENDINGS = (*WRITERS, ".csv")


def save_plot(shown: PlotSeries, out: Path) -> None:
    """Writes a plot, or its values, in the form that the file's ending names.

    Raises `CannotDrawError` for another ending, and `FileProblemError` where nothing can be written.
    """
    ending = out.suffix.lower()
    if ending == ".csv":
        save_content(csv_text(shown).encode(), out)
    elif ending in WRITERS:
        figure = PlotFigure(shown)
        save_content(
            WRITERS[ending](figure.area, figure.paint, f"{shown.quantity.title} · {shown.run}", PNG_SCALE),
            out,
        )
    else:
        endings = ", ".join(ENDINGS)
        raise CannotDrawError(
            _("A plot can be saved as {endings}, and {name} ends otherwise.").format(
                endings=endings, name=out.name
            )
        )


def csv_text(shown: PlotSeries) -> str:
    """A row for each position with a value: exact numbers, accuracies as fractions 0 to 1, empty where none is."""
    values = table(shown)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(values.columns)
    writer.writerows(["" if value is None else repr(value) for value in row] for row in values.rows)
    return text.getvalue()


class PlotFigure:
    """One plot laid out for print. `area`: what is drawn, in pixels at 100 %; the axes' corner is (0, 0)."""

    def __init__(self, shown: PlotSeries) -> None:
        self._shown = shown
        self._ink = print_style()
        self._scale = shown.scale
        self._rows = ticks(self._scale, ROWS, percent=shown.quantity.percent)
        self._labels = self._place_labels()
        unit = " %" if shown.quantity.percent else ""
        self._row_texts = [row.text + unit for row in self._rows]
        left = max(text_width(text, False) for text in self._row_texts) + 8
        right = max((box.left + box.width for _text, box, _color, _strong in self._labels), default=WIDTH)
        self.area = QRectF(-left, -30, left + max(WIDTH + 8, right), HEIGHT + 30 + 2 * LINE + 10)
        self.area.adjust(-MARGIN, -MARGIN, MARGIN, MARGIN)

    # --- where things stand -----------------------------------------------------------------------

    def _x(self, position: float) -> float:
        return WIDTH * position / max(1, self._shown.length)

    def _y(self, value: float) -> float:
        return HEIGHT * (1 - self._scale.height(value))

    def _color(self, one: Series) -> QColor:
        if one.kind == "earlier":
            return QColor(LIGHT.runs[one.number % len(LIGHT.runs)])
        return QColor(LIGHT.validation) if one.kind == "validation" else self._ink.ink

    def _place_labels(self) -> list[tuple[str, Box, QColor, bool]]:
        """What stands at the ends of the curves: (text, where, colour, strong); none over another."""
        found = []
        for kind in ("validation", "training", "earlier"):
            for one in self._shown.of(kind):
                name = _("training") if kind == "training" else one.name
                text = f"{name} {self._shown.quantity.write(one.values[-1])}"
                strong = kind == "validation"
                at = Box(self._x(one.epochs[-1]) + 8, self._y(one.values[-1]), text_width(text, strong), LINE)
                found.append((text, at, self._color(one), strong))
        placed = place([at for _text, at, _color, _strong in found], 0, HEIGHT)
        return [
            (text, box, color, strong)
            for (text, _at, color, strong), box in zip(found, placed, strict=True)
            if box is not None
        ]

    # --- painting ---------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """Grid first, then the curves from the faint to the one that matters, words over them."""
        self._paint_axes(painter)
        painter.save()
        painter.setClipRect(QRectF(-DOT - 2, -DOT - 2, WIDTH + 2 * DOT + 4, HEIGHT + 2 * DOT + 4))
        for kind, width in (("raw", RAW), ("earlier", THIN), ("training", THIN), ("validation", THICK)):
            for one in self._shown.of(kind):  # type: ignore[arg-type]  # the four are the kinds
                color = QColor("#C6C9CE") if kind == "raw" else self._color(one)
                self._paint_curve(painter, one, color, width)
        painter.restore()
        self._paint_dots(painter)
        self._paint_words(painter)

    def _paint_axes(self, painter: QPainter) -> None:
        painter.setFont(font(False))
        for row, text in zip(self._rows, self._row_texts, strict=True):
            y = self._y(row.value)
            painter.setPen(QPen(QColor("#E3E6EB"), 0.8))
            painter.drawLine(QLineF(0, y, WIDTH, y))
            painter.setPen(self._ink.secondary)
            painter.drawText(QPointF(-8 - text_width(text, False), y + 4), text)
        painter.setPen(QPen(self._ink.secondary, 0.8))
        painter.drawLine(QLineF(0, HEIGHT, WIDTH, HEIGHT))
        for tick in epoch_ticks(0, max(1, self._shown.length), COLUMNS):
            x = self._x(tick.value)
            painter.setPen(QPen(self._ink.secondary, 0.8))
            painter.drawLine(QLineF(x, HEIGHT, x, HEIGHT + 4))
            painter.drawText(QPointF(x - text_width(tick.text, False) / 2, HEIGHT + LINE + 3), tick.text)
        name = _("epochs")
        painter.drawText(QPointF((WIDTH - text_width(name, False)) / 2, HEIGHT + 2 * LINE + 4), name)
        guess = self._shown.guess
        if guess is not None:
            line = QPen(self._ink.secondary, 0.9)
            line.setDashPattern([4, 3])
            painter.setPen(line)
            painter.drawLine(QLineF(0, self._y(guess), WIDTH, self._y(guess)))

    def _paint_curve(self, painter: QPainter, one: Series, color: QColor, width: float) -> None:
        painter.setPen(
            QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath()
        points = [
            QPointF(self._x(position), self._y(value)) if self._has_place(value) else None
            for position, value in zip(one.epochs, one.values, strict=True)
        ]
        for before, point in pairwise([None, *points]):
            if point is not None and before is not None:
                path.lineTo(point)
            elif point is not None:
                path.moveTo(point)
        painter.drawPath(path)

    def _has_place(self, value: float) -> bool:
        """On a logarithmic axis of losses zero has none; what is no number stands at the top."""
        return not math.isfinite(value) or value > 0 or self._scale.goal != 0

    def _paint_dots(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT.validation))
        for one in self._shown.of("validation"):
            if len(one.epochs) <= CROWDED:
                for position, value in zip(one.epochs, one.values, strict=True):
                    if self._has_place(value):
                        painter.drawEllipse(QPointF(self._x(position), self._y(value)), DOT, DOT)
        if self._shown.best is not None and self._has_place(self._shown.best[1]):
            at = QPointF(self._x(self._shown.best[0]), self._y(self._shown.best[1]))
            painter.setPen(QPen(QColor(LIGHT.validation), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, DOT + 2.5, DOT + 2.5)

    def _paint_words(self, painter: QPainter) -> None:
        title = self._shown.quantity.title
        self._write(painter, QPointF(0, -14), title, self._ink.ink, strong=True)
        run = self._shown.run
        self._write(painter, QPointF(text_width(title, True) + 8, -14), run, self._ink.secondary)
        for text, box, color, strong in self._labels:
            painter.fillRect(
                QRectF(box.left - 2, box.middle - LINE / 2, box.width + 4, LINE), QColor(255, 255, 255, 210)
            )
            at = QPointF(box.left, box.middle + 4)
            self._write(painter, at, text, color, strong=strong)
        if self._shown.guess is not None:
            text = _("guessing {value}").format(value=self._shown.quantity.write(self._shown.guess))
            self._write_guess(painter, text, self._y(self._shown.guess))

    def _write_guess(self, painter: QPainter, text: str, y: float) -> None:
        """Above or below its line, right or left, where no label is."""
        wide = text_width(text, False)
        taken = [box for _text, box, _color, _strong in self._labels]
        for left in (WIDTH - wide, 6.0):
            for middle in (y - LINE / 2 - 1, y + LINE / 2 + 2):
                at = Box(left, middle, wide, LINE)
                if 0 <= middle <= HEIGHT and not any(at.overlaps(other) for other in taken):
                    self._write(painter, QPointF(left, middle + 4), text, self._ink.secondary)
                    return

    @staticmethod
    def _write(painter: QPainter, at: QPointF, text: str, color: QColor, *, strong: bool = False) -> None:
        painter.setFont(font(strong))
        painter.setPen(color)
        painter.drawText(at, text)
