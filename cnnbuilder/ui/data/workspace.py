"""The Data workspace: the data sets, what is in them, and how they fit the network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import DataSetInfo, Finding, OwnDataSet
from cnnbuilder.engine.messages import ImageBrowsed, PartName
from cnnbuilder.network.data import Data, Folder
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, bytes_text
from cnnbuilder.ui.data.add_images import AddImages
from cnnbuilder.ui.data.browser import DataBrowser, RowKey, looked_at
from cnnbuilder.ui.data.class_grid import PICTURE, ClassGrid
from cnnbuilder.ui.data.class_model import ClassModel
from cnnbuilder.ui.data.data_layout import centre, classes_page, stacked
from cnnbuilder.ui.data.drawn_page import DrawnPage
from cnnbuilder.ui.data.findings import Findings, findings_of
from cnnbuilder.ui.data.head import Head
from cnnbuilder.ui.data.image_listing import ImageListing
from cnnbuilder.ui.data.image_view import ImageView
from cnnbuilder.ui.data.images_page import ImagesPage
from cnnbuilder.ui.data.nothing_shown import say_nothing_shown
from cnnbuilder.ui.data.part_switch import PartSwitch
from cnnbuilder.ui.data.preparation import Preparation
from cnnbuilder.ui.data.reading_page import ReadingPage
from cnnbuilder.ui.data.source_list import SourceList, SourceModel, key_of
from cnnbuilder.ui.data.standstill import Standstill
from cnnbuilder.ui.data.words import PARTS
from cnnbuilder.ui.session.data_choice import data_of, same_set
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.columns import Columns, SidePanel, scrolled, side_panel
from cnnbuilder.ui.widgets.search_field import SearchField
from cnnbuilder.ui.widgets.theme import theme

SOURCES_WIDTH, PREPARATION_WIDTH = 232, 312
MANY_CLASSES = 12
"""More classes than these are found by a filter."""


class DataWorkspace(QWidget):
    """Looking changes nothing; "Use for this network" does, as one undo step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._data = session.data
        self._listed = ""
        """Which data set was shown last: an edit of it leaves one where one is."""
        self._back_to_images = False
        self.browser = DataBrowser(session, self)
        self.head = Head(session)
        self.parts = PartSwitch()
        self.filter = SearchField(_("Class"))
        self.filter.setAccessibleName(_("Find a class"))
        self.classes = ClassModel(self)
        self.grid = ClassGrid(self.classes)
        self.image = ImageView()
        self.images = ImagesPage()
        self.listing = ImageListing(session, self.images, self)
        self.standstill = Standstill()
        self.reading = ReadingPage()
        self.drawn = DrawnPage()
        self.findings = Findings()
        self.add_images = AddImages()
        self.source_model = SourceModel(session, self.browser, self)
        self.sources = SourceList(self.source_model)
        self.preparation = Preparation(session)
        self._lay_out()
        self.sources.chosen.connect(self._look_at)
        self.add_images.folder_wanted.connect(session.images_requested)
        self.add_images.file_wanted.connect(session.image_file_requested)
        self.add_images.drawing_wanted.connect(self._draw)
        self.drawn.finished.connect(self._drawn)
        self.drawn.left.connect(self._leave_drawing)
        self.reading.cancel.clicked.connect(lambda _checked=False: self._data.give_up())
        self.findings.show_wanted.connect(self._show_files)
        self.findings.mend_wanted.connect(self._mend)
        self._data.progressed.connect(self._progressed)
        self.parts.chosen.connect(lambda _part: self._show_data())
        self.filter.textChanged.connect(self.classes.set_filter)
        self.grid.opened.connect(self._open_image)
        self.grid.current_changed.connect(self._ask_image)
        self.grid.fitted.connect(self._ask_classes)
        self.grid.scrolled.connect(self._ask_classes)
        self.classes.modelReset.connect(self._ask_classes)
        self.grid.class_opened.connect(self._open_class)
        self.images.left.connect(self._close_images)
        self.images.opened.connect(self._open_of_class)
        self.image.left.connect(self._close_image)
        self.image.moved.connect(self._ask_image)
        self.browser.row_known.connect(self._row_came)
        self.browser.image_known.connect(self._image_came)
        self.browser.failed.connect(self._failed)
        self._data.shown_changed.connect(self._shown_changed)
        session.document_changed.connect(self._document_changed)
        theme.changed.connect(self._fit)
        self._fit()
        self._shown_changed()

    # --- what is asked for ------------------------------------------------------------------------

    def regions(self) -> tuple[QWidget, ...]:
        """Its parts, in the order in which Tab and F6 walk through them."""
        return self.sources_panel, self.centre, self.preparation_panel

    def take_focus(self) -> None:
        """Puts the keyboard where a person goes on: on the list of data sets, or on the one that is shown."""
        if not self.sources_panel.folded:
            self.sources.setFocus()
        elif self._pages.currentWidget() is self.image:
            self.image.setFocus()
        else:
            self.grid.setFocus()

    # --- where things stand -----------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sources_panel = side_panel(
            "sources", SOURCES_WIDTH, stacked(self.sources, self.add_images), "data", _("Data sets")
        )
        self.preparation_panel = side_panel(
            "preparation", PREPARATION_WIDTH, scrolled(self.preparation), "settings", _("Preparation")
        )
        self._classes_page = classes_page(self.parts, self.filter, self.grid)
        self._pages = QStackedWidget()
        for page in (
            self._classes_page, self.image, self.images, self.standstill, self.reading, self.drawn
        ):  # fmt: skip
            self._pages.addWidget(page)
        self.centre = scrolled(centre(self.head, self.findings, self._pages))
        self.columns = Columns((self.sources_panel,), self.centre, (self.preparation_panel,))
        self.columns.fold_order = (self.preparation_panel, self.sources_panel)
        for panel in self.columns.panels:
            panel.asked.connect(lambda _key, panel=panel: self._open_panel(panel))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.columns)

    def _open_panel(self, panel: SidePanel) -> None:
        self.columns.open(panel)
        if panel is self.sources_panel:
            self.sources.setFocus()

    def _fit(self) -> None:
        self.filter.setFixedSize(theme.px(168), self.parts.sizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(theme.px(1200), theme.px(700))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Not before it is seen: a person who never looks at the data waits for nothing.
        self.source_model.ask_for_covers()
        self._ask_classes()
        self._ask_image()

    def _look_at(self, chosen: DataSetInfo | Data) -> None:
        if isinstance(chosen, Data):
            self._data.look_at(chosen)
        else:
            self._data.show(chosen)

    def _progressed(self) -> None:
        if self._pages.currentWidget() is not self.reading:
            return
        if self._data.reading is not None:
            self.reading.show_progress(self._data.reading, self._data.inspection.progress)
        elif self._data.shown is not None and self._data.download.name == self._data.shown.name:
            self.reading.show_download(self._data.shown.title, self._data.download.progress)

    def _open_class(self, label: int) -> None:
        shown = self._data.shown
        if shown is not None and self.classes.images_of(label):
            self.listing.show_class(shown, self.parts.part, label, self.classes.images_of(label))
            self._pages.setCurrentWidget(self.images)
            self.images.view.setFocus()

    def _show_files(self, finding: Finding) -> None:
        shown = self._data.shown
        if isinstance(shown, OwnDataSet):
            self.listing.show_files(shown, finding)
            self._pages.setCurrentWidget(self.images)
            self.images.view.setFocus()

    def _mend(self, finding: Finding) -> None:
        shown = self._data.shown
        if isinstance(shown, OwnDataSet):
            self.listing.mend(shown, finding)

    def _draw(self) -> None:
        """A set is made here: it has the room of the images, and what was shown waits."""
        self.head.hide()
        self.findings.hide()
        self._pages.setCurrentWidget(self.drawn)
        self.drawn.begin()

    def _drawn(self, folder: Path) -> None:
        self._leave_drawing()
        self._data.look_at(Data(Folder(str(folder))))

    def _leave_drawing(self) -> None:
        self._pages.setCurrentWidget(self._classes_page)
        self._shown_changed()

    def _close_images(self) -> None:
        self._pages.setCurrentWidget(self._classes_page)
        self.grid.take_focus(self.listing.label or 0, -1)

    def _open_of_class(self, place: int) -> None:
        if self.listing.label is not None:
            self._back_to_images = True
            self._open_image(self.listing.label, place)

    # --- what is shown ----------------------------------------------------------------------------

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network or before.data != after.data:
            self.head.refresh()
            self.preparation.refresh()
            self._ask_image()

    def _shown_changed(self) -> None:
        """Another data set is looked at, or this one is in use now."""
        shown = self._data.shown
        same = shown is not None and self._listed == key_of(shown)
        if self._pages.currentWidget() is self.drawn and same:
            return  # what is being drawn stays
        self.source_model.refresh()
        if self.isVisible():
            self.source_model.ask_for_covers()
        if not same_set(shown, self.classes.info):
            self.grid.go_to_top()
        if shown is not None:
            self.sources.show_current(key_of(shown))
            self.parts.show_sizes(shown)
            many = len(shown.classes) > MANY_CLASSES
            self.filter.setVisible(many)
            if not many:
                self.filter.clear()
        used = self.head.use.hasFocus()
        self.head.refresh()
        self.preparation.refresh()
        if shown is not None and same and self._pages.currentWidget() is self.images:
            self.listing.show_again(shown, self._count_of)
        else:
            self._pages.setCurrentWidget(self._classes_page)
        self._listed = key_of(shown) if shown is not None else ""
        self.preparation_panel.setVisible(shown is not None)
        self.findings.show_findings(findings_of(shown), self._data.shows_in_use)
        self._show_data()
        self.grid.fit()
        if used and self.head.use.isHidden():
            self.grid.setFocus()  # the button that was pressed is gone

    def _show_data(self) -> None:
        """Fills the centre: the classes, or why there are none."""
        shown = self._data.shown
        if self._data.reading is not None:
            self._pages.setCurrentWidget(self.reading)
            self.reading.show_progress(self._data.reading, self._data.inspection.progress)
            return
        if self._data.failure is not None:
            data, sentence = self._data.failure
            self._stand_still(sentence, _("Try again"), lambda: self._data.look_at(data))
            return
        if shown is None:
            say_nothing_shown(self.standstill, self._session)
            self._pages.setCurrentWidget(self.standstill)
            return
        missing = shown.missing()
        data = looked_at(data_of(shown))
        failure = self.browser.failure(data)
        if self._data.download.name == shown.name:
            self._pages.setCurrentWidget(self.reading)
            self.reading.show_download(shown.title, self._data.download.progress)
        elif missing is not None and shown.downloadable():
            self._offer_download(shown, missing)
        elif missing is not None:
            self._stand_still(missing)
        elif failure:
            self._stand_still(failure, _("Try again"), lambda: self._try_again(data))
        else:
            if self._pages.currentWidget() is self.standstill:
                self._pages.setCurrentWidget(self._classes_page)
            part = self.parts.part
            own = shown.counts if isinstance(shown, OwnDataSet) else ()
            self.classes.show_part(shown, part, self.browser.counts(data) or own)
            for label in range(len(shown.classes)):
                self._show_row(RowKey(data, part, label))
            self._ask_classes()
            self._ask_image()

    def _stand_still(self, sentence: str, button: str = "", act: Callable[[], object] = lambda: None) -> None:
        self.standstill.say(sentence, button, act)
        self._pages.setCurrentWidget(self.standstill)

    def _offer_download(self, shown: DataSetInfo, missing: str) -> None:
        failed = self._data.download.failure(shown.name)
        sentence = failed or _("{missing}\nLicence: {licence}").format(missing=missing, licence=shown.licence)
        button = _("Download {size}").format(size=bytes_text(shown.bytes))
        self.standstill.offer(sentence, button, lambda: self._data.download.start(shown))
        self._pages.setCurrentWidget(self.standstill)

    def _try_again(self, data: Data) -> None:
        self.browser.try_again(data)
        self._show_data()
        self.grid.setFocus()

    # --- what is asked of the child ---------------------------------------------------------------

    def _ask_classes(self) -> None:
        shown = self._data.shown
        if shown is None or not self.isVisible() or shown.missing() is not None:
            return
        side = round(max(theme.px(PICTURE), self.grid.picture_side) * self.devicePixelRatioF())
        labels = self.grid.labels_in_sight()
        data = looked_at(data_of(shown))
        self.browser.ask_rows(data, self.parts.part, labels, max(1, self.grid.images_a_row), side)

    def _ask_image(self) -> None:
        """The image on which the keyboard is, or that is shown large, in both its forms."""
        shown = self._data.shown
        if shown is None or not self.isVisible() or shown.missing() is not None:
            return
        label, place = self._wanted
        self.browser.ask_image(
            (looked_at(data_of(shown)), self.preparation.shape, self.parts.part, label, place)
        )

    @property
    def _wanted(self) -> tuple[int, int]:
        if self._pages.currentWidget() is self.image:
            return self.image.label, self.image.place
        return self.grid.current_image

    def _row_came(self, key: RowKey) -> None:
        shown = self._data.shown
        if shown is None or key.data != looked_at(data_of(shown)):
            return
        if self._pages.currentWidget() is self.standstill:
            self._show_data()
        if key.part == self.parts.part:
            self.classes.show_counts(self.browser.counts(key.data))
            self._show_row(key)

    def _show_row(self, key: RowKey) -> None:
        answer = self.browser.row(key)
        if answer is not None:
            self.classes.show_row(key.label, answer)

    def _image_came(self, answer: ImageBrowsed) -> None:
        self.preparation.show_image(answer)
        if self._pages.currentWidget() is self.image:
            self.image.show_image(answer, self.preparation.shape)

    def _failed(self, data: Data) -> None:
        if self._data.shown is not None and data == looked_at(data_of(self._data.shown)):
            self._show_data()

    # --- one image --------------------------------------------------------------------------------

    def _open_image(self, label: int, place: int) -> None:
        shown = self._data.shown
        if shown is None:
            return
        part: PartName = self.parts.part
        self.image.open(shown, part, label, place, self.classes.images_of(label))
        original = self.classes.original(label, place)
        if original is None:
            self.image.show_image(None, self.preparation.shape)
        else:
            self.image.show_original(original, self.preparation.shape)
        self._pages.setCurrentWidget(self.image)
        self.image.setFocus()
        self._ask_image()

    def _count_of(self, label: int) -> int:
        shown = self._data.shown
        at = PARTS.index(self.parts.part)
        return shown.counts[label][at] if isinstance(shown, OwnDataSet) else self.classes.images_of(label)

    def _close_image(self) -> None:
        label, place = self.image.label, self.image.place
        if self._back_to_images:
            self._back_to_images = False
            self._pages.setCurrentWidget(self.images)
            self.images.view.setCurrentIndex(self.images.model.index(place))
            self.images.view.setFocus()
            return
        self._pages.setCurrentWidget(self._classes_page)
        self.grid.take_focus(label, place)
