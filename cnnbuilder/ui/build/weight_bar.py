"""How heavy a block is: its name, its parameters, and a bar as long as its share."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, number, share_text
from cnnbuilder.ui.widgets.theme import theme

GAP = 10
"""Between the name and the number."""


class WeightBar(QAbstractButton):
    """One line of the heaviest blocks. A click selects the block."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.block_id = ""
        self._count = ""
        self._length = 0.0
        self._family = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_row(self, row: Row, most: int, whole: int) -> None:
        """Shows a block; its bar is as long as its parameters against the heaviest one's."""
        self.block_id = row.block.id
        self._count = number(row.params or 0)
        self._length = (row.params or 0) / most
        self._family = row.block.family
        self.setText(row.name)
        share = share_text((row.params or 0) / whole)
        self.setToolTip(
            _("{name}: {share} of all parameters; click to select").format(name=row.name, share=share)
        )
        self.setAccessibleName(
            _("{name}, {count} parameters, {share}").format(name=row.name, count=self._count, share=share)
        )
        self.update()

    @property
    def shown(self) -> str:
        """What can be read of the name beside the number."""
        metrics = QFontMetrics(theme.font(mono=True))
        room = self.width() - 12 - GAP - metrics.horizontalAdvance(self._count)
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)

    def sizeHint(self) -> QSize:
        return QSize(200, max(34, QFontMetrics(theme.font(mono=True)).height() + 18))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(area, 6, 6)
        text = QRect(6, 2, self.width() - 12, self.height() - 12)
        painter.setFont(theme.font(mono=True))
        painter.setPen(theme.color("ink"))
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.shown)
        painter.setPen(theme.color("secondary"))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._count)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(6, self.height() - 9, self.width() - 12, 4)
        painter.setBrush(theme.color("border", 110))
        painter.drawRoundedRect(track, 2, 2)
        track.setWidth(max(4.0, track.width() * self._length))
        painter.setBrush(QColor(theme.tokens.family(self._family)))
        painter.drawRoundedRect(track, 2, 2)
        painter.end()

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()
