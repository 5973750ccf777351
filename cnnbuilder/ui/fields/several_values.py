"""What a block takes where several values come in, and what it gives where several leave: one line a value."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnbuilder.blocks.base import Shape
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.fields.values import Fact

MOST = 12
"""More than this are counted, not listed: DenseNet joins up to 33."""

Line = tuple[str, Shape | None]
"""The name of the block at the other end, and the shape that flows."""


class SeveralValues(QWidget):
    """A short list, hidden where there is one value only."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(title)
        self._title.setProperty("role", "section")
        self._more = QLabel()
        self._more.setProperty("role", "secondary")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self._title)
        self._column.addWidget(self._more)
        self.lines: list[Fact] = []

    def show_lines(self, lines: list[Line]) -> None:
        """Shows these values in their order."""
        self.setVisible(len(lines) > 1)
        shown = lines[:MOST]
        while len(self.lines) < len(shown):
            fact = Fact("")
            self.lines.append(fact)
            self._column.insertWidget(len(self.lines), fact)
        for fact in self.lines[len(shown) :]:
            fact.show_text(None, flash=False)
        for fact, (name, shape) in zip(self.lines, shown, strict=False):
            fact.name.setText(name)
            fact.show_text(str(shape) if shape is not None else _("unknown"), flash=False)
        left = len(lines) - len(shown)
        self._more.setText(ngettext("and {count} more", "and {count} more", left).format(count=left))
        self._more.setVisible(left > 0)


def taken(analysis: Analysis, id_: str) -> list[Line]:
    """What comes into a block, in the order of its inputs."""
    found: list[Line] = []
    for wire in analysis.network.incoming[id_]:
        row = analysis.rows[wire.from_]
        found.append((row.name, row.output_at(wire.output)))
    return found


def given(analysis: Analysis, id_: str) -> list[Line]:
    """What leaves a block by each of its outputs, and who reads it."""
    row = analysis.rows[id_]
    outputs = row.measured.outputs if row.measured is not None else ()
    found: list[Line] = []
    for number, shape in enumerate(outputs):
        readers = [
            analysis.rows[wire.to].name for wire in analysis.network.outgoing[id_] if wire.output == number
        ]
        found.append((", ".join(readers) or _("not read"), shape))
    return found
