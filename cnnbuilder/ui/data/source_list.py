"""The data sets: those that are on this computer, and those that could be. Choosing one only shows it."""

from __future__ import annotations

from itertools import groupby

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

from cnnbuilder.engine.data.catalogue import DataSetInfo, all_data_sets
from cnnbuilder.text import _
from cnnbuilder.ui.data.browser import DataBrowser
from cnnbuilder.ui.data.words import source_text
from cnnbuilder.ui.images.pixels import image_of, paint_image, whole_zoom
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.icons import renderer
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

ROW, HEADING, PICTURE, MARGIN = 52, 30, 38, 8
Index = QModelIndex | QPersistentModelIndex
INFO = Qt.ItemDataRole.UserRole
IMAGE, IN_USE, SHOWN = INFO + 1, INFO + 2, INFO + 3


class SourceModel(QAbstractListModel):
    """Headings (which cannot be chosen) and the data sets below them."""

    def __init__(self, session: Session, browser: DataBrowser, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = session.data
        self._browser = browser
        self._rows: list[str | DataSetInfo] = []
        self._images: dict[str, QImage] = {}
        self._missing: dict[str, str | None] = {}
        browser.cover_known.connect(self._cover_came)
        self.refresh()

    def refresh(self) -> None:
        """Looks at what is on this computer now."""
        self.beginResetModel()
        self._missing = {info.name: info.missing() for info in all_data_sets()}
        titles = {True: _("On this computer"), False: _("Not on this computer")}
        sets = sorted(all_data_sets(), key=lambda info: bool(self._missing[info.name]))
        self._rows = []
        for here, group in groupby(sets, key=lambda info: self._missing[info.name] is None):
            self._rows += [titles[here], *group]
        self.endResetModel()

    def ask_for_covers(self) -> None:
        """One image of each, to tell them apart by."""
        for name, missing in self._missing.items():
            if missing is None:
                self._browser.ask_cover(name)

    def row_of(self, name: str) -> int | None:
        """Where a data set stands."""
        return next(
            (
                place
                for place, row in enumerate(self._rows)
                if isinstance(row, DataSetInfo) and row.name == name
            ),
            None,
        )

    def repaint(self) -> None:
        """Another one is shown, or in use."""
        self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if isinstance(self._rows[index.row()], DataSetInfo) else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        in_use, shown = self._data.in_use, self._data.shown
        used = in_use is not None and in_use.name == row.name
        looked_at = shown is not None and shown.name == row.name
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return self._missing[row.name] or f"{row.title}: {row.summary}\n{source_text(row)}"
            case Qt.ItemDataRole.AccessibleTextRole:
                words = [row.title, source_text(row)]
                words += [_("in use")] if used else []
                words += [_("shown")] if looked_at else []
                words += [_("not on this computer")] if self._missing[row.name] else []
                return ", ".join(words)
            case _ if role == INFO:
                return row
            case _ if role == IMAGE:
                return self._images.get(row.name)
            case _ if role == IN_USE:
                return used
            case _ if role == SHOWN:
                return looked_at
        return None

    def _cover_came(self, name: str) -> None:
        cover = self._browser.cover(name)
        place = self.row_of(name)
        if cover is not None and place is not None:
            self._images[name] = image_of(cover.pixels, cover.shape)
            self.dataChanged.emit(self.index(place), self.index(place))


class SourceList(QListView):
    """Arrows walk through it, Enter, Space or a click shows a data set."""

    chosen = Signal(object)
    """A person wants to look at this `DataSetInfo`."""

    def __init__(self, model: SourceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_Row(self))
        self.setAccessibleName(_("Data sets"))
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._choose)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def show_current(self, name: str) -> None:
        """Puts the keyboard's place on a data set."""
        model = self.model()
        assert isinstance(model, SourceModel)
        place = model.row_of(name)
        if place is not None:
            self.setCurrentIndex(model.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            rows = [self.model().index(row, 0) for row in range(self.model().rowCount())]
            sources = [
                index for index in rows if index.data(INFO) is not None
            ]  # Qt's own Home ends at a heading
            if sources:
                self.setCurrentIndex(sources[0 if event.key() == Qt.Key.Key_Home else -1])
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        info = index.data(INFO) if index.isValid() else None
        if isinstance(info, DataSetInfo):
            self.chosen.emit(info)


class _Row(QStyledItemDelegate):
    """Paints a heading, or a data set: an image of it, its title and size, and whether it is in use."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = index.data(INFO) is None
        return QSize(100, theme.px(HEADING if heading else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        if index.data(INFO) is None:
            painter.setFont(theme.font(SMALL, bold=True))
            painter.setPen(theme.color("secondary"))
            painter.drawText(
                area.adjusted(16, 0, -MARGIN, -4), Qt.AlignmentFlag.AlignBottom, str(index.data())
            )
        else:
            self._paint_source(painter, area, option, index)
        painter.restore()

    def _paint_source(
        self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem, index: Index
    ) -> None:
        view = self.parent()
        assert isinstance(view, QListView)
        card = area.adjusted(MARGIN, 2, -MARGIN, -2)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if index.data(SHOWN) or hovered:
            painter.setPen(QPen(theme.color("border"), 1) if index.data(SHOWN) else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if index.data(SHOWN):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("ink"))
            painter.drawRoundedRect(QRectF(card.left(), card.top() + 10, 3, card.height() - 20), 1.5, 1.5)
        if view.hasFocus() and view.currentIndex() == index:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 8, 8)
        side = theme.px(PICTURE)
        picture = QRectF(card.left() + MARGIN, card.center().y() - side / 2, side, side)
        self._paint_picture(painter, picture, index)
        words = QRectF(
            picture.right() + 10, card.top(), card.right() - MARGIN - picture.right() - 10, card.height()
        )
        right = self._paint_mark(painter, words) if index.data(IN_USE) else words.right()
        info = index.data(INFO)
        assert isinstance(info, DataSetInfo)
        upper = QRectF(words.left(), words.top() + 4, right - words.left(), words.height() / 2 - 4)
        lower = QRectF(words.left(), words.center().y(), words.width(), words.height() / 2 - 4)
        _line(painter, upper, info.title, NORMAL, "ink", bold=bool(index.data(SHOWN)))
        _line(painter, lower, source_text(info), SMALL, "secondary")

    def _paint_picture(self, painter: QPainter, place: QRectF, index: Index) -> None:
        image = index.data(IMAGE)
        if isinstance(image, QImage):
            ratio = painter.device().devicePixelRatioF()
            zoom = whole_zoom(image.height(), image.width(), place.width(), ratio)
            paint_image(painter, image, place, zoom)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(place, 4, 4)
        side = place.width() / 2
        inner = QRectF(0, 0, side, side)
        inner.moveCenter(place.center())
        renderer("data", theme.tokens.secondary).render(painter, inner)

    def _paint_mark(self, painter: QPainter, words: QRectF) -> float:
        """The mark of the one in use, in the upper line; returns where it begins."""
        font = theme.font(SMALL)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        text = _("in use")
        width, height = metrics.horizontalAdvance(text) + 14, metrics.height() + 3
        pill = QRectF(
            words.right() - width, words.top() + (words.height() / 2 + 4 - height) / 2, width, height
        )
        painter.setPen(QPen(theme.color("field_border"), 1))
        painter.setBrush(theme.color("window"))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        painter.setPen(theme.color("ink"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return pill.left() - 6


def _line(painter: QPainter, place: QRectF, text: str, size: int, token: str, *, bold: bool = False) -> None:
    """One line of text, cut with "…" where there is no room; the row's tooltip has it whole."""
    font = theme.font(size, bold=bold)
    painter.setFont(font)
    painter.setPen(theme.color(token))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
