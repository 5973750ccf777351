"""How the images are divided, come to this network's Input and are varied, and whether its outputs fit the classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.blocks.base import Field, FieldInfo
from cnnbuilder.engine.data.catalogue import DataSetInfo, OwnDataSet, preparation_text, unfit
from cnnbuilder.engine.messages import ImageBrowsed
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.classifier import make_classifier, not_yet, outputs
from cnnbuilder.network.data import Data
from cnnbuilder.network.data_edits import flip_warning
from cnnbuilder.network.fit import fit, input_shape
from cnnbuilder.network.training_conditions import training_conditions
from cnnbuilder.text import _, ngettext, number, share_text
from cnnbuilder.ui.data.before_after import BeforeAfter
from cnnbuilder.ui.data.data_form import DataForm
from cnnbuilder.ui.data.data_settings import AUGMENTATION, BALANCE, FIT, NORMALISATION, SPLIT, SideEntry
from cnnbuilder.ui.data.hatching import swatch
from cnnbuilder.ui.data.preview_loader import PreviewLoader
from cnnbuilder.ui.data.preview_strip import PreviewStrip
from cnnbuilder.ui.data.words import PART_TITLES, PARTS, all_images, part_sizes, size_text
from cnnbuilder.ui.fields.editors import TypedEditor
from cnnbuilder.ui.fields.setting_row import SettingRow
from cnnbuilder.ui.fields.values import Fact, Rule
from cnnbuilder.ui.session.conditions import mend
from cnnbuilder.ui.session.data_choice import data_of, used
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme

PICTURE = 112
SIDE = FieldInfo(
    "side", int, 64, Field(_("Size"), _("Height and width of the Input: the images are made so large."))
)
COLOUR_WORDS = {"colour": _("Colour"), "grey": _("Grey")}
COLOUR = FieldInfo(
    "colour",
    Literal["colour", "grey"],
    "colour",
    Field(_("Colour"), _("Whether the Input takes three channels or one.")),
)


class Preparation(QWidget):
    """Of a data set that is not in use it says what will be so once it is used."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._info: DataSetInfo | None = None
        self._shape: tuple[int, int, int] | None = None
        self.title = _section(_("Preparation"))
        self.pictures = BeforeAfter(PICTURE)
        self.how = _sentence()
        self.mean, self.std = Fact(_("Mean")), Fact(_("Standard deviation"))
        self.normalised = _sentence("small")
        self.split: dict[str, tuple[QLabel, QLabel, QLabel, QLabel]] = {}
        self.split_note = _sentence("small")
        self.split_note.setText(_("Validation takes its share of each class: the same images in every run."))
        self.classes = _sentence()
        self.mend = QPushButton()
        self.mend.clicked.connect(lambda _checked=False: self._mend())
        self._mend: Callable[[], object] = session.complete
        self.problem = QPushButton(_("Show problem"))
        self.problem.clicked.connect(session.show_first_problem)
        self.use_first = _sentence("small")
        self.use_first.setText(_("Once these images are in use, all of this can be changed, and undone."))
        self.split_form = DataForm(session, SPLIT)
        self.balance_form = DataForm(session, BALANCE)
        self.fit_form = DataForm(session, FIT)
        self.side = SettingRow(SIDE, editor=TypedEditor(SideEntry()))
        self.colour = SettingRow(COLOUR, COLOUR_WORDS)
        for row, take in ((self.side, self._set_side), (self.colour, self._set_colour)):
            self.fit_form.add_row(row)
            row.editor.committed.connect(take)
        self.normalisation_form = DataForm(session, NORMALISATION)
        self.augmentation_form = DataForm(session, AUGMENTATION)
        self.flip_warning = _sentence("problem")
        self.strip = PreviewStrip()
        self._loader = PreviewLoader(session, self.strip, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.use_first)
        column.addWidget(_section(_("Split")))
        column.addLayout(self._make_split())
        _add(column, self.split_note, self.split_form, self.balance_form)
        self._part(column, _("Fit"))
        _add(column, self.pictures, self.how, self.fit_form)
        _add(column, self.normalisation_form, self.mean, self.std, self.normalised)
        self._part(column, _("Augmentation, of training images only"))
        _add(column, self.augmentation_form, self.flip_warning, self.strip)
        self._part(column, _("Classes and outputs"))
        column.addWidget(self.classes)
        column.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.problem, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        session.child.device_known.connect(lambda _ready: self.refresh())
        theme.changed.connect(self._restyle)
        self._restyle()

    def _part(self, column: QVBoxLayout, title: str) -> None:
        column.addSpacing(4)
        column.addWidget(Rule())
        column.addWidget(_section(title))

    def _make_split(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, part in enumerate(PARTS):
            labels = QLabel(), QLabel(PART_TITLES[part]), QLabel(), QLabel()
            labels[3].setProperty("role", "secondary")
            for column, label in enumerate(labels):
                if column >= 2:
                    label.setAlignment(right)
                grid.addWidget(label, row, column)
            self.split[part] = labels
        return grid

    def _restyle(self) -> None:
        side = theme.px(16)
        for part in PARTS:
            self.split[part][0].setPixmap(swatch(part).pixmap(QSize(side, side)))

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """The Input that the images are prepared for; None where there is none that takes images."""
        return self._shape

    def refresh(self) -> None:
        """Shows the data set that is looked at, beside the network as it is, or as it will be once it is used."""
        data, project = self._session.data, self._session.document.project
        info = data.shown
        self.setVisible(info is not None)
        if info is None:
            return
        in_use = data.shows_in_use
        network = project.network if in_use else used(project, info).network
        shape = input_shape(network)
        if info is not self._info or shape != self._shape:
            self.show_image(None)
        self._info, self._shape = info, shape
        self.title.setText(_("Preparation") if in_use else _("Preparation, once it is used"))
        self.pictures.show_sizes(info.shape, shape)
        self.how.setText(_how(info, shape, project.data if in_use else data_of(info)))
        self._show_split(info)
        self._show_forms(info, shape, in_use)
        analysis = self._session.document.analysis if in_use else analyse(network)
        self.classes.setText(_classes_text(analysis, info))
        self.mend.setVisible(in_use and self._offer_mend(analysis, info))
        self.problem.setVisible(in_use and bool(network.blocks and analysis.problems))

    def _show_forms(self, info: DataSetInfo, shape: tuple[int, int, int] | None, in_use: bool) -> None:
        """The settings of the data in use, or those that using it would bring."""
        data = self._session.document.project.data if in_use else data_of(info)
        self.use_first.setVisible(not in_use)
        own = info if isinstance(info, OwnDataSet) else None
        for form in self.forms:
            form.show_data(data, in_use)
        self.split_form.setVisible(own is not None)
        if own is not None:
            self.split_form.set_row_visible("split.by_group", own.groups > 0)
        # What has no transparency, and one size, has nothing to choose.
        self.fit_form.set_row_visible("transparency", own is not None and own.kind != "arrays")
        for row in (self.side, self.colour):
            self.fit_form.set_row_visible(row.info.name, shape is not None)
            row.editor.setEnabled(in_use)
            row.label.setEnabled(in_use)
        if shape is not None:
            self.side.editor.show_value(shape[1])
            self.colour.editor.show_value("grey" if shape[0] == 1 else "colour")
        augmentation = data.augmentation
        flips = augmentation.flip_horizontal or augmentation.flip_vertical
        lies = flip_warning(info.classes) if flips else None
        self.flip_warning.setText(lies or "")
        self.flip_warning.setVisible(lies is not None)
        usable = in_use and shape is not None and unfit(shape) is None and info.available()
        self.strip.setVisible(usable)
        self._loader.show_for(shape if usable else None)

    @property
    def forms(self) -> tuple[DataForm, ...]:
        """Every form of settings, from top to bottom."""
        return (
            self.split_form,
            self.balance_form,
            self.fit_form,
            self.normalisation_form,
            self.augmentation_form,
        )

    def _set_side(self, side: int) -> None:
        self._set_input(_("Change size"), height=side, width=side)

    def _set_colour(self, colour: str) -> None:
        self._set_input(_("Change colour"), channels=1 if colour == "grey" else 3)

    def _set_input(self, title: str, **sizes: int) -> None:
        """The Input decides what the images are made to: its sizes are what is edited."""
        document, shape = self._session.document, self._shape
        if shape is None:
            return
        wanted = dict(zip(("channels", "height", "width"), shape, strict=True)) | sizes
        channels, height, width = wanted["channels"], wanted["height"], wanted["width"]
        classes = outputs(document.analysis)
        network = fit(document.analysis, (channels, height, width), classes or 1)
        document.edit_network(title, network)

    def _offer_mend(self, analysis: Analysis, info: DataSetInfo) -> bool:
        """Names what the button does for the network in use; false where it would do nothing."""
        document, classes = self._session.document, len(info.classes)
        condition = next((found.problem for found in training_conditions(analysis, classes)), None)
        if condition is not None and condition.fixes:
            self.mend.setText(condition.fixes[0].label)
            self._mend = lambda: mend(document, condition)
            return True
        self.mend.setText(_("Make it a classifier"))
        self._mend = self._session.complete
        network = analysis.network
        if not network.blocks or analysis.problems:
            return False
        lacking = not_yet(analysis, classes) is not None or outputs(analysis) != classes
        return lacking and make_classifier(network, classes) != network

    def show_image(self, answer: ImageBrowsed | None) -> None:
        """An image before and after, with what is known of the normalisation; None while it is on its way."""
        self.pictures.show_image(answer, self._shape)
        mean = answer.mean if answer else None
        std = answer.std if answer else None
        self.mean.show_text(_values(mean) if mean else None, flash=False)
        self.std.show_text(_values(std) if std else None, flash=False)
        if mean and std:
            self.normalised.setText(
                _("Of every value the mean is taken away, and the rest divided by the deviation.")
            )
        else:
            self.normalised.setText(
                _("Mean and deviation are measured when training first prepares the images.")
            )

    def _show_split(self, info: DataSetInfo) -> None:
        sizes = part_sizes(info)
        whole = all_images(info)
        for part in PARTS:
            _picture, name, count, share = self.split[part]
            count.setText(number(sizes[part]))
            share.setText(share_text(sizes[part] / whole) if whole else "")
            name.setAccessibleName(f"{name.text()}: {count.text()}, {share.text()}")


def _add(column: QVBoxLayout, *widgets: QWidget) -> None:
    for widget in widgets:
        column.addWidget(widget)


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    label.setWordWrap(True)
    return label


def _sentence(role: str = "secondary") -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _values(values: tuple[float, ...]) -> str:
    """ "0.131", or "0.49 · 0.48 · 0.45" of three channels."""
    figures = 3 if len(values) == 1 else 2
    return " · ".join(f"{value:.{figures}f}" for value in values)


def _how(info: DataSetInfo, shape: tuple[int, int, int] | None, data: Data) -> str:
    if shape is None:
        return _("The network has no Input yet: add one, and the images are made to fit it.")
    sentence = unfit(shape)
    if sentence is not None:
        return sentence
    if isinstance(info, OwnDataSet):
        return _how_own(info, shape, data)
    how = preparation_text(info, shape)
    return f"{how}." if how else _("They have the Input's size and colour already: nothing is done to them.")


def _how_own(info: OwnDataSet, shape: tuple[int, int, int], data: Data) -> str:
    """How images of many sizes come to one."""
    size = size_text(shape)
    fit = data.fit
    if fit == "auto" and info.smallest == info.largest:
        return _("They come to {size}.").format(size=size)
    sentences = {
        "auto": _("The centre of each is taken, and made {size}."),
        "crop": _("The centre of each is taken, and made {size}."),
        "border": _("Each is made to fit, with a black border where it is narrower or lower: {size}."),
        "stretch": _("Each is stretched to {size}, whatever its form."),
    }
    return sentences[fit].format(size=size)


def _classes_text(analysis: Analysis, info: DataSetInfo) -> str:
    classes = len(info.classes)
    count = ngettext("{n} class", "{n} classes", classes).format(n=number(classes))
    if not analysis.network.blocks:
        return _("{classes}. There is no network yet.").format(classes=count)
    if analysis.problems:
        return _("{classes}. The network has a problem, so its outputs are not known.").format(classes=count)
    condition = next((found.problem for found in training_conditions(analysis, classes)), None)
    if condition is not None:
        return condition.message
    lacking = not_yet(analysis, classes)
    if lacking is not None:
        return f"{lacking[:1].upper()}{lacking[1:]}.".replace(" (", "\u00a0(")
    found = outputs(analysis) or 0
    made = ngettext("{n} output", "{n} outputs", found).format(n=number(found))
    if found != classes:
        return _("{classes}, but {outputs}: Linear ({n}) is to end the network.").format(
            classes=count, outputs=made, n=number(classes)
        )
    return _("{classes}, {outputs}: they fit.").format(classes=count, outputs=made)
