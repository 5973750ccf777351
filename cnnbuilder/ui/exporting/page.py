"""The right half of the export dialog: what one form gives, what can be chosen for it, and whose weights go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.text import _, number
from cnnbuilder.ui.exporting.export_summary import ExportSummary
from cnnbuilder.ui.exporting.forms import ENDINGS, Choice, Form, proposed
from cnnbuilder.ui.exporting.preview import Preview
from cnnbuilder.ui.widgets.flow_row import FlowRow

SCALES = (1.0, 2.0, 4.0)
"""Times as many pixels as on a screen at 100 %."""
STYLES = {"module": _("Module"), "sequential": _("Sequential")}
FIGURES = {"canvas": _("Canvas"), "volumes": _("Volumes")}
HINTS = {
    "module": _("One attribute a layer, and a forward that reads like the drawing."),
    "sequential": _("nn.Sequential in two parts, features and classifier."),
    "canvas": _("Cards and wires, as the canvas shows them."),
    "volumes": _("A solid for each tensor, as papers draw networks."),
}


class Page(QWidget):
    """One form. `changed` carries the choice as the person has set it."""

    changed = Signal(object)

    def __init__(self, form: Form, leaving: ExportSummary, choice: Choice) -> None:
        super().__init__()
        self._form = form
        self._summary = leaving
        self._choice = replace(choice, form=form.key)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(6)
        self._say(form.title, "heading")
        self._say(form.purpose)
        facts = leaving.facts(form.key)
        if facts:
            self._say(facts, "secondary")
        makers = {
            "style": self._add_style,
            "normalise": self._add_normalise,
            "figure": self._add_figure,
            "ending": self._add_ending,
            "scale": self._add_scale,
            "weights": self._add_weights,
            "name": self._add_name,
        }
        for option in form.options:
            self._column.addSpacing(10)
            makers[option]()
        if form.here:
            self._column.addSpacing(10)
            preview = Preview(leaving.project)
            preview.show_choice(self._choice)
            self.changed.connect(preview.show_choice)
            self._column.addWidget(preview, 1)
        else:
            self._column.addStretch(1)

    @property
    def choice(self) -> Choice:
        """What is chosen."""
        return self._choice

    # --- options ----------------------------------------------------------------------------------

    def _add_style(self) -> None:
        title, hints = _("Style"), HINTS
        if self._form.key == "weights":
            title = _("Names of the weights")
            said = _("As in {style} code: the first is {name}.weight.")
            hints = {
                style: said.format(style=STYLES[style], name=name)
                for style, name in self._summary.names.items()
                if name
            }
        refused = self._summary.not_sequential
        if refused:
            self._set(style="module")
        barred = {"sequential"} if refused else set()
        self._radios(title, STYLES, self._choice.style, lambda key: self._set(style=key), hints, barred)
        if refused:
            self._say(refused, "secondary")

    def _add_figure(self) -> None:
        self._radios(
            _("What it shows"), FIGURES, self._choice.figure, lambda key: self._set(figure=key), HINTS
        )

    def _add_ending(self) -> None:
        form = self._form
        names = {ending: ENDINGS[ending] for ending in form.endings}
        self._radios(_("Kind of file"), names, self._choice.ending, self._set_ending)

    def _add_scale(self) -> None:
        """Only a .png has pixels; the other two have no size of their own."""
        names = {f"{scale:g}": f"{scale:g}×" for scale in SCALES}
        first = self._column.count()
        hint = self._hint()

        def take(key: str) -> None:
            self._set(scale=float(key))

        def follow(choice: Choice) -> None:
            pixels = choice.ending == ".png"
            for part in parts:
                part.setVisible(pixels)
            if pixels:
                width, height = self._pixels(choice)
                hint.setText(
                    _("{width} × {height} pixels").format(width=number(width), height=number(height))
                )

        self._radios(_("Size of the picture"), names, f"{self._choice.scale:g}", take)
        self._column.addWidget(hint)
        items = (self._column.itemAt(place) for place in range(first, self._column.count()))
        parts = [widget for item in items if item is not None and (widget := item.widget()) is not None]
        self.changed.connect(follow)
        follow(self._choice)

    def _pixels(self, choice: Choice) -> tuple[int, int]:
        from cnnbuilder.ui.figures import pixel_size  # with the canvas' painters, once a figure is wanted

        return pixel_size(self._summary.project, choice.figure, choice.scale)

    def _set_ending(self, ending: str) -> None:
        self._set(endings={**self._choice.endings, self._form.key: ending})

    def _add_normalise(self) -> None:
        box = QCheckBox(_("Normalisation inside the graph"))
        box.setChecked(self._choice.normalise)
        hint = self._hint()

        def show(checked: bool) -> None:
            self._set(normalise=checked)
            hint.setText(
                _("The graph takes pixels from 0 to 1.")
                if checked
                else _(
                    "The graph takes values that are normalised already; mean and deviation stand in the file."
                )
            )

        box.toggled.connect(show)
        self._column.addWidget(box)
        self._column.addWidget(hint)
        show(self._choice.normalise)

    def _add_name(self) -> None:
        field = QLineEdit(self._choice.name or proposed(self._form, self._summary.path, self._choice))
        field.setAccessibleName(_("Name of the folder"))
        field.textChanged.connect(lambda text: self._set(name=text))
        self._say(_("Name of the folder"), "section")
        self._column.addWidget(field)

    def _add_weights(self) -> None:
        self._say(_("Weights"), "section")
        runs = self._summary.offer.runs
        sentence = self._hint()
        if not runs:
            self._set(run=None)
            sentence.setText(self._summary.sentence(None))
            self._column.addWidget(sentence)
            return
        box = QComboBox()
        box.setAccessibleName(_("Weights"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        for run in runs:
            box.addItem(run.title[:1].upper() + run.title[1:], run.folder)
        box.addItem(_("Fresh weights"), None)
        places: list[Path | None] = [*(run.folder for run in runs), None]

        def show(place: int) -> None:
            self._set(run=places[place])
            sentence.setText(self._summary.sentence(places[place]))

        kept = places.index(self._choice.run) if self._choice.run in places[:-1] else 0
        box.setCurrentIndex(kept)
        box.currentIndexChanged.connect(show)
        self._column.addWidget(box)
        self._column.addWidget(sentence)
        show(kept)

    # --- parts ------------------------------------------------------------------------------------

    def _set(self, **values: object) -> None:
        self._choice = replace(self._choice, **values)
        self.changed.emit(self._choice)

    def _say(self, text: str, role: str = "") -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        if role:
            label.setProperty("role", role)
        self._column.addWidget(label)
        return label

    def _hint(self) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setProperty("role", "secondary")
        return label

    def _radios(
        self,
        title: str,
        names: Mapping[str, str],
        current: str,
        choose: Callable[[str], None],
        hints: Mapping[str, str] | None = None,
        barred: set[str] | None = None,
    ) -> None:
        """A title, a button for each name, and under them what the chosen one means."""
        self._say(title, "section")
        group = QButtonGroup(self)
        row = FlowRow(spacing=16)
        hint = self._hint()

        def take(key: str) -> None:
            choose(key)
            hint.setText((hints or {}).get(key, ""))

        for key, name in names.items():
            button = QRadioButton(name)
            button.setAccessibleName(f"{title}: {name}")
            button.setToolTip((hints or {}).get(key, ""))
            button.setChecked(key == current)
            button.setEnabled(key not in (barred or ()))
            button.toggled.connect(lambda checked, key=key: take(key) if checked else None)
            group.addButton(button)
            row.add(button)
        self._column.addWidget(row)
        if hints:
            hint.setText(hints.get(current, ""))
            self._column.addWidget(hint)
