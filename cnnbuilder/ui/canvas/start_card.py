"""One card of the start page: a picture above, its title and a sentence below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QTextOption
from PySide6.QtWidgets import QAbstractButton, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.widgets.theme import LARGE, RADIUS, SMALL, theme

WIDTH, PICTURE, WORDS = 232, 120, 96


class StartCard(QAbstractButton):
    """A subclass paints the picture. Space and Return press it."""

    def __init__(self, title: str, summary: str, facts: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._summary, self._facts = title, summary, facts
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{summary} {facts}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """Paints what the card begins with, on the canvas's ground."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(theme.px(WIDTH), theme.px(PICTURE) + theme.px(WORDS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt gives buttons Space alone outside of dialogs; on a card people press Return.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def picture_height(self) -> int:
        """How much of the card the picture takes."""
        return self.height() - theme.px(WORDS)

    def words_height(self) -> int:
        """How much its words need at the text size in use."""
        width = self.width() - 2 * theme.px(12) - 2
        title, rest = QFontMetrics(theme.font(LARGE, bold=True)), QFontMetrics(theme.font(SMALL))
        wrapped = rest.boundingRect(0, 0, width, 10_000, int(Qt.TextFlag.TextWordWrap), self._sentence())
        return title.height() + 2 + wrapped.height() + theme.px(8 + 11)

    def _sentence(self) -> str:
        return f"{self._summary}\n{self._facts}"

    def paintEvent(self, event: QPaintEvent) -> None:
        style = canvas_style()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        near = self.underMouse() or self.isDown()
        painter.setPen(style.selected if self.hasFocus() else style.hover if near else style.border)
        painter.setBrush(style.raised)
        painter.drawRoundedRect(area, RADIUS, RADIUS)
        words = theme.px(WORDS)
        picture = QRectF(area.left() + 1, area.top() + 1, area.width() - 2, area.height() - words)
        painter.save()
        self._paint_ground(painter, picture)
        self.paint_picture(painter, picture)
        painter.restore()
        self._paint_words(painter, QRectF(area.left(), picture.bottom(), area.width(), words))
        painter.end()

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(canvas_style().canvas)
        painter.drawRoundedRect(area, RADIUS - 1, RADIUS - 1)
        painter.drawRect(area.adjusted(0, area.height() / 2, 0, 0))

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        pad = theme.px(12)
        area = area.adjusted(pad, theme.px(8), -pad, -theme.px(11))
        painter.setPen(canvas_style().ink)
        painter.setFont(theme.font(LARGE, bold=True))
        line = painter.fontMetrics().height()
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self._title)
        painter.setPen(canvas_style().secondary)
        painter.setFont(theme.font(SMALL))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        rest = area.adjusted(0, line + 2, 0, 0)
        painter.drawText(rest, self._summary, option)
        # At the foot, so that the figures of all cards stand in one line.
        painter.drawText(rest, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, self._facts)


class OwnImagesCard(StartCard):
    """Begin with one's own pictures: a place to drop them on, and a way to choose them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Your images"),
            _("Drop a folder here, or choose one: a folder of pictures for each class."),
            _("A CSV or .npz file, too"),
            parent,
        )
        self.setToolTip(_("Begin with your own pictures"))

    def paint_picture(self, painter: QPainter, area: QRectF) -> None:
        style = canvas_style()
        side, gap = theme.px(34), theme.px(8)
        left = area.center().x() - (3 * side + 2 * gap) / 2
        top = area.center().y() - (2 * side + gap) / 2
        frame = QRectF(left, top, 3 * side + 2 * gap, 2 * side + gap).adjusted(-gap, -gap, gap, gap)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(style.secondary, 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        # Two classes of three pictures: round things and angular ones.
        for place, colour in enumerate(("#D9822B", "#C4574E", "#B7A23C", "#3C7FA8", "#5B6FB5", "#3F8F6B")):
            row, column = divmod(place, 3)
            tile = QRectF(left + column * (side + gap), top + row * (side + gap), side, side)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(tile, 4, 4)
            painter.setBrush(QColor("#FFFFFF"))
            inner = tile.adjusted(side * 0.28, side * 0.28, -side * 0.28, -side * 0.28)
            if row:
                painter.drawRect(inner)
            else:
                painter.drawEllipse(inner)
