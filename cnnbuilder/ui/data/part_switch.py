"""Which part of the data set's images are shown; at the same time what the fillings of the bars mean."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from cnnbuilder.engine.data.catalogue import DataSetInfo
from cnnbuilder.engine.messages import PartName
from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.data.hatching import swatch
from cnnbuilder.ui.data.words import PART_TITLES, PARTS, part_sizes
from cnnbuilder.ui.widgets.theme import NORMAL, theme

TIPS: dict[PartName, str] = {
    "train": _("Show images that the network learns from"),
    "val": _("Show images that are held out: each epoch is measured on them"),
    "test": _("Show images that only Test uses, at the end"),
}


class PartSwitch(QWidget):
    """Training, validation, test, with their numbers. Arrow keys go from one to the other."""

    chosen = Signal(str)
    """A person wants to see the images of this part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "switch")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Part of the images"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.segments: dict[PartName, QToolButton] = {}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(0)
        for part in PARTS:
            button = QToolButton()
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setIcon(swatch(part))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setToolTip(TIPS[part])
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.toggled.connect(lambda checked, part=part: self._toggled(part, checked))
            group.addButton(button)
            row.addWidget(button)
            self.segments[part] = button
        self.segments["train"].setChecked(True)
        theme.changed.connect(self._fit)
        self._fit()

    @property
    def part(self) -> PartName:
        """The part that is shown."""
        return next(part for part, button in self.segments.items() if button.isChecked())

    def show_sizes(self, info: DataSetInfo) -> None:
        """The numbers of a data set; a part that it has not cannot be chosen."""
        sizes = part_sizes(info)
        for part, button in self.segments.items():
            count = sizes[part]
            button.setText(f"{PART_TITLES[part]} {number(count)}")
            spoken = ngettext("{part}: {n} image", "{part}: {n} images", count)
            button.setAccessibleName(spoken.format(part=PART_TITLES[part], n=number(count)))
            button.setEnabled(bool(count))
        self._fit()
        if not sizes[self.part]:
            self.segments["train"].setChecked(True)

    def _toggled(self, part: PartName, checked: bool) -> None:
        if checked:
            self.chosen.emit(part)

    def _fit(self) -> None:
        bold = QFontMetrics(theme.font(NORMAL, bold=True))
        for button in self.segments.values():
            # As wide as it is while it is chosen, so that none of them moves.
            button.setFixedWidth(bold.horizontalAdvance(button.text()) + theme.px(16) + 30)
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setFixedHeight(theme.px(NORMAL) + 13)
