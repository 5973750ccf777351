"""The palette's rows: a block that can be picked up, and the heading that folds a family."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.icons import renderer
from cnnbuilder.ui.widgets.theme import RADIUS, SMALL, theme

ICON = 16
MARGIN = 6
GAP = 8
HEIGHT = 28
"""Of a row, at 100 % text."""


class Row(QAbstractButton):
    """What cards and headings share: focus by keyboard, repainting under the pointer and with the theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type]


class Card(Row):
    """Icon, name and a few words; the words go below the name where a line cannot hold both."""

    def __init__(self, name: str, words: str, icon: str, family: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._icon = icon
        self._family = family
        self._suggested = False
        self.setText(name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(words)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_suggested(self, suggested: bool) -> None:
        """Marks the card that Enter in the search field would take."""
        if suggested != self._suggested:
            self._suggested = suggested
            self.update()

    def _name_metrics(self) -> QFontMetrics:
        return QFontMetrics(_name_font())

    def _words_metrics(self) -> QFontMetrics:
        return QFontMetrics(theme.font(SMALL))

    def _text_left(self) -> int:
        return MARGIN + theme.px(ICON) + GAP

    def _fits_one_line(self, width: int) -> bool:
        name = self._name_metrics().horizontalAdvance(self.text())
        words = self._words_metrics().horizontalAdvance(self._words)
        return self._text_left() + name + GAP + words + MARGIN <= width

    def heightForWidth(self, width: int) -> int:
        height = self._name_metrics().height()
        if not self._fits_one_line(width):
            height += self._words_metrics().height() + 2
        return max(theme.px(HEIGHT), height + 8)

    def sizeHint(self) -> QSize:
        return QSize(208, self.heightForWidth(208))

    def minimumSizeHint(self) -> QSize:
        name = self._name_metrics().horizontalAdvance(self.text())
        return QSize(self._text_left() + name + MARGIN, self.heightForWidth(10_000))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        hovered = self.underMouse() or self.isDown()
        strong = self.hasFocus() or hovered or self._suggested
        if strong:  # a row at rest is calm: no frame, no ground
            self._paint_ground(painter, self.size(), "ink", "sunken" if hovered else "raised")
        self._paint_icon(painter, self.size())
        self._paint_text(painter)
        painter.end()

    def picture(self) -> QPixmap:
        """Icon and name alone, to be carried under the pointer."""
        size = QSize(self.minimumSizeHint().width() + 4, self.heightForWidth(10_000))
        pixmap = QPixmap(size * self.devicePixelRatio())
        pixmap.setDevicePixelRatio(self.devicePixelRatio())
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._paint_ground(painter, size, "ink", "raised")
        self._paint_icon(painter, size)
        painter.setFont(_name_font())
        painter.setPen(theme.color("ink"))
        area = QRect(self._text_left(), 0, size.width(), size.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
        return pixmap

    def _paint_ground(self, painter: QPainter, size: QSize, edge: str, ground: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2.0 if self.hasFocus() else 1.0
        painter.setPen(QPen(theme.color(edge), width))
        painter.setBrush(theme.color(ground))
        area = QRectF(0, 0, size.width(), size.height())
        painter.drawRoundedRect(area.adjusted(*(width / 2,) * 2, *(-width / 2,) * 2), RADIUS, RADIUS)

    def _paint_icon(self, painter: QPainter, size: QSize) -> None:
        side = theme.px(ICON)
        top = size.height() / 2 - side / 2
        if not self._fits_one_line(self.width()) and size == self.size():
            top = 4 + (self._name_metrics().height() - side) / 2
        drawing = renderer(self._icon, theme.tokens.family(self._family))
        drawing.render(painter, QRectF(MARGIN, round(top), side, side))

    def _paint_text(self, painter: QPainter) -> None:
        left, right = self._text_left(), self.width() - MARGIN
        middle = Qt.AlignmentFlag.AlignVCenter
        name, words = QRect(left, 0, right - left, self.height()), QRect(left, 0, right - left, self.height())
        side = Qt.AlignmentFlag.AlignRight
        if not self._fits_one_line(self.width()):
            name = QRect(left, 4, right - left, self._name_metrics().height())
            words = QRect(left, name.bottom() + 2, right - left, self._words_metrics().height())
            side = Qt.AlignmentFlag.AlignLeft
        painter.setFont(_name_font())
        painter.setPen(theme.color("ink"))
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | middle, self.text())
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("secondary"))
        text = self._words_metrics().elidedText(self._words, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, side | middle, text)


class Heading(Row):
    """A family's name and how many kinds it has; pressing it shows or hides them."""

    def __init__(self, name: str, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = count
        self.setText(name)
        self.setCheckable(True)
        self.toggled.connect(self._describe)
        self._describe(False)

    def _describe(self, opened: bool) -> None:
        state = _("open") if opened else _("folded")
        self.setAccessibleName(
            _("{name}, {count}, {state}").format(name=self.text(), count=self._count, state=state)
        )

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font())
        width = (
            18
            + metrics.horizontalAdvance(self.text())
            + GAP
            + metrics.horizontalAdvance(str(self._count))
            + GAP
        )
        return QSize(width, max(theme.px(HEIGHT), metrics.height() + 8))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect()
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 6, 6)
        side = theme.px(14)
        chevron = renderer("chevron-down" if self.isChecked() else "chevron-right", theme.tokens.secondary)
        chevron.render(painter, QRectF(3, round((self.height() - side) / 2), side, side))
        painter.setFont(theme.font())
        painter.setPen(theme.color("ink"))
        text = area.adjusted(side + 10, 0, -GAP, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setPen(theme.color("secondary"))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(self._count))
        painter.end()


def _name_font() -> QFont:
    font = theme.font()
    font.setWeight(QFont.Weight.Medium)
    return font
