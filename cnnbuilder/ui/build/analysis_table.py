"""The widgets of the Analysis table: bars in the cells, a row of totals that stays, keys and clicks."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.build.analysis_model import BAR, DOWN, AnalysisModel
from cnnbuilder.ui.widgets.theme import SMALL, theme

BAR_HEIGHT = 3
PAD = 8


class Bars(QStyledItemDelegate):
    """Draws a thin bar below a number, as long as the number against the largest; a ring around the cell in use."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        length = index.data(BAR)
        area: QRect = option.rect
        view = option.widget
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if length:
            room = QRectF(area.left() + PAD, area.bottom() - BAR_HEIGHT, area.width() - 2 * PAD, BAR_HEIGHT)
            # From the right, where the digits end: equal columns of digits and of bars.
            wide = max(2.0, room.width() * length)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("secondary"))
            painter.drawRoundedRect(QRectF(room.right() - wide, room.top(), wide, BAR_HEIGHT), 1.5, 1.5)
        if isinstance(view, QTableView) and view.hasFocus() and view.currentIndex() == index:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 4, 4)
        painter.restore()

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        # The style's own mark of focus is a dotted frame: ours is a ring.
        option.state &= ~QStyle.StateFlag.State_HasFocus


class NumbersTable(QTableView):
    """What table and totals share: their look, and that a number is opened by a click or by Enter."""

    opened = Signal(QModelIndex)
    """The formula of this number is wanted."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(Bars(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerWidget(QWidget())
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.clicked.connect(self._clicked)

    def fit_rows(self) -> None:
        """Rows as high as the text in use needs, and as a finger does."""
        self.verticalHeader().setDefaultSectionSize(self.row_height())

    def row_height(self) -> int:
        """The height of one row."""
        return max(26, QFontMetrics(theme.font()).height() + 10)

    def _clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class AnalysisTable(NumbersTable):
    """All blocks. A click on a head sorts by it, a second turns the order round, a third takes it back."""

    copied = Signal()
    sort_asked = Signal(int)
    menu_asked = Signal(object)
    """The context menu, at this place of the screen."""
    laid_out = Signal()

    def __init__(self) -> None:
        super().__init__(_("Analysis of the network, block by block"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        heads = self.horizontalHeader()
        heads.setSectionsClickable(True)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(32)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        heads.sectionClicked.connect(self.sort_asked)
        heads.sectionResized.connect(self._resized)
        self._fitting = False
        self._by_hand: tuple[str, ...] = ()

    def event(self, event: QEvent) -> bool:
        # The window's own Ctrl+C and Ctrl+A are the canvas'.
        keys = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and any(event.matches(key) for key in keys):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() == Qt.Key.Key_S and not event.modifiers() and self.currentIndex().isValid():
            self.sort_asked.emit(self.currentIndex().column())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Of the viewport: a scroll bar came or went.
        super().resizeEvent(event)
        self.laid_out.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu_asked.emit(place)

    def fit_columns(self) -> None:
        """Every column as wide as its longest text; what is left goes to the name."""
        model = self.model()
        if not isinstance(model, AnalysisModel) or not model.rowCount():
            return
        keys = tuple(column.key for column in model.columns)
        if keys == self._by_hand:
            return  # a person has chosen the widths of these columns
        metrics, heads = QFontMetrics(theme.font(bold=True)), QFontMetrics(theme.font(SMALL))
        widths = [
            max(
                *(metrics.horizontalAdvance(text) + 2 * PAD for text in model.longest(place)),
                heads.horizontalAdvance(column.title + DOWN) + PAD + 2,
            )
            for place, column in enumerate(model.columns)
        ]
        widths[0] += max(0, self.viewport().width() - sum(widths))
        self._fitting = True
        for place, width in enumerate(widths):
            self.horizontalHeader().resizeSection(place, width)
        self._fitting = False
        self._by_hand = ()
        self.laid_out.emit()

    def _resized(self) -> None:
        model = self.model()
        if self._fitting or not isinstance(model, AnalysisModel):
            return
        if QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self._by_hand = tuple(column.key for column in model.columns)
        self.laid_out.emit()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(600), theme.px(200))


class TotalsRow(NumbersTable):
    """One row that stays below the table, column under column."""

    def __init__(self, above: AnalysisTable) -> None:
        super().__init__(_("Totals"))
        self._above = above
        self.gap = QWidget()
        """Stands at its right, below the scroll bar of the table."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(32)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        above.laid_out.connect(self.follow)
        above.horizontalScrollBar().valueChanged.connect(self.horizontalScrollBar().setValue)

    def follow(self) -> None:
        """Takes the widths of the table above."""
        heads = self._above.horizontalHeader()
        # As wide as the table's own rows, so that both scroll to the same end.
        self.gap.setFixedWidth(max(0, self._above.width() - self._above.viewport().width()))
        for place in range(min(heads.count(), self.horizontalHeader().count())):
            self.horizontalHeader().resizeSection(place, heads.sectionSize(place))
        self.horizontalScrollBar().setValue(self._above.horizontalScrollBar().value())

    def fit_rows(self) -> None:
        super().fit_rows()
        self.setFixedHeight(self.row_height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
