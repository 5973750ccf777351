"""Many small images in rows, asked for a page at a time as they come into sight; some of them chosen."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.images.pixels import paint_image
from cnnbuilder.ui.widgets.theme import SMALL, theme

PICTURE, PAGE = 88, 48
Index = QModelIndex | QPersistentModelIndex
THUMBNAIL = Qt.ItemDataRole.UserRole


class Thumbnail(NamedTuple):
    """One small image. `content`: by what a change knows it; empty where it cannot be changed."""

    image: QImage | None
    caption: str
    spoken: str
    content: str = ""


class ThumbnailModel(QAbstractListModel):
    """So many images; what is not there yet is asked for page by page when it is painted."""

    page_wanted = Signal(int)
    """`PAGE` images from this place on are in sight and not there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._known: dict[int, Thumbnail] = {}
        self._asked: set[int] = set()

    def begin(self, count: int) -> None:
        """So many images, none of them there yet."""
        self.beginResetModel()
        self._count = count
        self._known.clear()
        self._asked.clear()
        self.endResetModel()

    def grow(self, count: int) -> None:
        """So many images by now: those that are there keep their places."""
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()

    def show(self, first: int, thumbnails: list[Thumbnail]) -> None:
        """These have come."""
        self._known.update(enumerate(thumbnails, first))
        if thumbnails and first < self._count:
            last = min(first + len(thumbnails), self._count) - 1
            self.dataChanged.emit(self.index(first), self.index(last))

    def at(self, place: int) -> Thumbnail | None:
        """The image at a place; None while it is on its way."""
        found = self._known.get(place)
        page = place - place % PAGE
        if found is None and page not in self._asked and place < self._count:
            self._asked.add(page)
            self.page_wanted.emit(page)
        return found

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self.at(index.row()) if role == THUMBNAIL else self._known.get(index.row())
        if role == THUMBNAIL:
            return found
        if found is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return found.caption
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return found.spoken
        return None


class ThumbnailView(QListView):
    """A click chooses, with Shift or Ctrl several; a double click or Enter opens one large."""

    opened = Signal(int)
    key_pressed = Signal(str)
    """A key with a character, while images are chosen: it may stand for a class."""
    removed = Signal()
    """Delete: those that are chosen are to be set aside."""

    def __init__(self, model: ThumbnailModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_Cell(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Images"))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def chosen(self) -> list[int]:
        """The places of the images that are chosen, in order."""
        return sorted(index.row() for index in self.selectedIndexes())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif key == Qt.Key.Key_Delete and self.selectedIndexes():
            self.removed.emit()
        elif plain and text.isalnum() and self.selectedIndexes():
            self.key_pressed.emit(text)
        else:
            super().keyPressEvent(event)


class _Cell(QStyledItemDelegate):
    """An image, its caption below, a frame and a tick where it is chosen."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        side = theme.px(PICTURE)
        return QSize(side + 8, side + 12 + QFontMetrics(theme.font(SMALL)).height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, QListView)
        painter.save()
        area, side = QRectF(option.rect), float(theme.px(PICTURE))
        square = QRectF(area.left() + 4, area.top() + 4, side, side)
        found = index.data(THUMBNAIL)
        image = found.image if isinstance(found, Thumbnail) else None
        if image is None:
            painter.fillRect(square, theme.color("sunken"))
        else:
            paint_image(painter, image, square, side / max(image.height(), image.width()))
        if isinstance(found, Thumbnail):
            font = theme.font(SMALL)
            painter.setFont(font)
            painter.setPen(theme.color("secondary"))
            below = QRectF(square.left(), square.bottom() + 2, side, area.bottom() - square.bottom() - 2)
            shown = QFontMetrics(font).elidedText(found.caption, Qt.TextElideMode.ElideMiddle, int(side))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, shown)
        if option.state & QStyle.StateFlag.State_Selected:
            self._mark(painter, square)
        if view.hasFocus() and view.currentIndex() == index:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(square.adjusted(-3, -3, 3, 3))
        painter.restore()

    def _mark(self, painter: QPainter, square: QRectF) -> None:
        """A frame with a white rim, and a tick: it shows on any image."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("window"), 5))
        painter.drawRect(square.adjusted(2, 2, -2, -2))
        painter.setPen(QPen(theme.color("ink"), 3))
        painter.drawRect(square.adjusted(1, 1, -1, -1))
        side = theme.px(18)
        corner = QRectF(square.right() - side - 3, square.top() + 3, side, side)
        painter.setPen(QPen(theme.color("window"), 1.5))
        painter.setBrush(theme.color("ink"))
        painter.drawEllipse(corner)
        painter.setPen(QPen(theme.color("on_ink"), 2))
        middle = corner.center()
        painter.drawPolyline(
            [
                middle + QRectF(-side * 0.22, 0, 0, 0).topLeft(),
                middle + QRectF(-side * 0.05, side * 0.17, 0, 0).topLeft(),
                middle + QRectF(side * 0.24, -side * 0.18, 0, 0).topLeft(),
            ]
        )
