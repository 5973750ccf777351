"""How a wire looks: its line, the shape on it, the leader to its solid; and how tensors stand in the lane."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from cnnbuilder.network.layout import GAP, PORT, Point
from cnnbuilder.ui.canvas.cards import TEXT_LEFT
from cnnbuilder.ui.canvas.level_of_detail import MIDDLING, NEAR
from cnnbuilder.ui.canvas.solids import Bar, Solid
from cnnbuilder.ui.canvas.style import CanvasStyle, fonts, label_width

LABEL_LEFT = TEXT_LEFT - PORT
"""From the wire to its label: labels stand in the column of the names."""
STUB = 26.0
"""How far the free end of the last block reaches."""
LABEL_HEIGHT = 20.0
LABEL_Y = GAP / 2
ROUND = 8.0
"""The radius of a wire's corners, where its pieces are long enough."""


class Line(NamedTuple):
    """Everything that one wire shows, from its upper end at (0, 0); two equal lines look the same."""

    corners: tuple[Point, ...]
    """Where it turns, and last where it ends; each piece runs level or upright."""
    label: str
    """The shape that flows, "?" where it is unknown, "" where another wire of the same value says it."""
    known: bool
    broken: bool
    free: bool
    """Ends in the open: where the next block is appended."""
    shared: int = 0
    """How many of the first corners another wire of the same value draws."""
    begin: Point = (0.0, 0.0)
    """Where the part begins that this wire draws itself."""

    @property
    def straight(self) -> bool:
        """Whether it runs down without a corner."""
        return len(self.corners) == 1

    def label_y(self) -> float:
        """The middle of the label's height: right below the card that the wire leaves."""
        return min(LABEL_Y, abs(self.corners[0][1]) / 2) if self.straight else LABEL_Y

    def bounds(self) -> QRectF:
        """Everything that is painted."""
        xs = [0.0, *(x for x, _y in self.corners)]
        ys = [0.0, *(y for _x, y in self.corners)]
        left, top = min(xs), min(ys)
        line = QRectF(left - 8, top - 6, max(xs) - left + 16, max(ys) - top + 14)
        if self.label:
            label = self.label_y() - LABEL_HEIGHT / 2
            # From further off it is written larger.
            line |= QRectF(LABEL_LEFT - 6, label, 1.4 * label_width(self.label) + 12, LABEL_HEIGHT)
        return line

    def path(self) -> QPainterPath:
        """The line itself, its corners round."""
        return _path(((0.0, 0.0), *self.corners))

    def own_path(self) -> QPainterPath:
        """The part of it that no other wire draws."""
        return _path((self.begin, *self.corners[self.shared :]))

    def distance(self, x: float, y: float) -> float:
        """How far a point, measured from the wire's upper end, lies from it."""
        nearest = float("inf")
        ax, ay = 0.0, 0.0
        for bx, by in self.corners:
            dx = max(min(ax, bx) - x, 0.0, x - max(ax, bx))
            dy = max(min(ay, by) - y, 0.0, y - max(ay, by))
            nearest = min(nearest, dx + dy)
            ax, ay = bx, by
        return nearest


@lru_cache(4096)
def _path(points: tuple[Point, ...]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for (ax, ay), (x, y), (bx, by) in zip(points, points[1:], points[2:], strict=False):
        before, after = abs(x - ax) + abs(y - ay), abs(bx - x) + abs(by - y)
        if not before or not after:
            continue
        round_ = min(ROUND, before / 2, after / 2)
        path.lineTo(x - (x - ax) / before * round_, y - (y - ay) / before * round_)
        path.quadTo(x, y, x + (bx - x) / after * round_, y + (by - y) / after * round_)
    path.lineTo(*points[-1])
    return path


def paint_line(
    painter: QPainter, line: Line, flash: float, scale: float, style: CanvasStyle, lit: bool = False
) -> None:
    """The wire, its open end and its label, as they look at this scale; `lit`: it belongs to what is selected."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    plain = style.wire if scale >= MIDDLING else style.far_wire
    painter.setPen(style.broken_wire if line.broken else style.lit_wire if lit else plain)
    end_x, end_y = line.corners[-1]
    if line.straight:
        painter.drawLine(QPointF(0, 0), QPointF(end_x, end_y - (3.5 if line.free else 0)))
    else:
        # What is lit is drawn whole; else each piece of what several wires share is drawn once.
        painter.drawPath(line.path() if lit or line.broken else line.own_path())
    if scale < MIDDLING:
        return
    if line.free:
        painter.setPen(style.wire)
        painter.setBrush(style.canvas)
        painter.drawEllipse(QPointF(end_x, end_y), 3.5, 3.5)
    if line.label:
        _paint_label(painter, line, flash, scale, style)


def _paint_label(painter: QPainter, line: Line, flash: float, scale: float, style: CanvasStyle) -> None:
    at = QPointF(LABEL_LEFT, line.label_y())
    if flash:
        color = style.flash
        color.setAlphaF(0.22 * flash)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(at.x() - 5, at.y() - 10, label_width(line.label) + 10, 20), 4, 4)
    type_ = fonts()
    near = scale >= NEAR
    painter.setFont(type_.mono_bold if near else type_.large_mono)
    painter.setPen(style.problem_text if line.broken else style.ink if line.known else style.secondary)
    rise = type_.mono_rise if near else type_.large_mono_rise
    painter.drawText(QPointF(at.x(), at.y() + rise), line.label)


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


def paint_tensor(
    painter: QPainter, tensor: Tensor, picture: QImage | None, near: bool, style: CanvasStyle
) -> None:
    """The solid or bar, and the leader from its wire."""
    if near:
        painter.setPen(style.leader)
        painter.drawLine(QPointF(-tensor.leader, 0), QPointF(-10, 0))
    if isinstance(tensor.form, Bar):
        _paint_bar(painter, tensor.form, tensor.family, style)
    else:
        paint_solid(painter, tensor.form, tensor.family, picture, style)


def _paint_bar(painter: QPainter, bar: Bar, family: str, style: CanvasStyle) -> None:
    area = bar.area
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.faces(family).bar)
    radius = area.height() / 2
    painter.drawRoundedRect(area, radius, radius)
    if bar.cut:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.canvas)
        x = area.right() - 22
        painter.drawPolygon([QPointF(x, 5), QPointF(x + 4, -5), QPointF(x + 8, -5), QPointF(x + 4, 5)])


def paint_solid(
    painter: QPainter, solid: Solid, family: str, picture: QImage | None, style: CanvasStyle
) -> None:
    """The three faces one sees; the picture lies on the one that is height × width."""
    faces = style.faces(family)
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
