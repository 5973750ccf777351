"""What the forward pass keeps for the backward pass, block by block, in either precision."""

from __future__ import annotations

import math
from functools import cache
from typing import Literal, NamedTuple

from cnnbuilder.blocks.base import Autocast, Block
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _

Precision = Literal["float32", "bfloat16", "bfloat16 on an accelerator"]
"""bfloat16: as torch's autocast has it. Convolutions and linear layers compute in it, weights stay float32; some
normalisations stay float32 on accelerators and not on the CPU."""
FULL, HALF = 4, 2
"""Bytes of one value."""


def precision_on(device: str, bfloat16: bool) -> Precision:
    """What `bfloat16` means on a device ("cpu", "cuda", …)."""
    if not bfloat16:
        return "float32"
    return "bfloat16" if device == "cpu" else "bfloat16 on an accelerator"


class SavedActivations(NamedTuple):
    """For each block that has numbers, in execution order; bytes are those of one image."""

    rows: list[Row]
    widths: list[int]
    """Bytes of one value of what leaves."""
    sizes: list[int]
    """Of all that leaves."""
    owners: list[int]
    """The block whose memory its output is: itself, unless it is a view."""
    sources: list[list[int]]
    """The owners of what arrives."""
    learning: list[bool]
    """Whether a gradient comes as far as this block."""
    readers: dict[int, int]
    """For each output that is kept, the first block that reads it."""
    extras: list[int]
    """What it keeps besides its output: indices, masks, copies in the other precision."""

    @property
    def total(self) -> int:
        """All that is kept of one image."""
        return sum([self.sizes[place] for place in self.readers]) + sum(self.extras)

    def kept(self, place: int) -> int:
        """What a block adds to what is kept."""
        return (self.sizes[place] if place in self.readers else 0) + self.extras[place]


def saved_activations(analysis: Analysis, precision: Precision = "float32") -> SavedActivations:
    """Follows the network once from its Input to its end."""
    incoming = analysis.network.incoming
    half, on_cpu = precision != "float32", precision == "bfloat16"
    found = SavedActivations([], [], [], [], [], [], {}, [])
    rows, widths, sizes, owners, all_sources, learning, readers, extras = found
    place: dict[str, int] = {}
    for row in analysis.rows.values():
        measured = row.measured
        if measured is None or not measured.outputs or not row.connected:
            continue
        block, here = row.block, len(rows)
        kind = _kind(type(block), on_cpu)
        sources = []
        flows = False
        for wire in incoming[block.id]:
            before = place.get(wire.from_)
            if before is not None:
                sources.append(owners[before])
                flows = flows or learning[owners[before]]
        width = _width(kind, [widths[source] for source in sources]) if half else FULL
        count = 0
        for shape in measured.outputs:
            count += math.prod(shape.sizes)
        learns = flows or (not block.frozen and (measured.params > 0 or _uses_weights(row)))
        place[block.id] = here
        rows.append(row)
        widths.append(width)
        sizes.append(width * count)
        owners.append(sources[0] if sources and block.is_view() else here)
        all_sources.append(sources)
        learning.append(learns)
        extra = 0
        # Where nothing up to here learns, no gradient comes this far, and torch keeps nothing.
        if learns:
            if kind.saves_output:
                readers.setdefault(owners[here], here)
            if block.saves_input():
                wanted = _wanted(block, kind) if half else None
                for source in _read(block, sources, learning):
                    if wanted is None or wanted == widths[source]:
                        readers.setdefault(source, here)
                    else:
                        extra += sizes[source] * wanted // widths[source]
            if kind.keeps_bytes:
                extra += block.extra_saved_bytes(measured.outputs[0], *row.inputs)  # type: ignore[arg-type]
            if kind.keeps_values:
                extra += width * block.extra_saved_values(measured.outputs[0], *row.inputs)  # type: ignore[arg-type]
        extras.append(extra)
    return found


def _uses_weights(row: Row) -> bool:
    """Whether it computes with what another block learns."""
    return row.shares is not None and bool(row.block.weights(*row.inputs))  # type: ignore[arg-type]


class _Kind(NamedTuple):
    """What all blocks of a kind have in common on a device."""

    on_cpu: bool
    autocast: Autocast
    saves_output: bool
    keeps_bytes: bool
    keeps_values: bool


@cache
def _kind(kind: type[Block], on_cpu: bool) -> _Kind:
    return _Kind(
        on_cpu,
        kind.autocast if on_cpu else kind.autocast_on_accelerators or kind.autocast,
        kind.saves_output,
        kind.extra_saved_bytes is not Block.extra_saved_bytes,
        kind.extra_saved_values is not Block.extra_saved_values,
    )


def _read(block: Block, sources: list[int], learning: list[bool]) -> list[int]:
    """Which of what arrives the backward pass reads."""
    if len(sources) == 1:
        # The gradient of the border only goes on to what learns; that of the weights needs the padded copy.
        return sources if learning[sources[0]] or not block.pads_first() else []
    flowing = [learning[source] for source in sources]
    # A factor is read for the gradients of the others only.
    return [source for i, source in enumerate(sources) if any(flowing[:i] + flowing[i + 1 :])]


def _width(kind: _Kind, arriving: list[int]) -> int:
    """Bytes of one value that leaves a block under autocast."""
    if kind.autocast == "half":
        return HALF
    if kind.autocast == "follow" and arriving:
        return max(arriving)
    return FULL


def _wanted(block: Block, kind: _Kind) -> int | None:
    """Bytes of one value in the form in which the backward pass reads what arrives; None: as it is."""
    if kind.autocast in ("follow", "wide"):
        return None
    if block.pads_first():
        return FULL if kind.on_cpu else None  # it is the border that reads it
    return FULL if kind.autocast == "full" else HALF


_LETTERS = {"C": "D", "F": "N"}
"""Axes as the lesson's formulas call them."""


def kept_formulas(found: SavedActivations, place: int, batch_size: int) -> tuple[Formula, ...]:
    """How much of a block is kept for a whole batch: its output where it is read again, and what there is besides."""
    rows, extra = found.rows, found.extras[place]
    title = _("Kept for backward")
    formulas = []
    if place in found.readers:
        row, width = rows[place], found.widths[place]
        reader = rows[found.readers[place]].name
        read = _("its output, read again by {name}").format(name=reader)
        if found.readers[place] == place:
            read = _("its output, read again by itself")
        sizes: tuple[int, ...] = (found.sizes[place] // width,)
        axes = ["N"]
        if row.output is not None and row.output.count == sizes[0]:
            sizes, axes = row.output.sizes, [_LETTERS.get(axis, axis) for axis in row.output.axes]
        line = "·".join(["{}"] * (len(sizes) + 2)) + " = {}"
        letters = "·".join(["B", *axes, "b"])
        parts = fill(line, batch_size, *sizes, width, batch_size * found.sizes[place])
        formulas.append(Formula(_("{title}: {what}").format(title=title, what=read), letters, parts))
    if extra:
        what = _("{title}: indices, masks, statistics or copies").format(title=title)
        formulas.append(Formula(what, "B·E", fill("{}·{} = {}", batch_size, extra, batch_size * extra)))
    if not formulas:
        why = _("{title}: nothing of it is read again").format(title=title)
        formulas.append(Formula(why, "0", fill("{}", 0)))
    return tuple(formulas)
