"""The card that opens beside a number: how it follows, in letters and with this block's numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from cnnbuilder.blocks.formula import Formula
from cnnbuilder.ui.fields.formulas import FormulaBox
from cnnbuilder.ui.widgets.popover import OverCard


class FormulaCard(OverCard):
    """Lies over the window beside the cell."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.legend = QLabel()
        self.legend.setProperty("role", "small")
        for label in (self.title, self.legend):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._column.addWidget(self.title)
        self._column.addWidget(self.legend)
        self._boxes: list[FormulaBox] = []

    @property
    def formulas(self) -> list[Formula]:
        """What is shown."""
        return [box.formula for box in self._boxes if not box.isHidden()]

    def show_formulas(self, title: str, formulas: Sequence[Formula], legend: str, beside: QRect) -> None:
        """Opens above the cell at `beside` (in the window's pixels), or below where there is more room."""
        self.title.setText(title)
        self.legend.setText(legend)
        # Letters are explained where numbers are put in for them.
        self.legend.setVisible(bool(legend) and any(" = " in formula.numbers for formula in formulas))
        while len(self._boxes) < len(formulas):
            box = FormulaBox()
            self._boxes.append(box)
            self._column.insertWidget(self._column.count() - 1, box)
        for place, box in enumerate(self._boxes):
            box.setVisible(place < len(formulas))
        for box, formula in zip(self._boxes, formulas, strict=False):
            box.show_formula(formula, titled=True)
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(f"{each.letters}: {each.numbers}" for each in formulas))
        self.open_beside(beside)
