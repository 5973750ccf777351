"""One editor for each type of field: typed values with steppers, switches, and choices."""

from __future__ import annotations

from typing import Any

from msgspec import inspect
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QWidget

from cnnbuilder.blocks.base import FieldInfo
from cnnbuilder.text import _
from cnnbuilder.ui.fields.entries import Entry, entry_for
from cnnbuilder.ui.widgets.field_line import FieldLine, SideButton, side_width
from cnnbuilder.ui.widgets.switch import Switch
from cnnbuilder.ui.widgets.theme import theme

PAUSE = 600
"""Milliseconds without a key after which a typed value is taken: long enough to type the next digit."""


class Editor(QWidget):
    """Shows a field's value and takes a new one. A bad entry is refused with a sentence and stays where it is."""

    committed = Signal(object)
    """A person gave this value; it is of the right type and in range."""
    refused = Signal(str)
    """One sentence on what may stand here; empty when all is well again."""
    focused = Signal(bool)

    def show_value(self, value: Any) -> None:
        """The field's value, as it is now in the project."""
        raise NotImplementedError

    def show_open(self, open_: bool) -> None:
        """Whether the field waits to be filled in: then it shows no value, and any value given is taken."""

    def words(self, value: Any) -> str:
        """A value as this editor shows it."""
        return str(value)

    def flush(self) -> None:
        """Takes what has been typed so far."""


class TypedEditor(Editor):
    """A typed value with − and +, and a list of the usual values."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._value: Any = None
        self._complaint = False
        self._open = False
        self.line = FieldLine(self)
        self.line.sides = [
            SideButton("minus", _("One less"), self.line),
            SideButton("plus", _("One more"), self.line),
        ]
        self.line.sides[0].clicked.connect(lambda: self._step(-1))
        self.line.sides[1].clicked.connect(lambda: self._step(1))
        for button in self.line.sides:
            button.setAutoRepeat(True)
            button.setAutoRepeatDelay(400)
            button.setAutoRepeatInterval(90)
        if entry.usual:
            button = SideButton("chevron-down", _("Usual values"), self.line)
            button.clicked.connect(self._open_usual)
            self.line.sides.append(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        self.setFocusProxy(self.line)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._paused)
        self.line.textEdited.connect(self._typed)
        self.line.entered.connect(self._entered)
        self.line.left.connect(self._leave)
        self.line.stepped.connect(self._step)
        self.line.leaped.connect(lambda by: self._take(self.entry.next_usual(self._base(), by)))
        self.line.opened.connect(self._open_usual)
        self.line.escaped.connect(self._restore)
        self.line.focused.connect(self.focused)
        theme.changed.connect(self.line.place_sides)

    def sizeHint(self) -> QSize:
        text = QFontMetrics(theme.font()).horizontalAdvance("0" * 5)
        return QSize(24 + text + side_width() * len(self.line.sides), self.line.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        text = QFontMetrics(theme.font()).horizontalAdvance("0" * 3)
        return QSize(14 + text + side_width() * len(self.line.sides), self.line.sizeHint().height())

    def show_value(self, value: Any) -> None:
        """Leaves what is being typed alone, unless this very value changed elsewhere."""
        changed = value != self._value
        if not changed and self.line.pending:
            return
        self._value = value
        self._settle()
        same = self.line.hasFocus() and self._means(value)
        if not same and self.line.text() != self._text():
            caret = self.line.cursorPosition()
            self.line.setText(self._text())
            self.line.setCursorPosition(min(caret, len(self.line.text())))

    def show_open(self, open_: bool) -> None:
        if open_ == self._open:
            return
        self._open = open_
        self.line.setPlaceholderText("?" if open_ else "")
        if not self.line.pending:
            self.line.setText(self._text())

    def words(self, value: Any) -> str:
        return self.entry.show(value)

    def _text(self) -> str:
        """What stands in the line when nobody types."""
        return "" if self._open else self.entry.show(self._value)

    def flush(self) -> None:
        if self.line.pending and self.entry.reads(self.line.text()):
            self._take(self.entry.read(self.line.text()))

    def _means(self, value: Any) -> bool:
        """Whether what stands in the line is this value."""
        text = self.line.text()
        return self.entry.reads(text) and bool(self.entry.read(text) == value)

    def _settle(self) -> None:
        self.line.pending = False
        self._pause.stop()
        if self._complaint:
            self._complaint = False
            self._mark()
            self.refused.emit("")

    def _mark(self) -> None:
        self.line.setProperty("problem", "true" if self._complaint else "false")
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)

    def _typed(self, text: str) -> None:
        self.line.pending = True
        self._pause.start()

    def _paused(self) -> None:
        if not self.entry.unfinished(self.line.text()):
            self._accept()

    def _entered(self) -> None:
        self._accept()
        self.line.selectAll()

    def _leave(self) -> None:
        self._accept()
        if not self.line.pending:
            self.line.setText(self._text())

    def _accept(self) -> None:
        """Takes what was typed, or says what may stand here and leaves it."""
        if not self.line.pending:
            return
        if self.entry.reads(self.line.text()):
            self._take(self.entry.read(self.line.text()))
            return
        self._pause.stop()
        self._complaint = True
        self._mark()
        self.refused.emit(self.entry.refusal())

    def _restore(self) -> None:
        self._settle()
        self.line.setText(self._text())
        self.line.selectAll()

    def _base(self) -> Any:
        """From where a step goes: what is typed, where that is a value."""
        typed = self.entry.read(self.line.text())
        return self._value if typed is None else typed

    def _step(self, by: int) -> None:
        self._take(self.entry.step(self._base(), by))

    def _take(self, value: Any) -> None:
        self._settle()
        if not self._means(value):
            self.line.setText(self.entry.show(value))
        if value != self._value or self._open:
            self._value = value
            self.committed.emit(value)

    def usual_menu(self) -> QMenu:
        """The usual values to choose from, the present one checked."""
        menu = QMenu(self)
        for usual in self.entry.usual:
            action = menu.addAction(self.entry.show(usual))
            action.setCheckable(True)
            action.setChecked(usual == self._value)
            action.triggered.connect(lambda _checked=False, value=usual: self._take(value))
        return menu

    def _open_usual(self) -> None:
        if self.entry.usual:
            menu = self.usual_menu()
            menu.setMinimumWidth(self.width())
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


class SwitchEditor(Editor):
    """Yes or no, as a switch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = False
        self.switch = Switch(self)
        self.switch.toggled.connect(self._toggled)
        self.switch.focused.connect(self.focused)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch()
        layout.addWidget(self.switch)
        self.setFocusProxy(self.switch)

    def show_value(self, value: bool) -> None:
        self._value = value
        self.switch.setChecked(value)

    def words(self, value: bool) -> str:
        return _("yes") if value else _("no")

    def _toggled(self, value: bool) -> None:
        if value != self._value:
            self._value = value
            self.committed.emit(value)


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, values: tuple[Any, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = values
        self._value: Any = values[0]
        self.box = _Box(self)
        self.box.addItems([str(value) for value in values])
        self.box.activated.connect(lambda place: self.committed.emit(self._values[place]))
        self.box.focused.connect(self.focused)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        self._value = value
        self.box.setCurrentIndex(self._values.index(value))

    def show_open(self, open_: bool) -> None:
        self.box.setPlaceholderText("?" if open_ else "")
        self.box.setCurrentIndex(-1 if open_ else self._values.index(self._value))


class _Box(QComboBox):
    focused = Signal(bool)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)


def editor_for(info: FieldInfo) -> Editor:
    """The editor of a declared field, by its type."""
    kind = inspect.type_info(info.type)
    if isinstance(kind, inspect.BoolType):
        return SwitchEditor()
    if isinstance(kind, inspect.LiteralType):
        return ChoiceEditor(tuple(kind.values))
    return TypedEditor(entry_for(info.field.usual, kind))
