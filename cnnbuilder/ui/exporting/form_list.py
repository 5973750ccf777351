"""The list of forms in the export dialog: an icon, a name, and a line on what it is for."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.exporting.forms import FORMS
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

KEY = Qt.ItemDataRole.UserRole
LINE = Qt.ItemDataRole.UserRole + 1
ICON = Qt.ItemDataRole.UserRole + 2


class FormList(QListWidget):
    """One form is always chosen; typing the first letters finds one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Forms"))
        self.setItemDelegate(_Row(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        for form in FORMS.values():
            item = QListWidgetItem(form.title, self)
            item.setData(KEY, form.key)
            item.setData(LINE, form.line)
            item.setData(ICON, form.icon)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{form.title}: {form.line}")
            item.setToolTip(form.line)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def form(self) -> str:
        """The key of the form that is chosen."""
        item = self.currentItem()
        return str(item.data(KEY)) if item is not None else next(iter(FORMS))

    def choose(self, form: str) -> None:
        """Chooses a form by its key."""
        self.setCurrentRow(list(FORMS).index(form) if form in FORMS else 0)

    def show_chosen(self) -> None:
        """Scrolls to the form that is chosen."""
        self.scrollToItem(self.currentItem())


class _Row(QStyledItemDelegate):
    """Paints a row of two lines, and asks for the room that they need at the text size in use."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(200), theme.px(NORMAL + SMALL) + 24)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        widget = option.widget
        style = widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        side = theme.px(20)
        whole = option.rect.adjusted(10, 0, -8, 0)
        sign = QRect(whole.left(), whole.center().y() - side // 2, side, side)
        icon(str(index.data(ICON))).paint(painter, sign)
        words = whole.adjusted(side + 10, 6, 0, -6)
        half = words.height() // 2
        upper = QRect(words.left(), words.top(), words.width(), half)
        lower = QRect(words.left(), words.top() + half, words.width(), words.height() - half)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        _write(painter, upper, str(index.data(Qt.ItemDataRole.DisplayRole)), NORMAL, "ink", bold=chosen)
        _write(painter, lower, str(index.data(LINE)), SMALL, "secondary")
        painter.restore()


def _write(painter: QPainter, room: QRect, text: str, size: int, token: str, *, bold: bool = False) -> None:
    painter.setFont(theme.font(size, bold=bold))
    painter.setPen(QColor(getattr(theme.tokens, token)))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
