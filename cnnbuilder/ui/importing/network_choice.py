"""Asks which of several networks in a file is meant: a list with the parameters and blocks of each."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.network.importing import CannotReadError, Imported, Reading
from cnnbuilder.text import _, number
from cnnbuilder.ui.widgets.theme import theme

MOST_NETWORKS = 40
"""More in one file are not listed; the command line takes any by its call."""


class NetworkChoice(QDialog):
    """The likeliest is marked. The numbers of the others come one by one, so that the list answers meanwhile."""

    chosen = Signal(object)
    """The `Imported` network."""

    def __init__(self, parent: QWidget, name: str, reading: Reading, first: Imported) -> None:
        """`first`: the likeliest, read already."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(_("Choose a network"))
        self._reading = reading
        self._found: dict[str, Imported] = {first.chosen: first}
        self._waiting = list(first.others[: MOST_NETWORKS - 1])
        self.list = QTreeWidget()
        self.list.setAccessibleName(_("Networks in {name}").format(name=name))
        self.list.setHeaderLabels([_("Network"), _("Parameters"), _("Blocks")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        items = [QTreeWidgetItem([call, "…", "…"]) for call in (first.chosen, *self._waiting)]
        for item in items:
            for column in (1, 2):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        self._fill(0, first)
        self.list.setCurrentItem(items[0])
        self.list.itemActivated.connect(lambda _item: self._take())
        self.word = QLabel()
        self.word.setProperty("role", "refusal")
        self.word.setWordWrap(True)
        self.word.hide()
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.take = QPushButton(_("Import"))
        self.take.setProperty("role", "primary")
        self.take.setDefault(True)
        self.take.clicked.connect(self._take)
        self._lay_out(name)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_next)
        self._timer.start()

    def _lay_out(self, name: str) -> None:
        about = QLabel(_("{name} holds several networks. The likeliest is marked.").format(name=name))
        about.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(8)
        column.addWidget(about)
        column.addWidget(self.list, 1)
        column.addWidget(self.word)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        column.addLayout(buttons)
        self.list.setColumnWidth(0, theme.px(260))
        self.resize(theme.px(520), theme.px(380))

    def _fill(self, row: int, imported: Imported | None) -> None:
        item = self.list.topLevelItem(row)
        if item is None:
            return
        if imported is None:
            item.setText(1, _("cannot be read"))
            item.setText(2, "")
            return
        item.setText(1, number(imported.analysis.params))
        item.setText(2, number(len(imported.network.blocks)))

    def _read_next(self) -> None:
        """The numbers of one more network."""
        if not self._waiting:
            self._timer.stop()
            return
        call = self._waiting.pop(0)
        row = next(
            at
            for at in range(self.list.topLevelItemCount())
            if (item := self.list.topLevelItem(at)) is not None and item.text(0) == call
        )
        self._fill(row, self._read(call))

    def _read(self, call: str) -> Imported | None:
        if call not in self._found:
            try:
                self._found[call] = self._reading.read(None, call)
            except CannotReadError as refused:
                self.word.setText(str(refused))
                return None
        return self._found[call]

    def _take(self) -> None:
        item = self.list.currentItem()
        imported = self._read(item.text(0)) if item is not None else None
        self.word.setVisible(imported is None)
        if imported is not None:
            self._timer.stop()
            self.accept()
            self.chosen.emit(imported)
