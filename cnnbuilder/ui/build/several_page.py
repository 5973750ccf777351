"""The inspector of several blocks: what they cost together."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnbuilder.network.number_formulas import share_formula, sum_formula
from cnnbuilder.text import _, ngettext, number, share_text, short_number
from cnnbuilder.ui.fields.explained import Explained
from cnnbuilder.ui.fields.formulas import FormulaBox
from cnnbuilder.ui.fields.values import Headline, Rule
from cnnbuilder.ui.session.document import Document


class SeveralPage(QWidget):
    """Sums over the selected blocks."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._ids: frozenset[str] = frozenset()
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.names = QLabel()
        self.names.setProperty("role", "mono")
        self.names.setWordWrap(True)
        self.parameters = Headline(_("Parameters"))
        self.sum = FormulaBox()
        self.macs = Explained(_("MACs"))
        self.macs.name.setToolTip(_("MACs: multiply–accumulates of one image"))
        self.share = Explained(_("Share of parameters"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(8)
        for widget in (self.title, self.names, Rule(), self.parameters, self.sum, self.macs, self.share):
            column.addWidget(widget)
        column.addStretch()

    def show_blocks(self, ids: frozenset[str]) -> None:
        """Shows the sums over these blocks, as far as they are known."""
        same, self._ids = ids == self._ids, ids
        analysis = self._document.analysis
        rows = [row for id_, row in analysis.rows.items() if id_ in ids]
        count = len(rows)
        self.title.setText(ngettext("{count} block", "{count} blocks", count).format(count=number(count)))
        named = list(dict.fromkeys(row.name for row in rows))
        more = _(" and {count} more").format(count=len(named) - 12) if len(named) > 12 else ""
        self.names.setText(", ".join(named[:12]) + more)
        params = sum(row.params or 0 for row in rows)
        macs = sum(row.macs or 0 for row in rows)
        unknown = sum(row.params is None for row in rows)
        if unknown == count and count:
            self.parameters.show_text(
                _("unknown, because of the problem above them"), known=False, flash=same
            )
        else:
            known = (
                number(params) if not unknown else _("{count} up to the problem").format(count=number(params))
            )
            self.parameters.show_text(known, known=not unknown, flash=same)
        counts = [(row.name, row.params or 0) for row in rows]
        costs = [(row.name, row.macs or 0) for row in rows]
        self.sum.setVisible(bool(params))
        self.sum.show_formula(sum_formula(self.parameters.title.text(), counts, params), titled=False)
        self.macs.show_text(short_number(macs) if macs else None, flash=same)
        self.macs.explain((lambda: (sum_formula(self.macs.name.text(), costs, macs),)) if macs else None)
        learned = sum(row.params or 0 for row in rows if row.connected)
        self.share.show_text(share_text(learned / analysis.params) if learned else None, flash=same)
        self.share.explain((lambda: (share_formula(learned, analysis.params),)) if learned else None)
