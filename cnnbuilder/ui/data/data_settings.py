"""How the settings of a project's data are called, grouped and edited: what the form of the Data workspace shows."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from msgspec.inspect import IntType
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnbuilder.blocks.base import Field, FieldInfo
from cnnbuilder.network.data import Augmentation, Data, Split
from cnnbuilder.text import _
from cnnbuilder.ui.fields.editors import Editor, TypedEditor
from cnnbuilder.ui.fields.entries import Fraction, Whole
from cnnbuilder.ui.widgets.switch import Switch

WORDS = {
    "auto": _("Auto"),
    "border": _("Border"),
    "crop": _("Crop"),
    "stretch": _("Stretch"),
    "white": _("White"),
    "black": _("Black"),
    "set": _("Measured"),
    "imagenet": _("ImageNet's"),
    "none": _("None"),
    "sampling": _("Sampling"),
    "weights": _("Weights"),
}
"""How the choices are called on the screen."""
SIDES = (16, 24, 28, 32, 48, 64, 96, 128, 160, 192, 224)
"""Sides that can be halved often: what the steps of Size go through."""


class Setting(NamedTuple):
    """One place of `Data`, and how it is shown. `amount`: what its switch turns on; None: it has no switch."""

    place: str
    field: Field
    amount: float | None = None


SPLIT = (
    Setting(
        "split.own_parts",
        Field(
            _("Own parts"),
            _(
                "Whether folders named train, validation and test, or such a column, say which part an image is in."
            ),
        ),
    ),
    Setting(
        "split.val",
        Field(
            _("Validation"),
            _("The share of images that is held out to measure with after every epoch."),
            usual=(0.1, 0.15, 0.2),
        ),
    ),
    Setting(
        "split.test",
        Field(
            _("Test"),
            _("The share of images that is held out to measure with once, at the end."),
            usual=(0.0, 0.1, 0.15),
        ),
    ),
    Setting(
        "split.by_group",
        Field(
            _("Groups stay together"), _("Whether images of one group, say one person's, stay in one part.")
        ),
    ),
    Setting("split.seed", Field(_("Seed"), _("Another seed holds out other images."))),
)
BALANCE = (
    Setting(
        "balance",
        Field(
            _("Balance"),
            _("Against uneven classes. Sampling draws rare images oftener; weights let them weigh more."),
        ),
    ),
)
FIT = (
    Setting(
        "fit",
        Field(
            _("Fit"),
            _(
                "How an image of another form comes to the Input's: with a border, by its centre, or stretched."
            ),
        ),
    ),
    Setting("transparency", Field(_("Transparent on"), _("What lies under transparent pixels."))),
)
NORMALISATION = (
    Setting(
        "normalisation",
        Field(
            _("Normalise"),
            _("By the mean and deviation of the training images, by ImageNet's, or not at all."),
        ),
    ),
)
AUGMENTATION = (
    Setting(
        "augmentation.flip_horizontal", Field(_("Flip left–right"), _("Half of the images are mirrored."))
    ),
    Setting(
        "augmentation.flip_vertical", Field(_("Flip up–down"), _("Half of the images stand on their head."))
    ),
    Setting(
        "augmentation.shift",
        Field(_("Shift"), _("By at most this share of the side, each way."), usual=(0.05, 0.1, 0.2)),
        0.1,
    ),
    Setting(
        "augmentation.rotation",
        Field(_("Turn"), _("By at most so many degrees to either side."), usual=(5.0, 15.0, 30.0)),
        15.0,
    ),
    Setting(
        "augmentation.scale",
        Field(_("Size"), _("Larger or smaller by at most this share."), usual=(0.1, 0.2, 0.3)),
        0.2,
    ),
    Setting(
        "augmentation.colour",
        Field(
            _("Light and colour"),
            _("Brightness, contrast and saturation change by at most this share."),
            usual=(0.1, 0.25, 0.4),
        ),
        0.25,
    ),
    Setting(
        "augmentation.erasing",
        Field(_("Erase a patch"), _("How likely a rectangle is blotted out."), usual=(0.1, 0.25, 0.5)),
        0.25,
    ),
    Setting(
        "augmentation.mixup",
        Field(
            _("Mix two images"),
            _("MixUp: the alpha of its Beta distribution; the larger, the more even the mixture."),
            usual=(0.1, 0.2, 0.4),
        ),
        0.2,
    ),
    Setting(
        "augmentation.cutmix",
        Field(
            _("Paste a patch of another"),
            _("CutMix: the alpha of its Beta distribution; the larger, the more even the patches."),
            usual=(0.5, 1.0),
        ),
        1.0,
    ),
)


def info_of(setting: Setting) -> FieldInfo:
    """The setting as forms read it: with its type and its range."""
    group, _dot, name = setting.place.rpartition(".")
    struct: Any = {"": Data, "split": Split, "augmentation": Augmentation}[group]
    declared = next(field for field in msgspec.structs.fields(struct) if field.name == name)
    return FieldInfo(setting.place, declared.type, declared.default, setting.field)


class AmountEditor(Editor):
    """A switch; `typed`, which stands below it while it is on, says how much. Off is nothing of it."""

    def __init__(self, info: FieldInfo, amount: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind = msgspec.inspect.type_info(info.type)
        assert isinstance(kind, msgspec.inspect.FloatType)
        self._amount = amount
        self._value = 0.0
        self.typed = TypedEditor(Fraction(info.field.usual, kind))
        self.switch = Switch(self)
        self.typed.committed.connect(self._commit)
        self.typed.refused.connect(self.refused)
        self.switch.toggled.connect(self._toggled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch()
        row.addWidget(self.switch)
        self.setFocusProxy(self.switch)
        label, help_ = info.field.label, info.field.help
        self.switch.setAccessibleName(label)
        self.typed.line.setAccessibleName(_("{label}: how much").format(label=label))
        for part in (self.switch, self.typed.line):
            part.setAccessibleDescription(help_)
            part.setToolTip(help_)

    def show_value(self, value: float) -> None:
        self._value = value
        self.switch.setChecked(value > 0)
        self.typed.setVisible(value > 0)
        if value > 0:
            self._amount = value
            self.typed.show_value(value)

    def flush(self) -> None:
        if self._value > 0:
            self.typed.flush()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.typed.setEnabled(self.isEnabled())

    def _toggled(self, on: bool) -> None:
        if on != (self._value > 0):
            self._commit(self._amount if on else 0.0)

    def _commit(self, value: float) -> None:
        if value != self._value:
            self.committed.emit(value)


class SideEntry(Whole):
    """Height and width of the Input at once; a step goes to the next side that can be halved often."""

    def __init__(self) -> None:
        super().__init__(SIDES, IntType(ge=1, le=4096))

    def show(self, value: int) -> str:
        """ "64 × 64"."""
        return f"{value} × {value}"

    def read(self, text: str) -> int | None:
        """One number, or the same twice."""
        parts = [part.strip() for part in text.replace("x", "×").replace("*", "×").split("×")]
        return super().read(parts[0]) if len(set(parts)) == 1 else None

    def step(self, value: int, by: int) -> int:
        return int(self.next_usual(value, by))
