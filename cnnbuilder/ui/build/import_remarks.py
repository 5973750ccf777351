"""The list "What was read, and what was not": by line, each with the block that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.import_report import LastImport

if TYPE_CHECKING:
    from cnnbuilder.network.importing import Remark


class RemarkRow(QFrame):
    """A line's number and what is to be said of it. Where it is about a block, it can be clicked."""

    chosen = Signal()

    def __init__(self, remark: Remark, name: str = "", parent: QWidget | None = None) -> None:
        """`name`: what the block is called that the remark is about, or empty."""
        super().__init__(parent)
        self.remark = remark
        self.setProperty("role", "remark")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        where = _("line {line}").format(line=f"{remark.line:,}") if remark.line else ""
        self.setAccessibleName(": ".join(filter(None, (where, remark.message))))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(12)
        line = QLabel(where)
        line.setProperty("role", "mono")
        line.setMinimumWidth(line.fontMetrics().horizontalAdvance(_("line {line}").format(line="0,000")))
        sentence = QLabel(remark.message)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        row.addWidget(line, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(sentence, 1, Qt.AlignmentFlag.AlignTop)
        if name:
            block = QLabel(name)
            block.setProperty("role", "mono")
            row.addWidget(block, 0, Qt.AlignmentFlag.AlignTop)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(_("Show {name} on the canvas").format(name=name))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.focusPolicy() != Qt.FocusPolicy.NoFocus and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.chosen.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.hasFocus():
            self.chosen.emit()
        else:
            super().keyPressEvent(event)


class RemarkList(QWidget):
    """What the last reading says of its source, until it is dismissed."""

    block_chosen = Signal(str)
    """The id of the block that a remark is about."""

    def __init__(self, document: Document, last: LastImport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._last = last
        self.rows: list[RemarkRow] = []
        self.setAccessibleName(_("What was read, and what was not"))
        self.title = QLabel()
        self.title.setProperty("role", "section")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.done = QPushButton(_("Dismiss"))
        self.done.setProperty("role", "link")
        self.done.setToolTip(_("Take this list away; the network stays as it is"))
        self.done.clicked.connect(last.dismiss)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.done, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(head)
        last.changed.connect(self._show)
        self._show()

    def focus_first(self) -> None:
        """Puts the focus on the first remark, or on what takes the list away."""
        first = next((row for row in self.rows if row.focusPolicy() != Qt.FocusPolicy.NoFocus), self.done)
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        reading = self._last.present
        self.setVisible(reading is not None and bool(reading.remarks))
        if reading is None:
            return
        self.title.setText(_("What was read of {source}, and what was not").format(source=reading.source))
        rows = self._document.analysis.rows
        for remark in reading.remarks:
            found = rows.get(remark.block or "")
            row = RemarkRow(remark, found.name if found else "")
            row.chosen.connect(lambda remark=remark: self.block_chosen.emit(remark.block))
            self._column.addWidget(row)
            row.show()
            self.rows.append(row)
