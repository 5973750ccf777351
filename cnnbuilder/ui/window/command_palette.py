"""The command palette (Ctrl+K): any action by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.command_words import words_of

LETTERS = 4
"""The rank of a command that has the letters typed, and nothing better: shown only where there is nothing better."""


def actions_of(menus: Sequence[QMenu]) -> Iterator[tuple[str, QAction]]:
    """Every action in the menus with its name there: ("Text size: 150 %", action)."""
    for menu in menus:
        yield from _below(menu, "")


def _below(menu: QMenu, path: str) -> Iterator[tuple[str, QAction]]:
    # A menu that fills itself when it opens must do so here as well.
    menu.aboutToShow.emit()
    for action in menu.actions():
        name = action.text().replace("&", "").rstrip("…")
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _below(inner, f"{path}{name}: ")
        elif name and not action.isSeparator() and action.isVisible():
            yield path + name, action


def matches(name: str, typed: str, words: str = "") -> int | None:
    """How well a command fits what was typed: 0 best, None not at all.

    `words`: what it is found by beside its name. The first letter and others in order are enough, as the last resort.
    """
    low, wanted = name.casefold(), typed.casefold().strip()
    if not wanted or low.startswith(wanted):
        return 0
    names = low.replace(":", " ").split()
    if any(word.startswith(wanted) for word in names):
        return 1
    if wanted in low:
        return 2
    known = [*names, *words.casefold().split()]
    if all(any(word.startswith(part) for word in known) for part in wanted.split()):
        return 3
    rest = iter(low)
    in_order = all(letter in rest for letter in wanted if letter != " ")
    return LETTERS if len(wanted) > 2 and low[0] == wanted[0] and in_order else None


class CommandPalette(QFrame):
    """A field and a list over the window; Enter does what is marked, Escape or a click elsewhere nothing."""

    def __init__(self, window: QWidget, menus: Sequence[QMenu]) -> None:
        super().__init__(window)
        self.setProperty("role", "floating")
        self.setAccessibleName(_("Commands"))
        self._before = window.focusWidget()
        self._commands = list(actions_of(menus))
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("What do you want to do?"))
        self.field.setAccessibleName(_("Command"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Commands that fit"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.miss = QLabel(_("No command has this name. Try another word."))
        self.miss.setProperty("role", "secondary")
        self.miss.setContentsMargins(8, 4, 8, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self.miss, 1, Qt.AlignmentFlag.AlignTop)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._take())
        width = min(theme.px(560), window.width() - 48)
        self.resize(width, min(theme.px(420), window.height() - 120))
        self.move((window.width() - width) // 2, 72)
        self._fill("")

    def open(self) -> None:
        """Shows it, ready to type."""
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_up(self) -> None:
        """Goes away; the focus returns to where it was."""
        if self.isVisible():
            self.field.removeEventFilter(self)
            self.hide()
            if self._before is not None:
                self._before.setFocus()
            self.deleteLater()

    def _fill(self, typed: str) -> None:
        ranked = [
            (rank, not action.isEnabled(), number, name, action)
            for number, (name, action) in enumerate(self._commands)
            if (rank := matches(name, typed, words_of(action))) is not None
        ]
        if any(rank < LETTERS for rank, *_rest in ranked):
            ranked = [found for found in ranked if found[0] < LETTERS]
        self.list.clear()
        for _rank, disabled, _number, name, action in sorted(ranked, key=lambda entry: entry[:3]):
            item = QListWidgetItem(self.list)
            item.setData(Qt.ItemDataRole.UserRole, action)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
            item.setToolTip(action.statusTip() or action.toolTip())
            if disabled:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            row = _CommandRow(
                name, action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), disabled
            )
            item.setSizeHint(QSize(0, theme.px(13) + 18))
            self.list.setItemWidget(item, row)
        self.list.setVisible(self.list.count() > 0)
        self.miss.setVisible(self.list.count() == 0)
        self._move(0, fresh=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.isAncestorOf(
            QApplication.focusWidget() or self.window()
        ):
            self.close_up()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        """What a key does besides typing; true where it does something."""
        page = max(1, self.list.height() // max(1, self.list.sizeHintForRow(0)))
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page}
        if key in steps:
            self._move(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif key == Qt.Key.Key_Escape:
            self.close_up()
        else:
            return False
        return True

    def _move(self, by: int, fresh: bool = False) -> None:
        """Marks the next command that can be done now, `by` rows on."""
        count = self.list.count()
        row = 0 if fresh else max(0, min(count - 1, self.list.currentRow() + by))
        step = 1 if by >= 0 else -1
        while 0 <= row < count and not self.list.item(row).flags():
            row += step
        if 0 <= row < count:
            self.list.setCurrentRow(row)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.flags():
            action: QAction = item.data(Qt.ItemDataRole.UserRole)
            self.close_up()
            action.trigger()


class _CommandRow(QWidget):
    """A command's name, and its shortcut at the right."""

    def __init__(self, name: str, shortcut: str, disabled: bool) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label, keys = QLabel(name), QLabel(shortcut)
        keys.setProperty("role", "small")
        if disabled:
            label.setProperty("role", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(label, 1)
        row.addWidget(keys)


def ask_command(window: QWidget, menus: Sequence[QMenu]) -> None:
    """Shows the palette over the window."""
    CommandPalette(window, menus).open()
