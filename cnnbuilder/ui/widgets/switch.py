"""A switch: a pill with a knob, for what is on or off."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnbuilder.ui.widgets.theme import theme


class Switch(QAbstractButton):
    """A pill with a knob."""

    focused = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(36) + 6, max(26, theme.px(20) + 6))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = theme.px(20)
        pill = QRectF(self.width() - 3 - theme.px(36), (self.height() - height) / 2, theme.px(36), height)
        painter.setPen(QPen(theme.color("ink" if self.isChecked() else "field_border"), 1))
        painter.setBrush(theme.color("ink" if self.isChecked() else "window"))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        radius = height / 2 - 4
        x = pill.right() - height / 2 if self.isChecked() else pill.left() + height / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_ink" if self.isChecked() else "field_border"))
        painter.drawEllipse(QPointF(x, pill.center().y()), radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(pill.adjusted(-2, -2, 2, 2), height / 2 + 2, height / 2 + 2)
        painter.end()
