"""The export dialog: the forms left, what can be chosen right, and the way to the system's file dialog."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.exporting.atomic_output import CannotWriteError
from cnnbuilder.ui.exporting.export_summary import export_summary
from cnnbuilder.ui.exporting.form_list import FormList
from cnnbuilder.ui.exporting.forms import FORMS, Choice, proposed
from cnnbuilder.ui.exporting.page import Page
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.questions import choose
from cnnbuilder.ui.widgets.theme import theme

WIDTH, HEIGHT = 760, 540
NO_NAME = re.compile(r'[\\/:*?"<>|]|^\.+$|^\s*$')
"""What no system takes as a folder's name."""


class ExportDialog(QDialog):
    """Chooses a form and a place. It stays open, with what was chosen, where the place cannot be written."""

    compared = Signal(object)
    """Every form is to be compared with the network in training, with the weights of this run (None: fresh ones)."""

    def __init__(self, window: QWidget, session: Session, choice: Choice, form: str = "") -> None:
        super().__init__(window)
        self.begin: Callable[[Choice, Path], None] = lambda choice, out: None
        """Exports to a place; raises `CannotWriteError` where it cannot even begin."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export {name}").format(name=session.file.name))
        self._path = session.document.path
        self._summary = export_summary(
            session.document, session.run_directory.folder, training=session.runner.active
        )
        self._choice = choice
        self.forms = FormList()
        self.page: Page
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.refusal = QLabel()
        self.refusal.setProperty("role", "refusal")
        self.refusal.setTextFormat(Qt.TextFormat.PlainText)
        self.refusal.setWordWrap(True)
        self.refusal.hide()
        self.check = QPushButton(_("Check export…"))
        self.check.setToolTip(_("Compare every form with the network in training"))
        self.cancel = QPushButton(_("Cancel"))
        self.export = QPushButton(_("Export…"))
        self.export.setProperty("role", "primary")
        self.export.setDefault(True)
        for button in (self.check, self.cancel):
            button.setAutoDefault(False)
        self._lay_out()
        self.forms.currentRowChanged.connect(lambda _row: self._show_page())
        self.forms.itemDoubleClicked.connect(lambda _item: self._export())
        self.check.clicked.connect(self._check)
        self.cancel.clicked.connect(self.reject)
        self.export.clicked.connect(self._export)
        self.forms.choose(form or settings.last_export()[0])
        self.forms.setFocus()
        room = window.screen().availableGeometry().size()
        self.resize(min(theme.px(WIDTH), room.width() - 32), min(theme.px(HEIGHT), room.height() - 64))

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(20, 20, 12, 8)
        right.addWidget(self._scroll, 1)
        right.addWidget(self.refusal)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(8, 12, 0, 0)
        left.addWidget(self.forms)
        upper.addLayout(left)
        line = QFrame()
        line.setProperty("role", "rule")
        line.setFixedWidth(1)
        upper.addWidget(line)
        upper.addLayout(right, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 12, 16, 12)
        buttons.setSpacing(8)
        buttons.addWidget(self.check)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.export)
        rule = QFrame()
        rule.setProperty("role", "rule")
        rule.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(rule)
        column.addLayout(buttons)

    @property
    def choice(self) -> Choice:
        """What is chosen now."""
        return self.page.choice

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.forms.show_chosen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.forms.setFixedWidth(min(theme.px(290), self.width() * 45 // 100))

    def _show_page(self) -> None:
        self.refusal.hide()
        self.page = Page(FORMS[self.forms.form], self._summary, self._choice)
        self._choice = self.page.choice
        self.page.changed.connect(self._keep)
        self._scroll.setWidget(self.page)
        # What was made last would come last: Tab goes from the list through the page to the buttons.
        before: QWidget = self.forms
        for child in self.page.findChildren(QWidget):
            # A list that drops down is a window of its own.
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.window() is self:
                self.setTabOrder(before, child)
                before = child
        self.setTabOrder(before, self.check)

    def _keep(self, choice: Choice) -> None:
        self._choice = choice
        self.refusal.hide()

    def _check(self) -> None:
        choice = self.choice
        self.accept()
        newest = next((run.folder for run in self._summary.offer.runs), None)
        self.compared.emit(choice.run if "weights" in FORMS[choice.form].options else newest)

    # --- the place --------------------------------------------------------------------------------

    def _export(self) -> None:
        out = self._ask_place()
        if out is None:
            return
        try:
            self.begin(self.choice, out)
        except CannotWriteError as refusal:
            self._refuse(str(refusal))
            return
        settings.remember_export(self.choice.form, out.parent)
        self.accept()

    def _refuse(self, sentence: str) -> None:
        self.refusal.setText(sentence)
        self.refusal.show()

    def _ask_place(self) -> Path | None:
        """Where to, as the person says in the system's dialog; None: nowhere."""
        form, choice = FORMS[self.choice.form], self.choice
        folder = self._folder()
        if not form.endings:
            return self._ask_folder(folder, choice.name or proposed(form, self._path, choice))
        kinds = f"{form.kind} (*{choice.ending})"
        start = str(folder / proposed(form, self._path, choice))
        name, _filter = QFileDialog.getSaveFileName(self, _("Export to"), start, kinds)
        if not name:
            return None
        out = Path(name)
        if out.suffix.lower() in form.endings:
            return out
        # The system's dialog asked about the name as it was typed; with the ending added it is another file.
        out = out.with_name(out.name + choice.ending)
        return None if out.exists() and self._spared(out, _("Exporting replaces it.")) else out

    def _ask_folder(self, start: Path, name: str) -> Path | None:
        if NO_NAME.search(name):
            self._refuse(_('Give the folder a name that has letters and none of these: / \\ : * ? " < > |'))
            return None
        place = QFileDialog.getExistingDirectory(self, _("Where to put {name}").format(name=name), str(start))
        if not place:
            return None
        out = Path(place) / name
        if out.is_file():
            self._refuse(_("{name} is a file there. Give the folder another name.").format(name=name))
            return None
        loss = _(
            "Exporting replaces model.py, model.safetensors, labels.txt and predict.py in it; the rest stays."
        )
        filled = out.is_dir() and any(out.iterdir())
        return None if filled and self._spared(out, loss) else out

    def _spared(self, out: Path, loss: str) -> bool:
        """What is there already is not to be replaced."""
        question = _("{name} exists already.").format(name=out.name)
        return choose(self, question, loss, [_("Replace it"), _("Cancel")]) != 0

    def _folder(self) -> Path:
        """Where the last export went; at first the project's folder."""
        last = settings.last_export()[1]
        if last is not None and last.is_dir():
            return last
        return self._path.parent if self._path else Path.home()
