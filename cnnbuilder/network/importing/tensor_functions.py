"""Functions and methods on what flows through the network: F.relu(x), x.view(-1, n), torch.cat((x, y), 1)."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.pooling import AdaptiveAvgPool2d
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.blocks.signature import ArgumentError, ShapeHint
from cnnbuilder.network.importing import arithmetic, two_step_ops
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.layers import Made, block_of, named_arguments
from cnnbuilder.network.importing.modules import place
from cnnbuilder.network.importing.signatures import FUNCTIONS, takes_several
from cnnbuilder.network.importing.values import (
    BatchSize,
    DummyTensor,
    Open,
    PartialOp,
    Pieces,
    Size,
    TensorValue,
    Unknown,
)
from cnnbuilder.text import _

_SAME = frozenset({"contiguous", "clone", "detach", "to", "float"})
"""Methods that leave the numbers as they are."""
OTHERS = _SAME | {
    "mean",
    "view",
    "reshape",
    "size",
    "squeeze",
    "dim",
    "ndimension",
    "transpose",
}
"""What is read besides the functions that do just what a block does."""


def function(run: Evaluator, node: ast.Call, name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """What a function gives; `positional` begins with what flows into it."""
    named = dict(named)
    if not positional:
        positional = [named.pop(key) for key in ("input", "x", "tensors") if key in named][:1]
    if not positional:
        return run.unknown(node, _("nothing flows into this"))
    first, *rest = positional
    if isinstance(first, DummyTensor):
        return first
    if isinstance(first, PartialOp):
        return _second_step(run, node, name, first, rest, named)
    if name in _SAME:
        return first
    if name == "size":
        return _size(run, first, rest or [value for key, value in named.items() if key == "dim"])
    if name in ("dim", "ndimension") and isinstance(first, TensorValue):
        rank = run.builder.rank(first)
        return Open("dim()") if rank is None else rank + 1
    if name in FUNCTIONS and takes_several(FUNCTIONS[name][0]):
        return _several(run, node, name, first, rest, named)
    tensor = run.tensor(first, node)
    if name in ("view", "reshape"):
        return _view(run, node, tensor, rest)
    if name == "squeeze":
        return _squeeze(run, node, tensor, [*rest, *named.values()])
    if name == "transpose":
        return run.unknown(
            node, _("only the two transposes of a channel shuffle, or permute, are blocks"), [tensor]
        )
    if name == "mean":
        return _mean(run, node, tensor, rest, named)
    return _like_a_block(run, node, name, tensor, rest, named)


def _like_a_block(
    run: Evaluator, node: ast.Call, name: str, tensor: TensorValue, rest: list[Any], named: dict[str, Any]
) -> Any:
    """The block that does what the function does; of several kinds the first that these arguments make."""
    if name not in FUNCTIONS:
        return run.unknown(node, _("no block does {name}").format(name=name), [tensor])
    reason = ""
    for kind in FUNCTIONS[name]:
        try:
            made = block_of(kind, name, named_arguments(kind, name, rest, named), run.builder.rank(tensor))
        except ArgumentError as error:
            reason = str(error)
            continue
        return _pieces(made.block, run.builder.put(made, node.lineno, tensor))
    return run.unknown(node, reason, [tensor])


def _pieces(block: Block, value: TensorValue) -> Any:
    """What the function gives: a tuple where the block has several outputs."""
    most = block.pieces()
    return value if most is None or block.open else Pieces(value.block, most)


def _several(
    run: Evaluator, node: ast.Call, name: str, first: Any, rest: list[Any], named: dict[str, Any]
) -> Any:
    """Values become one: torch.cat((x, y), 1), torch.add(x, y)."""
    (kind,) = FUNCTIONS[name]
    if kind.operator:
        values, rest = [first, *rest], []
        if len(values) != 2 or not all(isinstance(value, TensorValue | Unknown) for value in values):
            return run.unknown(node, _("only two values that flow are joined"), values)
    else:
        values = arithmetic.items_of(first) or []
    if not values:
        return run.unknown(node, _("what is joined is not known"), [first])
    try:
        arguments = named_arguments(kind, name, rest, named)
        tensors = [run.tensor(value, node) for value in values]
        made = block_of(kind, name, arguments, run.builder.rank(tensors[0]))
    except ArgumentError as error:
        return run.unknown(node, str(error), values)
    return tensors[0] if len(tensors) == 1 else run.builder.put(made, node.lineno, *tensors)


def _view(run: Evaluator, node: ast.Call, tensor: TensorValue, sizes: list[Any]) -> Any:
    """x.view(-1, n) and x.view(x.size(0), -1) are Flatten; so is the first step of a channel shuffle a beginning.

    Other ways to lay values out are no block.
    """
    if len(sizes) == 1 and isinstance(sizes[0], tuple | list) and not isinstance(sizes[0], Open | BatchSize):
        sizes = list(sizes[0])
    if isinstance(begun := two_step_ops.split(tensor, sizes, node.lineno), PartialOp):
        return begun
    batch = bool(sizes) and (isinstance(sizes[0], BatchSize | Open) or sizes[0] == -1)
    if len(sizes) != 2 or not batch or not isinstance(sizes[1], int | Open | Size):
        return run.unknown(node, _("only the form (batch, features) is a block: Flatten"), [tensor])
    hints = (ShapeHint("features", sizes[1], None),) if type(sizes[1]) is int and sizes[1] > 0 else ()
    return run.builder.put(Made(Flatten(id="b"), hints), node.lineno, tensor)


def _mean(run: Evaluator, node: ast.Call, tensor: TensorValue, rest: list[Any], named: dict[str, Any]) -> Any:
    """The mean over height and width is adaptive pooling to one value, laid out flat."""
    dims = rest[0] if rest else named.get("dim", named.get("axis"))
    if len(rest) > 1 and all(type(dim) is int for dim in rest):
        dims = rest
    keep = named.get("keepdim", rest[1] if len(rest) > 1 and type(rest[1]) is bool else False)
    if type(dims) is int and run.builder.rank(tensor) == 3 and keep is False and dims in (2, 3, -1, -2):
        return PartialOp(tensor, "mean", dims % 4, node.lineno)
    if type(dims) is int and keep is True:
        return _like_a_block(run, node, "mean", tensor, [dims], {"keepdim": True})
    if not isinstance(dims, list | tuple) or _front(dims, run.builder.rank(tensor)) != [2, 3]:
        return run.unknown(node, _("only the mean over height and width is a block"), [tensor])
    return _averaged(run, node, tensor, keep is True)


def _front(dims: Any, rank: int | None) -> list[Any]:
    """Axes counted from the front, sorted."""
    if any(type(dim) is not int for dim in dims):
        return []
    return sorted(dim + rank + 1 if dim < 0 and rank is not None else dim for dim in dims)


def _averaged(run: Evaluator, node: ast.Call, tensor: TensorValue, keep: bool) -> TensorValue:
    pooled = place(run, node, AdaptiveAvgPool2d(id="b"), tensor)
    return pooled if keep else place(run, node, Flatten(id="b"), pooled)


def _size(run: Evaluator, value: Any, which: list[Any]) -> Any:
    """x.size() and x.size(1)."""
    if not isinstance(value, TensorValue):
        return run.unknown(ast.Constant(0), _("no image or features arrive here"), [value])
    if not which:
        return run.sizes(value)
    rank = run.builder.rank(value)
    axis = which[0] + rank + 1 if type(which[0]) is int and which[0] < 0 and rank is not None else which[0]
    if axis == 0:
        return BatchSize()
    return Size(value, (axis,)) if type(axis) is int and axis > 0 else Open("size()")


def _squeeze(run: Evaluator, node: ast.Call, tensor: TensorValue, axes: list[Any]) -> Any:
    """x.squeeze(): behind a pool to one value it lays out flat; elsewhere it depends on the sizes that arrive."""
    if run.builder.rank(tensor) == 1:
        return tensor
    found = two_step_ops.squeezed(
        run, tensor, list(axes[0]) if axes and isinstance(axes[0], tuple | list) else axes, node.lineno
    )
    if found is None:
        return run.unknown(
            node, _("what squeeze takes away depends on the sizes; Flatten says what is meant"), [tensor]
        )
    return place(run, node, Flatten(id="b"), tensor) if isinstance(found, TensorValue) else found


def _second_step(
    run: Evaluator, node: ast.Call, name: str, value: PartialOp, rest: list[Any], named: dict[str, Any]
) -> Any:
    what, found = two_step_ops.second(run, node, name, value, [*rest, *named.values()])
    match what:
        case "between":
            return found
        case "shuffle":
            return _like_a_block(run, node, "channel_shuffle", value.value, [found], {})
        case "mean":
            return _averaged(run, node, value.value, keep=False)
        case "flat":
            return place(run, node, Flatten(id="b"), value.value)
    return run.unknown(node, found, [value.value])
