"""Numbers that a panel shows: large ones beside their section, small ones in a list; each flashes when it changes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStyle, QWidget

from cnnbuilder.ui.widgets.theme import theme

FLASH = 150
"""Milliseconds; the longest that anything may move."""


class Value(QLabel):
    """A text that flashes once when it becomes another."""

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if role:
            self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self._glow = 0.0
        self._animation: QVariantAnimation | None = None

    def show_text(self, text: str, *, flash: bool) -> None:
        """Shows a text; flashes where asked and where it differs from what stood there."""
        before = self.text()
        if text == before:
            return
        self.setText(text)
        if flash and before and self.isVisible():
            self._flash()

    @property
    def flashing(self) -> bool:
        """Whether the flash has not died away yet."""
        return self._glow > 0

    def _flash(self) -> None:
        if not self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self):
            return  # the system asks for no motion
        if self._animation is None:
            self._animation = QVariantAnimation(self)
            self._animation.setDuration(FLASH)
            self._animation.setStartValue(1.0)
            self._animation.setEndValue(0.0)
            self._animation.valueChanged.connect(self._fade)
        self._animation.stop()
        self._glow = 1.0
        self._animation.start()

    def _fade(self, glow: float) -> None:
        self._glow = glow
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._glow > 0:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("activation", round(110 * self._glow)))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
            painter.end()
        super().paintEvent(event)


class Fact(QWidget):
    """A line of a list: what, and how much."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLabel(name)
        self.name.setProperty("role", "secondary")
        self.value = Value()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.name, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.value, 1)

    def show_text(self, text: str | None, *, flash: bool) -> None:
        """Shows the amount; None hides the line."""
        self.setVisible(text is not None)
        if text is not None:
            self.value.show_text(text, flash=flash)
            self.value.setAccessibleName(f"{self.name.text()}: {text}")


class Headline(QWidget):
    """A section's title with its result large at the right."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(title)
        self.title.setProperty("role", "section")
        self.value = Value("title")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(self.value, 1)

    def show_text(self, text: str, *, known: bool = True, flash: bool) -> None:
        """Shows the result; one that is not known is a sentence, in small type."""
        role = "title" if known else "secondary"
        if self.value.property("role") != role:
            self.value.setProperty("role", role)
            self.value.style().unpolish(self.value)
            self.value.style().polish(self.value)
        self.value.show_text(text, flash=flash and known)
        self.value.setAccessibleName(f"{self.title.text()}: {text}")


class Rule(QFrame):
    """A line of one pixel between two parts of a panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rule")
        self.setFixedHeight(1)
