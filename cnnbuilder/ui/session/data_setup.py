"""Choosing the data of a session: one undo step, and the offer to fit the network to it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.data.catalogue import DataSetInfo, resolve_or_none
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.data_choice import fitted, offer_text, wanted_input, with_data
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.messages import Message

KEY = "data"
"""The key of its messages."""


class DataSetup(QObject):
    """Turns a choice into an edit. What it has to say goes out by signals, as the session's own does."""

    message = Signal(object)
    withdrawn = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._offered = False
        document.changed.connect(self._changed)

    def choose(self, info: DataSetInfo) -> None:
        """Takes this data set, and offers to fit the network where it does not."""
        missing = info.missing()
        if missing is not None:
            self.message.emit(Message(KEY, missing))
            return
        project = with_data(self._document.project, info)
        self._document.edit(_("Use {title}").format(title=info.title), project)
        self._offer(info)

    def fit(self, info: DataSetInfo) -> None:
        """Gives the network the Input and the outputs that the data wants, as one undo step."""
        network = fitted(self._document.project.network, info)
        self._document.edit_network(_("Fit to {title}").format(title=info.title), network)

    def _offer(self, info: DataSetInfo) -> None:
        project = self._document.project
        present = input_shape(project.network)
        network = fitted(project.network, info)
        if present is None or network is project.network:
            self._withdraw()
            return
        classes = outputs(analyse(network))
        wanted = wanted_input(project.network, info)
        text = _(
            "{title}: {shape} in {classes} classes. The network takes {present}; the images are made to fit it."
        ).format(
            title=info.title,
            shape=" × ".join(map(str, info.shape)),
            classes=len(info.classes),
            present=" × ".join(map(str, present)),
        )
        self._offered = True
        fit = (offer_text(wanted, classes), lambda: self.fit(info))
        self.message.emit(Message(KEY, text, (fit,)))

    def _changed(self, before: Project, after: Project) -> None:
        if before.data != after.data:
            self._withdraw()
        elif self._offered:
            info = resolve_or_none(after.data)
            if info is None or fitted(after.network, info) is after.network:
                self._withdraw()

    def _withdraw(self) -> None:
        self._offered = False
        self.withdrawn.emit(KEY)
