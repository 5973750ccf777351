"""The network beside the settings: its blocks with weights, in the order in which they run. A click leads to Build."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme


class NetworkColumn(QWidget):
    """One line a block. It follows the document only while it is seen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.lines: list[QPushButton] = []
        title = QLabel(_("Network"))
        title.setProperty("role", "section")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 12, 8, 8)
        self._column.setSpacing(0)
        self._column.addWidget(title)
        self._column.addStretch(1)
        session.document_changed.connect(self._changed)
        theme.changed.connect(self._show)
        self._show()

    def _changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network:
            self._show()

    def _show(self) -> None:
        rows = [row for row in self._session.document.analysis.rows.values() if row.connected]
        while len(self.lines) < len(rows):
            line = QPushButton()
            line.setProperty("role", "flat")
            line.clicked.connect(lambda _checked=False, line=line: self._choose(line))
            self._column.insertWidget(self._column.count() - 1, line, 0, Qt.AlignmentFlag.AlignLeft)
            self.lines.append(line)
        for place, line in enumerate(self.lines):
            line.setVisible(place < len(rows))
        for line, row in zip(self.lines, rows, strict=False):
            kind = row.block.kind()
            line.setText(kind)
            line.setIcon(icon(row.block.icon, "secondary"))
            line.setIconSize(QSize(theme.px(16), theme.px(16)))
            line.setToolTip(_("{name}: show it in Build").format(name=row.name))
            line.setAccessibleName(f"{kind} {row.name}")
            line.setProperty("block", row.block.id)

    def _choose(self, line: QPushButton) -> None:
        id_ = line.property("block")
        self._session.selection.select([id_])
        self._session.block_requested.emit(id_)
