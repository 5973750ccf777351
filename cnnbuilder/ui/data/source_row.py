"""How a row of the list of data sets is painted: an image, a title, its size, and whether it is in use."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cnnbuilder.text import _
from cnnbuilder.ui.images.pixels import paint_image, whole_zoom
from cnnbuilder.ui.widgets.icons import renderer
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

ROW, HEADING, PICTURE, MARGIN = 52, 30, 38, 8
Index = QModelIndex | QPersistentModelIndex
INFO = Qt.ItemDataRole.UserRole
IMAGE, IN_USE, SHOWN, FACTS = INFO + 1, INFO + 2, INFO + 3, INFO + 4


class SourceRow(QStyledItemDelegate):
    """Paints a heading, or a data set: an image of it, its title and size, and whether it is in use."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = index.data(INFO) is None
        return QSize(100, theme.px(HEADING if heading else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        if index.data(INFO) is None:
            painter.setFont(theme.font(SMALL, bold=True))
            painter.setPen(theme.color("secondary"))
            painter.drawText(
                area.adjusted(16, 0, -MARGIN, -4), Qt.AlignmentFlag.AlignBottom, str(index.data())
            )
        else:
            self._paint_source(painter, area, option, index)
        painter.restore()

    def _paint_source(
        self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, index: Index
    ) -> None:
        view = self.parent()
        assert isinstance(view, QListView)
        card = area.adjusted(MARGIN, 2, -MARGIN, -2)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if index.data(SHOWN) or hovered:
            painter.setPen(QPen(theme.color("border"), 1) if index.data(SHOWN) else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if index.data(SHOWN):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("ink"))
            painter.drawRoundedRect(QRectF(card.left(), card.top() + 10, 3, card.height() - 20), 1.5, 1.5)
        if view.hasFocus() and view.currentIndex() == index:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 8, 8)
        side = theme.px(PICTURE)
        picture = QRectF(card.left() + MARGIN, card.center().y() - side / 2, side, side)
        self._paint_picture(painter, picture, index)
        words = QRectF(
            picture.right() + 10, card.top(), card.right() - MARGIN - picture.right() - 10, card.height()
        )
        right = self._paint_mark(painter, words) if index.data(IN_USE) else words.right()
        row = index.data(INFO)
        upper = QRectF(words.left(), words.top() + 4, right - words.left(), words.height() / 2 - 4)
        lower = QRectF(words.left(), words.center().y(), words.width(), words.height() / 2 - 4)
        _line(painter, upper, row.title, NORMAL, "ink", bold=bool(index.data(SHOWN)))
        _line(painter, lower, str(index.data(FACTS)), SMALL, "secondary")

    def _paint_picture(self, painter: QPainter, place: QRectF, index: Index) -> None:
        image = index.data(IMAGE)
        if isinstance(image, QImage):
            ratio = painter.device().devicePixelRatioF()
            zoom = whole_zoom(image.height(), image.width(), place.width(), ratio)
            paint_image(painter, image, place, zoom)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(place, 4, 4)
        side = place.width() / 2
        inner = QRectF(0, 0, side, side)
        inner.moveCenter(place.center())
        renderer("data", theme.tokens.secondary).render(painter, inner)

    def _paint_mark(self, painter: QPainter, words: QRectF) -> float:
        """The mark of the one in use, in the upper line; returns where it begins."""
        font = theme.font(SMALL)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        text = _("in use")
        width, height = metrics.horizontalAdvance(text) + 14, metrics.height() + 3
        pill = QRectF(
            words.right() - width, words.top() + (words.height() / 2 + 4 - height) / 2, width, height
        )
        painter.setPen(QPen(theme.color("field_border"), 1))
        painter.setBrush(theme.color("window"))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        painter.setPen(theme.color("ink"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return pill.left() - 6


def _line(painter: QPainter, place: QRectF, text: str, size: int, token: str, *, bold: bool = False) -> None:
    """One line of text, cut with "…" where there is no room; the row's tooltip has it whole."""
    font = theme.font(size, bold=bold)
    painter.setFont(font)
    painter.setPen(theme.color(token))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
