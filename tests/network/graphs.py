"""Random networks with branches: whatever people might draw beyond a stack, without problems."""

from __future__ import annotations

from hypothesis import strategies as st
from msgspec.structs import replace

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.network.project import Network, Wire
from tests.network.chains import blocks

Value = tuple[str, int]
"""A block's id and the number of its output."""

KEEPING = ("ReLU", "BatchNorm2d", "Sigmoid", "LayerScale", "Dropout", "Identity")


class Drawing:
    """A network that grows block by block; a block that does not fit is left out."""

    def __init__(self, first: Block) -> None:
        self.blocks: list[Block] = []
        self.wires: list[Wire] = []
        self.shapes: dict[Value, Shape] = {}
        self.add(first)

    def add(self, block: Block, *values: Value) -> Value | None:
        """Puts a block behind some values, if it fits; returns its first value."""
        try:
            outputs = block.outputs(*(self.shapes[value] for value in values))
        except MisfitError:
            return None
        id_ = f"b{len(self.blocks) + 1}"
        self.blocks.append(replace(block, id=id_))
        self.wires += [Wire(from_, id_, i, number) for i, (from_, number) in enumerate(values)]
        self.shapes.update({(id_, number): shape for number, shape in enumerate(outputs)})
        return id_, 0

    def ends(self) -> list[Value]:
        """The first values of the blocks that nothing follows."""
        read = {wire.from_ for wire in self.wires}
        return [(block.id, 0) for block in self.blocks if block.id not in read]

    def join(self) -> Network:
        """All ends laid out flat and stacked, so that there is one."""
        if len(self.ends()) > 1:
            flat = [self.add(KINDS["Flatten"](id="-"), end) for end in self.ends()]
            self.add(KINDS["Concat"](id="-"), *[value for value in flat if value is not None])
        return Network(tuple(self.blocks), tuple(self.wires))


@st.composite
def graphs(draw: st.DrawFn, longest: int = 12, kinds: tuple[str, ...] | None = None) -> Network:
    """A network without problems: values are read once or often, split, added, multiplied and stacked."""
    sizes = [draw(st.integers(1, 6)), draw(st.integers(1, 12)), draw(st.integers(1, 12))]
    drawing = Drawing(KINDS["Input"](id="b1", channels=sizes[0], height=sizes[1], width=sizes[2]))
    single = blocks(kinds) if kinds else blocks()
    for _step in range(draw(st.integers(0, longest))):
        values = list(drawing.shapes)
        # Mostly the newest value goes on; now and then an older one begins a branch.
        value = draw(st.one_of(st.just(values[-1]), st.sampled_from(values)))
        match draw(st.sampled_from(["go on", "keep", "skip", "join", "split"])):
            case "go on":
                drawing.add(draw(single), value)
            case "keep":
                drawing.add(draw(blocks(tuple(k for k in KEEPING if not kinds or k in kinds))), value)
            case "skip":
                alike = [v for v in values if drawing.shapes[v] == drawing.shapes[value]]
                kind = draw(st.sampled_from(["Add", "Subtract", "Multiply"]))
                others = draw(st.lists(st.sampled_from(alike), min_size=1, max_size=3))
                drawing.add(KINDS[kind](id="-"), value, *others)
            case "join":
                others = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
                drawing.add(KINDS["Concat"](id="-", dim=draw(st.integers(1, 3))), value, *others)
            case "split":
                chunks, dim = draw(st.integers(1, 4)), draw(st.integers(1, 3))
                drawing.add(KINDS["Chunk"](id="-", chunks=chunks, dim=dim), value)
    return drawing.join()
