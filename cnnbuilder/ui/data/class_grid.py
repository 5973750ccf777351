"""The grid of classes: each with its bar of parts and as many of its images as fit, walked through by arrow keys."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cnnbuilder.text import _, number
from cnnbuilder.ui.data.class_model import COUNTS, IMAGE, ClassModel
from cnnbuilder.ui.data.hatching import paint_split
from cnnbuilder.ui.images.pixels import paint_image, whole_zoom
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

PICTURE, PICTURE_MOST, GAP, CLASS_LEAST, NAME_MOST = 64, 112, 4, 204, 132
ENOUGH = 10
"""Images may grow into the height that is left over as long as so many stand in a row."""
SCROLL_BAR = 12
Index = QModelIndex | QPersistentModelIndex


class ClassGrid(QTableView):
    """One row a class. Enter, Space or a click opens an image large."""

    opened = Signal(int, int)
    """A person wants to see this image of this class large: (label, place)."""
    class_opened = Signal(int)
    """A person wants to see all images of this class."""
    current_changed = Signal()
    """The keyboard's place is on another image."""
    fitted = Signal()
    """Another number of images fits into a row."""
    scrolled = Signal()
    """Other classes have come into sight."""

    def __init__(self, model: ClassModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes = model
        self._count = 0
        self._side = float(PICTURE)
        self.setModel(model)
        self.setItemDelegate(_Cell(self))
        self.setAccessibleName(_("Images by class"))
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.scrolled.emit())
        theme.changed.connect(self.fit)

    @property
    def picture_side(self) -> float:
        """The room of one image, in pixels of the layout: what the data set's images fill with whole pixels."""
        return self._side

    def labels_in_sight(self) -> list[int]:
        """The classes whose rows can be seen, and one more below."""
        pitch = max(1, self.verticalHeader().defaultSectionSize())
        first = max(0, self.verticalScrollBar().value() // pitch)
        last = first + self.viewport().height() // pitch + 2
        return [self._classes.label_at(row) for row in range(first, min(last, self._classes.rowCount()))]

    def _fitting_side(self) -> float:
        """As large as usual, or larger by whole pixels where every class can be seen all the same."""
        usual = theme.px(PICTURE)
        if self._classes.info is None:
            return usual
        _channels, height, width = self._classes.info.shape
        ratio = self.devicePixelRatioF()
        step = max(height, width) / ratio
        side = max(height, width) * whole_zoom(height, width, usual, ratio)
        while (
            side >= step
            and side + step <= theme.px(PICTURE_MOST)
            and self._classes.rowCount() * (round(side + step) + GAP) <= self.viewport().height()
            and self._count_for(side + step) >= ENOUGH
        ):
            side += step
        return side

    def _class_least(self) -> int:
        return max(theme.px(CLASS_LEAST), self._room() // 5)

    def _room(self) -> int:
        """The width for classes and images, whether or not the scroll bar shows: nothing moves when it comes."""
        return self.width() - SCROLL_BAR

    def _count_for(self, side: float) -> int:
        """How many images of that size fit beside the class."""
        return max(1, (self._room() - self._class_least()) // (round(side) + GAP))

    @property
    def images_a_row(self) -> int:
        """How many images of a class fit beside its bar."""
        return self._count

    def fit(self) -> None:
        """As many images as fit; the bars take what is left."""
        self._side = self._fitting_side()
        pitch = round(self._side) + GAP
        room, count = self._room(), self._count_for(self._side)
        current = self.currentIndex()
        row, column = current.row(), current.column()
        self._classes.set_images(count)
        if current.isValid() and not self.currentIndex().isValid():
            self.setCurrentIndex(self._classes.index(row, min(column, count)))
        self.verticalHeader().setDefaultSectionSize(pitch)
        self.setColumnWidth(0, max(self._class_least(), room - count * pitch))
        for place in range(1, count + 1):
            self.setColumnWidth(place, pitch)
        self.viewport().update()
        if count != self._count:
            self._count = count
            self.fitted.emit()

    def take_focus(self, label: int, place: int) -> None:
        """Puts the keyboard on an image, where it is among those that are shown."""
        row = self._classes.row_of(label)
        if row is not None:
            self.setCurrentIndex(self._classes.index(row, min(place + 1, self._count)))
        self.setFocus()

    def go_to_top(self) -> None:
        """Other images come: one begins with the first."""
        self.setCurrentIndex(QModelIndex())
        self.scrollToTop()

    @property
    def current_image(self) -> tuple[int, int]:
        """Class and place of the image on which the keyboard is; the first of all before it was there."""
        index = self.currentIndex()
        if not index.isValid() or not self._classes.rowCount():
            return (self._classes.label_at(0) if self._classes.rowCount() else 0), 0
        return self._classes.label_at(index.row()), max(0, index.column() - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        pitch = theme.px(PICTURE) + GAP
        return QSize(theme.px(CLASS_LEAST) + pitch + SCROLL_BAR, 2 * pitch)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.current_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        label = self._classes.label_at(index.row())
        if not self._classes.images_of(label):
            return
        if not index.column():
            self.class_opened.emit(label)
        elif self._classes.known(label):
            self.opened.emit(label, index.column() - 1)


class _Cell(QStyledItemDelegate):
    """Paints a class with its bar, or one of its images."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, ClassGrid)
        painter.save()
        area = QRectF(option.rect)
        focused = view.hasFocus() and view.currentIndex() == index
        if index.column():
            self._paint_image(painter, area, index, view.picture_side, focused)
        else:
            self._paint_class(painter, area.adjusted(0, 0, -12, 0), index)
            if focused:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(theme.color("focus"), 2))
                painter.drawRoundedRect(area.adjusted(1, 2, -7, -2), 6, 6)
        painter.restore()

    def _paint_image(self, painter: QPainter, area: QRectF, index: Index, side: float, focused: bool) -> None:
        # Its gap is left of it: the last image of a row ends where the head above it does.
        square = QRectF(area.right() - side, area.center().y() - side / 2, side, side)
        image = index.data(IMAGE)
        if not isinstance(image, QImage):
            if index.flags() & Qt.ItemFlag.ItemIsEnabled:  # on its way
                painter.fillRect(square, theme.color("sunken"))
            return
        ratio = painter.device().devicePixelRatioF()
        zoom = whole_zoom(image.height(), image.width(), side + 0.01, ratio)
        place = paint_image(painter, image, square, zoom)
        if focused:
            # A ring that shows on light and on dark images alike.
            painter.setPen(QPen(theme.color("window"), 2))
            painter.drawRect(place.adjusted(3, 3, -3, -3))
            painter.setPen(QPen(theme.color("focus"), 4))
            painter.drawRect(place.adjusted(0, 0, 0, 0))

    def _paint_class(self, painter: QPainter, area: QRectF, index: Index) -> None:
        model = index.model()
        assert isinstance(model, ClassModel)
        font = theme.font(NORMAL)
        metrics = QFontMetrics(font)
        longest = _longest(model.info.classes if model.info else (), theme.px(NORMAL))
        wide = min(float(longest + 16), theme.px(NAME_MOST), area.width() / 2)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        words = QRectF(area.left() + 6, area.top(), wide - 14, area.height())
        shown = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        counts = index.data(COUNTS)
        rest = QRectF(area.left() + wide, area.top(), area.width() - wide, area.height())
        small = QFontMetrics(theme.font(SMALL))
        bar = theme.px(10)
        top = round(rest.center().y() - (bar + 4 + small.height()) / 2)
        place = QRectF(rest.left(), top, rest.width() - 3, bar)
        if counts is None:
            painter.fillRect(place, theme.color("sunken"))
            return
        paint_split(painter, place, counts, model.most)
        text = " · ".join(number(count) for count in counts)
        if small.horizontalAdvance(text) > rest.width():
            text = number(sum(counts))
        painter.setFont(theme.font(SMALL))
        painter.setPen(theme.color("secondary"))
        below = QRectF(rest.left(), top + bar + 4, rest.width(), small.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


@lru_cache(maxsize=4)
def _longest(classes: tuple[str, ...], size: int) -> int:
    """The width of the longest name at a text size: asked for with every row that is painted."""
    metrics = QFontMetrics(theme.font(NORMAL))
    return max((metrics.horizontalAdvance(name) for name in classes), default=0)
