"""The list of problems: what is wrong, where, and a button for each way to mend it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.network.loose import loose_text
from cnnbuilder.network.mends import offered
from cnnbuilder.network.project import Problem, Project
from cnnbuilder.text import _
from cnnbuilder.ui.build.import_remarks import RemarkList
from cnnbuilder.ui.build.problem_card import ProblemCard
from cnnbuilder.ui.session.conditions import conditions
from cnnbuilder.ui.session.session import Session


class ProblemsView(QScrollArea):
    """One card a problem; a click selects its block and asks for it to be shown."""

    count_changed = Signal(int)
    """How many problems there are, for a badge."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.document
        self._selection = session.selection
        self._shown: tuple[tuple[Problem, tuple[Fix, ...]], ...] | None = None
        self._count = -1
        self.cards: list[ProblemCard] = []
        self.setAccessibleName(_("Problems"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty = QLabel(_("No problems."))
        self.empty.setProperty("role", "secondary")
        self.empty.setWordWrap(True)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(16, 8, 16, 16)
        self._column.setSpacing(8)
        self._column.addWidget(self.empty)
        self._column.addStretch()
        self.setWidget(inner)
        self.remarks = RemarkList(self._document, session.last_import)
        """What the last import or paste says of its source."""
        self.remarks.block_chosen.connect(self._choose_block)
        self._column.insertWidget(self._column.count() - 1, self.remarks)
        self._document.changed.connect(self._changed)
        self._refresh()

    @property
    def count(self) -> int:
        """How many problems there are."""
        return self._count

    def focus_fix(self, problem: Problem | None = None) -> None:
        """Puts the focus on the first fix of a problem (the first one, where none is given)."""
        for card in self.cards:
            if problem is None or card.problem == problem:
                self.ensureWidgetVisible(card)
                (card.buttons[0] if card.buttons else card).setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def focus_remarks(self) -> None:
        """Brings the remarks into view."""
        self.remarks.focus_first()
        # Where the list stands is known once the page has been laid out.
        QTimer.singleShot(0, self, self._scroll_to_remarks)

    def _scroll_to_remarks(self) -> None:
        self.verticalScrollBar().setValue(self.remarks.y())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network or before.data != after.data:
            self._refresh()

    def _refresh(self) -> None:
        problems = self._document.analysis.problems
        if len(problems) != self._count:
            self._count = len(problems)
            self.count_changed.emit(self._count)
        if self.isVisible():
            analysis = self._document.analysis
            # A condition of training is no problem, and still no reason to say that all is well.
            found = conditions(self._document)
            self.empty.setText(
                found[0].problem.message if found else loose_text(analysis) or _("No problems.")
            )
            shown = tuple((problem, offered(analysis, problem)) for problem in problems)
            if shown != self._shown:
                self._shown = shown
                self._show(problems)

    def _show(self, problems: tuple[Problem, ...]) -> None:
        had_focus = any(card.isAncestorOf(self.focusWidget()) for card in self.cards if self.focusWidget())
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        rows = self._document.analysis.rows
        self.cards = []
        for place, problem in enumerate(problems):
            row = rows.get(problem.id or "")
            card = ProblemCard(self._document, problem, place=row.name if row else "")
            card.set_choosable()
            card.chosen.connect(lambda problem=problem: self._choose(problem))
            self._column.insertWidget(place, card)
            card.show()
            self.cards.append(card)
        self.empty.setVisible(not problems)
        if had_focus and self.cards:
            self.focus_fix()

    def _choose_block(self, id_: str) -> None:
        if id_ in self._document.project.network.by_id:
            self._selection.select([id_])
            self._session.block_requested.emit(id_)

    def _choose(self, problem: Problem) -> None:
        if problem.id is not None:
            self._selection.select([problem.id])
        self._session.problem_requested.emit(problem)
