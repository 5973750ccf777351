"""Dialogs with one question or one sentence; buttons say what they do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.text import _


def choose(parent: QWidget | None, question: str, explanation: str, answers: Sequence[str]) -> int:
    """Asks, and returns the number of the answer. The first is the default, the last is what Escape means."""
    box = QMessageBox(parent)
    box.setWindowTitle(_("cnnbuilder"))
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(f"<b>{escape(question)}</b>")
    box.setInformativeText(escape(explanation))
    buttons = []
    for number, answer in enumerate(answers):
        role = (
            QMessageBox.ButtonRole.RejectRole
            if number == len(answers) - 1
            else QMessageBox.ButtonRole.ActionRole
        )
        button = box.addButton(answer, role)
        if number == 0:
            button.setProperty("role", "primary")
            button.style().polish(button)
        buttons.append(button)
    box.setDefaultButton(buttons[0])
    box.setEscapeButton(buttons[-1])
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    return buttons.index(clicked) if clicked in buttons else len(answers) - 1


class DetailsDialog(QDialog):
    """One sentence, and below it the full account that only a specialist reads."""

    def __init__(self, parent: QWidget | None, message: str, details: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Details"))
        label = QLabel(message)
        label.setWordWrap(True)
        label.setProperty("role", "heading")
        text = QPlainTextEdit(details)
        text.setReadOnly(True)
        text.setProperty("role", "mono")
        text.setAccessibleName(_("Details"))
        copy = QPushButton(_("Copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        close = QPushButton(_("Close"))
        close.setProperty("role", "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(label)
        column.addWidget(text, 1)
        column.addLayout(buttons)
        self.resize(720, 420)


def show_details(parent: QWidget | None, message: str, details: str) -> None:
    """Shows the dialog until it is closed."""
    dialog = DetailsDialog(parent, message, details)
    dialog.exec()
    dialog.deleteLater()
