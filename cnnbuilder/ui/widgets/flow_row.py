"""A row of widgets that goes on in the next line where the width ends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class FlowRow(QWidget):
    """Lays its children out from left to right and wraps.

    A widget, not a layout: a `QLayout` in Python has to keep the `QWidgetItem`s that Qt makes, and PySide declares such
    an item dead as soon as any widget goes that it takes for an ancestor, while Qt goes on asking the layout for it.
    """

    def __init__(self, spacing: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spacing = spacing

    def add(self, widget: QWidget) -> None:
        """Appends a widget; it belongs to the row from now on."""
        hidden = widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
        widget.setParent(self)
        widget.setVisible(not hidden)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max((area.bottom() + 1 for _widget, area in self._places(width)), default=0)

    def sizeHint(self) -> QSize:
        hints = [_hint(widget) for widget in self._shown()]
        width = sum(hint.width() for hint in hints) + self._spacing * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:
        size = QSize(0, 0)
        for widget in self._shown():
            size = size.expandedTo(widget.minimumSizeHint()).expandedTo(widget.minimumSize())
        return size

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ChildAdded, QEvent.Type.ChildRemoved):
            # LayoutRequest: a child is shown, hidden or says something longer.
            self.updateGeometry()
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        for widget, area in self._places(self.width()):
            widget.setGeometry(area)

    def _shown(self) -> list[QWidget]:
        return [child for child in self.children() if isinstance(child, QWidget) and not child.isHidden()]

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        places = []
        x, y, tallest = 0, 0, 0
        for widget in self._shown():
            hint = _hint(widget)
            least = min(hint.width(), width)
            if x and x + least > width:
                x, y, tallest = 0, y + tallest + self._spacing, 0
            places.append((widget, QRect(x, y, least, hint.height())))
            x += least + self._spacing
            tallest = max(tallest, hint.height())
        return places


def _hint(widget: QWidget) -> QSize:
    hint = widget.sizeHint().expandedTo(widget.minimumSizeHint())
    return hint.boundedTo(widget.maximumSize()).expandedTo(widget.minimumSize())
