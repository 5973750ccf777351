"""The Data workspace: the data sets, what is in them, and how they fit the network."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import NoDataSet, UnknownDataSet, find, resolve
from cnnbuilder.engine.messages import ImageBrowsed, PartName
from cnnbuilder.network.data import source_name
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.data.browser import DataBrowser
from cnnbuilder.ui.data.class_grid import PICTURE, ClassGrid
from cnnbuilder.ui.data.class_model import ClassModel
from cnnbuilder.ui.data.head import Head
from cnnbuilder.ui.data.image_view import ImageView
from cnnbuilder.ui.data.part_switch import PartSwitch
from cnnbuilder.ui.data.preparation import Preparation
from cnnbuilder.ui.data.source_list import SourceList, SourceModel
from cnnbuilder.ui.data.standstill import Standstill
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.columns import Columns, SidePanel, scrolled, side_panel
from cnnbuilder.ui.widgets.flow_row import FlowRow
from cnnbuilder.ui.widgets.search_field import SearchField
from cnnbuilder.ui.widgets.theme import theme

SOURCES_WIDTH, PREPARATION_WIDTH = 232, 312
FIRST = "mnist"
"""What is offered where a project names no data."""
MANY_CLASSES = 12
"""More classes than these are found by a filter."""


class DataWorkspace(QWidget):
    """Looking changes nothing; "Use for this network" does, as one undo step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._data = session.data
        self.browser = DataBrowser(session, self)
        self.head = Head(session)
        self.parts = PartSwitch()
        self.filter = SearchField(_("Class"))
        self.filter.setAccessibleName(_("Find a class"))
        self.classes = ClassModel(self)
        self.grid = ClassGrid(self.classes)
        self.image = ImageView()
        self.standstill = Standstill()
        self.source_model = SourceModel(session, self.browser, self)
        self.sources = SourceList(self.source_model)
        self.preparation = Preparation(session)
        self._lay_out()
        self.sources.chosen.connect(self._data.show)
        self.parts.chosen.connect(lambda _part: self._show_data())
        self.filter.textChanged.connect(self.classes.set_filter)
        self.grid.opened.connect(self._open_image)
        self.grid.current_changed.connect(self._ask_image)
        self.grid.fitted.connect(self._ask_classes)
        self.image.left.connect(self._close_image)
        self.image.moved.connect(self._ask_image)
        self.browser.classes_known.connect(self._classes_came)
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
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 6)
        column.addWidget(self.sources)
        self.sources_panel = side_panel("sources", SOURCES_WIDTH, holder, "data", _("Data sets"))
        self.preparation_panel = side_panel(
            "preparation", PREPARATION_WIDTH, scrolled(self.preparation), "settings", _("Preparation")
        )
        classes = QWidget()
        column = QVBoxLayout(classes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        row = FlowRow(spacing=12)
        row.add(self.parts)
        row.add(self.filter)
        column.addWidget(row)
        column.addWidget(self.grid, 1)
        self._pages = QStackedWidget()
        for page in (classes, self.image, self.standstill):
            self._pages.addWidget(page)
        self._classes_page = classes
        whole = QWidget()
        whole.setProperty("role", "panel")
        whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(whole)
        column.setContentsMargins(16, 12, 4, 0)
        column.setSpacing(10)
        head = QVBoxLayout()
        head.setContentsMargins(0, 0, 12, 0)
        head.addWidget(self.head)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        self.centre = scrolled(whole)
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

    # --- what is shown ----------------------------------------------------------------------------

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network or before.data != after.data:
            self.head.refresh()
            self.preparation.refresh()
            self._ask_image()

    def _shown_changed(self) -> None:
        """Another data set is looked at, or this one is in use now."""
        shown = self._data.shown
        self.source_model.repaint()
        if shown is not None and shown is not self.classes.info:
            self.grid.go_to_top()
        if shown is not None:
            self.sources.show_current(shown.name)
            self.parts.show_sizes(shown)
            many = len(shown.classes) > MANY_CLASSES
            self.filter.setVisible(many)
            if not many:
                self.filter.clear()
        used = self.head.use.hasFocus()
        self.head.refresh()
        self.preparation.refresh()
        self._pages.setCurrentWidget(self._classes_page)
        self.preparation_panel.setVisible(shown is not None)
        self._show_data()
        self.grid.fit()
        if used and self.head.use.isHidden():
            self.grid.setFocus()  # the button that was pressed is gone

    def _show_data(self) -> None:
        """Fills the centre: the classes, or why there are none."""
        shown = self._data.shown
        if shown is None:
            self._say_nothing_chosen()
            return
        missing = shown.missing()
        failure = self.browser.failure(shown.name)
        if missing is not None:
            self._stand_still(missing)
        elif failure:
            self._stand_still(failure, _("Try again"), lambda: self._try_again(shown.name))
        else:
            if self._pages.currentWidget() is self.standstill:
                self._pages.setCurrentWidget(self._classes_page)
            part = self.parts.part
            self.classes.show_part(
                shown, part, self.browser.counts(shown.name), self.browser.classes(shown.name, part)
            )
            self._ask_classes()
            self._ask_image()

    def _stand_still(self, sentence: str, button: str = "", act: Callable[[], object] = lambda: None) -> None:
        self.standstill.say(sentence, button, act)
        self._pages.setCurrentWidget(self.standstill)

    def _say_nothing_chosen(self) -> None:
        first = find(FIRST)
        sentence = _("No data yet: take {title}, which is here already.").format(title=first.title)
        try:
            resolve(self._session.document.project.data)
        except UnknownDataSet:
            sentence = _(
                "The project learns from “{name}”, which is not on this computer. Choose another, or take {title}."
            ).format(name=source_name(self._session.document.project.data), title=first.title)
        except NoDataSet:
            pass
        take = _("Take {title}").format(title=first.title)
        self.standstill.offer(sentence, take, lambda: self._data.use(first))
        self._pages.setCurrentWidget(self.standstill)

    def _try_again(self, name: str) -> None:
        self.browser.try_again(name)
        self._show_data()
        self.grid.setFocus()

    # --- what is asked of the child ---------------------------------------------------------------

    def _ask_classes(self) -> None:
        shown = self._data.shown
        if shown is None or not self.isVisible() or shown.missing() is not None:
            return
        side = round(max(theme.px(PICTURE), self.grid.picture_side) * self.devicePixelRatioF())
        self.browser.ask_classes(shown.name, self.parts.part, max(1, self.grid.images_a_row), side)

    def _ask_image(self) -> None:
        """The image on which the keyboard is, or that is shown large, in both its forms."""
        shown = self._data.shown
        if shown is None or not self.isVisible() or shown.missing() is not None:
            return
        label, place = self._wanted
        self.browser.ask_image((shown.name, self.preparation.shape, self.parts.part, label, place))

    @property
    def _wanted(self) -> tuple[int, int]:
        if self._pages.currentWidget() is self.image:
            return self.image.label, self.image.place
        return self.grid.current_image

    def _classes_came(self, name: str) -> None:
        if self._data.shown is not None and name == self._data.shown.name:
            self._show_data()

    def _image_came(self, answer: ImageBrowsed) -> None:
        self.preparation.show_image(answer)
        if self._pages.currentWidget() is self.image:
            self.image.show_image(answer, self.preparation.shape)

    def _failed(self, name: str) -> None:
        if self._data.shown is not None and name == self._data.shown.name:
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

    def _close_image(self) -> None:
        label, place = self.image.label, self.image.place
        self._pages.setCurrentWidget(self._classes_page)
        self.grid.take_focus(label, place)
