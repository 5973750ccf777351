"""How far the document has gone on since a run was started of it."""

from __future__ import annotations

from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.network_diff import edits_sentence, same_training
from cnnbuilder.ui.session.runner import Runner


class RunEdits:
    """Counts the edits between what a run trains and what is drawn now."""

    def __init__(self, document: Document, runner: Runner) -> None:
        self._document = document
        self._runner = runner
        self._step = 0

    def mark(self) -> None:
        """The run trains what is drawn now."""
        self._step = self._document.undo_stack.index()

    @property
    def count(self) -> int:
        """How many edits lie between the run's project and the present one, as undo counts them; 0 where none."""
        record = self._runner.record
        if record is None or same_training(record.project, self._document.project):
            return 0
        return max(1, abs(self._document.undo_stack.index() - self._step))

    @property
    def text(self) -> str:
        """ "Training the network of Run 5 · 2 edits since"; empty where the run trains what is on the canvas."""
        record, count = self._runner.record, self.count
        if record is None or not count:
            return ""
        return edits_sentence(record.name, count, active=self._runner.active)
