"""The settings left of the curves: one row a field of `Training`, built from its own declaration."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks.base import Field, FieldInfo
from cnnbuilder.network.optimizers import OPTIMIZERS
from cnnbuilder.network.project import Project, Training
from cnnbuilder.text import _
from cnnbuilder.ui.fields.setting_row import SettingRow
from cnnbuilder.ui.session.network_diff import CHOICES
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

EDITOR_WIDTH = 126
"""At 100 % text."""
GAP = 8


@cache
def fields() -> tuple[FieldInfo, ...]:
    """The declared training settings, in order."""
    hints = get_type_hints(Training, include_extras=True)
    found = []
    for info in msgspec.structs.fields(Training):
        shown = [extra for extra in hints[info.name].__metadata__ if isinstance(extra, Field)]
        found.append(FieldInfo(info.name, info.type, info.default, shown[0]))
    return tuple(found)


def with_setting(training: Training, name: str, value: Any) -> Training:
    """The settings with one other value. Raises `msgspec.ValidationError` where it is out of range."""
    return msgspec.convert({**msgspec.structs.asdict(training), name: value}, Training)


class TrainingForm(QWidget):
    """Every change is one undoable edit of the document. "Quick try" stands beside "More"."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document = session.document
        self.rows: dict[str, SettingRow] = {}
        self._places: dict[str, tuple[QGridLayout, int]] = {}
        self._stacked: bool | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._more_grid = QGridLayout()
        self._more_grid.setHorizontalSpacing(8)
        self._more_grid.setVerticalSpacing(6)
        self._more_grid.setColumnStretch(0, 1)
        for info in fields():
            row = self.rows[info.name] = SettingRow(info, CHOICES)
            grid = self._grid if info.field.primary else self._more_grid
            self._places[info.name] = grid, 3 * len(self._places)
            row.editor.committed.connect(lambda value, name=info.name: self._edit(name, value))
        self.more = QPushButton(_("More"))
        self.more.setCheckable(True)
        self.more.setProperty("role", "fold")
        self.more.setToolTip(_("Momentum, weight decay, seed and precision"))
        self.more.toggled.connect(self._unfold)
        self.quick = QPushButton(_("Quick try"))
        self.quick.setProperty("role", "link")
        self.quick.setProperty("edge", "right")
        self.quick.setToolTip(_("Trains one epoch on 2,000 images, to see whether it learns at all"))
        self.quick.clicked.connect(lambda: session.train(quick=True))
        buttons = QHBoxLayout()
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        buttons.addWidget(self.quick)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._grid)
        column.addLayout(buttons)
        column.addLayout(self._more_grid)
        column.addStretch(1)
        document.changed.connect(self._follow)
        session.input_needed.connect(self.flush)
        theme.changed.connect(self._resize_editors)
        self._resize_editors()
        self._follow(document.project, document.project)

    def flush(self) -> None:
        """Takes what has been typed and not yet been taken, where it is a value."""
        for row in self.rows.values():
            row.editor.flush()

    def _edit(self, name: str, value: Any) -> None:
        project = self._document.project
        try:
            training = with_setting(project.training, name, value)
        except msgspec.ValidationError as error:
            self.rows[name].say(
                _("{label}: {reason}.").format(label=self.rows[name].info.field.label, reason=error)
            )
            return
        title = _("Change {label}").format(label=self.rows[name].info.field.label.lower())
        self._document.edit(title, msgspec.structs.replace(project, training=training))

    def _follow(self, before: Project, after: Project) -> None:
        for name, row in self.rows.items():
            row.editor.show_value(getattr(after.training, name))
        self._unfold(self.more.isChecked())

    def _unfold(self, opened: bool) -> None:
        self.more.setIcon(icon("chevron-down" if opened else "chevron-right", "secondary"))
        self.more.setAccessibleDescription(_("open") if opened else _("folded"))
        for name, row in self.rows.items():
            if not row.info.field.primary:
                optimizer = OPTIMIZERS[self._document.project.training.optimizer]
                fits = name != "momentum" or name in optimizer.settings
                row.set_visible(opened and fits)
        self._place_labels()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_labels()

    def minimumSizeHint(self) -> QSize:
        # With the labels above: the form never makes its column wider than one field.
        return QSize(theme.px(EDITOR_WIDTH), super().minimumSizeHint().height())

    def _resize_editors(self) -> None:
        for row in self.rows.values():
            row.editor.setMinimumWidth(theme.px(EDITOR_WIDTH))
            row.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._place_labels()

    def _place_labels(self) -> None:
        """Label and field side by side; where the longest label finds no room there, each above its field."""
        opened = self.more.isChecked()
        shown = (row for row in self.rows.values() if opened or row.info.field.primary)
        widest = max(row.label.sizeHint().width() for row in shown)
        stacked = widest + GAP + theme.px(EDITOR_WIDTH) > self.width()
        for row in self.rows.values():
            row.editor.setMaximumWidth(16_777_215 if stacked else theme.px(EDITOR_WIDTH))
        if stacked == self._stacked:
            return
        self._stacked = stacked
        for name, (grid, place) in self._places.items():
            row = self.rows[name]
            for widget in (row.label, row.editor, row.sentence):
                grid.removeWidget(widget)
            grid.addWidget(row.label, place, 0, 1, 2 if stacked else 1)
            grid.addWidget(row.editor, place + int(stacked), 0 if stacked else 1, 1, 2 if stacked else 1)
            grid.addWidget(row.sentence, place + 2, 0, 1, 2)
