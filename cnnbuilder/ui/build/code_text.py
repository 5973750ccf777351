"""The source as text: line numbers at the side, marked lines, and a click that tells its line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.build.highlight import Highlighter
from cnnbuilder.ui.widgets.theme import theme


class CodeText(QPlainTextEdit):
    """Read, not written. Lines are counted from 1."""

    line_chosen = Signal(int)
    """A person clicked a line, or pressed Enter on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marked: frozenset[int] = frozenset()
        self._press = QPoint()
        self.setProperty("role", "mono")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(_("PyTorch code"))
        self.setTabChangesFocus(True)
        self._numbers = _Numbers(self)
        self._highlighter = Highlighter(self.document())
        self.updateRequest.connect(self._scrolled)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(theme.font(mono=True))
        self.document().setDefaultFont(theme.font(mono=True))
        self.document().setDocumentMargin(0)
        self._make_room()
        self._paint_marks()

    def show_source(self, text: str) -> None:
        """Shows a text; scroll and caret stay where they were as far as they can."""
        if text == self.toPlainText():
            return
        if not self.toPlainText():
            self.setPlainText(text)
        else:
            self._replace(self.toPlainText().split("\n"), text.split("\n"))
        self._make_room()

    def _replace(self, before: list[str], after: list[str]) -> None:
        """Only the lines that differ: scroll and caret stay, and a thousand lines need no new colours."""
        start = 0
        while start < min(len(before), len(after)) and before[start] == after[start]:
            start += 1
        end = 0
        while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
            end += 1
        # One line that both share goes along: so neither side of the exchange is without a line.
        if start:
            start -= 1
        elif end:
            end -= 1
        document = self.document()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        cursor.setPosition(document.findBlockByNumber(start).position())
        last = document.findBlockByNumber(len(before) - end - 1)
        cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n".join(after[start : len(after) - end]))
        cursor.endEditBlock()

    @property
    def marked(self) -> frozenset[int]:
        """The marked lines."""
        return self._marked

    def mark(self, lines: frozenset[int], *, scroll: bool) -> None:
        """Marks lines; scrolls to the first one where asked and where none of them is in view."""
        self._marked = lines
        self._paint_marks()
        if lines and scroll:
            first = self.firstVisibleBlock().blockNumber() + 1
            shown = range(first, first + max(1, self.viewport().height() // max(1, self._line_height())))
            if not any(line in shown for line in lines):
                cursor = QTextCursor(self.document().findBlockByNumber(min(lines) - 1))
                self.setTextCursor(cursor)
                self.centerCursor()

    def _paint_marks(self) -> None:
        selections = []
        for line in sorted(self._marked):
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
            selection.format.setBackground(theme.color("sunken"))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selections.append(selection)
        self.setExtraSelections(selections)
        self._numbers.update()

    def _line_height(self) -> int:
        return round(self.blockBoundingRect(self.document().firstBlock()).height())

    # Choosing a line

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        here = event.position().toPoint()
        # A drag selects text to copy; only a click chooses the line.
        if event.button() == Qt.MouseButton.LeftButton and (here - self._press).manhattanLength() < 4:
            self.line_chosen.emit(self.cursorForPosition(here).blockNumber() + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.line_chosen.emit(self.textCursor().blockNumber() + 1)
        else:
            super().keyPressEvent(event)

    # Line numbers

    def number_width(self) -> int:
        """The width of the column of numbers."""
        return self.fontMetrics().horizontalAdvance("0" * len(str(max(10, self.blockCount())))) + 28

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)
        area = self.contentsRect()
        self._numbers.setGeometry(
            QRect(area.left(), area.top(), self.viewport().x() - area.left(), area.height())
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _scrolled(self, rect: QRect, down: int) -> None:
        self._numbers.update()

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Paints the numbers of the lines in view; marked ones in ink."""
        painter = QPainter(self._numbers)
        painter.setFont(theme.font(mono=True))
        width = self._numbers.width()
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = min(
                self.blockBoundingRect(block).height(), self._line_height()
            )  # the last holds a margin
            marked = block.blockNumber() + 1 in self._marked
            if marked:
                painter.fillRect(0, round(top), width, round(height), theme.color("sunken"))
                painter.fillRect(0, round(top), 3, round(height), theme.color("ink"))
            painter.setPen(theme.color("ink" if marked else "secondary"))
            area = QRect(0, round(top), width - 14, round(height))
            painter.drawText(
                area,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                str(block.blockNumber() + 1),
            )
            top += height
            block = block.next()
        painter.end()


class _Numbers(QWidget):
    def __init__(self, text: CodeText) -> None:
        super().__init__(text)
        self._text = text

    def sizeHint(self) -> QSize:
        return QSize(self._text.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._text.paint_numbers(event)
