"""Choosing the data set: the toolbar's menu, the undo step, and the offer to fit the network to it."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.engine.data.catalogue import DATASETS, DataSetInfo, UnknownDataSet, find, preparation_text
from cnnbuilder.engine.data.rule import border
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.fit import fit, input_shape
from cnnbuilder.network.project import Data, Network, Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _, number
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets.message_bars import Bars
from cnnbuilder.ui.window.top_bar import Chip

BAR = "data"


def chosen(project: Project) -> DataSetInfo | None:
    """The data set of a project, or None where it names none that is known here."""
    try:
        return find(project.data.dataset) if project.data.dataset else None
    except UnknownDataSet:
        return None


def wanted_input(network: Network, info: DataSetInfo) -> tuple[int, int, int]:
    """The Input that suits a data set: the present sizes where its images get at most a border, else its own."""
    channels, height, width = info.shape
    present = input_shape(network)
    if present is not None and border(info.shape, present) is not None:
        height, width = present[1:]
    return channels, height, width


def fitted(network: Network, info: DataSetInfo) -> Network:
    """The network with the Input and the outputs that a data set wants; itself where it has them."""
    return fit(analyse(network), wanted_input(network, info), len(info.classes))


def is_untouched(project: Project) -> bool:
    """Whether the network is a template as it came, or as it was fitted to its data set."""
    info = chosen(project)
    for template in TEMPLATES.values():
        made, data = template.make().network, template.make().data
        if data.dataset is None:
            continue  # an exercise without data keeps its sizes whatever is chosen
        if project.network == made or (info is not None and project.network == fitted(made, info)):
            return True
    return False


def with_data(project: Project, info: DataSetInfo) -> Project:
    """The project with another data set; an untouched template takes its shape and classes at once."""
    network = fitted(project.network, info) if is_untouched(project) else project.network
    return replace(project, data=Data(info.name), network=network)


def sizes_text(info: DataSetInfo, project: Project) -> str:
    """ "60,000 · 28×28 → 32×32": all training images, their size, and the size they are prepared to."""
    _channels, height, width = info.shape
    images = number(info.train_images + info.val_images)
    text = f"{images} · {height}×{width}"
    wanted = input_shape(project.network)
    return f"{text} → {wanted[1]}×{wanted[2]}" if wanted and wanted[1:] != (height, width) else text


def offer_text(wanted: tuple[int, int, int], classes: int | None) -> str:
    """ "Use 3 × 32 × 32 and 10 outputs"."""
    shape = " × ".join(str(size) for size in wanted)
    if classes is None:
        return _("Use {shape}").format(shape=shape)
    return _("Use {shape} and {classes} outputs").format(shape=shape, classes=classes)


class DataChoice(QObject):
    """Keeps the chip of the toolbar true, and turns a choice into one undo step."""

    def __init__(self, document: Document, chip: Chip, bars: Bars, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document
        self._chip = chip
        self._bars = bars
        self.menu = QMenu(_("&Data set"), parent)
        self.menu.setToolTipsVisible(True)
        group = QActionGroup(self)
        # None of them is chosen where a project names a data set that is not here.
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self._actions: dict[str, QAction] = {}
        for place, info in enumerate(DATASETS.values(), 1):
            action = self.menu.addAction(_title(info))
            action.setCheckable(True)
            action.setToolTip(info.summary)
            action.setStatusTip(info.summary)
            action.setShortcut(f"Ctrl+Alt+{place}" if place <= 9 else "")
            action.setActionGroup(group)
            action.triggered.connect(lambda _checked=False, info=info: self.choose(info))
            self._actions[info.name] = action
        document.changed.connect(self._changed)
        self._show()

    def choose(self, info: DataSetInfo) -> None:
        """Takes this data set, and offers to fit the network where it does not."""
        missing = info.missing()
        if missing is not None:
            self._bars.say(BAR, missing)
            self._show()
            return
        project = with_data(self._document.project, info)
        self._document.edit(_("Use {title}").format(title=info.title), project)
        self._show()  # chosen once more, it stays chosen
        self._offer(info)

    def _offer(self, info: DataSetInfo) -> None:
        project = self._document.project
        present = input_shape(project.network)
        network = fitted(project.network, info)
        if present is None or network is project.network:
            self._bars.close_bar(BAR)
            return
        classes = outputs(analyse(network))
        wanted = wanted_input(project.network, info)
        self._bars.say(
            BAR,
            _(
                "{title}: {shape} in {classes} classes. The network takes {present}; the images are made to fit it."
            ).format(
                title=info.title,
                shape=" × ".join(map(str, info.shape)),
                classes=len(info.classes),
                present=" × ".join(map(str, present)),
            ),
            [(offer_text(wanted, classes), lambda: self._fit(info))],
        )

    def _fit(self, info: DataSetInfo) -> None:
        project = self._document.project
        network = fitted(project.network, info)
        self._document.edit(_("Fit to {title}").format(title=info.title), replace(project, network=network))

    def _changed(self, before: Project, after: Project) -> None:
        if before.data != after.data:
            self._bars.close_bar(BAR)
        elif self._bars.bar(BAR) is not None:
            info = chosen(after)
            if info is None or fitted(after.network, info) is after.network:
                self._bars.close_bar(BAR)
        self._show()

    def _show(self) -> None:
        project = self._document.project
        info = chosen(project)
        for name, action in self._actions.items():
            action.setChecked(info is not None and name == info.name)
        if info is None:
            self._chip.show_text(
                project.data.dataset or _("No data set"),
                _("not on this computer") if project.data.dataset else "",
            )
            return
        self._chip.show_text(info.title, sizes_text(info, project))
        present = input_shape(project.network)
        how = preparation_text(info, present) if present else None
        self._chip.setToolTip("\n".join(filter(None, (_("The images that the network learns from"), how))))


def _title(info: DataSetInfo) -> str:
    colour = _("grey") if info.shape[0] == 1 else _("colour")
    return _("{title} · {images} images · {height}×{width} {colour} · {classes} classes").format(
        title=info.title,
        images=number(info.train_images + info.val_images),
        height=info.shape[1],
        width=info.shape[2],
        colour=colour,
        classes=len(info.classes),
    )
