"""The data sets: on this computer, not on it, and one's own images. Choosing one only shows it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QListView, QWidget

from cnnbuilder.engine.data.catalogue import DataSetInfo, OwnDataSet, all_data_sets, resolve_or_none
from cnnbuilder.network.data import OWN, Arrays, Data, Folder, Inside, Table, source_name
from cnnbuilder.text import _
from cnnbuilder.ui.data.browser import DataBrowser
from cnnbuilder.ui.data.source_row import FACTS, IMAGE, IN_USE, INFO, SHOWN, SourceRow
from cnnbuilder.ui.data.words import path_text, source_text
from cnnbuilder.ui.images.pixels import image_of
from cnnbuilder.ui.session.data_choice import data_of
from cnnbuilder.ui.session.recent_data import recent_sources
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme

Index = QModelIndex | QPersistentModelIndex


class OwnSource(NamedTuple):
    """One's own images in the list, known already or not."""

    source: Folder | Table | Arrays
    info: OwnDataSet | None
    missing: str | None

    @property
    def title(self) -> str:
        """As it is called where it is known, else the last part of its path."""
        return self.info.title if self.info is not None else source_name(Data(self.source))

    @property
    def facts(self) -> str:
        """What stands below the title: how many images and classes, or where it lies, or that it is gone."""
        if self.missing is not None:
            return _("not there now")
        return source_text(self.info) if self.info is not None else path_text(self.source.path)


Row = DataSetInfo | OwnSource


def key_of(row: Row) -> str:
    """By what a data set is found again: its name; the path of one's own images."""
    if isinstance(row, OwnSource):
        return row.source.path
    return row.path if isinstance(row, OwnDataSet) else row.name


class SourceModel(QAbstractListModel):
    """Headings (which cannot be chosen) and the data sets below them."""

    def __init__(self, session: Session, browser: DataBrowser, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = session.data
        self._browser = browser
        self._rows: list[str | Row] = []
        self._images: dict[str, QImage] = {}
        self._missing: dict[str, str | None] = {}
        browser.cover_known.connect(self._cover_came)
        self.refresh()

    def refresh(self) -> None:
        """Looks at what is on this computer now."""
        self.beginResetModel()
        self._missing = {info.name: info.missing() for info in all_data_sets()}
        titles = {True: _("On this computer"), False: _("Not on this computer")}
        sets = sorted(all_data_sets(), key=lambda info: bool(self._missing[info.name]))
        self._rows = []
        for here, group in groupby(sets, key=lambda info: self._missing[info.name] is None):
            self._rows += [titles[here], *group]
        own = self._own()
        if own:
            self._rows += [_("Your images"), *own]
        self.endResetModel()

    def _own(self) -> list[OwnSource]:
        """Those of the project and those that are shown, then those that were looked at last."""
        in_use, shown = self._data.project_source, self._data.shown
        sources = [in_use] if isinstance(in_use, OWN) else []
        if isinstance(shown, OwnDataSet) and isinstance(shown.data.source, OWN):
            sources.append(shown.data.source)
        found: dict[str, OwnSource] = {}
        for source in [*sources, *recent_sources()]:
            if source.path not in found:
                info = resolve_or_none(Data(source))
                own = info if isinstance(info, OwnDataSet) else None
                gone = (
                    None if Path(source.path).exists() else _("{path} is not there.").format(path=source.path)
                )
                found[source.path] = OwnSource(source, own, gone)
        return list(found.values())

    def ask_for_covers(self) -> None:
        """One image of each, to tell them apart by."""
        for name, missing in self._missing.items():
            if missing is None:
                self._browser.ask_cover(Data(Inside(name)))
        for row in self._rows:
            if isinstance(row, OwnSource) and row.info is not None and row.missing is None:
                self._browser.ask_cover(Data(row.source))

    def row_of(self, key: str) -> int | None:
        """Where a data set stands: by its name, or by the path of one's own images."""
        rows = enumerate(self._rows)
        return next((place for place, row in rows if not isinstance(row, str) and key_of(row) == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return chosen if not isinstance(self._rows[index.row()], str) else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        shown, reading = self._data.shown, self._data.reading
        source = row.source if isinstance(row, OwnSource) else data_of(row).source
        used = self._data.project_source == source
        looked_at = shown is not None and data_of(shown).source == source
        looked_at |= reading is not None and reading.source == source
        missing, facts = self._words(row)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                summary = row.source.path if isinstance(row, OwnSource) else f"{row.title}: {row.summary}"
                return missing or f"{summary}\n{facts}"
            case Qt.ItemDataRole.AccessibleTextRole:
                words = [row.title, facts]
                words += [_("in use")] if used else []
                words += [_("shown")] if looked_at else []
                words += [_("not on this computer")] if missing and isinstance(row, DataSetInfo) else []
                return ", ".join(words)
            case _ if role == INFO:
                return row
            case _ if role == IMAGE:
                return self._images.get(key_of(row))
            case _ if role == FACTS:
                return facts
            case _ if role == IN_USE:
                return used
            case _ if role == SHOWN:
                return looked_at
        return None

    def _words(self, row: Row) -> tuple[str | None, str]:
        """Why a set is not here, and what stands below its title."""
        if isinstance(row, OwnSource):
            return row.missing, row.facts
        return self._missing[row.name], source_text(row)

    def _cover_came(self, data: Data) -> None:
        cover = self._browser.cover(data)
        key = data.source.path if isinstance(data.source, OWN) else source_name(data)
        place = self.row_of(key)
        if cover is not None:
            self._images[key] = image_of(cover.pixels, cover.shape)
        if place is not None:
            self.dataChanged.emit(self.index(place), self.index(place))


class SourceList(QListView):
    """Arrows walk through it, Enter, Space or a click shows a data set."""

    chosen = Signal(object)
    """A person wants to look at this `DataSetInfo`, or at the `Data` of their own images."""

    def __init__(self, model: SourceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(SourceRow(self))
        self.setAccessibleName(_("Data sets"))
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._choose)
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def show_current(self, key: str) -> None:
        """Puts the keyboard's place on a data set."""
        model = self.model()
        assert isinstance(model, SourceModel)
        place = model.row_of(key)
        if place is not None:
            self.setCurrentIndex(model.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            rows = [self.model().index(row, 0) for row in range(self.model().rowCount())]
            sources = [
                index for index in rows if index.data(INFO) is not None
            ]  # Qt's own Home ends at a heading
            if sources:
                self.setCurrentIndex(sources[0 if event.key() == Qt.Key.Key_Home else -1])
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(INFO) if index.isValid() else None
        if isinstance(row, OwnSource):
            self.chosen.emit(Data(row.source))
        elif isinstance(row, DataSetInfo):
            self.chosen.emit(row)
