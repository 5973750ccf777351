"""The data of a session: which set is looked at, and choosing one, which is one undo step."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.data.catalogue import DataSetInfo, resolve_or_none
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.data_choice import fitted, offer_text, used, wanted_input, with_data
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.messages import Message

KEY = "data"
"""The key of its messages."""


class DataSetup(QObject):
    """Turns a choice into an edit. What it has to say goes out by signals, as the session's own does."""

    message = Signal(object)
    withdrawn = Signal(str)
    shown_changed = Signal()
    """Another data set is looked at, or what is looked at has been taken into use, or no longer is."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._offered = False
        self._shown = resolve_or_none(document.project.data)
        self._document_id = document.id
        document.changed.connect(self._changed)

    @property
    def shown(self) -> DataSetInfo | None:
        """The data set that is looked at: the project's own until a person looks at another."""
        return self._shown

    @property
    def in_use(self) -> DataSetInfo | None:
        """The data set of the project, where it is known here."""
        return resolve_or_none(self._document.project.data)

    @property
    def shows_in_use(self) -> bool:
        """Whether what is looked at is what the project learns from."""
        shown, in_use = self._shown, self.in_use
        return shown is not None and in_use is not None and shown.name == in_use.name

    @property
    def choice_comes_first(self) -> bool:
        """Whether taking data comes before Train: none is in use, or another is looked at that could be taken."""
        if self._shown is None:
            return True
        return not self.shows_in_use and self._shown.available()

    def show(self, info: DataSetInfo) -> None:
        """Looks at a data set. Nothing of the project changes."""
        if self._shown is None or info.name != self._shown.name:
            self._shown = info
            self.shown_changed.emit()

    def use(self, info: DataSetInfo) -> None:
        """Takes this data set, and fits Input and outputs to it, as one undo step."""
        missing = info.missing()
        if missing is not None:
            self.message.emit(Message(KEY, missing))
            return
        self._document.edit(_("Use {title}").format(title=info.title), used(self._document.project, info))

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
        if before.data != after.data or self._document.id != self._document_id:
            self._document_id = self._document.id
            self._withdraw()
            self._shown = resolve_or_none(after.data)
            self.shown_changed.emit()
        elif self._offered:
            info = resolve_or_none(after.data)
            if info is None or fitted(after.network, info) is after.network:
                self._withdraw()

    def _withdraw(self) -> None:
        self._offered = False
        self.withdrawn.emit(KEY)
