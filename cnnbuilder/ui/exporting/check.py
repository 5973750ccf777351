"""The dialog of Check export: every form read back, beside the network in the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.engine.messages import Answer, CheckedForm, CheckExport, ExportChecked, Failed
from cnnbuilder.network.file import dumps
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.questions import show_details
from cnnbuilder.ui.widgets.theme import theme

WIDTH, HEIGHT = 760, 440
HEADS = (_("Form"), _("Result"), _("Names"), _("Difference"), _("What was found"))


class CheckDialog(QDialog):
    """Asks for the comparison and shows it when it comes. Closed meanwhile, it hears nothing of it."""

    def __init__(self, parent: QWidget, tasks: BackgroundTasks, project: Project, run: Path | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Check export"))
        self._open = True
        self._forms: tuple[CheckedForm, ...] = ()
        self._details = ""
        self.heading = QLabel(_("Writing every form, reading it back, and comparing what it says …"))
        self.heading.setProperty("role", "heading")
        self.remarks = QLabel(_("This takes a few seconds."))
        self.remarks.setProperty("role", "secondary")
        for label in (self.heading, self.remarks):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.table = _table()
        self.details = QPushButton(_("Details"))
        self.details.hide()
        self.copy = QPushButton(_("Copy"))
        self.copy.setIcon(icon("copy"))
        self.copy.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.copy.setToolTip(_("Copies the table as Markdown"))
        self.copy.setEnabled(False)
        self.close_button = QPushButton(_("Close"))
        self.close_button.setProperty("role", "primary")
        self.close_button.setDefault(True)
        self._lay_out()
        self.details.clicked.connect(lambda: show_details(self, self.heading.text(), self._details))
        self.copy.clicked.connect(self._copy)
        QShortcut(QKeySequence.StandardKey.Copy, self, self._copy)
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self._closed)
        room = parent.screen().availableGeometry().size()
        self.resize(min(theme.px(WIDTH), room.width() - 32), min(theme.px(HEIGHT), room.height() - 64))
        text, folder = dumps(project), str(run) if run else None
        tasks.ask(lambda number: CheckExport(number, text, run=folder), self._answered)

    def _lay_out(self) -> None:
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setAccessibleName(_("Comparing"))
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._busy)
        column.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(waiting)
        self._stack.addWidget(self.table)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.details, self.copy, self.close_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addWidget(self.remarks)
        column.addLayout(self._stack, 1)
        column.addLayout(buttons)

    def _closed(self) -> None:
        self._open = False

    def _answered(self, answer: Answer | Failed) -> None:
        if not self._open:
            return
        if isinstance(answer, ExportChecked):
            self._show(answer)
        elif isinstance(answer, Failed):
            self.heading.setText(answer.reason or _("The comparison did not come to its end. Try again."))
            self.remarks.hide()
            self._busy.hide()
            self._details = answer.details
            self.details.setVisible(bool(answer.details))

    def _show(self, answer: ExportChecked) -> None:
        self._forms = answer.forms
        bad = sum(not form.agrees and form.largest_difference is not None for form in answer.forms)
        good = sum(form.agrees for form in answer.forms)
        if bad:
            text = ngettext("{n} form differs from the network.", "{n} forms differ from the network.", bad)
            self.heading.setText(text.format(n=bad))
        else:
            text = ngettext("{n} form agrees with the network.", "{n} forms agree with the network.", good)
            self.heading.setText(text.format(n=good))
        self.remarks.setText(" ".join(answer.remarks))
        self.remarks.setVisible(bool(answer.remarks))
        self.table.setRowCount(len(answer.forms))
        for row, form in enumerate(answer.forms):
            for column, text in enumerate(_cells(form)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                self.table.setItem(row, column, item)
        self._stack.setCurrentWidget(self.table)
        self.table.resizeRowsToContents()
        self.table.setCurrentCell(0, 0)
        self.copy.setEnabled(True)

    def _copy(self) -> None:
        if not self._forms:
            return
        lines = [HEADS, ("---",) * len(HEADS), *(_cells(form) for form in self._forms)]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        QGuiApplication.clipboard().setText(f"{self.remarks.text()}\n\n{table}\n")
        self.copy.setText(_("Copied"))


def _table() -> QTableWidget:
    table = QTableWidget(0, len(HEADS))
    table.setHorizontalHeaderLabels(HEADS)
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setWordWrap(True)
    table.setTabKeyNavigation(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setAccessibleName(_("Forms beside the network"))
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)
    head.sectionResized.connect(lambda *_sizes: table.resizeRowsToContents())
    return table


def _cells(form: CheckedForm) -> tuple[str, ...]:
    if form.agrees:
        result = _("✓ agrees")
    else:
        result = _("– not compared") if form.largest_difference is None else _("✗ differs")
    names = {True: _("equal"), False: _("different"), None: "–"}[form.keys_equal]
    difference = "–" if form.largest_difference is None else f"{form.largest_difference:.1e}"
    return form.form, result, names, difference, form.sentence
