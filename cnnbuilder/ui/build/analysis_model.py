"""The Analysis table for Qt: rows in the order asked for, each cell with its text, its bar and its formula."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from cnnbuilder.blocks.formula import Formula
from cnnbuilder.network.columns import Column, Entry
from cnnbuilder.network.table import Table
from cnnbuilder.text import _, number
from cnnbuilder.ui.widgets.style import colours
from cnnbuilder.ui.widgets.theme import SMALL, theme

Index = QModelIndex | QPersistentModelIndex
BAR = Qt.ItemDataRole.UserRole
DOWN, UP = " ↓", " ↑"
"""How long the bar of a cell is, 0 to 1; None where it has none."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class AnalysisModel(QAbstractTableModel):
    """One row a block. Another analysis of the same blocks changes cells only, so that scroll and focus stay."""

    def __init__(self, shown: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = shown
        self.sorted_by: str | None = None
        """The key of the column; None: in the order in which the network runs."""
        self.descending = True
        self._rows: list[Entry] = []
        self._place: dict[str, int] = {}
        self._most: list[int] = []
        self._take(shown)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return self.shown.columns

    def show_table(self, shown: Table) -> None:
        """Takes another table, in the order in use."""
        same_columns = self.columns == shown.columns
        before = [entry.row.block.id for entry in self._rows]
        if same_columns and before == [entry.row.block.id for entry in self._in_order(shown)]:
            self._take(shown)
            if self._rows:
                self.dataChanged.emit(
                    self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1)
                )
            return
        self.beginResetModel()
        self._take(shown)
        self.endResetModel()

    def sort_by(self, key: str | None, descending: bool = True) -> None:
        """Sorts by a column, what is not known last; None: in the order in which the network runs."""
        self.sorted_by, self.descending = key, descending
        if any(now is not then for now, then in zip(self._in_order(self.shown), self._rows, strict=True)):
            self.beginResetModel()
            self._take(self.shown)
            self.endResetModel()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _in_order(self, shown: Table) -> list[Entry]:
        column = next((column for column in shown.columns if column.key == self.sorted_by), None)
        if column is None:
            return shown.entries
        known = [entry for entry in shown.entries if column.value(entry) is not None]
        unknown = [entry for entry in shown.entries if column.value(entry) is None]
        return sorted(known, key=column.rank, reverse=self.descending) + unknown

    def _take(self, shown: Table) -> None:
        self.shown = shown
        self._rows = self._in_order(shown)
        self._place = {entry.row.block.id: place for place, entry in enumerate(self._rows)}
        self._most = [_most(column, shown.entries) if column.bar else 0 for column in shown.columns]

    def entry(self, row: int) -> Entry:
        """The block of a row."""
        return self._rows[row]

    def id_at(self, row: int) -> str:
        """The id of the block of a row."""
        return self._rows[row].row.block.id

    def row_of(self, id_: str) -> int | None:
        """The row of a block."""
        return self._place.get(id_)

    def places(self, rows: list[int]) -> list[int]:
        """Where the blocks of some rows stand in the table as it is on paper."""
        number = {id(entry): place for place, entry in enumerate(self.shown.entries)}
        return [number[id(self._rows[row])] for row in rows]

    def formulas(self, index: Index) -> tuple[Formula, ...]:
        """How the number in a cell follows."""
        return self.columns[index.column()].formulas(self._rows[index.row()])

    def longest(self, column: int) -> tuple[str, str]:
        """About the longest text of a column, and its total."""
        declared = self.columns[column]
        values = {declared.value(entry) for entry in self._rows}  # networks repeat themselves: few differ
        texts = ["–" if value is None else declared.write(value) for value in values]
        return max(texts, key=len, default=""), self.shown.totals()[column]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title + self._arrow(column)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._head_tip(column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column.number else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows) or index.column() >= len(self.columns):
            return None
        entry, column = self._rows[index.row()], self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(entry)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column.number else LEFT
            case Qt.ItemDataRole.ForegroundRole:
                return _ink(entry, column)
            case Qt.ItemDataRole.FontRole if not column.number and column.key != "name":
                return theme.font(SMALL)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{entry.row.name}, {column.title}: {column.text(entry)}"
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return "; ".join(formula.numbers for formula in column.formulas(entry))
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(entry, column)
            case _ if role == BAR:
                value, most = column.value(entry), self._most[index.column()]
                return value / most if isinstance(value, int) and most else None
        return None

    def _arrow(self, column: Column) -> str:
        """Beside the title, not over it as the style's own mark of a right-aligned head is."""
        if column.key != self.sorted_by:
            return ""
        return DOWN if self.descending else UP

    def _head_tip(self, column: Column) -> str:
        if column.key != "kept":
            return column.help
        _analysis, batch, precision = self.shown.setting
        of = _("{help}: {batch} images, {precision}")
        return of.format(help=column.help, batch=number(batch), precision=precision.partition(" ")[0])

    def _tip(self, entry: Entry, column: Column) -> str:
        if entry.row.problem or entry.row.unknown:
            return entry.row.problem or entry.row.unknown or ""
        return _("Press Enter or click for the formula") if column.number else entry.row.block.label_text()


def _ink(entry: Entry, column: Column) -> QColor:
    if entry.row.problem and not column.number:
        return QColor(colours(theme.tokens)["problem_text"])
    quiet = not entry.row.connected or column.key == "block" or column.value(entry) in (0, None)
    return theme.color("secondary" if quiet else "ink")


def _most(column: Column, entries: list[Entry]) -> int:
    values = (column.value(entry) for entry in entries)
    return max((value for value in values if isinstance(value, int)), default=0)


class TotalsModel(QAbstractTableModel):
    """The one row of totals below the table, with the same columns."""

    def __init__(self, shown: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._texts = shown.totals()

    def show_table(self, shown: Table) -> None:
        """Takes another table."""
        if self._shown.columns != shown.columns:
            self.beginResetModel()
            self._shown, self._texts = shown, shown.totals()
            self.endResetModel()
            return
        self._shown, self._texts = shown, shown.totals()
        self.dataChanged.emit(self.index(0, 0), self.index(0, len(self._texts) - 1))

    def formulas(self, index: Index) -> tuple[Formula, ...]:
        """How a total follows."""
        return self._shown.columns[index.column()].total_formulas(
            self._shown.setting.analysis, self._shown.entries
        )

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._texts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.column() >= len(self._texts):
            return None
        column, text = self._shown.columns[index.column()], self._texts[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column.number else LEFT
            case Qt.ItemDataRole.FontRole:
                return theme.font(bold=True)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _("Total, {title}: {text}").format(title=column.title, text=text) if text else ""
        return None
