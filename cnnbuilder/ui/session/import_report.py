"""What was read last, and what was not: kept beside the document until it is dismissed or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from cnnbuilder.network.project import Project
from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.session.document import Document

if TYPE_CHECKING:
    from cnnbuilder.network.importing import Remark


class ImportReport(NamedTuple):
    """One import or paste. `source`: where it came from, "net.py"; `blocks`: the ids that it brought."""

    source: str
    blocks: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @property
    def sentence(self) -> str:
        """ "Read net.py: 12 blocks, 2 remarks."; a single remark is said at once."""
        count = len(self.blocks)
        parts = [ngettext("{count} block", "{count} blocks", count).format(count=number(count))]
        if len(self.remarks) > 1:
            count = len(self.remarks)
            parts.append(ngettext("{count} remark", "{count} remarks", count).format(count=number(count)))
        said = _("Read {source}: {what}.").format(source=self.source, what=", ".join(parts))
        return f"{said} {in_words(self.remarks[0])}" if len(self.remarks) == 1 else said


def in_words(remark: Remark) -> str:
    """ "Line 9: conv2 says in_channels = 16, …."."""
    message = remark.message if remark.message.endswith(".") else f"{remark.message}."
    if not remark.line:
        return message[:1].upper() + message[1:]
    return _("Line {line}: {message}").format(line=number(remark.line), message=message)


class LastImport(QObject):
    """The last import into this document. Gone when it is dismissed, when another document comes, or when nothing of
    what it brought is left (Undo)."""

    changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._id = document.id
        self.present: ImportReport | None = None
        document.changed.connect(self._document_changed)

    def keep(self, report: ImportReport) -> None:
        """This was read just now."""
        self._id = self._document.id
        self.present = report
        self.changed.emit()

    def dismiss(self) -> None:
        """A person has seen it."""
        if self.present is not None:
            self.present = None
            self.changed.emit()

    def _document_changed(self, _before: Project, after: Project) -> None:
        if self.present is None:
            return
        left = any(id_ in after.network.by_id for id_ in self.present.blocks)
        if self._document.id != self._id or not left:
            self.dismiss()
