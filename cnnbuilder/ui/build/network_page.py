"""The inspector with nothing selected: the whole network, its heaviest blocks and its data set."""

from __future__ import annotations

from heapq import nlargest

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import DataSetInfo, preparation_text, resolve_or_none
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.classifier import not_yet
from cnnbuilder.network.data import source_name
from cnnbuilder.network.edits import append, create
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, number
from cnnbuilder.ui.build.network_facts import NetworkFacts
from cnnbuilder.ui.build.problem_card import ProblemCard
from cnnbuilder.ui.build.weight_bar import WeightBar
from cnnbuilder.ui.fields.values import Fact, Headline, Rule
from cnnbuilder.ui.session.session import Session

HEAVIEST = 5
"""How many of the heaviest blocks are named."""


class NetworkPage(QWidget):
    """Totals of the network, its heaviest blocks, and its data set."""

    chosen = Signal(str)
    """A person clicked one of the heaviest blocks."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.document
        self._memory = session.memory
        self._card: ProblemCard | None = None
        title = QLabel(_("Network"))
        title.setProperty("role", "title")
        self.shapes = QLabel()
        self.shapes.setProperty("role", "secondary")
        self.shapes.setWordWrap(True)
        self.parameters = Headline(_("Parameters"))
        self.totals = NetworkFacts()
        self._beginning = QLabel(_("No blocks yet. A network begins with the images that come in."))
        self._beginning.setProperty("role", "secondary")
        self._beginning.setWordWrap(True)
        self.begin = QPushButton(_("Add Input"))
        self.begin.clicked.connect(self._begin)
        self._heaviest = Section(_("Heaviest blocks"))
        self._data = Section(_("Data set"))
        self._data.column.setSpacing(6)
        self.data_title = QLabel()
        self.data_title.setProperty("role", "strong")
        self.data_facts = tuple(
            Fact(name) for name in (_("Training"), _("Held out to validate"), _("Test"), _("Classes"))
        )
        self.preparation = QLabel()
        self.preparation.setProperty("role", "secondary")
        self.hint = QLabel()
        self.mend = QPushButton()
        self.mend.clicked.connect(session.complete)
        for label in (self.data_title, self.preparation, self.hint):
            label.setWordWrap(True)
        for part in (self.data_title, *self.data_facts, self.preparation, self.hint):
            self._data.column.addWidget(part)
        self._data.column.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignLeft)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 14, 16, 16)
        self._column.setSpacing(8)
        self._column.addWidget(title)
        self._column.addWidget(self._beginning)
        self._column.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.shapes, self.parameters, self.totals):
            self._column.addWidget(widget)
        for section in (self._heaviest, self._data):
            self._column.addWidget(section)
        self._column.addStretch()
        self.bars: list[WeightBar] = []

    def show_network(self, *, flash: bool) -> None:
        """Shows the network as it is now."""
        project, analysis = self._document.project, self._document.analysis
        self._show_problem(analysis)
        count = len(project.network.blocks)
        self.shapes.setText(_shapes_text(analysis))
        self.shapes.setVisible(bool(self.shapes.text()))
        self._beginning.setVisible(not count)
        self.begin.setVisible(not count)
        self.parameters.setVisible(bool(count))
        self.parameters.show_text(number(analysis.params), flash=flash)
        self.totals.show_network(project, analysis, self._memory, flash=flash)
        self._show_heaviest(analysis)
        self._show_data(project, analysis)

    def _show_problem(self, analysis: Analysis) -> None:
        # An empty canvas is a beginning, not a fault: the cards beside it say how to go on.
        problem = analysis.problems[0] if analysis.problems and analysis.network.blocks else None
        if self._card is not None:
            if problem is not None and self._card.says(problem):
                return
            self._card.hide()
            self._card.deleteLater()
            self._card = None
        if problem is not None:
            row = analysis.rows.get(problem.id or "")
            self._card = ProblemCard(self._document, problem, place=row.name if row else "")
            self._column.insertWidget(0, self._card)
            self._card.show()

    def _show_heaviest(self, analysis: Analysis) -> None:
        rows = nlargest(
            HEAVIEST,
            (row for row in analysis.rows.values() if row.params and row.connected),
            key=lambda row: row.params or 0,
        )
        self._heaviest.setVisible(len(rows) > 1)
        while len(self.bars) < len(rows):
            bar = WeightBar()
            bar.clicked.connect(lambda _checked=False, bar=bar: self.chosen.emit(bar.block_id))
            self.bars.append(bar)
            self._heaviest.column.addWidget(bar)
        for place, bar in enumerate(self.bars):
            bar.setVisible(place < len(rows))
        for bar, row in zip(self.bars, rows, strict=False):
            bar.show_row(row, rows[0].params or 1, analysis.params)

    def _show_data(self, project: Project, analysis: Analysis) -> None:
        info = resolve_or_none(project.data)
        name = source_name(project.data)
        missing = (
            _("No data set is chosen.")
            if not name
            else _("“{name}” is not on this computer.").format(name=name)
        )
        self.data_title.setText(info.title if info else missing)
        amounts = _amounts(info) if info else (None,) * len(self.data_facts)
        for fact, amount in zip(self.data_facts, amounts, strict=True):
            fact.show_text(None if amount is None else number(amount), flash=False)
        self.preparation.hide()
        self.hint.hide()
        self.mend.hide()
        if info is None:
            return
        shape = input_shape(project.network)
        how = preparation_text(info, shape) if shape else None
        if how:
            self.preparation.setText("\u00a0".join(how.rsplit(" ", 1)))  # no single word in a line of its own
            self.preparation.show()
        classes = len(info.classes)
        hint = not_yet(analysis, classes)
        if hint:
            self.hint.setText(hint[:1].upper() + hint[1:].replace(" (", "\u00a0(") + ".")
            self.mend.setText(_("Make it a classifier"))
            self.hint.show()
            self.mend.show()

    def _begin(self) -> None:
        network = self._document.project.network
        self._document.edit_network(_("Add Input"), append(network, create("Input", network)))


class Section(QWidget):
    """A line, a title, and what stands below it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 6, 0, 0)
        self.column.setSpacing(4)
        label = QLabel(title)
        label.setProperty("role", "section")
        self.column.addWidget(Rule())
        self.column.addSpacing(4)
        self.column.addWidget(label)


def _amounts(info: DataSetInfo) -> tuple[int, int, int, int]:
    """Images to learn from, held out, and for the test; classes."""
    return info.train_images, info.val_images, info.test_images, len(info.classes)


def _shapes_text(analysis: Analysis) -> str:
    shape = input_shape(analysis.network)
    if shape is None or analysis.output is None:
        return ""
    arriving = " × ".join(number(size) for size in shape)
    return _("{arriving} in, {leaving} out").format(arriving=arriving, leaving=analysis.output)
