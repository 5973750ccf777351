"""The canvas and the clipboard: blocks leave as text or as PyTorch source, and come back from either."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from cnnbuilder.network import clipboard
from cnnbuilder.network.code import CannotGenerateError
from cnnbuilder.network.snippet import snippet
from cnnbuilder.text import _, ngettext
from cnnbuilder.ui.canvas.context import CanvasContext


class CanvasClipboard(QObject):
    """Copies and pastes for one canvas; what is pasted is one undo step and is selected afterwards."""

    read = Signal(object)
    """Source was pasted: a `clipboard.Pasted` with its remarks."""
    refused = Signal(str)
    """One sentence on why nothing was copied or pasted."""

    def __init__(self, context: CanvasContext) -> None:
        super().__init__(context)
        self._context = context

    def copy(self, ids: list[str]) -> None:
        """The blocks as text that can be mailed."""
        self._put(clipboard.copy_text(self._context.network, ids))
        self._context.status_hint.emit(
            ngettext("Copied {count} block", "Copied {count} blocks", len(ids)).format(count=len(ids))
        )

    def copy_source(self, ids: list[str]) -> None:
        """The blocks as PyTorch source; all of them where none is chosen."""
        analysis = self._context.analysis
        try:
            text = snippet(analysis, ids or list(analysis.rows))
        except CannotGenerateError as refused:
            self.refused.emit(str(refused))
            return
        self._put(text)
        count = text.count("\n")
        self._context.status_hint.emit(
            ngettext("Copied {count} line of PyTorch", "Copied {count} lines of PyTorch", count).format(
                count=count
            )
        )

    @staticmethod
    def _put(text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def paste(self, after: str | None) -> None:
        """Adds the blocks in the clipboard, or those that its PyTorch source makes, behind a block."""
        try:
            pasted = clipboard.paste(self._context.network, QGuiApplication.clipboard().text(), after)
        except clipboard.CannotPasteError as refused:
            self.refused.emit(str(refused))
            return
        new = pasted.ids
        if not new:
            self._context.status_hint.emit(_("Nothing was pasted: the network has its Input already."))
            return
        title = ngettext("Paste {count} block", "Paste {count} blocks", len(new)).format(count=len(new))
        self._context.edit(title, pasted.network)
        self._context.select(new)
        # Pasted from the menu, or over the cards: the next key is meant for what is selected.
        self._context.focus_requested.emit(Qt.FocusReason.OtherFocusReason)
        if pasted.remarks is not None:
            self.read.emit(pasted)
