"""The network that grows while source is read: blocks, wires, and what the source says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.signature import ShapeHint
from cnnbuilder.blocks.unsupported import UnsupportedLayer
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.edits import replace_block
from cnnbuilder.network.importing.layers import Made
from cnnbuilder.network.importing.values import TensorValue, Unknown
from cnnbuilder.network.names import identifiers
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.text import _

MOST_BLOCKS = 10_000
MOST_WIRES = 50_000
MOST_REMARKS = 100
USUAL_SIZES = (32, 28, 64, 224, 96, 128, 256, 299, 48, 200, 227)

InputShape = tuple[int, int, int]


class Remark(NamedTuple):
    """Something worth saying about a line of the source; `block`: the id of the block it is about."""

    line: int
    message: str
    block: str | None = None


class LineHints(NamedTuple):
    """What a line of the source says of what arrives at a block."""

    line: int
    hints: tuple[ShapeHint, ...]


class TooLargeError(Exception):
    """The source makes more layers than a network may have, or never comes to an end."""


class NetworkBuilder:
    """Blocks and wires in the order in which the source runs them."""

    def __init__(self, rank: int | None = 3) -> None:
        """`rank`: how many axes arrive, without the batch."""
        self.blocks: list[Block] = [Input(id="b1")]
        self.wires: list[Wire] = []
        self.by_id: dict[str, Block] = {}
        self.sources: dict[str, str] = {}
        """What feeds the first input of each block."""
        self._ranks: dict[str, int | None] = {"b1": rank}
        self._unknowns: dict[Unknown, TensorValue] = {}
        self.lines: dict[int, str] = {}
        """The first block of each line."""
        self.line_of: dict[str, int] = {}
        self.results: tuple[TensorValue, ...] = ()
        """What the network gives; whatever leads nowhere else is not part of it."""
        self.shape_hints: dict[str, LineHints] = {}
        self.attributes: dict[str, str] = {}
        self.remarks: list[Remark] = []

    @property
    def image(self) -> TensorValue:
        """What comes in."""
        return TensorValue("b1")

    def rank(self, value: TensorValue) -> int | None:
        """How many axes flow there, without the batch, or None where that is not known."""
        if value.block not in self._ranks:
            self._ranks[value.block] = self._rank(value.block)
        return self._ranks[value.block]

    def _rank(self, id_: str) -> int | None:
        # Back to the nearest block whose axes are known, without recursion: a chain may be thousands long.
        way: list[Block] = []
        while id_ not in self._ranks:
            block = self.by_id[id_]
            way.append(block)
            if isinstance(block, UnsupportedLayer):
                self._ranks[id_] = None
                break
            id_ = self.sources[id_]
        found = self._ranks[id_]
        for block in reversed(way):
            found = None if found is None else block.output_rank(found)
            self._ranks[block.id] = found
        return found

    def put(self, made: Made, line: int, *values: TensorValue, attribute: str | None = None) -> TensorValue:
        """Places a block behind some values. Raises `TooLargeError`."""
        if len(self.blocks) >= MOST_BLOCKS:
            raise TooLargeError(
                _("The source makes more than {n} layers, which no network has.").format(n=f"{MOST_BLOCKS:,}")
            )
        if len(self.wires) + len(values) > MOST_WIRES:
            raise TooLargeError(_("The source joins more values than any network does."))
        id_ = f"b{len(self.blocks) + 1}"
        self.blocks.append(replace(made.block, id=id_))
        self.by_id[id_] = self.blocks[-1]
        self.sources[id_] = values[0].block
        self.wires += [Wire(value.block, id_, number, value.output) for number, value in enumerate(values)]
        self.lines.setdefault(line, id_)
        self.line_of[id_] = line
        for name in made.block.open:
            message = _("{name} has no value in the source: fill it in")
            self.remark(line, message.format(name=name), id_)
        if made.hints:
            self.shape_hints[id_] = LineHints(line, made.hints)
        if attribute:
            self.attributes[id_] = attribute
        return TensorValue(id_)

    def put_unknown(self, unknown: Unknown) -> TensorValue:
        """Places what could not be read, once, so that the network says where."""
        if not unknown.tensors:
            # A place that nothing flows into would not be part of the network, and so no problem of it.
            unknown = unknown._replace(tensors=(TensorValue(self.blocks[-1].id),))
        if unknown in self._unknowns:
            return self._unknowns[unknown]
        block = UnsupportedLayer(
            id="b",
            line=unknown.line,
            text=unknown.text[:200],
            reason=unknown.reason[:400],
            instead=unknown.instead[:200],
        )
        placed = self._unknowns[unknown] = self.put(Made(block), unknown.line, *unknown.tensors)
        message = _("could not be read: {text} ({reason})").format(text=block.text, reason=block.reason)
        self.remark(unknown.line, message, placed.block)
        return placed

    def remark(self, line: int, message: str, block: str | None = None) -> None:
        """Says something once."""
        known = any((said.line, said.message) == (line, message) for said in self.remarks)
        if not known and len(self.remarks) < MOST_REMARKS:
            self.remarks.append(Remark(line, message, block))

    def part(self) -> Network:
        """The network as it was read, with names where the source has some of its own; any Input."""
        self._leave_out_unused()
        self._name()
        return Network(tuple(self.blocks), tuple(self.wires))

    def _leave_out_unused(self) -> None:
        """Takes out what forward computes and does not give back, as torch's result does not depend on it."""
        if not self.results:
            return
        before: dict[str, list[str]] = {block.id: [] for block in self.blocks}
        for wire in self.wires:
            before[wire.to].append(wire.from_)
        used, waiting = {self.blocks[0].id}, [result.block for result in self.results]
        while waiting:
            id_ = waiting.pop()
            if id_ not in used:
                used.add(id_)
                waiting += before[id_]
        unused = [block.id for block in self.blocks if block.id not in used]
        for id_ in unused:
            self.remark(self.line_of[id_], _("what forward gives does not depend on this: it is left out"))
            self.shape_hints.pop(id_, None)
        self.blocks = [block for block in self.blocks if block.id in used]
        self.wires = [wire for wire in self.wires if wire.to in used]
        self.lines = {line: id_ for line, id_ in self.lines.items() if id_ in used}
        self.remarks = [
            remark if remark.block in used else remark._replace(block=None) for remark in self.remarks
        ]

    def finish(self, shape: InputShape | None) -> Network:
        """The network with the Input that fits."""
        network = self.part()
        network = _with_input(network, shape) if shape else self._fitted(network)
        network = settled(network)
        for remark in disagreements(analyse(network), self.shape_hints):
            self.remark(*remark)
        return network

    def _name(self) -> None:
        """Names that the program would not give by itself; one attribute used in several places stays one."""
        users = Counter(self.attributes.values())
        own = {
            id_: name for id_, name in self.attributes.items() if users[name] == 1 and not name.isdecimal()
        }
        for certain in (True, False, False):
            automatic = identifiers(self.blocks)
            for index, block in enumerate(self.blocks):
                name = own.get(block.id)
                # First those that are certainly a person's: they count when the program numbers the rest.
                if name is None or block.name or name == automatic[block.id]:
                    continue
                if not certain or name.rstrip("0123456789") != block.name_prefix.rstrip("0123456789"):
                    self.blocks[index] = replace(block, name=name[:200])

    def _fitted(self, network: Network) -> Network:
        """An Input with the channels that the first layers expect, of a size that fits the first Linear."""
        said = self._channels(network)
        channels = said or 3
        candidates = [*USUAL_SIZES, *(n for n in range(1, 257) if n not in USUAL_SIZES)]
        wanted = self._features(network)
        best = _with_input(network, (channels, 32, 32))
        if wanted is None:
            self.remark(0, _("The source does not say how large images are: 32×32 is put in."))
            return best
        sizes = candidates if len(network.blocks) < 500 else USUAL_SIZES
        for depth, size in product((channels,) if said else (3, 1), sizes):
            fitting = _with_input(network, (depth, size, size))
            row = analyse(fitting).rows[wanted[0]]
            shape = row.inputs[0] if row.inputs else None
            if shape is not None and shape.sizes[-1] == wanted[1]:
                message = _("The source does not say how large images are: {n}×{n} fits its {name}.")
                self.remark(0, message.format(n=size, name=row.name))
                return fitting
        self.remark(0, _("The source does not say how large images are: 32×32 is put in."))
        return best

    def _channels(self, network: Network) -> int | None:
        """What the first convolution says it takes, where it does."""
        for block in network.blocks:
            if block.family == "convolution":
                hints = self._hints(block)
                return next((hint.number for hint in hints if hint.axis == 0 and hint.number >= 1), None)
        return None

    def _features(self, network: Network) -> tuple[str, int] | None:
        """The first Linear, and how many values it expects."""
        for block in network.blocks:
            if block.family == "dense" and (hints := self._hints(block)):
                return block.id, hints[0].number
        return None

    def _hints(self, block: Block) -> tuple[ShapeHint, ...]:
        return self.shape_hints[block.id].hints if block.id in self.shape_hints else ()


def disagreements(analysis: Analysis, said: Mapping[str, LineHints]) -> Iterator[Remark]:
    """What the source says of what arrives, where something else does."""
    for id_, (line, hints) in said.items():
        row = analysis.rows[id_]
        shape = row.inputs[0] if row.inputs else None
        if shape is None:
            continue
        for parameter, number, axis in hints:
            arriving = shape.count if axis is None else shape.sizes[axis]
            if arriving != number:
                message = _(
                    "{name} says {argument} = {number}, but {arriving} arrive; it takes what arrives."
                )
                text = message.format(name=row.name, argument=parameter, number=number, arriving=arriving)
                yield Remark(line, text, id_)


def settled(network: Network, ids: Collection[str] | None = None) -> Network:
    """Blocks that can be said in several ways, a LayerNorm of a flat vector, said in one. `ids`: only these."""
    several = [
        block
        for block in network.blocks
        if type(block).canonical is not Block.canonical and (ids is None or block.id in ids)
    ]
    if not several:
        return network
    rows = analyse(network).rows
    for block in several:
        shapes = [shape for shape in rows[block.id].inputs if shape is not None]
        if shapes and len(shapes) == len(rows[block.id].inputs):
            network = replace_block(network, block.canonical(*shapes))
    return network


def _with_input(network: Network, shape: InputShape) -> Network:
    channels, height, width = shape
    first = network.blocks[0]
    assert isinstance(first, Input)
    changed = replace(first, channels=channels, height=height, width=width)
    return Network((changed, *network.blocks[1:]), network.wires)
