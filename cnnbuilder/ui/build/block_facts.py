"""The smaller numbers of one block in the inspector, each with its formula: what it costs, what it sees."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnbuilder.blocks.base import Shape
from cnnbuilder.blocks.formula import Formula
from cnnbuilder.network.columns import COLUMNS, Entry
from cnnbuilder.network.fit import input_shape
from cnnbuilder.text import _, short_number
from cnnbuilder.ui.fields.explained import Explained

_COLUMN = {column.key: column for column in COLUMNS}


class BlockFacts(QWidget):
    """A line for each number that this block has; what would only say nothing is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.macs = Explained(_("MACs"), _COLUMN["macs"].legend)
        self.kept = Explained(_("Kept for backward"), _COLUMN["kept"].legend)
        self.field = Explained(_("Receptive field"), _COLUMN["receptive_field"].legend)
        self.steps = Explained(_("Stride and offset"), _COLUMN["stride"].legend)
        self.share = Explained(_("Share of parameters"))
        self.frozen = Explained(_("Frozen"))
        self.buffers = Explained(_("Buffers"))
        for fact, tip in (
            (self.macs, _("MACs: multiply–accumulates of one image")),
            (self.kept, _COLUMN["kept"].help),
            (self.field, _("The part of the image that one value of the output looks at")),
            (self.steps, _("How far apart in the image neighbours look, and where the first begins")),
            (self.share, _COLUMN["share"].help),
            (self.frozen, _COLUMN["frozen"].help),
            (self.buffers, _COLUMN["buffers"].help),
        ):
            fact.name.setToolTip(tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for fact in self.lines:
            column.addWidget(fact)

    @property
    def lines(self) -> tuple[Explained, ...]:
        """Every line, shown or not."""
        return self.share, self.frozen, self.buffers, self.macs, self.kept, self.field, self.steps

    def show_entry(self, entry: Entry, *, flash: bool) -> None:
        """Shows the numbers of a block; those that differ from before flash where asked."""
        row = entry.row
        learns = bool(row.params) and row.connected
        sees = row.receptive is not None and row.block.arity[1] != 0
        known = {
            self.macs: short_number(row.macs) if row.macs else None,
            self.kept: _COLUMN["kept"].text(entry) if entry.kept else None,
            self.field: _field_text(entry) if sees else None,
            self.steps: _steps_text(entry) if sees and _looks_along(entry) else None,
            self.share: _COLUMN["share"].text(entry) if learns else None,
            self.frozen: _COLUMN["frozen"].text(entry) if learns and row.block.frozen else None,
            self.buffers: _COLUMN["buffers"].text(entry) if row.buffers else None,
        }
        for fact, text in known.items():
            fact.show_text(text, flash=flash)
            fact.explain(partial(self._formulas, fact, entry) if text is not None else None)
        self.setVisible(any(text is not None for text in known.values()))

    def _formulas(self, fact: Explained, entry: Entry) -> tuple[Formula, ...]:
        keys = {
            self.macs: ("macs",), self.kept: ("kept",), self.field: ("receptive_field",), self.share: ("share",),
            self.steps: ("stride", "offset"), self.frozen: ("frozen",), self.buffers: ("buffers",),
        }[fact]  # fmt: skip
        return tuple(formula for key in keys for formula in _COLUMN[key].formulas(entry))


def _looks_along(entry: Entry) -> bool:
    """Whether neighbours of the output look at other places: behind Flatten all look at the whole image."""
    steps = _COLUMN["stride"].value(entry)
    return isinstance(steps, tuple) and any(steps)


def _field_text(entry: Entry) -> str:
    """ "8 × 8 of 32 × 32"; beyond the image, the rest falls on the border."""
    shape: tuple[int, ...] | None = input_shape(entry.setting.analysis.network)
    field = Shape(entry.row.receptive_field or (), "HW")
    if shape is None:
        return str(field)
    return _("{field} of {image}").format(field=field, image=Shape(shape[1:], "HW"))


def _steps_text(entry: Entry) -> str:
    """ "2 × 2 · −3, −3", broken between the two only."""
    parts = (_COLUMN[key].text(entry).replace(" ", "\u00a0") for key in ("stride", "offset"))
    return " · ".join(parts)
