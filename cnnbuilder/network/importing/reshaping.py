"""What flows, laid out otherwise: x.view(…), squeeze, unsqueeze, expand_as; blocks where their sizes say which."""

from __future__ import annotations

import ast
import math
from typing import Any

from cnnbuilder.blocks.shape import Flatten, Unflatten
from cnnbuilder.blocks.signature import ShapeHint
from cnnbuilder.network.importing import two_step_ops
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.layers import Made
from cnnbuilder.network.importing.module_calls import place
from cnnbuilder.network.importing.values import BatchSize, Open, PartialOp, Size, TensorValue
from cnnbuilder.text import _


def view(run: Evaluator, node: ast.Call, tensor: TensorValue, sizes: list[Any]) -> Any:
    """x.view(-1, n) and x.view(x.size(0), -1) are Flatten; so is the first step of a channel shuffle a beginning.

    Other ways to lay values out are no block.
    """
    if len(sizes) == 1 and type(sizes[0]) in (list, tuple):
        sizes = list(sizes[0])
    if len(sizes) == 1 and isinstance(sizes[0], int) and sizes[0] == -1:
        return run.unknown(node, _("this lays out the batch too: give it 1"), [tensor])
    if isinstance(begun := two_step_ops.split(run, tensor, sizes, node.lineno), PartialOp):
        return begun
    batch = bool(sizes) and (isinstance(sizes[0], BatchSize | Open) or sizes[0] == -1)
    if len(sizes) == 2 and batch and isinstance(sizes[1], int | Open | Size):
        plain = isinstance(sizes[1], int) and sizes[1] > 0
        if run.builder.rank(tensor) == 1 and not plain:
            return tensor
        hints = (ShapeHint("features", int(sizes[1]), None),) if plain else ()  # type: ignore[arg-type]  # `plain` is an int
        return run.builder.put(Made(Flatten(id="b"), hints), node.lineno, tensor)
    found = _by_sizes(run, node, tensor, sizes) if batch else None
    if found is not None:
        return found
    run.builder.wants_shape = True
    return run.unknown(node, _("only the form (batch, features) is a block: Flatten"), [tensor])


def _by_sizes(run: Evaluator, node: ast.Call, tensor: TensorValue, sizes: list[Any]) -> Any:
    """A view whose sizes are known, or None where no block does it."""
    rank = run.builder.rank(tensor)
    rest = sizes[1:]
    if rank == 1 and len(rest) == 3 and rest[1:] == [1, 1]:
        said = rest[0].of if hasattr(rest[0], "of") else rest[0]
        if said == -1 or (isinstance(said, Size) and said.axes == (1,)):
            return one_by_one(run, node, tensor)
    if not rest:
        return None
    # x.view(b, c, -1): height and width become one axis.
    channels = Size(tensor, (1,))
    first = rest[0].of if hasattr(rest[0], "of") else rest[0]
    area = rest[1:]
    spread = area == [-1] or area == [Size(tensor, (2, 3))]
    if rank == 3 and len(rest) == 2 and isinstance(sizes[0], BatchSize) and first == channels and spread:
        return place(run, node, Flatten(id="b", start_dim=2), tensor)
    shape = run.builder.shape_of(tensor)
    if shape is None or not all(isinstance(size, int) for size in rest):
        return None
    wanted = [int(size) for size in rest]
    if wanted.count(-1) + (sizes[0] == -1) == 1 and -1 in wanted:
        known = -math.prod(wanted)
        if known == 0 or shape.count % known:
            return None
        wanted[wanted.index(-1)] = shape.count // known
    if math.prod(wanted) != shape.count or -1 in wanted:
        return None
    if tuple(wanted) == shape.sizes:
        return tensor
    if len(wanted) == 2 and len(shape.sizes) == 3:
        if wanted[0] == shape.sizes[0]:
            return place(run, node, Flatten(id="b", start_dim=2), tensor)
        if wanted[1] == shape.sizes[2]:
            return place(run, node, Flatten(id="b", start_dim=1, end_dim=2), tensor)
    if len(wanted) == 3:
        flat_value = tensor if len(shape.sizes) == 1 else place(run, node, Flatten(id="b"), tensor)
        if wanted[1:] == [1, 1]:
            return one_by_one(run, node, flat_value)
        if all(1 <= size <= 65536 for size in wanted):
            depth, height, width = wanted
            return place(run, node, Unflatten(id="b", unflattened_size=(depth, height, width)), flat_value)
    return None


def one_by_one(run: Evaluator, node: ast.AST, tensor: TensorValue) -> Any:
    """A flat vector as channels of one pixel."""
    return place(run, node, Unflatten(id="b"), tensor)


def squeeze(run: Evaluator, node: ast.Call, tensor: TensorValue, axes: list[Any]) -> Any:
    """x.squeeze(): behind a pool to one value it lays out flat; elsewhere it depends on the sizes that arrive."""
    rank = run.builder.rank(tensor)
    if rank == 1:
        return tensor
    if axes and type(axes[0]) in (list, tuple):
        axes = list(axes[0])
    shape = run.builder.shape_of(tensor)
    if shape is not None and all(type(axis) is int for axis in axes):
        count = len(shape.sizes)
        wanted = {axis + count + 1 if axis < 0 else axis for axis in axes} or set(range(1, count + 1))
        gone = [axis for axis in sorted(wanted) if 1 <= axis <= count and shape.sizes[axis - 1] == 1]
        if not gone:
            return tensor
        if count - len(gone) == 1 and 1 not in gone:
            return place(run, node, Flatten(id="b"), tensor)
        if count == 3 and gone in ([2], [3]) and shape.sizes[1:] == (1, 1):
            return PartialOp(tensor, "squeeze", gone[0], node.lineno)
        if count == 2 and gone == [2]:
            return place(run, node, Flatten(id="b"), tensor)
    elif (found := two_step_ops.squeezed(run, tensor, axes, node.lineno)) is not None:
        return place(run, node, Flatten(id="b"), tensor) if isinstance(found, TensorValue) else found
    return run.unknown(
        node, _("what squeeze takes away depends on the sizes; Flatten says what is meant"), [tensor]
    )


def unsqueeze(run: Evaluator, node: ast.Call, tensor: TensorValue, axes: list[Any]) -> Any:
    """x.unsqueeze(2).unsqueeze(3): a flat vector as channels of one pixel."""
    if run.builder.rank(tensor) == 1 and axes in ([2], [-1], [1]):
        if axes == [1]:
            return run.unknown(node, _("an axis before the features is no block"), [tensor])
        return PartialOp(tensor, "unsqueeze", 2, node.lineno)
    return run.unknown(node, _("an axis of one is no block"), [tensor])


def like_another(run: Evaluator, node: ast.Call, name: str, tensor: TensorValue, rest: list[Any]) -> Any:
    """x.expand_as(y): for what is stretched by the product or sum that it goes into."""
    if name == "expand_as" and len(rest) == 1 and isinstance(rest[0], TensorValue):
        return PartialOp(tensor, "expand", 0, node.lineno, rest[0])
    if name == "expand":
        sizes = list(rest[0]) if len(rest) == 1 and type(rest[0]) in (list, tuple) else rest
        of = [size.of if hasattr(size, "of") else size for size in sizes]
        owners = {size.value for size in of if isinstance(size, Size)}
        if (
            len(owners) == 1
            and len(of) == 4
            and [s.axes for s in of[1:] if isinstance(s, Size)] == [(1,), (2,), (3,)]
        ):
            return PartialOp(tensor, "expand", 0, node.lineno, owners.pop())
    shape = run.builder.shape_of(tensor)
    other = run.builder.shape_of(rest[0]) if rest and isinstance(rest[0], TensorValue) else None
    if name == "view_as" and shape is not None and shape == other:
        return tensor
    return run.unknown(node, _("no block does {name}").format(name=name), [tensor])
