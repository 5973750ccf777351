"""The data of a session: which set is looked at, and choosing one, which is one undo step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.data.catalogue import DataSetInfo, OwnDataSet, remember, resolve_or_none
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.data import OWN, Data, Source
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.data_choice import (
    begun_with,
    fitted,
    is_begun,
    is_untouched,
    offer_text,
    same_set,
    used,
    wanted_input,
    with_data,
)
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.download import Download
from cnnbuilder.ui.session.inspection import Inspection
from cnnbuilder.ui.session.messages import Message
from cnnbuilder.ui.session.recent_data import add_recent

KEY = "data"
"""The key of its messages."""


class DataSetup(QObject):
    """Turns a choice into an edit. What it has to say goes out by signals, as the session's own does."""

    message = Signal(object)
    withdrawn = Signal(str)
    shown_changed = Signal()
    """Another data set is looked at, or what is looked at has been taken into use, or no longer is."""
    progressed = Signal()
    """One's own images are being read: further than before, or no longer."""
    known = Signal()
    """The project's own images have become known: what waits for them may go on."""

    def __init__(self, document: Document, tasks: BackgroundTasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._offered = False
        self._shown = resolve_or_none(document.project.data)
        self._document_id = document.id
        self._failure: tuple[Data, str] | None = None
        self.may_begin: Callable[[], bool] = lambda: document.path is None
        """Whether images that are dropped may be taken into use at once; the session knows of runs too."""
        self.inspection = Inspection(tasks, self)
        self.download = Download(tasks, self)
        self._renewal = Inspection(tasks, self)
        """Counts and findings of the project's own images once more, after an edit that concerns them."""
        self.inspection.changed.connect(self.progressed)
        self.download.progressed.connect(self.progressed)
        self.download.changed.connect(self.shown_changed)
        self.inspection.found.connect(self._found)
        self.inspection.failed.connect(self._failed)
        self._renewal.found.connect(self._renewed)
        document.changed.connect(self._changed)

    # --- what is looked at ------------------------------------------------------------------------

    @property
    def shown(self) -> DataSetInfo | None:
        """The data set that is looked at: the project's own until a person looks at another."""
        return None if self.reading is not None else self._shown

    @property
    def project_source(self) -> Source | None:
        """Where the project's images come from, whether or not they are known here."""
        return self._document.project.data.source

    @property
    def in_use(self) -> DataSetInfo | None:
        """The data set of the project, where it is known here."""
        return resolve_or_none(self._document.project.data)

    @property
    def shows_in_use(self) -> bool:
        """Whether what is looked at is what the project learns from."""
        return same_set(self.shown, self.in_use)

    @property
    def choice_comes_first(self) -> bool:
        """Whether taking data comes before Train: none is in use, or another is looked at that could be taken."""
        shown = self.shown
        if shown is None:
            return self.reading is None
        return not self.shows_in_use and shown.available()

    @property
    def reading(self) -> Data | None:
        """One's own images that are being read before they can be shown; None while there are none."""
        return self.inspection.data

    @property
    def failure(self) -> tuple[Data, str] | None:
        """What could not be read last, and why; None where all went well."""
        return self._failure

    @property
    def lost(self) -> Path | None:
        """Where the project's own images were and are no longer; None where they are there, or it has none."""
        source = self._document.project.data.source
        if not isinstance(source, OWN) or Path(source.path).exists():
            return None
        return Path(source.path)

    def show(self, info: DataSetInfo) -> None:
        """Looks at a data set. Nothing of the project changes."""
        self.inspection.cancel()
        self._failure = None
        if not same_set(self._shown, info) or self._shown is None:
            self._shown = info
            self.shown_changed.emit()

    def look_at(self, data: Data) -> None:
        """Reads one's own images and shows them; a document that holds nothing yet takes them into use at once."""
        if data.source == self._document.project.data.source:
            data = self._document.project.data
        self._failure = None
        info = resolve_or_none(data)
        if isinstance(info, OwnDataSet) and info.missing() is None:
            self.show(info)
            self._renewal.start(data)  # it may have changed since
            return
        self.inspection.start(data)
        self.shown_changed.emit()

    def give_up(self) -> None:
        """Reads no further; what was shown before is shown again."""
        self.inspection.cancel()
        self.download.cancel()
        self.shown_changed.emit()

    def read_project(self) -> None:
        """Reads the project's own images, where they are not known yet and are where they should be."""
        data = self._document.project.data
        if isinstance(data.source, OWN) and self.in_use is None and self.lost is None:
            self._failure = None
            self.inspection.start(data)

    # --- choosing ---------------------------------------------------------------------------------

    def use(self, info: DataSetInfo) -> None:
        """Takes this data set, and fits Input and outputs to it, as one undo step."""
        missing = info.missing()
        if missing is not None:
            self.message.emit(Message(KEY, missing))
            return
        project = self._document.project
        make = used if is_begun(project.network) or not isinstance(info, OwnDataSet) else begun_with
        self._document.edit(_("Use {title}").format(title=info.title), make(project, info))

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

    def edit(self, title: str, data: Data) -> None:
        """Another way to divide, prepare or vary the project's images, as one undo step."""
        self._document.edit(title, replace(self._document.project, data=data))

    def moved_to(self, path: Path) -> None:
        """The project's own images lie here now; nothing else of the project changes."""
        data = self._document.project.data
        if isinstance(data.source, OWN):
            self.edit(
                _("Find {name} again").format(name=path.name),
                replace(data, source=replace(data.source, path=str(path))),
            )

    def shutdown(self) -> None:
        """The session closes: nothing is read any longer."""
        for inspection in (self.inspection, self._renewal):
            inspection.blockSignals(True)
            inspection.cancel()
        self.download.blockSignals(True)
        self.download.cancel()

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

    # --- what becomes of it -----------------------------------------------------------------------

    def _found(self, info: OwnDataSet) -> None:
        """What was read is known now."""
        remember(info)
        assert isinstance(info.data.source, OWN)
        add_recent(info.data.source)
        project = self._document.project
        if project.data.source == info.data.source:
            self._shown = resolve_or_none(project.data)
            self.shown_changed.emit()
            self.known.emit()
            return
        self._shown = info
        fresh = self.may_begin() and not isinstance(project.data.source, OWN)
        if fresh and (not is_begun(project.network) or is_untouched(project)):
            self._document.edit(_("Use {title}").format(title=info.title), begun_with(project, info))
        else:
            self.shown_changed.emit()

    def _failed(self, data: Data, sentence: str) -> None:
        self._failure = data, sentence
        self.shown_changed.emit()

    def _renewed(self, info: OwnDataSet) -> None:
        remember(info)
        if same_set(self._shown, info):
            self._shown = self.in_use if same_set(self.in_use, info) else info
            self.shown_changed.emit()

    def _changed(self, before: Project, after: Project) -> None:
        another = self._document.id != self._document_id
        if before.data != after.data or another:
            self._document_id = self._document.id
            self._withdraw()
            if another:
                self.inspection.cancel()
            self._failure = None
            self._shown = resolve_or_none(after.data)
            self._read_anew(before.data, after.data)
            self.shown_changed.emit()
        elif self._offered:
            info = resolve_or_none(after.data)
            if info is None or fitted(after.network, info) is after.network:
                self._withdraw()

    def _read_anew(self, before: Data, after: Data) -> None:
        if not isinstance(after.source, OWN):
            return
        if self._shown is None:
            self.read_project()
        elif before.source == after.source and (before.split, before.changes) != (after.split, after.changes):
            self._renewal.start(after)

    def _withdraw(self) -> None:
        self._offered = False
        self.withdrawn.emit(KEY)
