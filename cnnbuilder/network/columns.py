"""The columns of the Analysis table, each declared once: its title, its value, how it is written, where it stands."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from cnnbuilder.blocks.formula import Formula
from cnnbuilder.network import number_formulas
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.rows import Row
from cnnbuilder.network.saved_activations import Precision
from cnnbuilder.text import _, bytes_text, number, share_text

CellValue = str | int | float | tuple[int | Fraction, ...] | None
"""None: not known. Pairs are (height, width), shapes as in `Shape.sizes`."""


class Setting(NamedTuple):
    """What the numbers are of, and for which training."""

    analysis: Analysis
    batch_size: int
    precision: Precision


class Entry(NamedTuple):
    """One block with what the table knows of it; `kept` in bytes, for the whole batch."""

    row: Row
    kept: int | None
    setting: Setting


class Column(NamedTuple):
    """One column. `total` is None where the values of different blocks do not add up."""

    key: str
    title: str
    help: str
    value: Callable[[Entry], CellValue]
    write: Callable[[CellValue], str]
    """A value that is known, as people read it."""
    number: bool = True
    """Numbers are aligned to the right."""
    bar: bool = False
    """Its values are worth comparing by length."""
    total: Callable[[Analysis, list[Entry]], CellValue] | None = None
    axes: tuple[str, ...] = ()
    """What the parts of a value are, in files that keep raw numbers: ("height", "width")."""
    informative: Callable[[list[Entry]], bool] = lambda _entries: True
    """Whether it says anything about this network."""
    formulas: Callable[[Entry], tuple[Formula, ...]] = lambda _entry: ()
    """How a value follows; none for names."""
    legend: str = ""
    """What the letters mean that no field explains."""

    def rank(self, entry: Entry) -> tuple[float | str, ...]:
        """What to sort by: a shape or a pair by how large it is."""
        value = self.value(entry)
        if isinstance(value, tuple):
            sizes = [float(size) for size in value]
            return (math.prod(sizes) if self.key != "offset" else sum(sizes), *sizes)
        return ("" if value is None else value.casefold() if isinstance(value, str) else value,)

    def text(self, entry: Entry) -> str:
        """The value as people read it; a dash where it is not known."""
        value = self.value(entry)
        return "–" if value is None else self.write(value)

    def total_formulas(self, analysis: Analysis, entries: list[Entry]) -> tuple[Formula, ...]:
        """How the total follows from the blocks'."""
        value = None if self.total is None else self.total(analysis, entries)
        if not isinstance(value, int):
            return ()
        terms = [(entry.row.name, self.value(entry)) for entry in entries if entry.row.connected]
        known = [(name, term) for name, term in terms if isinstance(term, int)]
        return (number_formulas.sum_formula(self.title, known, value),)

    def total_text(self, analysis: Analysis, entries: list[Entry]) -> str:
        """What all blocks come to, or nothing where that has no sense."""
        value = None if self.total is None else self.total(analysis, entries)
        return "" if value is None else self.write(value)


def _buffers(entry: Entry) -> int | None:
    row = entry.row
    return None if row.output is None else sum(math.prod(shape) for shape in row.buffers.values())


def _share(entry: Entry) -> float | None:
    row = entry.row
    if row.params is None or not row.connected:
        return None
    whole = entry.setting.analysis.params
    return row.params / whole if whole else 0.0


def _field(part: str) -> Callable[[Entry], CellValue]:
    def value(entry: Entry) -> CellValue:
        found = entry.row.receptive
        return None if found is None else tuple(getattr(found, part))

    return value


def _sum(part: Callable[[Entry], CellValue]) -> Callable[[Analysis, list[Entry]], CellValue]:
    """What is known, added up over the blocks that are part of the network."""

    def total(_analysis: Analysis, entries: list[Entry]) -> CellValue:
        values = (part(entry) for entry in entries if entry.row.connected)
        return sum(value for value in values if isinstance(value, int))

    return total


def _whole(value: CellValue) -> str:
    assert isinstance(value, int)
    return number(value)


def _bytes(value: CellValue) -> str:
    assert isinstance(value, int)
    return bytes_text(value) if value else "0"


def _percent(value: CellValue) -> str:
    assert isinstance(value, int | float)
    return share_text(value)


def _place(value: CellValue) -> str:
    assert isinstance(value, tuple)
    return ", ".join(number(int(place)).replace("-", "−") for place in value)


def _shape(value: CellValue) -> str:
    assert isinstance(value, tuple)
    return " × ".join(number(int(size)) for size in value)


def _steps(value: CellValue) -> str:
    assert isinstance(value, tuple)
    return " × ".join(f"{float(step):,.6g}" for step in value)


def _kind(entry: Entry) -> str:
    kind = entry.row.block.kind()
    return kind if entry.row.shares is None else _("{kind} (shared)").format(kind=kind)


def _trainable(entry: Entry) -> int | None:
    return entry.row.trainable


def _frozen(entry: Entry) -> int | None:
    return None if entry.row.params is None else entry.row.params - (entry.row.trainable or 0)


def _any_frozen(entries: list[Entry]) -> bool:
    return any(entry.row.block.frozen and entry.row.params for entry in entries)


_FIELD_LETTERS = _(
    "R, J, O: field, stride and offset of what arrives · F, S, P, d: kernel, stride, padding, dilation"
    " · s: step of an upsampling · Rᵤ, Oᵤ, Jᵤ: field, offset and stride before it"
)

COLUMNS: tuple[Column, ...] = (
    Column("name", _("Name"), _("Its name in code"), lambda entry: entry.row.name, str, number=False),
    Column(
        "block", _("Block"), _("What kind of layer it is"), _kind, str, number=False
    ),
    Column(
        "output", _("Output"), _("The shape that leaves, without the batch"),
        lambda entry: entry.row.output.sizes if entry.row.output else None, _shape,
        axes=("1", "2", "3"), formulas=lambda entry: number_formulas.output_formulas(entry.row),
        legend=_("W: width that arrives · F: kernel · P: padding · S: stride"),
    ),
    Column(
        "parameters", _("Parameters"), _("How many numbers are learned"),
        lambda entry: entry.row.params, _whole, bar=True, total=lambda analysis, _entries: analysis.params,
        formulas=lambda entry: number_formulas.parameter_formulas(entry.row),
        legend=_("K: filters or outputs · F: kernel · D: depth that arrives · N: values that arrive"),
    ),
    Column(
        "share", _("Share"), _("How much of all that is learned is learned here"), _share, _percent,
        total=lambda analysis, _entries: 1.0 if analysis.params else None,
        formulas=lambda entry: number_formulas.share_formulas(entry.row, entry.setting.analysis),
    ),
    Column(
        "trainable", _("Trainable"), _("How many of the parameters training changes"), _trainable, _whole,
        total=lambda analysis, _entries: analysis.trainable, informative=_any_frozen,
        formulas=lambda entry: number_formulas.frozen_formulas(entry.row),
    ),
    Column(
        "frozen", _("Frozen"), _("How many of the parameters training leaves as they are"), _frozen, _whole,
        total=lambda analysis, _entries: analysis.frozen, informative=_any_frozen,
        formulas=lambda entry: number_formulas.frozen_formulas(entry.row),
    ),
    Column(
        "buffers", _("Buffers"), _("Numbers that are kept but not learned, such as running means"),
        _buffers, _whole, total=_sum(_buffers), informative=lambda entries: any(entry.row.buffers for entry in entries),
        formulas=lambda entry: number_formulas.buffer_formulas(entry.row),
    ),
    Column(
        "macs", _("MACs"), _("Multiply–accumulates of one image: convolutions and linear layers, nothing else"),
        lambda entry: entry.row.macs, _whole, bar=True, total=lambda analysis, _entries: analysis.macs,
        formulas=lambda entry: number_formulas.mac_formulas(entry.row),
        legend=_("K: filters or outputs · H′, W′: size that leaves · F: kernel · D: depth that arrives"),
    ),
    Column(
        "kept", _("Kept for backward"), _("Memory that the backward pass needs of this block, for a whole batch"),
        lambda entry: entry.kept, _bytes, bar=True, total=_sum(lambda entry: entry.kept),
        formulas=lambda entry: number_formulas.memory_formulas(entry.row, *entry.setting),
        legend=_("B: images in a batch · b: bytes of one value · E: bytes of one image"),
    ),
    Column(
        "receptive_field", _("Receptive field"), _("Height and width of the part of the image that one value looks at"),
        _field("pixels"), _shape, axes=("height", "width"),
        formulas=lambda entry: number_formulas.field_formulas("size", entry.row, entry.setting.analysis),
        legend=_FIELD_LETTERS,
    ),
    Column(
        "stride", _("Stride"), _("How far apart in the image neighbouring values look; 0: all look at the same"),
        _field("stride"), _steps, axes=("height", "width"),
        formulas=lambda entry: number_formulas.field_formulas("stride", entry.row, entry.setting.analysis),
        legend=_FIELD_LETTERS,
    ),
    Column(
        "offset", _("Offset"), _("Where in the image the first value begins to look; below 0 lies the border"),
        _field("first"), _place, axes=("height", "width"),
        formulas=lambda entry: number_formulas.field_formulas("offset", entry.row, entry.setting.analysis),
        legend=_FIELD_LETTERS,
    ),
)  # fmt: skip
"""All columns, in their order."""
