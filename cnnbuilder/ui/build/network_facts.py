"""The smaller numbers of the whole network in the inspector, each with its formula, and its memory on this device."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnbuilder.blocks.formula import Formula
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.columns import COLUMNS
from cnnbuilder.network.memory import saved_values
from cnnbuilder.network.number_formulas import peak_formulas
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.saved_activations import Precision
from cnnbuilder.network.table import table
from cnnbuilder.text import _, bytes_text, number, short_number
from cnnbuilder.ui.fields.explained import Explained
from cnnbuilder.ui.fields.values import Fact
from cnnbuilder.ui.session.memory_estimate import MemoryEstimate

_COLUMN = {column.key: column for column in COLUMNS}


class NetworkFacts(QWidget):
    """A line for each total; frozen parameters and buffers only where there are any."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.blocks = Fact(_("Blocks"))
        self.frozen = Explained(_("Frozen"))
        self.buffers = Explained(_("Buffers"))
        self.macs = Explained(_("MACs"))
        self.kept = Explained(_("Kept for backward"))
        self.memory = Explained(
            _("Memory"), _("Of these, each as much as there is at the moment of the peak")
        )
        self.measured = Fact(_("Of this run"))
        for fact, tip in (
            (self.frozen, _COLUMN["frozen"].help),
            (self.buffers, _COLUMN["buffers"].help),
            (self.macs, _("MACs: multiply–accumulates of one image")),
            (self.kept, _("What the backward pass needs of a whole batch")),
            (self.memory, _("Forecast of the peak of one training step; PyTorch itself comes on top")),
            (self.measured, _("The peak of one training step of the run that is shown")),
        ):
            fact.name.setToolTip(tip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for fact in (
            self.blocks, self.frozen, self.buffers, self.macs, self.kept, self.memory, self.measured,
        ):  # fmt: skip
            column.addWidget(fact)

    def show_network(
        self, project: Project, analysis: Analysis, outlook: MemoryEstimate, *, flash: bool
    ) -> None:
        """Shows the totals; those that differ from before flash where asked."""
        count = len(project.network.blocks)
        trains = bool(analysis.params) and not analysis.problems
        training = project.training
        precision = outlook.precision(training)
        kept = training.batch_size * saved_values(analysis, precision).total if trains else 0
        buffers = sum(math.prod(shape) for row in analysis.rows.values() for shape in row.buffers.values())
        self.blocks.show_text(number(count) if count else None, flash=flash)
        for fact, key, total, text in (
            (self.frozen, "frozen", analysis.frozen, number(analysis.frozen)),
            (self.buffers, "buffers", buffers, number(buffers)),
            (self.macs, "macs", analysis.macs, short_number(analysis.macs)),
            (self.kept, "kept", kept, bytes_text(kept)),
        ):
            fact.show_text(text if total else None, flash=flash)
            fact.explain(partial(_total_formulas, key, analysis, training, precision) if total else None)
        self.memory.show_text(outlook.room if trains else None, flash=flash)
        self.memory.explain((lambda: peak_formulas(outlook.memory, analysis)) if trains else None)
        self.measured.show_text(outlook.compared or None, flash=False)
        self.setVisible(bool(count))


def _total_formulas(
    key: str, analysis: Analysis, training: Training, precision: Precision
) -> tuple[Formula, ...]:
    return _COLUMN[key].total_formulas(analysis, table(analysis, training, precision).entries)
