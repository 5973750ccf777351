"""A button whose words end in "…" where there is no room for all of them; its tooltip has them whole."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

LEAST = 6
"""So many letters can be read of every button."""


class ElidedButton(QPushButton):
    """A `QPushButton` that gives way, down to a few letters."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._tip = ""

    def set_tip(self, tip: str) -> None:
        """What the tooltip says below the words, where they are cut, or by itself."""
        self._tip = tip
        self.setToolTip(tip)

    @property
    def shown(self) -> str:
        """What can be read of its words."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self).width()
        metrics = option.fontMetrics
        return str(metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room))

    @property
    def whole_tip(self) -> str:
        """What the tooltip says: the words, where they are cut, and the tip."""
        cut = self.text() if self.shown != self.text() else ""
        return "\n".join(part for part in (cut, self._tip) if part)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        metrics = self.fontMetrics()
        spared = metrics.horizontalAdvance(self.text()) - metrics.horizontalAdvance(self.text()[:LEAST] + "…")
        return QSize(hint.width() - max(0, spared), hint.height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self.whole_tip)
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()
