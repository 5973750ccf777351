"""The form of a block: one row a field, built from the block's own declaration."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks.base import Block, FieldInfo
from cnnbuilder.text import _
from cnnbuilder.ui.fields.editors import Editor, editor_for
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import SMALL, theme

GAP = 8
EDITOR = 128
"""An editor is as wide as this where there is room, so that the fields of all blocks look alike."""


class FieldRow(QWidget):
    """Label, PyTorch's name and the editor; below them, when there is one, a sentence."""

    def __init__(self, info: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._lit = False
        self._open = False
        self.editor: Editor = editor_for(info)
        self.label = QLabel(info.field.label)
        self.label.setProperty("role", "field-label")
        self.label.setBuddy(self.editor)
        self.mono = QLabel(info.name)
        self.mono.setProperty("role", "secondary")
        self.sentence = QLabel()
        self.sentence.setProperty("role", "refusal")
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        self.mark = QLabel(_("the source leaves it open"))
        self.mark.setProperty("role", "refusal")
        self.mark.hide()
        self.keep = QPushButton()
        self.keep.setProperty("role", "link")
        self.keep.setProperty("edge", "right")
        self.keep.hide()
        self.extra = QHBoxLayout()
        self.extra.setContentsMargins(0, 0, 0, 0)
        self.extra.addWidget(self.mark)
        self.extra.addStretch()
        self.extra.addWidget(self.keep)
        tip = info.field.help
        if info.field.symbol:
            tip = _("{help}\n{symbol} in the formula").format(help=tip, symbol=info.field.symbol)
        for widget in (self.label, self.mono, self.editor):
            widget.setToolTip(tip)
        target = self.editor.focusProxy() or self.editor
        target.setAccessibleName(f"{info.field.label}, {info.name}")
        target.setAccessibleDescription(info.field.help)
        target.setToolTip(tip)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(2)
        self._stacked: bool | None = None
        self.editor.refused.connect(self.say)

    def say(self, sentence: str) -> None:
        """Shows one sentence below the field; an empty one takes it away."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def show_open(self, open_: bool, value: Any) -> None:
        """Marks a field that imported source names without a value; `value` is what it holds meanwhile."""
        self._open = open_
        self.editor.show_open(open_)
        self.mark.setVisible(open_)
        self.keep.setVisible(open_)
        if open_:
            self.keep.setText(_("Take {value}").format(value=self.editor.words(value)))
            self.keep.setToolTip(_("Fill in the usual value"))
        target = self.editor.focusProxy() or self.editor
        said = f"{self.mark.text()}. {self.info.field.help}" if open_ else self.info.field.help
        target.setAccessibleDescription(said)
        self.update()

    @property
    def is_open(self) -> bool:
        """Whether the row is marked as one to fill in."""
        return self._open

    def light(self, lit: bool) -> None:
        """Marks the row whose number the pointer is at."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    @property
    def lit(self) -> bool:
        """Whether the row is marked."""
        return self._lit

    def arrange(self, stacked: bool, label_width: int, mono_width: int) -> None:
        """Three columns, or the name in code below the label where there is no room for three."""
        self.mono.setFont(theme.font(SMALL, mono=True))
        self.label.setMinimumWidth(label_width)
        self.mono.setMinimumWidth(mono_width)
        if stacked == self._stacked:
            return
        self._stacked = stacked
        for widget in (self.label, self.mono, self.editor, self.sentence):
            self._grid.removeWidget(widget)
        self._grid.removeItem(self.extra)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        if stacked:
            self._grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignBottom)
            self._grid.addWidget(self.mono, 1, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self.editor, 0, 2, 2, 1, right)
        else:
            self._grid.addWidget(self.label, 0, 0)
            self._grid.addWidget(self.mono, 0, 1)
            self._grid.addWidget(self.editor, 0, 2, right)
        self._grid.addLayout(self.extra, 2, 0, 1, 3)
        self._grid.addWidget(self.sentence, 3, 0, 1, 3)
        self._grid.setColumnStretch(2, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._lit or self._open:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("ink", 30) if self._lit else theme.color("problem", 26))
            painter.drawRoundedRect(self.rect(), 6, 6)
            painter.end()


class Form(QWidget):
    """The fields of one kind of block. Those that tell little are folded under "More fields"."""

    edited = Signal(str, object)
    """(field, value): a person gave a field another value."""
    focused = Signal(str)
    """The field that is being edited, or empty."""

    def __init__(self, kind: type[Block], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._block: Block | None = None
        self.rows: dict[str, FieldRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._more = QPushButton(_("More fields"), self)
        self._more.setProperty("role", "fold")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._unfold)
        self._more_rows = QWidget(self)
        more = QVBoxLayout(self._more_rows)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(6)
        for info in kind.form_fields():
            row = FieldRow(info)
            self.rows[info.name] = row
            (self._column if info.field.primary else more).addWidget(row)
            row.editor.committed.connect(lambda value, name=info.name: self.edited.emit(name, value))
            row.keep.clicked.connect(lambda _checked=False, name=info.name: self._keep(name))
            row.editor.focused.connect(lambda on, name=info.name: self.focused.emit(name if on else ""))
        if more.count():
            self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
            self._column.addWidget(self._more_rows)
        else:
            self._more.hide()
        self._unfold(False)
        if hasattr(kind, "keep_size_padding"):
            self._add_keep_size()
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_block(self, block: Block) -> None:
        """Shows the values of a block of this kind. What is being typed stays."""
        if self._block is not None and block.id != self._block.id:
            for row in self.rows.values():
                row.say("")
        self._block = block
        for name, row in self.rows.items():
            row.editor.show_value(getattr(block, name))
            if row.is_open or name in block.open:
                row.show_open(name in block.open, getattr(block, name))
        self._unfold_open(block)

    def flush(self) -> None:
        """Takes what has been typed and not yet been taken, where it is a value."""
        for row in self.rows.values():
            row.editor.flush()

    def light(self, field: str) -> None:
        """Marks the row of one field, opening "More fields" where it is there; empty marks none."""
        for name, row in self.rows.items():
            row.light(name == field)

    def focus_first(self) -> None:
        """Puts the caret into the first field, or into the first that the source leaves open."""
        rows = [row for row in self.rows.values() if row.is_open] or list(self.rows.values())
        for row in rows[:1]:
            row.editor.setFocus(Qt.FocusReason.TabFocusReason)

    def _keep(self, name: str) -> None:
        """The value that an open field holds meanwhile is meant."""
        if self._block is not None:
            self.rows[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edited.emit(name, getattr(self._block, name))

    def _unfold_open(self, block: Block) -> None:
        if any(info.name in block.open and not info.field.primary for info in self.kind.fields()):
            self._more.setChecked(True)

    def _unfold(self, opened: bool) -> None:
        self._more_rows.setVisible(opened)
        self._more.setIcon(icon("chevron-down" if opened else "chevron-right", "secondary"))
        self._more.setAccessibleDescription(_("open") if opened else _("folded"))

    def _add_keep_size(self) -> None:
        row = self.rows["padding"]
        link = QPushButton(_("Keep the size"))
        link.setProperty("role", "link")
        link.setProperty("edge", "right")
        link.setToolTip(_("Sets the padding with which the image leaves as large as it came"))
        link.clicked.connect(self._keep_size)
        row.extra.addWidget(link)

    def _keep_size(self) -> None:
        row = self.rows["padding"]
        answer = self._block.keep_size_padding()  # type: ignore[union-attr]
        if isinstance(answer, str):
            row.say(answer)
            return
        row.say("" if answer != self._block.padding else _("This padding keeps the size."))  # type: ignore[union-attr]
        if answer != self._block.padding:  # type: ignore[union-attr]
            self.edited.emit("padding", answer)

    # Width

    def _restyle(self) -> None:
        self._more.setIconSize(QSize(theme.px(14), theme.px(14)))
        # Labels learn of another text size with their next event, not with the theme's signal.
        QTimer.singleShot(0, self, self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        # Editors take the width that there is. It must not become the least width, or the form could never shrink.
        height = super().minimumSizeHint().height()
        if not self.rows:
            return QSize(0, height)
        labels, monos, editors = self._widths()
        return QSize(max(labels, monos) + GAP + editors, height)

    def _widths(self) -> tuple[int, int, int]:
        """What labels, field names and editors need."""
        mono = QFontMetrics(theme.font(SMALL, mono=True))
        # Not the labels' size hints: they never fall below the least width that they were given here.
        # Nor their fonts: those follow another text size only with their next event.
        plain = QFontMetrics(theme.font())
        labels = 1 + max(plain.horizontalAdvance(row.label.text()) for row in self.rows.values())
        monos = 1 + max(mono.horizontalAdvance(name) for name in self.rows)
        return labels, monos, max(row.editor.minimumSizeHint().width() for row in self.rows.values())

    def _arrange(self) -> None:
        if not self.rows:
            return
        labels, monos, editors = self._widths()
        stacked = labels + monos + editors + 2 * GAP > self.width()
        left = max(labels, monos) + GAP if stacked else labels + monos + 2 * GAP
        width = max(editors, min(self.width() - left, theme.px(EDITOR)))
        for row in self.rows.values():
            row.editor.setFixedWidth(width)
            row.arrange(stacked, max(labels, monos) if stacked else labels, monos)


def checked(block: Block, field: str, value: Any) -> Block | None:
    """The block with another value, or None where its own check refuses it."""
    try:
        return block.with_fields(**{field: value})
    except msgspec.ValidationError:
        return None
