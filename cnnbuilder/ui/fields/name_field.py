"""A block's name in code, which a person may write over."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.theme import theme


class NameField(QLineEdit):
    """Enter or leaving takes the name, an empty one goes back to the usual; Escape leaves it as it was."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.setProperty("role", "name")
        self.setFrame(False)
        self.setMaxLength(60)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(_("Name in code"))
        self.setToolTip(_("The name in code; write another over it, or empty it for the usual one"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.returnPressed.connect(self._take)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(theme.font(mono=True))
        self.setMinimumWidth(QFontMetrics(self.font()).horizontalAdvance("0" * 5))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(26, QFontMetrics(self.font()).height() + 8))

    def show_name(self, name: str) -> None:
        """Shows the name as it is now; what is being typed stays unless the name itself changed."""
        if name != self._name:
            self._name = name
            self.setText(name)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._take()
            self.setCursorPosition(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._name:
            self.setText(self._name)
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        text = self.text().strip()
        if text != self._name:
            self.renamed.emit(text)
        self.setText(self._name)
