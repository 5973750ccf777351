"""What a panel says while it has nothing to show: one sentence, and one button that mends it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks.input import Input
from cnnbuilder.network.edits import append, create
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document


class Empty(QWidget):
    """The sentence in the middle; the button adds the block that a network begins, or goes on, with."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._kind = ""
        self._sentence = QLabel()
        self._sentence.setProperty("role", "strong")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setWordWrap(True)
        self.button = QPushButton()
        self.button.clicked.connect(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch()
        column.addWidget(self._sentence)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()

    def say(self, sentence: str) -> None:
        """Shows the sentence, and the button where a block can be added."""
        self._sentence.setText(sentence)
        blocks = self._document.project.network.blocks
        begun = any(isinstance(block, Input) for block in blocks)
        self._kind = "Conv2d" if begun else "Input"
        self.button.setText(_("Add {kind}").format(kind=self._kind))
        self.button.setVisible(len(blocks) <= int(begun))

    @property
    def sentence(self) -> str:
        """What is said."""
        return self._sentence.text()

    def _add(self) -> None:
        network = self._document.project.network
        self._document.edit_network(self.button.text(), append(network, create(self._kind, network)))
