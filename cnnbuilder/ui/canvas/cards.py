"""How a block looks: a card, or a thin strip joined to the card above; and the painting of both."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.unsupported import UnsupportedLayer
from cnnbuilder.network.layout import PORT, Box
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, number
from cnnbuilder.ui.canvas.style import CanvasStyle, draw_icon, fonts
from cnnbuilder.ui.widgets.theme import RADIUS

ICON = 18.0
ICON_LEFT = PORT - ICON / 2
"""Wires run under the icons, so that icon column and wire column are one line."""
TEXT_LEFT = 44.0
COLUMN_NAME = "MaxPool2d"
"""Primary fields begin in one column: behind this name, or behind a longer one."""
INSET = 14.0
GAP = 12.0
BETWEEN = " · "
MARK = 18.0
FAR_EDGE = 10.0
NAME_SHARE = 0.36
"""How much of the room between kind and count a name of its own may take where fields stand beside it."""
PORT_RADIUS = 4.0


class Card(NamedTuple):
    """Everything that one block shows; two equal cards look the same."""

    name: str
    label: str
    params: str
    icon: str
    family: str
    width: float
    height: float
    strip: bool
    joined_above: bool
    joined_below: bool
    broken: bool
    ghost: bool
    warned: bool = False
    """Something is to be said of it before training; it is no problem."""


class CardState(NamedTuple):
    """What the pointer and the selection add to a card."""

    selected: bool = False
    selected_above: bool = False
    """The block joined above is selected too: one frame goes around both."""
    selected_below: bool = False
    hovered: bool = False
    flash: float = 0.0


RESTING = CardState()


def card_for(
    block: Block,
    row: Row | None,
    box: Box,
    joined_above: bool,
    joined_below: bool,
    ghost: bool,
    note: str = "",
    warned: bool = False,
) -> Card:
    """The card of a block in its place; `note` stands instead of its primary fields."""
    params = row.params if row is not None else None
    # Fields that imported source leaves open hold a default that nobody chose: it must not look like a value.
    asked = _("fill in {names}").format(names=", ".join(block.open)) if block.open else ""
    label = asked or note or block.label_text()
    if row is not None and row.shares is not None:
        label = _("weights of {name}").format(name=row.name)
    name = block.kind()
    count = number(params) if params else ""
    return Card(
        name,
        _fitting(name, block.name or "", label, count, box.width - (MARK + GAP if warned else 0.0)),
        count,
        block.icon,
        block.family,
        box.width,
        box.height,
        box.strip,
        joined_above,
        joined_below,
        bool(asked) or isinstance(block, UnsupportedLayer) or (row is not None and row.problem is not None),
        ghost,
        warned,
    )


@lru_cache(4096)
def _label_left(name: str) -> float:
    width = fonts().name_width.horizontalAdvance
    return TEXT_LEFT + max(width(name), width(COLUMN_NAME)) + GAP


@lru_cache(4096)
def _count_width(count: str) -> float:
    return fonts().mono_width.horizontalAdvance(count) if count else 0.0


@lru_cache(4096)
def _fitting(name: str, own: str, label: str, count: str, width: float) -> str:
    """The name of its own and the primary fields that fit between name and count.

    A long name keeps its end, which tells most, and leaves room for fields; of these there are whole ones, then … for
    the rest; an addition after a comma is left out without a word.
    """
    room = width - INSET - _label_left(name) - (_count_width(count) + GAP if count else 0.0)
    measure = fonts().text_width
    if own and label:
        whole = f"{own}{BETWEEN}{label}"
        if measure.horizontalAdvance(whole) > room:
            own = measure.elidedText(own, Qt.TextElideMode.ElideLeft, NAME_SHARE * room)
        label = f"{own}{BETWEEN}{label}"
    label = label or own
    if measure.horizontalAdvance(label) <= room:
        return label
    for between, dots in ((BETWEEN, BETWEEN + "…"), (", ", "")):
        parts = label.split(between)
        while len(parts) > 1:
            parts.pop()
            shortened = between.join(parts) + dots
            if measure.horizontalAdvance(shortened) <= room:
                return shortened
    return measure.elidedText(label, Qt.TextElideMode.ElideRight, room)


@lru_cache(4096)
def outline(width: float, height: float, above: bool, below: bool) -> QPainterPath:
    """The card's edge: corners are round where nothing is joined."""
    area = QRectF(0, 0, width, height)
    path = QPainterPath()
    if not above and not below:
        path.addRoundedRect(area, RADIUS, RADIUS)
        return path
    top = 0.0 if above else RADIUS
    bottom = 0.0 if below else RADIUS
    path.moveTo(area.left(), area.top() + top)
    if top:
        path.arcTo(area.left(), area.top(), 2 * top, 2 * top, 180, -90)
    path.lineTo(area.right() - top, area.top())
    if top:
        path.arcTo(area.right() - 2 * top, area.top(), 2 * top, 2 * top, 90, -90)
    path.lineTo(area.right(), area.bottom() - bottom)
    if bottom:
        path.arcTo(area.right() - 2 * bottom, area.bottom() - 2 * bottom, 2 * bottom, 2 * bottom, 0, -90)
    path.lineTo(area.left() + bottom, area.bottom())
    if bottom:
        path.arcTo(area.left(), area.bottom() - 2 * bottom, 2 * bottom, 2 * bottom, 270, -90)
    path.closeSubpath()
    return path


@lru_cache(4096)
def frame(width: float, height: float, above: bool, below: bool) -> QPainterPath:
    """A frame with round corners, open where it goes on around a joined block."""
    d = 2.0 * RADIUS
    path = QPainterPath()
    if not above and not below:
        path.addRoundedRect(QRectF(0, 0, width, height), RADIUS, RADIUS)
        return path
    if not above:
        path.moveTo(0, height)
        path.arcTo(0, 0, d, d, 180, -90)
        path.arcTo(width - d, 0, d, d, 90, -90)
        path.lineTo(width, height)
        return path
    path.moveTo(width, 0)
    if below:
        path.lineTo(width, height)
        path.moveTo(0, height)
    else:
        path.arcTo(width - d, height - d, d, d, 0, -90)
        path.arcTo(0, height - d, d, d, 270, -90)
    path.lineTo(0, 0)
    return path


def paint_far(painter: QPainter, card: Card, state: CardState, style: CanvasStyle) -> None:
    """The card from far away: a plain block in its family's colour."""
    area = QRectF(0, 0, card.width, card.height)
    painter.fillRect(area, style.ghost_fill if card.ghost else style.far_fill(card.family))
    painter.fillRect(QRectF(0, 0, FAR_EDGE, card.height), style.family(card.family))
    if card.broken or state.selected:
        painter.setPen(style.far_broken if card.broken else style.far_selected)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)


def paint_middling(painter: QPainter, card: Card, state: CardState, style: CanvasStyle) -> None:
    """The card from some way off: its name alone, in type that can be read there."""
    painter.setPen(style.ghost if card.ghost else style.border)
    painter.setBrush(style.ghost_fill if card.ghost else style.raised)
    painter.drawPath(outline(card.width, card.height, card.joined_above, card.joined_below))
    if card.joined_above:
        _paint_seam(painter, card, style)
    inset = 0.0 if card.strip else 6.0
    painter.fillRect(QRectF(0, inset, FAR_EDGE, card.height - 2 * inset), style.family(card.family))
    type_ = fonts()
    painter.setFont(type_.large)
    painter.setPen(style.secondary if card.strip else style.ink)
    painter.drawText(QPointF(TEXT_LEFT, card.height / 2 + type_.large_rise), card.name)
    mark = QPointF(card.width - INSET - MARK / 2, card.height / 2)
    if card.broken:
        _paint_mark(painter, mark, style)
    elif card.warned:
        _paint_warning(painter, mark, style)
    _paint_frame(painter, card, state, style)


def paint_card(painter: QPainter, card: Card, state: CardState, style: CanvasStyle) -> None:
    """The card with all its text."""
    shape = outline(card.width, card.height, card.joined_above, card.joined_below)
    if card.ghost:
        painter.setOpacity(0.8)
    painter.setPen(style.ghost if card.ghost else style.border)
    painter.setBrush(style.ghost_fill if card.ghost else style.raised)
    painter.drawPath(shape)
    if card.joined_above:
        _paint_seam(painter, card, style)
    if not card.strip:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.family(card.family))
        painter.drawRoundedRect(QRectF(0.5, 6, 4, card.height - 12), 2, 2)
    _paint_content(painter, card, state, style)
    _paint_frame(painter, card, state, style)
    painter.setOpacity(1.0)


def _paint_seam(painter: QPainter, card: Card, style: CanvasStyle) -> None:
    """Where a strip is joined there is no edge but a faint line that leaves the sides open."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.raised)
    painter.drawRect(QRectF(0.5, -1, card.width - 1, 2))
    painter.setPen(style.separator)
    painter.drawLine(QPointF(TEXT_LEFT, 0), QPointF(card.width - INSET, 0))


def _paint_content(painter: QPainter, card: Card, state: CardState, style: CanvasStyle) -> None:
    middle = card.height / 2
    draw_icon(
        painter,
        card.icon,
        style.tokens.family(card.family),
        QRectF(ICON_LEFT, middle - ICON / 2, ICON, ICON),
    )
    type_ = fonts()
    baseline = middle + type_.rise
    painter.setFont(type_.text if card.strip else type_.name)
    painter.setPen(style.ink)
    painter.drawText(QPointF(TEXT_LEFT, baseline), card.name)
    right = card.width - INSET
    if card.broken:
        _paint_mark(painter, QPointF(right - MARK / 2, middle), style)
    elif card.warned:
        _paint_warning(painter, QPointF(right - MARK / 2, middle), style)
        right -= MARK + GAP
    if card.params and not card.broken:
        if state.flash:
            _paint_flash(painter, QRectF(right, middle, 0, 0), _count_width(card.params), state.flash, style)
        painter.setFont(type_.mono)
        painter.setPen(style.ink if state.selected else style.secondary)
        painter.drawText(QPointF(right - _count_width(card.params), middle + type_.mono_rise), card.params)
    if card.label:
        painter.setFont(type_.text)
        painter.setPen(style.secondary)
        painter.drawText(QPointF(_label_left(card.name), baseline), card.label)


def _paint_flash(painter: QPainter, at: QRectF, width: float, level: float, style: CanvasStyle) -> None:
    color = style.flash
    color.setAlphaF(0.22 * level)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(at.left() - width - 5, at.top() - 10, width + 10, 20), 4, 4)


def _paint_mark(painter: QPainter, center: QPointF, style: CanvasStyle) -> None:
    """The sign of a problem: shape and text say it, not colour alone."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.problem)
    painter.drawEllipse(center, MARK / 2, MARK / 2)
    painter.setBrush(style.raised_color)
    painter.drawRoundedRect(QRectF(center.x() - 1.1, center.y() - 5.2, 2.2, 6.4), 1.1, 1.1)
    painter.drawEllipse(QPointF(center.x(), center.y() + 4), 1.3, 1.3)


def _paint_warning(painter: QPainter, center: QPointF, style: CanvasStyle) -> None:
    """The sign that something is to be said before training: the problem's, as a line."""
    painter.setPen(style.selected)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(center, MARK / 2 - 1, MARK / 2 - 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.ink)
    painter.drawRoundedRect(QRectF(center.x() - 1.1, center.y() - 5.2, 2.2, 6.4), 1.1, 1.1)
    painter.drawEllipse(QPointF(center.x(), center.y() + 4), 1.3, 1.3)


def _paint_frame(painter: QPainter, card: Card, state: CardState, style: CanvasStyle) -> None:
    """Around this block alone, also where it is joined to others: what is framed is what Delete takes."""
    if card.ghost or not (card.broken or state.selected or state.hovered):
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(style.selected if state.selected else style.broken if card.broken else style.hover)
    if state.selected:
        painter.drawPath(frame(card.width, card.height, state.selected_above, state.selected_below))
    elif card.broken:
        painter.drawRoundedRect(QRectF(0, 0, card.width, card.height), RADIUS, RADIUS)
    else:
        painter.drawPath(outline(card.width, card.height, card.joined_above, card.joined_below))
    if card.broken and state.selected:
        painter.setPen(style.broken)
        painter.drawRoundedRect(QRectF(3, 3, card.width - 6, card.height - 6), RADIUS - 3, RADIUS - 3)


def paint_ports(painter: QPainter, ports: Iterable[QPointF], style: CanvasStyle) -> None:
    """The places where wires begin and end; they appear when the pointer is near."""
    painter.setPen(style.wire)
    painter.setBrush(style.raised)
    for port in ports:
        painter.drawEllipse(port, PORT_RADIUS, PORT_RADIUS)
