"""The zoom, in a corner of the canvas, as a button that takes it back to 100 %."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.widgets.theme import theme


class ZoomButton(QAbstractButton):
    """Says how large the network is shown; pressed, it goes back to 100 %."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # The keyboard has Ctrl+0 for it.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setToolTip(_("Back to 100 % (Ctrl+0)"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_percent(self, percent: int) -> None:
        """Takes the size that this needs."""
        self.setText(_("{percent} %").format(percent=percent))
        self.setAccessibleName(_("Zoom: {percent} %").format(percent=percent))
        self.adjustSize()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 12, max(24, metrics.height() + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        style = canvas_style()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # On the canvas' own ground: it stays readable over a card.
        painter.setPen(style.hover if self.underMouse() else Qt.PenStyle.NoPen)
        painter.setBrush(style.canvas)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(style.secondary)
        painter.setFont(theme.font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
