"""The network as rows of a table, in the order in which it runs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, number
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.style import colours
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

Index = QModelIndex | QPersistentModelIndex
NAME, BLOCK, OUTPUT, PARAMETERS = range(4)
ID = Qt.ItemDataRole.UserRole


class OutlineModel(QAbstractTableModel):
    """One row a block. A new analysis changes only the rows that differ, so that scroll and focus stay."""

    def __init__(self, analysis: Analysis, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._texts: list[tuple[str, str, str, str]] = []
        self._narrow = False
        self._place: dict[str, int] = {}
        self.show_analysis(analysis)

    def show_analysis(self, analysis: Analysis) -> None:
        """Takes the rows of an analysis."""
        rows = list(analysis.rows.values())
        before = [row.block.id for row in self._rows]
        after = [row.block.id for row in rows]
        if before == after:
            old, self._rows = self._rows, rows
            differ = [place for place, now in enumerate(rows) if old[place] != now]
            for place in differ:
                self._texts[place] = _texts(rows[place])
            if differ:
                self.dataChanged.emit(self.index(differ[0], 0), self.index(differ[-1], PARAMETERS))
            return
        start = 0
        while start < min(len(before), len(after)) and before[start] == after[start]:
            start += 1
        end = 0
        while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
            end += 1
        # What differs lies in the middle: it is taken out and put in, the rest stays.
        if len(before) - end > start:
            self.beginRemoveRows(QModelIndex(), start, len(before) - end - 1)
            self._take([*self._rows[:start], *self._rows[len(before) - end :]])
            self.endRemoveRows()
        if len(after) - end > start:
            self.beginInsertRows(QModelIndex(), start, len(after) - end - 1)
            self._take(rows)
            self.endInsertRows()
        self._take(rows)
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, PARAMETERS))

    def _take(self, rows: list[Row]) -> None:
        self._rows = rows
        self._texts = [_texts(row) for row in rows]
        self._place = {row.block.id: place for place, row in enumerate(rows)}

    def row_of(self, id_: str) -> int | None:
        """The row of a block."""
        return self._place.get(id_)

    def id_at(self, place: int) -> str:
        """The block of a row."""
        return self._rows[place].block.id

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow table shapes are written without blanks, and the heads are short."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, PARAMETERS)
            if self._rows:
                self.dataChanged.emit(self.index(0, OUTPUT), self.index(len(self._rows) - 1, OUTPUT))

    def _text(self, place: int, column: int, narrow: bool) -> str:
        text = self._texts[place][column]
        return text.replace(" × ", "×") if narrow and column == OUTPUT else text

    def longest(self, column: int, narrow: bool) -> tuple[str, QFont]:
        """The longest text of a column, and the font that it is shown in."""
        places = range(len(self._rows))
        place = max(places, key=lambda place: len(self._texts[place][column]), default=None)
        return "" if place is None else self._text(place, column, narrow), _font(column)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return head(section, self._narrow)
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return (None, None, _("Channels × height × width"), _("Parameters"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == PARAMETERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index.row(), column, self._narrow)
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(row) if column == NAME else self._text(index.row(), column, self._narrow)
            case Qt.ItemDataRole.ToolTipRole:
                return spoken(row)
            case Qt.ItemDataRole.DecorationRole if column == NAME:
                return icon("problem", "problem") if row.problem else icon(row.block.icon, _token(row))
            case Qt.ItemDataRole.ForegroundRole:
                if row.problem:
                    return QColor(colours(theme.tokens)["problem_text"])
                return theme.color("ink" if column == NAME and row.connected else "secondary")
            case Qt.ItemDataRole.TextAlignmentRole if column == PARAMETERS:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole:
                return _font(column)
            case _ if role == ID:
                return row.block.id
        return None


def head(column: int, narrow: bool) -> str:
    """The head of a column."""
    last = _("Params") if narrow else _("Parameters")
    return (_("Name"), _("Block"), _("Output"), last)[column]


def _texts(row: Row) -> tuple[str, str, str, str]:
    output = str(row.output) if row.output is not None else "–"
    params = number(row.params) if row.params else ("–" if row.params is None else "")
    return row.name, row.block.kind(), output, params


def _font(column: int) -> QFont:
    return theme.font(NORMAL if column == NAME else SMALL)


def _token(row: Row) -> str:
    family = row.block.family
    return (
        family
        if hasattr(theme.tokens, family) and family in ("convolution", "pooling", "activation", "dense")
        else "other"
    )


def spoken(row: Row) -> str:
    """A row in one sentence, as a screen reader says it."""
    parts = [row.name, row.block.kind(), row.block.label_text()]
    if row.output is not None:
        parts.append(_("output {shape}").format(shape=row.output))
    if row.params:
        parts.append(_("{count} parameters").format(count=number(row.params)))
    if row.unknown:
        parts.append(row.unknown)
    text = ", ".join(part for part in parts if part)
    return f"{text}. {row.problem}" if row.problem else text
