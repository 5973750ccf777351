"""How a wire looks: its line, the shape on it, the leader to its solid; and how tensors stand in the lane."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from cnnbuilder.ui.canvas.cards import PORT_LEFT, TEXT_LEFT
from cnnbuilder.ui.canvas.inks import Inks, fonts, label_width
from cnnbuilder.ui.canvas.solids import Bar, Solid

LABEL_LEFT = TEXT_LEFT - PORT_LEFT
"""From the wire to its label: labels stand in the column of the names."""
STUB = 26.0
"""How far the free end of the last block reaches."""
LABEL_HEIGHT = 20.0


class Line(NamedTuple):
    """Everything that one wire shows, from its upper end at (0, 0) to `(dx, dy)`; two equal lines look the same."""

    dx: float
    dy: float
    label: str
    """The shape that flows, "?" where it is unknown, "" where another wire of the same block says it."""
    known: bool
    broken: bool
    free: bool
    """Ends in the open: where the next block is appended."""
    around: float
    """How far it swings to the left to pass the blocks between; 0: it runs straight or bends gently."""

    def label_y(self) -> float:
        """The middle of the label's height: of the wire's, where it runs straight; else near its beginning."""
        return self.dy / 2 if not self.around and abs(self.dx) < 1 else 14.0

    def bounds(self) -> QRectF:
        """Everything that is painted."""
        line = self.path().boundingRect().adjusted(-8, -6, 8, 8)
        if self.label:
            top = self.label_y() - LABEL_HEIGHT / 2
            line |= QRectF(LABEL_LEFT - 6, top, label_width(self.label) + 12, LABEL_HEIGHT)
        return line

    def path(self) -> QPainterPath:
        """The line itself."""
        return _path(self.dx, self.dy, self.around)


@lru_cache(1024)
def _path(dx: float, dy: float, around: float) -> QPainterPath:
    path = QPainterPath(QPointF(0, 0))
    if around:
        # Out to the left, down beside the blocks, and back: a skip is seen as one.
        turn = min(24.0, abs(dy) / 2)
        path.cubicTo(0, turn, -around, 0, -around, turn)
        path.lineTo(dx - around, dy - turn)
        path.cubicTo(dx - around, dy, dx, dy - turn, dx, dy)
    elif abs(dx) < 1:
        path.lineTo(0, dy)
    else:
        pull = max(abs(dy) / 2, min(80.0, 24.0 + abs(dx) / 6))
        path.cubicTo(0, pull, dx, dy - pull, dx, dy)
    return path


def paint_line(painter: QPainter, line: Line, flash: float, near: bool, ink: Inks) -> None:
    """The wire, its open end and its label."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(ink.broken_wire if line.broken else ink.wire)
    if line.dx == 0 and not line.around:
        painter.drawLine(QPointF(0, 0), QPointF(0, line.dy - (3.5 if line.free else 0)))
    else:
        painter.drawPath(line.path())
    if not near:
        return
    if line.free:
        painter.setPen(ink.wire)
        painter.setBrush(ink.canvas)
        painter.drawEllipse(QPointF(line.dx, line.dy), 3.5, 3.5)
    if line.label:
        _paint_label(painter, line, flash, ink)


def _paint_label(painter: QPainter, line: Line, flash: float, ink: Inks) -> None:
    at = QPointF(LABEL_LEFT, line.label_y())
    width = label_width(line.label)
    if line.dx or line.around:
        # Here the wire may pass behind the text.
        painter.fillRect(QRectF(at.x() - 3, at.y() - 8, width + 6, 16), ink.canvas)
    if flash:
        color = ink.flash
        color.setAlphaF(0.22 * flash)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(at.x() - 5, at.y() - 10, width + 10, 20), 4, 4)
    type_ = fonts()
    painter.setFont(type_.mono_bold)
    painter.setPen(ink.problem_text if line.broken else ink.ink if line.known else ink.secondary)
    painter.drawText(QPointF(at.x(), at.y() + type_.mono_rise), line.label)


class Tensor(NamedTuple):
    """Everything that one place in the lane shows; the origin is the middle of the solid's left edge."""

    form: Solid | Bar
    family: str
    leader: float
    """Where the dotted line begins, to the left of the origin."""
    label: str = ""
    """What stands under the solid: the name of the picture that it carries."""

    def bounds(self) -> QRectF:
        """Everything that is painted."""
        solid = self.form.bounds.adjusted(-1, -1, 1, 1)
        return solid | QRectF(-self.leader, -2, self.leader, 4)


def paint_tensor(painter: QPainter, tensor: Tensor, picture: QImage | None, near: bool, ink: Inks) -> None:
    """The solid or bar, and the leader from its wire."""
    if near:
        painter.setPen(ink.leader)
        painter.drawLine(QPointF(-tensor.leader, 0), QPointF(-10, 0))
    if isinstance(tensor.form, Bar):
        _paint_bar(painter, tensor.form, tensor.family, ink)
    else:
        paint_solid(painter, tensor.form, tensor.family, picture, ink)


def _paint_bar(painter: QPainter, bar: Bar, family: str, ink: Inks) -> None:
    area = bar.area
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.faces(family).bar)
    radius = area.height() / 2
    painter.drawRoundedRect(area, radius, radius)
    if bar.cut:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.canvas)
        x = area.right() - 22
        painter.drawPolygon([QPointF(x, 5), QPointF(x + 4, -5), QPointF(x + 8, -5), QPointF(x + 4, 5)])


def paint_solid(painter: QPainter, solid: Solid, family: str, picture: QImage | None, ink: Inks) -> None:
    """The three faces one sees; the picture lies on the one that is height × width."""
    faces = ink.faces(family)
    painter.setPen(faces.edge)
    painter.setBrush(faces.side)
    painter.drawPolygon(solid.side)
    painter.setBrush(faces.top)
    painter.drawPolygon(solid.top)
    painter.setBrush(faces.face)
    painter.drawPolygon(solid.face)
    laid = solid.image_transform(picture.width(), picture.height()) if picture is not None else None
    if picture is None or laid is None:
        return
    painter.save()
    painter.setTransform(laid, True)
    painter.drawImage(QPointF(0, 0), picture)
    painter.restore()
    painter.setPen(faces.edge)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(solid.face)
