"""Fills the page of many images from the child, and turns what is decided there into edits of the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from cnnbuilder.engine.data.catalogue import DataSetInfo, Finding, ImageRecord, OwnDataSet
from cnnbuilder.engine.messages import (
    Answer,
    AnyRequest,
    BrowseData,
    BrowseFiles,
    DataBrowsed,
    Failed,
    FilesBrowsed,
    PartName,
)
from cnnbuilder.network.data import Data
from cnnbuilder.network.data_edits import with_changes, without_changes
from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.data.browser import looked_at
from cnnbuilder.ui.data.findings import SET_ASIDE
from cnnbuilder.ui.data.images_page import ImagesPage
from cnnbuilder.ui.data.mends import mend_of
from cnnbuilder.ui.data.words import PART_TITLES, image_text
from cnnbuilder.ui.images.pixels import image_of
from cnnbuilder.ui.images.thumbnails import PAGE, PICTURE, Thumbnail
from cnnbuilder.ui.session.data_choice import data_of
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme


class ImageListing(QObject):
    """Shows a class, or some files; only the answers for what is shown now are taken."""

    def __init__(self, session: Session, page: ImagesPage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._page = page
        self._info: DataSetInfo | None = None
        self._part: PartName = "train"
        self._label: int | None = None
        self._files: tuple[str, ...] = ()
        self._turn = 0
        """Counts what was shown, so that an answer for something before is not taken."""
        page.model.page_wanted.connect(self._ask)
        page.set_aside.connect(self._set_aside)
        page.given.connect(self._give)
        page.moved.connect(self._move)
        page.taken_back.connect(self._take_back)

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def label(self) -> int | None:
        """The class that is shown; None where files are."""
        return self._label

    def show_class(self, info: DataSetInfo, part: PartName, label: int, count: int) -> None:
        """All images of a class and part."""
        self._info, self._part, self._label, self._files = info, part, label, ()
        images = ngettext("{n} image", "{n} images", count).format(n=number(count))
        title = f"{info.classes[label]} · {PART_TITLES[part]} · {images}"
        self._begin(title, count)

    def show_files(self, info: OwnDataSet, finding: Finding) -> None:
        """The files of a finding; pairs one behind the other."""
        pairs = tuple(file for pair in finding.pairs for file in pair)
        self._info, self._label = info, None
        self._files = tuple(dict.fromkeys((*pairs, *finding.files)))
        self._begin(finding.message, len(self._files))

    def show_again(self, info: DataSetInfo, count: Callable[[int], int]) -> None:
        """The same after an edit; `count`: how many images a class has now."""
        bar = self._page.view.verticalScrollBar()
        height = bar.value()
        if self._label is not None and self._label < len(info.classes):
            self.show_class(info, self._part, self._label, count(self._label))
        elif isinstance(info, OwnDataSet):
            self._info = info
            self._begin(self._page.title.text(), len(self._files))
        self._page.view.doItemsLayout()
        bar.setValue(height)

    def _begin(self, title: str, count: int) -> None:
        assert self._info is not None
        self._turn += 1
        own = isinstance(self._info, OwnDataSet)
        editable = own and self._session.data.shows_in_use
        self._page.begin(title, count, self._info.classes, editable=editable)
        self._page.buttons.setVisible(editable)

    def _ask(self, first: int) -> None:
        info, turn = self._info, self._turn
        if info is None:
            return
        data = looked_at(data_of(info))
        side = round(theme.px(PICTURE) * self._page.devicePixelRatioF())
        part, label, files = self._part, self._label, self._files[first : first + PAGE]

        def make(number: int) -> AnyRequest:
            if label is not None:
                return BrowseData(number, data, part, label, first, PAGE, side)
            return BrowseFiles(number, data, files, side)

        def answered(answer: Answer | Failed) -> None:
            if not shiboken6.isValid(self) or turn != self._turn:
                return
            if isinstance(answer, DataBrowsed):
                self._page.model.show(first, self._of_class(answer))
            elif isinstance(answer, FilesBrowsed):
                self._page.model.show(first, self._of_files(files, answer))

        self._session.tasks.ask(make, answered)

    def _of_class(self, answer: DataBrowsed) -> list[Thumbnail]:
        info = self._info
        assert info is not None
        channels, height, width = answer.shape
        size = channels * height * width
        found = []
        for place in range(len(answer.pixels) // size):
            image = image_of(answer.pixels[place * size : (place + 1) * size], answer.shape)
            spoken = image_text(info, answer.part, answer.label, answer.first + place)
            record = answer.records[place] if place < len(answer.records) else None
            caption = _file_name(record) if record else number(answer.first + place + 1)
            text = f"{spoken}: {record.file}" if record else spoken
            found.append(Thumbnail(image, caption, text, record.content if record else ""))
        return found

    def _of_files(self, files: Sequence[str], answer: FilesBrowsed) -> list[Thumbnail]:
        info = self._info
        reasons = dict(info.set_aside) if isinstance(info, OwnDataSet) else {}
        found = []
        for file, pixels, record in zip(files, answer.pixels, answer.records, strict=True):
            image = image_of(pixels, answer.shape) if pixels is not None else None
            says = reasons.get(file, "")
            if record is not None and info is not None and 0 <= record.label < len(info.classes):
                says = info.classes[record.label]
            caption = says or file.rpartition("/")[2]
            spoken = f"{file}: {says}" if says else file
            found.append(Thumbnail(image, caption, spoken, record.content if record else ""))
        return found

    # --- what is decided --------------------------------------------------------------------------

    def mend(self, info: OwnDataSet, finding: Finding) -> None:
        """Does the one thing that mends a finding, as one undo step; of unreadable files it opens the folder."""
        if finding.kind == SET_ASIDE:
            path = Path(info.path)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
            return
        mend = mend_of(finding)
        if mend is None:
            return
        if not mend.needs_images:
            self._edit(mend.label, mend.act(self._data, ()))
            return
        data = looked_at(data_of(info))

        def answered(answer: Answer | Failed) -> None:
            if shiboken6.isValid(self) and isinstance(answer, FilesBrowsed):
                images = [record.content for record in answer.records if record is not None]
                self._edit(mend.label, mend.act(self._data, images))

        files = mend.files(finding)
        self._session.tasks.ask(lambda number: BrowseFiles(number, data, files, 1), answered)

    @property
    def _data(self) -> Data:
        return self._session.document.project.data

    def _edit(self, title: str, data: Data) -> None:
        self._session.data.edit(title, data)

    def _set_aside(self, images: list[str]) -> None:
        title = ngettext("Set {n} image aside", "Set {n} images aside", len(images))
        self._edit(title.format(n=number(len(images))), with_changes(self._data, images, excluded=True))

    def _give(self, images: list[str], name: str) -> None:
        title = _("Give to {name}").format(name=name)
        self._edit(title, with_changes(self._data, images, label=name))

    def _move(self, images: list[str], part: PartName) -> None:
        title = _("Move to {part}").format(part=PART_TITLES[part].lower())
        self._edit(title, with_changes(self._data, images, part=part))

    def _take_back(self, images: list[str]) -> None:
        self._edit(_("Take decisions back"), without_changes(self._data, images))


def _file_name(record: ImageRecord) -> str:
    return record.file.rpartition("/")[2]
