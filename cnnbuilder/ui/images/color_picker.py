"""The colours to draw with where the pictures are in colour, and whether outlines are filled."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.theme import theme

INKS = {
    _("White"): "#F2F2F2", _("Yellow"): "#EBC834", _("Red"): "#E0564C", _("Green"): "#5CC46E",
}  # fmt: skip
GROUND = "#34406B"
"""Figures of the colour set stand on coloured grounds; on this one every ink stands out."""


class InkButton(QAbstractButton):
    """A round patch of colour; without a colour, a disc or a ring: fill what is outlined, or do not."""

    def __init__(self, name: str, color: str | None) -> None:
        super().__init__()
        self._color = color
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name)
        theme.changed.connect(self._resize)
        self._resize()

    def _resize(self) -> None:
        self.setFixedSize(QSize(theme.px(24), theme.px(24)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, unit = QPointF(self.width() / 2, self.height() / 2), self.width() / 24
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        if self._color is None:
            painter.setPen(QPen(theme.color("ink"), 1.5 * unit))
            painter.setBrush(theme.color("ink") if self.isChecked() else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, 6 * unit, 6 * unit)
            return
        painter.setPen(QPen(theme.color("field_border"), 1))
        painter.setBrush(QColor(self._color))
        painter.drawEllipse(middle, 6 * unit, 6 * unit)
        if self.isChecked():
            painter.setPen(QPen(theme.color("ink"), 1.5 * unit))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, 9 * unit, 9 * unit)


class ColorPicker(QWidget):
    """A row of colours, and the switch for filling."""

    color_chosen = Signal(str)
    fill_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        group = QButtonGroup(self)
        self.buttons: list[InkButton] = []
        for name, color in INKS.items():
            button = InkButton(name, color)
            button.setChecked(not self.buttons)
            button.clicked.connect(lambda _checked=False, color=color: self.color_chosen.emit(color))
            group.addButton(button)
            self.buttons.append(button)
            row.addWidget(button)
        self.fill = InkButton(_("Fill what is outlined"), None)
        self.fill.setChecked(True)
        self.fill.toggled.connect(self.fill_chosen)
        row.addSpacing(8)
        row.addWidget(self.fill)
        row.addStretch(1)
