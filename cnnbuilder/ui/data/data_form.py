"""Rows of the settings of a project's data: every change is checked and is one undoable edit."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from cnnbuilder.network.data import Data
from cnnbuilder.network.data_edits import setting, with_setting
from cnnbuilder.text import _
from cnnbuilder.ui.data.data_settings import WORDS, AmountEditor, Setting, info_of
from cnnbuilder.ui.fields.editors import SwitchEditor
from cnnbuilder.ui.fields.setting_row import SettingRow
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme

EDITOR_WIDTH = 154
"""At 100 % text."""
GAP = 8


class DataForm(QWidget):
    """Label and editor side by side; where the longest label finds no room there, each above its editor."""

    def __init__(
        self, session: Session, settings: tuple[Setting, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._stacked: bool | None = None
        self.rows: dict[str, SettingRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        for one in settings:
            info = info_of(one)
            editor = AmountEditor(info, one.amount) if one.amount is not None else None
            row = self.rows[one.place] = SettingRow(info, WORDS, editor)
            self.add_row(row)
            row.editor.committed.connect(lambda value, place=one.place: self._edit(place, value))
        session.input_needed.connect(self.flush)
        theme.changed.connect(self._place)
        self._place()

    def add_row(self, row: SettingRow) -> None:
        """Another row, at the end; whoever adds it answers its editor."""
        self.rows.setdefault(row.info.name, row)
        for widget in _parts(row):
            # Not shown yet, and hidden on purpose, are two things.
            hidden = widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
            widget.setParent(self)
            widget.setVisible(not hidden)
        self._stacked = None

    def show_data(self, data: Data, editable: bool) -> None:
        """Shows what stands in the data; what is not in use cannot be edited."""
        for place, row in self.rows.items():
            if hasattr(data, place.split(".")[0]):
                row.editor.show_value(setting(data, place))
            row.editor.setEnabled(editable)
            row.label.setEnabled(editable)

    def set_row_visible(self, place: str, visible: bool) -> None:
        """Shows or hides a row."""
        self.rows[place].set_visible(visible)
        self.setVisible(any(not row.editor.isHidden() for row in self.rows.values()))
        self._place()

    def flush(self) -> None:
        """Takes what has been typed and not yet been taken, where it is a value."""
        for row in self.rows.values():
            row.editor.flush()

    def _edit(self, place: str, value: Any) -> None:
        row = self.rows[place]
        label = row.info.field.label
        try:
            data = with_setting(self._session.document.project.data, place, value)
        except msgspec.ValidationError as error:
            row.say(_("{label}: {reason}.").format(label=label, reason=error))
            return
        row.say("")
        self._session.data.edit(_("Change {label}").format(label=label.lower()), data)

    # --- where things stand -----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def minimumSizeHint(self) -> QSize:
        # With the labels above: the form never makes its column wider than one editor.
        return QSize(theme.px(EDITOR_WIDTH), super().minimumSizeHint().height())

    def _place(self) -> None:
        shown = [row for row in self.rows.values() if not row.editor.isHidden()]
        stacked = any(_needed(row) > self.width() for row in shown)
        for row in self.rows.values():
            if not _is_switch(row):
                width = max(theme.px(EDITOR_WIDTH), row.editor.minimumSizeHint().width())
                row.editor.setMaximumWidth(16_777_215 if stacked else width)
                row.editor.setMinimumWidth(theme.px(EDITOR_WIDTH))
        if stacked == self._stacked:
            return
        self._stacked = stacked
        for place, row in enumerate(self.rows.values()):
            for widget in _parts(row):
                self._grid.removeWidget(widget)
            # A switch finds room beside its label wherever the label does.
            above = stacked and not _is_switch(row)
            self._grid.addWidget(row.label, 4 * place, 0, 1, 2 if above else 1)
            self._grid.addWidget(row.editor, 4 * place + int(above), 0 if above else 1, 1, 2 if above else 1)
            if isinstance(row.editor, AmountEditor):
                self._grid.addWidget(row.editor.typed, 4 * place + 2, 0, 1, 2)
            self._grid.addWidget(row.sentence, 4 * place + 3, 0, 1, 2)


def _is_switch(row: SettingRow) -> bool:
    return isinstance(row.editor, AmountEditor | SwitchEditor)


def _needed(row: SettingRow) -> int:
    """The width that a row takes with its label beside its editor."""
    if _is_switch(row):
        return 0
    editor = max(theme.px(EDITOR_WIDTH), row.editor.minimumSizeHint().width())
    return row.label.sizeHint().width() + GAP + editor


def _parts(row: SettingRow) -> tuple[QWidget, ...]:
    more = (row.editor.typed,) if isinstance(row.editor, AmountEditor) else ()
    return row.label, row.editor, *more, row.sentence
