"""What might mend a problem: what its block proposes itself, and what people do who look at the whole network.

Nothing here is promised to help; `mends` tries each. What people mean most often comes first.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.fixes import (
    CutWire,
    Fix,
    Insert,
    InsertOnWires,
    JoinBlocks,
    MoveBefore,
    Remove,
    Replace,
    SetFields,
)
from cnnbuilder.blocks.writing import size_text
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.merge_edits import MERGE_KINDS
from cnnbuilder.network.project import Problem, Wire
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, number

USUAL_KERNELS = (3, 5)
POOLS = (2, 3)
WIDEST = 11
"""No kernel in use is wider (AlexNet's first)."""
FARTHEST = 12
"""So many blocks upwards the cause of a problem is looked for."""


def candidates(analysis: Analysis, problem: Problem) -> list[Fix]:
    """Fixes to be tried for a problem, the likeliest first; taking the block out comes last."""
    row = analysis.rows.get(problem.id or "")
    if row is None:
        return list(problem.fixes)
    own = [fix for fix in problem.fixes if not isinstance(fix, Remove)]
    if row.problem is None:
        # Of the graph, not of what arrives at this block.
        return [*own, *_ends(analysis, row), *(fix for fix in problem.fixes if isinstance(fix, Remove))]
    idle = [fix for fix in own if _does_nothing(row.block, fix)]
    found: list[Fix] = [
        *_kernels(row.block),
        *(fix for fix in own if fix not in idle),
        *_flat(analysis, row),
        *_volume(analysis, row),
        *_unequal(analysis, row),
        *_wires(analysis, row),
        *_channels(analysis, row),
        *([] if idle else _sizes_before(analysis, row)),
        _removed(row.block, problem),
        *idle,
        *(_sizes_before(analysis, row) if idle else []),
    ]
    return list(dict.fromkeys(found))


def _removed(block: Block, problem: Problem) -> Remove:
    """Taking the block out, in the words that the block has for it."""
    own = (fix for fix in problem.fixes if isinstance(fix, Remove) and fix.of is None)
    return next(own, Remove(_("Remove {kind}").format(kind=block.kind())))


def _does_nothing(block: Block, fix: Fix) -> bool:
    """Whether a fix leaves a pool that takes pixel for pixel: then it may as well go."""
    is_pool = hasattr(block, "kernel_size") and not hasattr(block, "out_channels")
    return is_pool and isinstance(fix, SetFields) and ("kernel_size", (1, 1)) in fix.changes


def _kernels(block: Block) -> Iterator[Fix]:
    """Of a block with a kernel: the kernels that people use, and the border that keeps the size."""
    kernel = getattr(block, "kernel_size", None)
    if kernel is None:
        return
    if not hasattr(block, "out_channels"):
        for size in POOLS:
            if (size, size) != kernel:
                yield SetFields((("kernel_size", (size, size)),), _kernel_label(size))
        return
    for size in USUAL_KERNELS:
        half = (size // 2, size // 2)
        if (size, size) != kernel:
            yield SetFields(
                (("kernel_size", (size, size)), ("padding", half), ("dilation", (1, 1))),
                _("Use kernel {size}, padding {padding}").format(size=size, padding=size // 2),
            )
    if max(kernel) > WIDEST:
        return
    keeping = (kernel[0] // 2, kernel[1] // 2)
    yield SetFields((("padding", keeping),), _("Use padding {padding}").format(padding=size_text(keeping)))
    if getattr(block, "dilation", (1, 1)) != (1, 1):
        yield SetFields((("dilation", (1, 1)),), _("Use dilation 1"))


def _kernel_label(size: int) -> str:
    return _("Use kernel size {h}×{w}").format(h=size, w=size)


def _ways_up(analysis: Analysis, row: Row) -> Iterator[Row]:
    """The blocks that feed this one along the first wires, the nearest first."""
    here = row.block.id
    for _step in range(FARTHEST):
        wires = analysis.network.incoming.get(here, ())
        if not wires:
            return
        here = wires[0].from_
        yield analysis.rows[here]


def _flat(analysis: Analysis, row: Row) -> Iterator[Fix]:
    """A block that wants an image and gets a vector: what flattened it goes, or the block goes before that."""
    shape = _one(row)
    if shape is None or len(shape.sizes) == 3:
        return
    kind = row.block.kind()
    if kind == "BatchNorm2d":
        yield Replace(f"nn.BatchNorm1d({shape.sizes[0]})", _("Use BatchNorm1d"))
    for above in _ways_up(analysis, row):
        before = _one(above)
        if before is None or len(before.sizes) != 3:
            continue
        yield MoveBefore(above.block.id, _("Move {kind} before {name}").format(kind=kind, name=above.name))
        yield Remove(_("Remove {name}").format(name=above.name), above.block.id)
        return


def _volume(analysis: Analysis, row: Row) -> Iterator[Fix]:
    """A Linear on an image that goes on as one: a convolution of one pixel does the same at every place."""
    shape = _one(row)
    if shape is None or shape.axes != "CHW" or not isinstance(row.block, Linear):
        return
    source = f"nn.Conv2d({shape.sizes[0]}, {row.block.out_features}, 1)"
    yield Replace(source, _("Use a 1×1 Conv2d instead"))


def _unequal(analysis: Analysis, row: Row) -> Iterator[Fix]:
    """Values that are to be joined and differ: each shape in turn is the one that the others are brought to."""
    wires, shapes = analysis.network.incoming[row.block.id], row.inputs
    known = [shape for shape in shapes if shape is not None]
    if row.block.kind() not in MERGE_KINDS or len(known) != len(shapes) or len(shapes) < 2:
        return
    # What runs last is the way through the network, the others are skips past it.
    targets = list(dict.fromkeys(reversed(known)))
    differing = {
        target: [(wire, shape) for wire, shape in zip(wires, known, strict=True) if shape != target]
        for target in targets
    }
    yield from _brought_to(differing[targets[0]], targets[0])
    for target in targets:
        for wire, shape in differing[target]:
            yield from _counted_as(analysis, wire, shape, target)
    for target in targets[1:]:
        yield from _brought_to(differing[target], target)
    largest = max(known, key=lambda shape: shape.count)
    flat = [(wire, shape) for wire, shape in zip(wires, known, strict=True) if len(shape.sizes) == 3]
    if flat and largest.axes:
        inserts = tuple(_insert(wire, "Flatten") for wire, _shape in flat)
        yield InsertOnWires(inserts, _("Insert Flatten before {kind}").format(kind=row.block.kind()))


def _brought_to(others: list[tuple[Wire, Shape]], target: Shape) -> Iterator[Fix]:
    """New blocks on the wires that differ from the target."""
    if target.axes == "CHW" and all(shape.axes == "CHW" for _wire, shape in others):
        channels, height, width = target.sizes
        strides = [_stride(shape, target) for _wire, shape in others]
        if all(stride is not None for stride in strides):
            point = (("out_channels", channels), ("kernel_size", (1, 1)), ("padding", (0, 0)))
            inserts = tuple(
                _insert(wire, "Conv2d", *point, ("stride", stride))
                for (wire, _shape), stride in zip(others, strides, strict=True)
            )
            yield InsertOnWires(inserts, _("Match: 1×1 Conv2d ({n})").format(n=number(channels)))
        sized = tuple(
            _insert(wire, "AdaptiveAvgPool2d", ("output_size", (height, width))) for wire, _shape in others
        )
        yield InsertOnWires(sized, _("Bring to {h}×{w} with AdaptiveAvgPool2d").format(h=height, w=width))
    elif target.axes == "F" and all(shape.axes == "F" for _wire, shape in others):
        features = target.sizes[0]
        dense = tuple(_insert(wire, "Linear", ("out_features", features)) for wire, _shape in others)
        yield InsertOnWires(dense, _("Match: Linear ({n})").format(n=number(features)))


def _stride(shape: Shape, target: Shape) -> tuple[int, int] | None:
    """The stride with which a kernel of one pixel brings one image to the size of the other."""
    strides = []
    for size, wanted in zip(shape.sizes[1:], target.sizes[1:], strict=True):
        stride = -(-size // wanted)
        if (size - 1) // stride + 1 != wanted:
            return None
        strides.append(stride)
    return strides[0], strides[1]


def _counted_as(analysis: Analysis, wire: Wire, shape: Shape, target: Shape) -> Iterator[Fix]:
    """The block that decides how many channels or features a wire brings is given as many as the target has."""
    if shape.axes != target.axes:
        return
    for row in (analysis.rows[wire.from_], *_ways_up(analysis, analysis.rows[wire.from_])):
        block = row.block
        for field, what in (("out_channels", _("filters")), ("out_features", _("outputs"))):
            if hasattr(block, field):
                label = _("Give {name} {n} {what}").format(
                    name=row.name, n=number(target.sizes[0]), what=what
                )
                yield SetFields(((field, target.sizes[0]),), label, block.id)
                if shape.sizes[1:] != target.sizes[1:]:
                    yield from _keeping(row, target.sizes[0])
                return
        if not block.keeps_shape and not hasattr(block, "kernel_size"):
            return


def _keeping(row: Row, filters: int) -> Iterator[Fix]:
    """A convolution with so many filters and a border that keeps the size of its image."""
    kernel = getattr(row.block, "kernel_size", None)
    if kernel is None:
        return
    half = (kernel[0] // 2, kernel[1] // 2)
    changes = (("out_channels", filters), ("padding", half), ("stride", (1, 1)), ("dilation", (1, 1)))
    label = _("Let {name} keep the size, with {n} filters").format(name=row.name, n=number(filters))
    yield SetFields(changes, label, row.block.id)


def _insert(wire: Wire, kind: str, *changes: tuple[str, object]) -> Insert:
    return Insert(wire.from_, wire.to, wire.input, kind, changes)


def _wires(analysis: Analysis, row: Row) -> Iterator[Fix]:
    """More wires than the block takes: all but one are cut, or joined first."""
    wires = analysis.network.incoming[row.block.id]
    most = row.block.arity[1]
    if most is None or len(wires) <= max(most, 1):
        return
    for kind in MERGE_KINDS:
        ids = tuple(dict.fromkeys(wire.from_ for wire in wires))
        if len(ids) > 1:
            yield JoinBlocks(kind, ids, _("Join what arrives with {kind}").format(kind=kind))
    for wire in wires:
        name = analysis.rows[wire.from_].name
        label = _("Cut the wire from {name}").format(name=name)
        yield CutWire(wire.from_, wire.to, wire.input, label)


def _ends(analysis: Analysis, row: Row) -> Iterator[Fix]:
    """Several blocks that nothing follows: they are joined."""
    ends = loose_ends(analysis)
    if len(ends) < 2 or row.block.id not in ends:
        return
    for kind in MERGE_KINDS:
        yield JoinBlocks(kind, ends, _("Join the ends with {kind}").format(kind=kind))
    for end in reversed(ends):
        wire = _branch_off(analysis, end)
        if wire is not None:
            label = _("Cut off the branch that ends in {name}").format(name=analysis.rows[end].name)
            yield CutWire(wire.from_, wire.to, wire.input, label)


def _branch_off(analysis: Analysis, end: str) -> Wire | None:
    """The wire with which the branch begins that ends in this block; None where it is no branch."""
    network, here = analysis.network, end
    for _step in range(len(network.blocks)):
        wires = network.incoming[here]
        if len(wires) != 1:
            return None
        if len(network.outgoing[wires[0].from_]) > 1:
            return wires[0]
        here = wires[0].from_
    return None


def loose_ends(analysis: Analysis) -> tuple[str, ...]:
    """The blocks of the network that nothing follows."""
    outgoing = analysis.network.outgoing
    return tuple(id_ for id_, row in analysis.rows.items() if row.connected and not outgoing[id_])


def _channels(analysis: Analysis, row: Row) -> Iterator[Fix]:
    """A block that is made for images in colour: the Input gives such."""
    shape = _one(row)
    if row.block.kind() != "Rescale" or shape is None:
        return
    source = next(block for block in analysis.network.blocks if block.family == "input")
    yield SetFields((("channels", 3),), _("Give the Input 3 channels"), source.id)


def _sizes_before(analysis: Analysis, row: Row) -> Iterator[Fix]:
    """An image that has become too small: what made it small further up keeps the size, or goes."""
    shape = _one(row)
    if shape is None or len(shape.sizes) != 3:
        return
    for above in _ways_up(analysis, row):
        before = _one(above)
        if before is None or above.output is None or len(before.sizes) != 3:
            return
        if above.output.sizes[1:] == before.sizes[1:]:
            continue
        if hasattr(above.block, "out_channels"):
            yield from _keeping(above, above.output.sizes[0])
        else:
            yield Remove(_("Remove {name}").format(name=above.name), above.block.id)


def _one(row: Row) -> Shape | None:
    """What arrives, where it is one value that is known."""
    return row.inputs[0] if len(row.inputs) == 1 else None
