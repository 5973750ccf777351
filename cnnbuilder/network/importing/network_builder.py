"""The network that grows while source is read: blocks, wires, and what the source says of them."""

from __future__ import annotations

from collections import Counter
from itertools import product

from msgspec.structs import replace

from cnnbuilder.blocks.base import Block, Shape, flat, image
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.blocks.signature import ShapeHint
from cnnbuilder.blocks.unsupported import UnsupportedLayer
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.importing.layers import Made
from cnnbuilder.network.importing.shape_hints import LineHints, Remark, disagreements, settled
from cnnbuilder.network.importing.storage import Storage
from cnnbuilder.network.importing.values import Layer, PartialOp, TensorValue, Unknown
from cnnbuilder.network.names import identifiers
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.text import _

MOST_BLOCKS = 10_000
MOST_WIRES = 50_000
MOST_REMARKS = 100
USUAL_SIZES = (32, 28, 64, 224, 96, 128, 256, 299, 48, 200, 227)

InputShape = tuple[int, int, int]
"""C × H × W of images."""
Arriving = InputShape | tuple[int]
"""Of images, or the length of a flat vector."""


class TooLargeError(Exception):
    """The source makes more layers than a network may have, or never comes to an end."""


class NetworkBuilder:
    """Blocks and wires in the order in which the source runs them."""

    def __init__(self, rank: int | None = 3, shape: Arriving | None = None) -> None:
        """`rank`: how many axes arrive, without the batch. `shape`: how large images are, where that is known."""
        self.shape = shape
        self.wants_shape = False
        """Whether something that the source asks depends on how large images are."""
        self.used: dict[int, TensorValue] = {}
        """What the first use of each layer gives, by the layer's identity."""
        self.layers: dict[int, Layer] = {}
        """Every layer that was used, by its identity."""
        self.dropped: list[Layer] = []
        """Layers that forward computes with and whose values it does not give back."""
        self.absorbed: set[str] = set()
        """Blocks that stood for a part of something which another block does as a whole."""
        self.storage = Storage()
        self._shapes: dict[str, tuple[Shape, ...]] = (
            {} if shape is None else {"b1": (image(*shape) if len(shape) == 3 else flat(*shape),)}
        )
        self.blocks: list[Block] = [Input(id="b1")]
        self.wires: list[Wire] = []
        self.by_id: dict[str, Block] = {}
        self.sources: dict[str, str] = {}
        """What feeds the first input of each block."""
        self._ranks: dict[str, int | None] = {"b1": rank if shape is None else len(shape)}
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

    def change(self, before: TensorValue, after: TensorValue) -> None:
        """What flows is changed in place: whoever looks at `before` sees `after` from now on."""
        self.storage.change(before, after)

    def copy(self, value: TensorValue) -> TensorValue:
        """The same values, which changes in place no longer reach."""
        return self.storage.copy(value)

    def before(self, value: TensorValue) -> TensorValue:
        """What flows into the block that gives this."""
        return next(
            TensorValue(wire.from_, wire.output)
            for wire in reversed(self.wires)
            if wire.to == value.block and wire.input == 0
        )

    def all_before(self, value: TensorValue) -> list[TensorValue]:
        """What flows into the block that gives this, in order; nothing for what comes in."""
        ending: list[TensorValue] = []
        for wire in reversed(self.wires):
            if wire.to == value.block:
                ending.append(TensorValue(wire.from_, wire.output))
            elif ending:
                break
        return ending[::-1]

    def shape_of(self, value: TensorValue) -> Shape | None:
        """What flows there, where images have a known size."""
        value = self.storage.current(value)
        shapes = self._shapes.get(value.block, ())
        return shapes[value.output] if value.output < len(shapes) else None

    def rank(self, value: TensorValue) -> int | None:
        """How many axes flow there, without the batch, or None where that is not known."""
        value = self.storage.current(value)
        if (shape := self.shape_of(value)) is not None:
            return len(shape.sizes)
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
            found = None if found is None else self._meant(block).output_rank(found)
            self._ranks[block.id] = found
        return found

    def _meant(self, block: Block) -> Block:
        """The layer that a block is: of a further use, that of the first."""
        return self.by_id[block.of] if isinstance(block, Shared) else block

    def put(self, made: Made, line: int, *values: TensorValue, attribute: str | None = None) -> TensorValue:
        """Places a block behind some values. Raises `TooLargeError`."""
        if len(self.blocks) >= MOST_BLOCKS:
            raise TooLargeError(
                _("The source makes more than {n} layers, which no network has.").format(n=f"{MOST_BLOCKS:,}")
            )
        if len(self.wires) + len(values) > MOST_WIRES:
            raise TooLargeError(_("The source joins more values than any network does."))
        values = tuple([self._arriving(value, line) for value in values])
        id_ = f"b{len(self.blocks) + 1}"
        self.blocks.append(replace(made.block, id=id_))
        self.by_id[id_] = self.blocks[-1]
        self.sources[id_] = values[0].block
        self.wires += [Wire(value.block, id_, number, value.output) for number, value in enumerate(values)]
        self.lines.setdefault(line, id_)
        self.line_of[id_] = line
        if made.block.open or isinstance(made.block, UnsupportedLayer):
            self.wants_shape = True
        for name in made.block.open:
            message = _("{name} has no value in the source: fill it in")
            self.remark(line, message.format(name=name), id_)
        if made.hints:
            self.shape_hints[id_] = LineHints(line, made.hints)
        if attribute:
            self.attributes[id_] = attribute
        if self.shape is not None:
            self._measure(self.blocks[-1], values)
        placed = TensorValue(id_)
        if made.block.does_nothing() or made.block.family == "regularisation":
            self.storage.look(placed, values[0], alike=made.block.does_nothing())
        elif made.block.is_view():
            self.storage.look(placed, values[0], alike=False)
        return placed

    def _arriving(self, value: TensorValue, line: int) -> TensorValue:
        value = self.storage.current(value)
        halfway = self.storage.halfway_of(value)
        if isinstance(halfway, PartialOp):
            self.storage.change(value, TensorValue(value.block, value.output, -1))
            return self.put_unknown(
                Unknown(line, "", _("this is only half of what a block does"), (halfway.value,))
            )
        if value in self.storage.stale:
            reason = _("it was changed in place through something else that looks at the same values")
            changed = self.storage.stale[value]
            return self.put_unknown(
                Unknown(line or self.line_of.get(changed.block, 0), "", reason, (changed,))
            )
        return value

    def _measure(self, block: Block, values: tuple[TensorValue, ...]) -> None:
        shapes = [self.shape_of(value) for value in values]
        if block.open or None in shapes:
            return
        try:
            self._shapes[block.id] = self._meant(block).outputs(*shapes)  # type: ignore[arg-type]  # none is None here
        except MisfitError:
            return

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
        if len(self.remarks) >= MOST_REMARKS:
            return
        if not any((said.line, said.message) == (line, message) for said in self.remarks):
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
        self.results = tuple([self._arriving(result, 0) for result in self.results])
        before: dict[str, list[str]] = {block.id: [] for block in self.blocks}
        for wire in self.wires:
            before[wire.to].append(wire.from_)
        used, waiting = {self.blocks[0].id}, [result.block for result in self.results]
        while waiting:
            id_ = waiting.pop()
            if id_ not in used:
                used.add(id_)
                waiting += before[id_]
        self._hand_on_weights(used)
        unused = [block.id for block in self.blocks if block.id not in used]
        first = {placed.block: self.layers[at] for at, placed in self.used.items() if at in self.layers}
        self.dropped = [first[id_] for id_ in unused if id_ in first]
        for id_ in unused:
            if id_ not in self.absorbed:
                self.remark(
                    self.line_of[id_], _("what forward gives does not depend on this: it is left out")
                )
            self.shape_hints.pop(id_, None)
        self.blocks = [block for block in self.blocks if block.id in used]
        self.wires = [wire for wire in self.wires if wire.to in used]
        self.lines = {line: id_ for line, id_ in self.lines.items() if id_ in used}
        self.remarks = [
            remark if remark.block in used else remark._replace(block=None) for remark in self.remarks
        ]

    def _hand_on_weights(self, used: set[str]) -> None:
        """Where the first use of a layer leads nowhere, its next use holds the weights."""
        heirs: dict[str, str] = {}
        for at, block in enumerate(self.blocks):
            if isinstance(block, Shared) and block.id in used and block.of not in used:
                if block.of in heirs:
                    self.blocks[at] = replace(block, of=heirs[block.of])
                else:
                    heirs[block.of] = block.id
                    self.blocks[at] = replace(self.by_id[block.of], id=block.id)

    def finish(self, shape: Arriving | None) -> Network:
        """The network with the Input that fits."""
        network = self.part()
        shape = shape or self.shape
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

    def flat_features(self) -> int | None:
        """How long the vector is that comes in, where all that looks at it is a Linear or BatchNorm1d."""
        looking, waiting, seen = set(), ["b1"], set()
        behind: dict[str, list[str]] = {}
        for wire in self.wires:
            behind.setdefault(wire.from_, []).append(wire.to)
        blocks = {block.id: block for block in self.blocks}
        while waiting:
            for id_ in behind.get(waiting.pop(), []):
                if id_ in seen or id_ not in blocks:
                    continue
                seen.add(id_)
                if blocks[id_].keeps_shape and blocks[id_].kind() != "BatchNorm1d":
                    waiting.append(id_)
                else:
                    looking.add(id_)
        found = set()
        for id_ in looking:
            hints = self._hints(blocks[id_])
            flat_kind = blocks[id_].family == "dense" or blocks[id_].kind() == "BatchNorm1d"
            found.add(hints[0].number if flat_kind and hints else None)
        return found.pop() if len(found) == 1 else None

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


def _with_input(network: Network, shape: Arriving) -> Network:
    first = network.blocks[0]
    assert isinstance(first, Input)
    if len(shape) == 1:
        changed = replace(first, features=shape)
    else:
        channels, height, width = shape
        changed = replace(first, channels=channels, height=height, width=width)
    return Network((changed, *network.blocks[1:]), network.wires)
