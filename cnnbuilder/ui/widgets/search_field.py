"""A line to search in: a lens before the words, a cross behind them."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.field_line import SideButton, side_width
from cnnbuilder.ui.widgets.icons import renderer
from cnnbuilder.ui.widgets.theme import theme

LENS = 14


class SearchField(QLineEdit):
    """Painted by us, so that both signs sit in the middle at every text size."""

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self._clear = SideButton("close", _("Clear the search"), self)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        theme.changed.connect(self._place)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        width = side_width()
        self.setTextMargins(theme.px(LENS) + 6, 0, width - 6, 0)
        self._clear.setGeometry(self.width() - width - 3, 1, width, self.height() - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(LENS)
        place = QRectF(10, (self.height() - side) / 2, side, side)
        renderer("search", theme.tokens.secondary).render(painter, place)
        painter.end()
