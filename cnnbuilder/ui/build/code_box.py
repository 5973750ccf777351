"""One line of code in a box; a click opens the whole code."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.theme import RADIUS, theme

PAD = 12


class CodeBox(QAbstractButton):
    """Breaks the line at blanks, as wide as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("Show it in the whole code"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    def show_line(self, line: str) -> None:
        """Shows a line of code."""
        if line != self.text():
            self.setText(line.replace("&", "&&"))
            self.setAccessibleName(_("Code: {line}").format(line=line))
            self.updateGeometry()

    def _layout(self, width: int) -> QTextLayout:
        layout = QTextLayout(self.text(), theme.font(mono=True))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            # What goes on in the next line is set in, as code is.
            indent = 0 if not y else theme.px(16)
            line.setLineWidth(max(40, width - 2 * PAD - indent))
            line.setPosition(QPointF(indent, y))
            y += line.height() + 2
        layout.endLayout()
        return layout

    def heightForWidth(self, width: int) -> int:
        layout = self._layout(width)
        last = layout.lineAt(layout.lineCount() - 1)
        return round(last.y() + last.height()) + 2 * PAD - 4

    def sizeHint(self) -> QSize:
        return QSize(260, self.heightForWidth(max(self.width(), 160)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(max(self.width(), 120)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.hasFocus() or self.underMouse()
        painter.setPen(
            QPen(theme.color("focus"), 2 if self.hasFocus() else 1) if strong else Qt.PenStyle.NoPen
        )
        painter.setBrush(theme.color("sunken"))
        # The ring needs its width; without it the ground ends where other grounds do.
        inset = 1 if strong else 0
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)
        painter.setPen(theme.color("ink"))
        self._layout(self.width()).draw(painter, QPointF(PAD, PAD - 2))
        painter.end()

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()
