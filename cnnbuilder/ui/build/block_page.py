"""The inspector of one block: its fields, what follows from them and how, and its line of code."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.formula import Formula
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.code import line_of
from cnnbuilder.network.edits import replace_block
from cnnbuilder.network.rows import Row
from cnnbuilder.network.table import entry
from cnnbuilder.text import _, number
from cnnbuilder.ui.build.block_facts import BlockFacts
from cnnbuilder.ui.build.code_box import CodeBox
from cnnbuilder.ui.build.problem_card import ProblemCard
from cnnbuilder.ui.fields.block_help import HelpButton
from cnnbuilder.ui.fields.form import Form, checked
from cnnbuilder.ui.fields.formulas import FormulaBox
from cnnbuilder.ui.fields.name_field import NameField
from cnnbuilder.ui.fields.several_values import SeveralValues, given, taken
from cnnbuilder.ui.fields.values import Headline, Rule
from cnnbuilder.ui.session.session import Session


class BlockPage(QWidget):
    """Everything about one kind of block. One page serves all blocks of its kind, so that the caret stays."""

    def __init__(self, session: Session, kind: type[Block], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = session.document
        self._memory = session.memory
        self._id = ""
        self._card: ProblemCard | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 14, 16, 16)
        self._column.setSpacing(8)

        title = QLabel(kind.kind())
        title.setProperty("role", "title")
        self.name = NameField()
        self.name.renamed.connect(self._rename)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, -6, 0)  # the name's text, not its frame, ends where the fields end
        top.setSpacing(8)
        self.help = HelpButton(kind)
        top.addWidget(title)
        top.addWidget(self.help)
        top.addWidget(self.name, 1)
        summary = QLabel(kind.summary)
        summary.setProperty("role", "secondary")
        summary.setWordWrap(True)
        self.form = Form(kind)
        self.form.edited.connect(self._change)
        self.output = Headline(_("Output"))
        self.parameters = Headline(_("Parameters"))
        self.takes = SeveralValues(_("Takes"))
        self.gives = SeveralValues(_("Gives"))
        self._output_boxes = _Boxes(self.form)
        self._count_boxes = _Boxes(self.form)
        self.facts = BlockFacts()
        self._code_title = QLabel(_("Code"))
        self._code_title.setProperty("role", "section")
        self.code = CodeBox()
        self.code.clicked.connect(lambda: session.page_requested.emit("code"))
        self._code_rule = Rule()

        self._column.addLayout(top)
        self._column.addWidget(summary)
        self._column.addSpacing(4)
        self._column.addWidget(self.form)
        if kind.fields():
            self._column.addSpacing(2)
            self._column.addWidget(Rule())
        for widget in (
            self.takes, self.output, self.gives, self._output_boxes, self.parameters, self._count_boxes,
        ):  # fmt: skip
            self._column.addWidget(widget)
        self._column.addSpacing(2)
        self._column.addWidget(self.facts)
        self._column.addSpacing(2)
        for code_widget in (self._code_rule, self._code_title, self.code):
            self._column.addWidget(code_widget)
        self._column.addStretch()

    @property
    def formulas(self) -> list[FormulaBox]:
        """The boxes that are shown, outputs first."""
        return [*self._output_boxes.shown, *self._count_boxes.shown]

    def show_block(self, id_: str, selected: str | None = None) -> None:
        """Shows the block as it is now; what differs from before flashes where it is the same block.

        `selected`: a further use of it, whose problem is shown where it has one.
        """
        same = id_ == self._id
        if not same and self._id in self._document.project.network.by_id:
            # What was typed for the block before is taken for that one, not lost.
            self.form.flush()
        self._id = id_
        analysis = self._document.analysis
        row = analysis.rows[id_]
        self._show_problem(analysis, selected or id_)
        self.name.show_name(row.name)
        self.form.show_block(row.block)
        self._show_numbers(analysis, row, flash=same)
        line = line_of(analysis, id_)
        for widget in (self._code_rule, self._code_title, self.code):
            widget.setVisible(bool(line))
        if line:
            self.code.show_line(line)

    def _show_problem(self, analysis: Analysis, id_: str) -> None:
        problem = next((found for found in analysis.problems if found.id == id_), None)
        if self._card is not None:
            if problem is not None and self._card.says(problem):
                return
            self._card.hide()
            self._card.deleteLater()
            self._card = None
        if problem is not None:
            self._card = ProblemCard(self._document, problem)
            self._column.insertWidget(0, self._card)
            self._card.show()

    def _show_numbers(self, analysis: Analysis, row: Row, *, flash: bool) -> None:
        known = row.output is not None
        because = row.unknown or _("unknown")
        self.output.show_text(str(row.output) if known else because, known=known, flash=flash)
        self.takes.show_lines(taken(analysis, row.block.id))
        self.gives.show_lines(given(analysis, row.block.id))
        inputs = tuple(shape for shape in row.inputs if shape is not None)
        self._output_boxes.show(row.block.output_formulas(*inputs) if known else ())
        self._count_boxes.show(row.block.count_formulas(*inputs) if known else ())
        self.parameters.setVisible(known)
        if known:
            self.parameters.show_text(number(row.params or 0), flash=flash)
        training = self._document.project.training
        shown = entry(analysis, training, row, self._memory.precision(training))
        self.facts.show_entry(shown, flash=flash)

    def _change(self, field: str, value: object) -> None:
        network = self._document.project.network
        row = self._document.analysis.rows.get(self._id)
        if row is None:
            return
        block = checked(row.block, field, value)
        if block is None:
            return
        title = _("Change {field} of {name}").format(field=field, name=row.name)
        self._document.edit_network(title, replace_block(network, block))

    def _rename(self, text: str) -> None:
        network = self._document.project.network
        row = self._document.analysis.rows.get(self._id)
        if row is None or text == row.name:
            return
        block = checked(row.block, "name", text or None)
        if block is not None:
            title = _("Rename {name}").format(name=row.name)
            self._document.edit_network(title, replace_block(network, block))
        self.name.show_name(self._document.analysis.rows[self._id].name)


class _Boxes(QWidget):
    """As many formula boxes as there are formulas; they and the form light each other up."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._boxes: list[FormulaBox] = []
        self.shown: list[FormulaBox] = []

    def show(self, formulas: tuple[Formula, ...]) -> None:  # type: ignore[override]
        """Shows these formulas."""
        while len(self._boxes) < len(formulas):
            box = FormulaBox()
            box.pointed.connect(self._form.light)
            self._form.focused.connect(box.light)
            self._boxes.append(box)
            self._column.addWidget(box)
        self.shown = self._boxes[: len(formulas)]
        for place, box in enumerate(self._boxes):
            box.setVisible(place < len(formulas))
        for box, formula in zip(self.shown, formulas, strict=True):
            box.show_formula(formula, titled=len(formulas) > 1)
        self.setVisible(bool(formulas))
