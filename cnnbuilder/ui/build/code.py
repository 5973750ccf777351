"""The Code tab: the PyTorch source of the network, in both styles, to read, copy and save."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.code import CannotGenerateError, Source, Style, source
from cnnbuilder.network.project import Network, Project
from cnnbuilder.text import _
from cnnbuilder.ui.build.code_text import CodeText
from cnnbuilder.ui.build.empty import Empty
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.flow_row import FlowRow
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

NOTHING = Source("", {}, {})


class CodeView(QWidget):
    """Marks the lines of the selected blocks; a click on a line selects its block. Works only while it is seen."""

    export_requested = Signal(str)
    """The code is to be taken away, in this style."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document = session.document
        self._selection = selection = session.selection
        self._style: Style = "module"
        self._source = NOTHING
        self._shown: tuple[Network, Style] | None = None
        self.styles: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        header = FlowRow()
        titles = {
            "module": (_("Module"), _("One attribute a layer, and a forward that reads like the drawing")),
            "sequential": (_("Sequential"), _("nn.Sequential, for networks without branches")),
        }
        for style in get_args(Style):
            button = QToolButton()
            button.setText(titles[style][0])
            button.setToolTip(titles[style][1])
            button.setCheckable(True)
            button.setChecked(style == self._style)
            button.clicked.connect(lambda _checked=False, style=style: self.show_style(style))
            group.addButton(button)
            header.add(button)
            self.styles[style] = button
        self.copy = QPushButton(_("Copy"))
        self.copy.setIcon(icon("copy"))
        self.copy.setToolTip(_("Copies the code"))
        self.copy.clicked.connect(self._copy)
        self.export = QPushButton(_("Export…"))
        self.export.setIcon(icon("export"))
        self.export.setToolTip(_("Write the code, or the network in another form, to a file"))
        self.export.clicked.connect(lambda: self.export_requested.emit(self._style))
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(header, 1)
        row.addWidget(self.copy)
        row.addWidget(self.export)
        self.sentence = QLabel()
        self.sentence.setProperty("role", "secondary")
        self.sentence.setWordWrap(True)
        self.sentence.setContentsMargins(16, 0, 16, 6)
        self.text = CodeText()
        self.text.line_chosen.connect(self._choose)
        self.empty = Empty(document)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(1500)
        self._copied.timeout.connect(lambda: self.copy.setText(_("Copy")))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.sentence)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.empty, 1)
        document.changed.connect(self._changed)
        selection.changed.connect(self._mark)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        for button in (self.copy, self.export):
            button.setIconSize(QSize(theme.px(16), theme.px(16)))

    @property
    def source(self) -> str:
        """The code that is shown."""
        return self._source.text

    def show_style(self, style: Style) -> None:
        """Shows the code in another style."""
        self._style = style
        self.styles[style].setChecked(True)
        self._refresh()

    def show_block(self, id_: str) -> None:
        """Selects a block and scrolls to its lines."""
        self._selection.select([id_])
        self._mark()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._mark()

    def _changed(self, before: Project, after: Project) -> None:
        if self.isVisible() and before.network is not after.network:
            self._refresh()

    def _refresh(self) -> None:
        network = self._document.project.network
        if self._shown is not None and self._shown[0] is network and self._shown[1] == self._style:
            return
        self._shown = (network, self._style)
        self._source, sentence = self._generate(self._document.analysis)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self.text.setVisible(bool(self._source.text))
        self.empty.setVisible(not self._source.text)
        if not self._source.text:
            self.sentence.hide()
            self.empty.say(sentence)
        self.copy.setEnabled(bool(self._source.text))
        self.export.setEnabled(bool(self._source.text))
        self.text.show_source(self._source.text.rstrip())
        self._mark()

    def _generate(self, analysis: Analysis) -> tuple[Source, str]:
        """The source, as far as there is one, and what is to be said of it."""
        sentence = ""
        if analysis.problems:
            sentence = analysis.problems[0].message
            analysis = analyse(up_to_break(analysis))
        if all(isinstance(block, Input) for block in analysis.network.blocks):
            return NOTHING, sentence if analysis.problems and analysis.network.blocks else _(
                "Add a block to see its code."
            )
        try:
            made = source(analysis.network, self._style, analysis)
        except CannotGenerateError as reason:
            return NOTHING, sentence or str(reason)
        if sentence:
            sentence = _("{problem} This is the code up to there.").format(problem=sentence)
        return made, sentence

    def _mark(self) -> None:
        if self.isVisible():
            lines = (self._source.lines.get(id_, ()) for id_ in self._selection.ids)
            self.text.mark(frozenset(line for some in lines for line in some), scroll=True)

    def _choose(self, line: int) -> None:
        ids = [id_ for id_, lines in self._source.lines.items() if line in lines]
        if ids:
            self._selection.select(ids)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._source.text)
        self.copy.setText(_("Copied"))
        self._copied.start()


def up_to_break(analysis: Analysis) -> Network:
    """The part of a network that has numbers: what hangs on the Input and comes before the first problem."""
    blocks = tuple(row.block for row in analysis.rows.values() if row.connected and row.output is not None)
    kept = {block.id for block in blocks}
    wires = tuple(wire for wire in analysis.network.wires if wire.from_ in kept and wire.to in kept)
    return Network(blocks, wires)
