"""What is known of a training step's memory: the forecast, the device's room for it, and what was measured."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.messages import Ready
from cnnbuilder.network.memory import Memory, forecast
from cnnbuilder.network.project import Training
from cnnbuilder.network.saved_activations import Precision
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.memory_check import precision_in_use, room_text
from cnnbuilder.ui.session.network_diff import same_training
from cnnbuilder.ui.session.run_text import deviation
from cnnbuilder.ui.session.runner import Runner


class MemoryEstimate(QObject):
    """One answer for all views: which precision is in use is known only once PyTorch is loaded."""

    changed = Signal()
    """The device is known, or a run has been measured; edits are told by the document."""

    def __init__(
        self, document: Document, runner: Runner | None = None, parent: QObject | None = None
    ) -> None:
        """Without a runner nothing is known of a device."""
        super().__init__(parent)
        self._document = document
        self._runner = runner
        self._told = ""
        if runner is not None:
            runner.device_known.connect(lambda _ready: self.changed.emit())
            runner.state_changed.connect(self._measured)

    @property
    def _ready(self) -> Ready | None:
        return self._runner.status.ready if self._runner is not None else None

    def precision(self, training: Training) -> Precision:
        """In what training would compute with these settings."""
        return precision_in_use(training, self._ready)

    @property
    def memory(self) -> Memory:
        """The forecast for the project as it is now."""
        training = self._document.project.training
        return forecast(self._document.analysis, training, self.precision(training))

    @property
    def room(self) -> str:
        """The forecast against the device: "fits: 1.9 of 8.0 GB"."""
        return room_text(self._document.analysis, self._document.project.training, self._ready)

    @property
    def compared(self) -> str:
        """The forecast of the run that is shown beside what was measured; empty before its first step, and beside
        a network that was edited since, of which it says nothing."""
        record = self._runner.record if self._runner is not None else None
        if (
            record is None
            or record.started is None
            or not same_training(record.project, self._document.project)
        ):
            return ""
        return deviation(record.started.forecast_bytes, record.peak_bytes)

    def _measured(self) -> None:
        if self.compared != self._told:
            self._told = self.compared
            self.changed.emit()
