"""The values of a plot as a table: for whoever reads them, hears them, or takes them elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.plots.series import PlotSeries, Table, epoch_table
from cnnbuilder.ui.widgets.theme import theme

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


class ValueModel(QAbstractTableModel):
    """Rows of values; a cell without one is empty."""

    def __init__(self, values: Table, *, percent: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.values = values
        self._percent = percent

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.values.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.values.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.values.columns[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        value = self.values.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(value, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(value, index.column()) or _("no value")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, value: float | None, column: int) -> str:
        if value is None:
            return ""
        if column == 0:
            return f"{value:.2f}".rstrip("0").rstrip(".")
        return f"{100 * value:.2f} %" if self._percent else f"{value:.4g}"


def tab_text(values: Table) -> str:
    """The table as text that spreadsheets paste into cells: exact values, tabs between them."""
    lines = ["\t".join(values.columns)]
    lines += ["\t".join("" if value is None else f"{value:.10g}" for value in row) for row in values.rows]
    return "\n".join(lines) + "\n"


class ValueTable(QDialog):
    """Shows the values of a plot until it is closed (Escape); Ctrl+C or the button copies them."""

    def __init__(self, shown: PlotSeries, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("{quantity} · {run}").format(quantity=shown.quantity.title, run=shown.run)
        self.setWindowTitle(title)
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        heading.setWordWrap(True)
        self.model = ValueModel(epoch_table(shown), percent=shown.quantity.percent, parent=self)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(title)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setTabKeyNavigation(False)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setCornerButtonEnabled(False)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(max(26, QFontMetrics(theme.font()).height() + 10))
        heads = self.view.horizontalHeader()
        heads.setSectionsClickable(False)
        heads.setHighlightSections(False)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.copy_button = QPushButton(_("Copy"))
        self.copy_button.clicked.connect(self.copy)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(heading)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)
        if self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))
        self.view.setFocus()

    def sizeHint(self) -> QSize:
        wide = self.view.horizontalHeader().length() + theme.px(60)
        return QSize(max(theme.px(320), min(theme.px(900), wide)), theme.px(420))

    def copy(self) -> None:
        """All of them; of several rows that are selected, these."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        values = self.model.values
        if len(rows) > 1:
            values = values._replace(rows=tuple(values.rows[row] for row in rows))
        QGuiApplication.clipboard().setText(tab_text(values))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)
