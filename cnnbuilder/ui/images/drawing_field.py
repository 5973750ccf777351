"""The drawing field: strokes of mouse, finger or pen, kept as strokes, handed on as pixels."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.images.color_picker import GROUND, INKS
from cnnbuilder.ui.widgets.theme import RADIUS, theme

RESOLUTION = 112
"""The side, in pixels, of what is handed on: four times an MNIST image."""
PEN = 0.085
"""The pen's width as a share of the field's side: MNIST's strokes are about 2.4 pixels of 28."""
OUTLINE = 0.05
"""Colour sets show filled figures: the pen draws their outlines."""


class Stroke(NamedTuple):
    """One line of the pen: where it went (0 to 1 both ways), and its colour; None draws in ink."""

    points: list[QPointF]
    color: str | None
    filled: bool = False


class DrawingField(QWidget):
    """A square to draw in. Touch and pen arrive as the mouse does: Qt makes mouse events of those that none takes."""

    changed = Signal()
    """The drawing is another one; also in the middle of a stroke."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[Stroke] = []
        self._drawing = False
        self._colored = False
        self._ink: str | None = None
        self._fill = False
        self._picture: QImage | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Drawing field"))
        self.setAccessibleDescription(
            _("Draw with the mouse; Delete clears, Ctrl+Z takes the last stroke back.")
        )
        theme.changed.connect(self.update)

    # --- the drawing ------------------------------------------------------------------------------

    @property
    def empty(self) -> bool:
        """Whether there is neither a stroke nor a picture."""
        return not self._strokes and self._picture is None

    @property
    def drawn(self) -> bool:
        """Whether what is there was drawn, and is not a picture of the data."""
        return self._picture is None

    @property
    def colored(self) -> bool:
        """Whether there are inks to choose from."""
        return self._colored

    def set_colored(self, colored: bool) -> None:
        """Colours for a colour set; one ink for a grey one."""
        if colored != self._colored:
            self._colored = colored
            self._ink = next(iter(INKS.values())) if colored else None
            self._fill = colored
            self.clear()
            self.update()

    def set_ink(self, color: str) -> None:
        """The colour of the strokes to come."""
        self._ink = color

    def set_fill(self, fill: bool) -> None:
        """Whether the strokes to come fill what they go around."""
        self._fill = fill

    def show_picture(self, picture: QImage | None) -> None:
        """Shows a picture of the data in place of a drawing."""
        self._strokes.clear()
        self._picture = picture
        self.update()
        self.changed.emit()

    def clear(self) -> None:
        """An empty field."""
        if not self.empty:
            self.show_picture(None)

    def undo(self) -> None:
        """Takes the last stroke back."""
        if self._strokes:
            self._strokes.pop()
            self.update()
            self.changed.emit()

    def pixels(self) -> tuple[bytes, tuple[int, int, int]]:
        """The drawing as uint8 and its (height, width, channels): light ink on black, or colours on their ground."""
        image = QImage(RESOLUTION, RESOLUTION, QImage.Format.Format_RGB888)
        image.fill(QColor(GROUND if self._colored else "black"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_strokes(painter, RESOLUTION, "#FFFFFF")
        painter.end()
        if not self._colored:
            image = image.convertToFormat(QImage.Format.Format_Grayscale8)
        channels = 3 if self._colored else 1
        # Lines of a QImage are padded to four bytes; 112 and 3 × 112 are multiples of four already.
        return bytes(image.constBits())[: RESOLUTION * RESOLUTION * channels], (
            RESOLUTION,
            RESOLUTION,
            channels,
        )

    # --- the pen ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._picture = None
            self._drawing = True
            self._strokes.append(Stroke([self._place(event.position())], self._ink, self._fill))
            self._redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawing:
            self._strokes[-1].points.append(self._place(event.position()))
            self._redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drawing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        elif event.matches(QKeySequence.StandardKey.Undo) and self._strokes:
            self.undo()
        else:
            super().keyPressEvent(event)

    def _redraw(self) -> None:
        self.update()
        self.changed.emit()

    def _place(self, point: QPointF) -> QPointF:
        box = self._box()
        x = (point.x() - box.left()) / box.width()
        y = (point.y() - box.top()) / box.height()
        return QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))

    # --- painting ---------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(150))

    def _box(self) -> QRectF:
        side = min(self.width(), self.height()) - 2
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self._box()
        frame = QPainterPath()
        frame.addRoundedRect(box, RADIUS, RADIUS)
        # Grey sets are drawn as on paper, in the theme's ink; colours on the ground that the network gets.
        ground = QColor(GROUND) if self._colored else theme.color("canvas" if theme.tokens.dark else "sunken")
        painter.fillPath(frame, ground)
        painter.save()
        painter.setClipPath(frame)
        if self._picture is not None:
            painter.drawImage(box, self._picture)
        elif not self._strokes:
            painter.setPen(QColor("#DDE3F0") if self._colored else theme.color("secondary"))
            painter.setFont(theme.font())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._invitation())
        else:
            painter.translate(box.topLeft())
            self._paint_strokes(painter, box.width(), theme.tokens.ink)
        painter.restore()
        painter.setPen(
            QPen(theme.color("focus" if self.hasFocus() else "field_border"), 2 if self.hasFocus() else 1)
        )
        painter.drawPath(frame)
        painter.end()

    def _invitation(self) -> str:
        return _("Draw a figure") if self._colored else _("Draw here")

    def _paint_strokes(self, painter: QPainter, side: float, ink: str) -> None:
        width = side * (OUTLINE if self._colored else PEN)
        for stroke in self._strokes:
            pen = QPen(QColor(stroke.color or ink), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(pen.color() if stroke.filled else Qt.BrushStyle.NoBrush)
            points = [point * side for point in stroke.points]
            if len(points) == 1:
                painter.drawPoint(points[0])
                continue
            path = QPainterPath(points[0])
            # Through the middles, bent at the points: a fast hand leaves few points, and no corners.
            for here, there in pairwise(points[1:]):
                path.quadTo(here, (here + there) / 2)
            path.lineTo(points[-1])
            if stroke.filled:
                path.closeSubpath()
            painter.drawPath(path)
