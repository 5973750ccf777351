"""The Analysis tab: every number of every block in a table that sorts, explains itself and can be taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from cnnbuilder.network.file import FileProblemError, save_content
from cnnbuilder.network.project import Project
from cnnbuilder.network.table import WRITERS, Table, as_csv, as_latex, as_markdown, as_text, table
from cnnbuilder.text import _
from cnnbuilder.ui.build.analysis_model import AnalysisModel, TotalsModel
from cnnbuilder.ui.build.analysis_table import AnalysisTable, NumbersTable, TotalsRow
from cnnbuilder.ui.build.empty import Empty
from cnnbuilder.ui.fields.formula_card import FormulaCard
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme


class AnalysisView(QWidget):
    """Selection goes both ways. Hidden, it costs nothing; shown, an edit changes the cells that differ."""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._document = document = session.document
        self._selection = selection = session.selection
        self._precision = session.memory.precision
        self._following = False
        self._fitted: object = None
        shown = self._fresh()
        self.model = AnalysisModel(shown, self)
        self.totals_model = TotalsModel(shown, self)
        self.table = AnalysisTable()
        self.table.setModel(self.model)
        self.totals = TotalsRow(self.table)
        self.totals.setModel(self.totals_model)
        self.empty = Empty(document)
        self.card: FormulaCard | None = None
        self.copy, self.save = QToolButton(), QToolButton()
        self._make_buttons()
        self._lay_out()
        self.setFocusProxy(self.table)
        for numbers in (self.table, self.totals):
            numbers.opened.connect(lambda index, numbers=numbers: self._explain(numbers, index))
        self.table.sort_asked.connect(self._sort)
        self.table.copied.connect(self.copy_rows)
        self.table.menu_asked.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(self._table_selected)
        self.table.selectionModel().currentChanged.connect(self._moved)
        selection.changed.connect(self._follow)
        document.changed.connect(self._changed)
        session.memory.changed.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show_empty()
        self._follow()

    def _make_buttons(self) -> None:
        self.copy.setIcon(icon("copy", "secondary"))
        self.copy.setToolTip(_("Copy the table as CSV, Markdown or LaTeX"))
        self.copy.setAccessibleName(_("Copy the table"))
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy.setMenu(self._copies(QMenu(self)))
        self.save.setIcon(icon("save", "secondary"))
        self.save.setToolTip(_("Save the table as CSV, Markdown or LaTeX"))
        self.save.setAccessibleName(_("Save the table"))
        self.save.clicked.connect(self.save_as)

    def _copies(self, menu: QMenu) -> QMenu:
        for name, form in (
            (_("Copy as &CSV"), as_csv),
            (_("Copy as &Markdown"), as_markdown),
            (_("Copy as &LaTeX"), as_latex),
        ):
            menu.addAction(name).triggered.connect(
                lambda _on=False, form=form: _to_clipboard(self._written(form))
            )
        return menu

    def _lay_out(self) -> None:
        numbers = QVBoxLayout()
        numbers.setSpacing(0)
        numbers.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.totals, 1)
        below.addWidget(self.totals.gap)
        numbers.addLayout(below)
        buttons = QVBoxLayout()
        buttons.setSpacing(2)
        for button in (self.copy, self.save):
            buttons.addWidget(button)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 6)
        row.setSpacing(4)
        row.addWidget(self.empty, 1)
        row.addLayout(numbers, 1)
        row.addLayout(buttons)

    # --- what is shown ----------------------------------------------------------------------------

    def _fresh(self) -> Table:
        training = self._document.project.training
        return table(self._document.analysis, training, self._precision(training))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._close_card()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)

    def _changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network or before.training != after.training:
            self.refresh()

    def refresh(self) -> None:
        """Shows the network as it is now, where it is not what is shown. Hidden, it waits."""
        if not self.isVisible():
            return
        training = self._document.project.training
        wanted = (self._document.analysis, training.batch_size, self._precision(training))
        known = self.model.shown.setting
        if wanted[0] is not known.analysis or wanted[1:] != known[1:]:
            self._close_card()
            shown = self._fresh()
            self._following = True
            self.model.show_table(shown)
            self.totals_model.show_table(shown)
            self._following = False
            self._show_empty()
        if self._fitted != self._measure():
            self._fit()
        self._follow()

    def _measure(self) -> object:
        """What the widths of the columns depend on, told cheaply."""
        shown = self.model.shown
        return shown.columns, len(shown.entries), tuple(map(len, shown.totals())), theme.scale

    def _fit(self) -> None:
        self._fitted = self._measure()
        self.table.fit_columns()
        self.totals.follow()

    def _restyle(self) -> None:
        for numbers in (self.table, self.totals):
            numbers.fit_rows()
        for button in (self.copy, self.save):
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
        self._fit()

    def _show_empty(self) -> None:
        empty = not self.model.rowCount()
        if empty:
            self.empty.say(_("No blocks yet: nothing to count."))
        self.empty.setVisible(empty)
        for part in (self.table, self.totals, self.totals.gap, self.copy, self.save):
            part.setVisible(not empty)

    def _sort(self, column: int) -> None:
        """Largest first, then smallest first, then as the network runs; names the other way round."""
        key, first = self.model.columns[column].key, self.model.columns[column].number
        model = self.model
        self._following = True
        if model.sorted_by != key:
            model.sort_by(key, descending=first)
        elif model.descending == first:
            model.sort_by(key, descending=not first)
        else:
            model.sort_by(None)
        self._following = False
        self._close_card()
        self._follow()

    # --- selection --------------------------------------------------------------------------------

    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _table_selected(self) -> None:
        if not self._following:
            self._selection.select([self.model.id_at(row) for row in self._rows()])

    def _follow(self) -> None:
        """Selects in the table what is selected elsewhere."""
        wanted = sorted(row for id_ in self._selection.ids if (row := self.model.row_of(id_)) is not None)
        model = self.table.selectionModel()
        if not self.isVisible() or wanted == self._rows():
            return
        chosen = QItemSelection()
        last = self.model.columnCount() - 1
        for first, end in _runs(wanted):
            chosen.select(self.model.index(first, 0), self.model.index(end, last))
        self._following = True
        flags = QItemSelectionModel.SelectionFlag
        model.select(chosen, flags.ClearAndSelect)
        if len(wanted) == 1:
            index = self.model.index(wanted[0], max(0, self.table.currentIndex().column()))
            model.setCurrentIndex(index, flags.NoUpdate)
            self.table.scrollTo(index)
        self._following = False

    # --- formulas ---------------------------------------------------------------------------------

    def _explain(self, numbers: NumbersTable, index: QModelIndex) -> None:
        """Opens the formula of a number; the same number once more closes it."""
        model = self.model if numbers is self.table else self.totals_model
        column = self.model.columns[index.column()]
        formulas = model.formulas(index)
        name = self.model.entry(index.row()).row.name if numbers is self.table else _("Total")
        title = f"{name} · {column.title}"
        card = self.card
        if not formulas or (card is not None and card.isVisible() and card.title.text() == title):
            self._close_card()
            return
        if card is None:
            card = self.card = FormulaCard(self)
        cell = numbers.visualRect(index)
        beside = QRect(numbers.viewport().mapTo(self.window(), cell.topLeft()), cell.size())
        card.show_formulas(title, formulas, column.legend, beside)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        """While a formula is open, the arrow keys go on to the next."""
        if self.card is not None and self.card.isVisible() and not self._following and now.isValid():
            if self.model.columns[now.column()].number:
                self._explain(self.table, now)
            else:
                self._close_card()

    def _close_card(self) -> None:
        if self.card is not None:
            self.card.close_up()

    # --- taking it away ---------------------------------------------------------------------------

    def copy_rows(self) -> None:
        """The selected rows, or all, as text that spreadsheets take."""
        rows = self._rows() or list(range(self.model.rowCount()))
        _to_clipboard(as_text(self.model.shown, self.model.places(rows)))

    def _written(self, form: Callable[..., str]) -> str:
        training = self._document.project.training
        return form(self._document.analysis, training, self._precision(training))

    def save_as(self) -> None:
        """Asks for a file; its ending says the form."""
        name = (self._document.path.stem if self._document.path else _("network")) + ".csv"
        folder = self._document.path.parent if self._document.path else Path.home()
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save the table"), str(folder / name), _("CSV (*.csv);;Markdown (*.md);;LaTeX (*.tex)")
        )
        if chosen:
            self.write(Path(chosen))

    def write(self, path: Path) -> None:
        """Writes the table; where it cannot, says why."""
        form = WRITERS.get(path.suffix.lower())
        if form is None:
            endings = ", ".join(WRITERS)
            sentence = _("The table can be saved as {endings}, and {name} ends otherwise.")
            self._session.say("analysis", sentence.format(endings=endings, name=path.name))
            return
        try:
            save_content(self._written(form).encode(), path)
        except FileProblemError as problem:
            self._session.say("analysis", str(problem))

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("&Copy rows")).triggered.connect(self.copy_rows)
        self._copies(menu)
        menu.addSeparator()
        menu.addAction(_("&Save…")).triggered.connect(self.save_as)
        column = self.table.currentIndex().column()
        if column >= 0:
            title = self.model.columns[column].title
            menu.addAction(_("Sort &by {title}").format(title=title)).triggered.connect(
                lambda: self._sort(column)
            )
        menu.popup(place)


def _to_clipboard(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring rows as first and last."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
