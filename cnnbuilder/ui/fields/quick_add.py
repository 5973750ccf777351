"""Quick add: a search field at the selection; type a few letters, Enter adds the block, Escape goes back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.blocks import OFFERED
from cnnbuilder.text import _
from cnnbuilder.ui.fields.search import SEARCHED, elsewhere, find, nearest
from cnnbuilder.ui.widgets.icons import renderer
from cnnbuilder.ui.widgets.theme import SMALL, theme

WIDTH = 280
SHOWN = 7
WORDS = int(Qt.ItemDataRole.UserRole) + 1
"""What stands behind a kind's name: what it does, or the shape that comes of it."""


class QuickAdd(QFrame):
    """A small list of kinds over the canvas."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shapes: Mapping[str, str] | None = None
        self.setProperty("role", "card")
        self.setAccessibleName(_("Add a block"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Add a block: conv, shrink, dense…"))
        self.field.setAccessibleName(_("Search blocks"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Blocks that fit"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_KindRow(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.miss = QLabel()
        self.miss.setProperty("role", "secondary")
        self.miss.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.field, self.miss, self.list):
            column.addWidget(widget)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._take())
        self.hide()

    def open(self, at: QPoint, area: QRect, shapes: Mapping[str, str] | None = None) -> None:
        """Shows it with its upper left corner here, moved inside the area where need be.

        `shapes`: only these kinds, each with the shape that would come of it.
        """
        self._shapes = shapes
        self.setFont(theme.font())
        self.field.clear()
        self._fill("")
        # Placed as if the list were full, so that it stays where it is while the list shrinks and grows.
        height = self._height(SHOWN)
        self.resize(min(theme.px(WIDTH), area.width() - 16), height)
        x = min(max(at.x(), area.left() + 8), area.right() - self.width() - 8)
        y = min(max(at.y(), area.top() + 8), max(area.top() + 8, area.bottom() - height - 8))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Goes away and gives the focus back."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def _row_height(self) -> int:
        return max(28, theme.px(28))

    def _height(self, rows: int) -> int:
        return self.field.sizeHint().height() + rows * self._row_height() + 16 + 6 + 6

    def _fill(self, typed: str) -> None:
        searched = [kind for kind in SEARCHED if self._shapes is None or kind.kind() in self._shapes]
        kinds = find(typed, searched) if typed.strip() else [kind for kind in OFFERED if kind in searched]
        self.miss.hide()
        place = elsewhere(typed)
        if place is not None:
            self.miss.setText(place)
            self.miss.show()
        elif not kinds:
            near = nearest(typed, searched)
            kinds = [near] if near is not None else []
            self.miss.setText(
                _("No block is called so. Nearest:")
                if near is not None
                else _("No block fits. Try another word.")
            )
            self.miss.show()
        self.list.clear()
        for kind in kinds:
            row = QListWidgetItem(kind.kind(), self.list)
            words = kind.title if self._shapes is None else self._shapes[kind.kind()]
            row.setData(Qt.ItemDataRole.UserRole, kind)
            row.setData(WORDS, words)
            row.setData(Qt.ItemDataRole.AccessibleTextRole, f"{kind.kind()}: {words}")
            row.setToolTip(kind.summary)
            row.setSizeHint(QSize(0, self._row_height()))
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(min(SHOWN, len(kinds)) * self._row_height() + 2)
        self.list.setVisible(bool(kinds))
        height = self._height(min(SHOWN, len(kinds)))
        if self.miss.isVisibleTo(self):
            height += self.miss.heightForWidth(self.width() - 16) + 6
        self.resize(self.width(), height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                count = self.list.count()
                if count:
                    self.list.setCurrentRow((self.list.currentRow() + step) % count)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
            if key == Qt.Key.Key_Escape:
                self.close_up()
                return True
        elif event.type() == QEvent.Type.FocusOut and self.isVisible() and not self.underMouse():
            self.close_up()
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        row = self.list.currentRow()
        if row < 0:
            return
        kind = self.list.item(row).data(Qt.ItemDataRole.UserRole)
        self.close_up()
        self.chosen.emit(kind.kind())


class _KindRow(QStyledItemDelegate):
    """A kind as the palette shows it: icon in its family's colour, name, a few words."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        kind = index.data(Qt.ItemDataRole.UserRole)
        area = QRectF(option.rect)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("border" if theme.tokens.dark else "sunken"))
            painter.drawRoundedRect(area, 4, 4)
        size = theme.px(18)
        place = QRectF(area.left() + 8, area.center().y() - size / 2, size, size)
        renderer(kind.icon, theme.tokens.family(kind.family)).render(painter, place)
        words = area.adjusted(place.right() - area.left() + 10, 0, -10, 0)
        painter.setPen(theme.color("ink"))
        painter.setFont(theme.font(bold=True))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, kind.kind())
        name = painter.fontMetrics().horizontalAdvance(kind.kind())
        painter.setPen(theme.color("secondary"))
        painter.setFont(theme.font(SMALL))
        room = words.adjusted(name + 10, 0, 0, 0)
        title = index.data(WORDS)
        title = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, title)
