"""The dialog of F1: every shortcut, under its menu, found by what it does or by its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QMenu, QScrollArea, QVBoxLayout, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.search_field import SearchField
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.command_palette import LETTERS, actions_of, matches
from cnnbuilder.ui.window.command_words import words_of


class _Line(NamedTuple):
    """One action: what is searched, and the two labels that show it."""

    name: str
    keys: str
    words: str
    labels: tuple[QLabel, QLabel]


class ShortcutsDialog(QDialog):
    """Every action that has a shortcut, in the order of the menus; a menu without a match is not shown."""

    def __init__(self, parent: QWidget, menus: Sequence[QMenu]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard"))
        self.search = SearchField(_("Search, e.g. undo or Ctrl+K"))
        self.search.setAccessibleName(_("Search shortcuts"))
        self.search.textChanged.connect(self._search)
        self.miss = QLabel(_("No shortcut fits. Ctrl+K finds every command, with and without a shortcut."))
        self.miss.setProperty("role", "secondary")
        self.miss.setWordWrap(True)
        self.miss.hide()
        self.headings: list[tuple[QLabel, list[_Line]]] = []
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(24, 8, 24, 24)
        self._grid.setHorizontalSpacing(32)
        self._grid.setColumnStretch(0, 1)
        for menu in menus:
            self._add_menu(menu)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(inner.sizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        top = QVBoxLayout()
        top.setContentsMargins(24, 12, 24, 4)
        top.addWidget(self.search)
        top.addWidget(self.miss)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(scroll, 1)
        self.resize(self.sizeHint().width(), theme.px(560))

    @property
    def shown(self) -> list[str]:
        """The names that are shown now."""
        return [
            line.name for _heading, lines in self.headings for line in lines if not line.labels[0].isHidden()
        ]

    def _add_menu(self, menu: QMenu) -> None:
        found = [
            (name, keys, words_of(action))
            for name, action in actions_of([menu])
            if (
                keys := [keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in action.shortcuts()]
            )
        ]
        if not found:
            return
        heading = QLabel(menu.title().replace("&", ""))
        heading.setProperty("role", "section")
        place = self._grid.rowCount()
        self._grid.addWidget(heading, place, 0, 1, 2)
        lines = []
        for row, (name, keys, words) in enumerate(found, place + 1):
            label, shortcut = QLabel(name), QLabel(_(" or ").join(keys))
            shortcut.setProperty("role", "mono")
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(shortcut, row, 1, Qt.AlignmentFlag.AlignRight)
            lines.append(_Line(name, shortcut.text(), words, (label, shortcut)))
        self.headings.append((heading, lines))

    def _search(self, typed: str) -> None:
        for heading, lines in self.headings:
            fitting = [_fits(line, typed) for line in lines]
            heading.setVisible(any(fitting))
            for line, fits in zip(lines, fitting, strict=True):
                for label in line.labels:
                    label.setVisible(fits)
        self.miss.setVisible(not self.shown)


def _fits(line: _Line, typed: str) -> bool:
    rank = matches(line.name, typed, line.words)
    return (rank is not None and rank < LETTERS) or typed.strip().casefold() in line.keys.casefold()


def show_shortcuts(parent: QWidget, menus: Sequence[QMenu]) -> None:
    """Shows the list until it is closed."""
    dialog = ShortcutsDialog(parent, menus)
    dialog.exec()
    dialog.deleteLater()
