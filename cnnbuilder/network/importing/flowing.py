"""Functions and methods on what flows through the network: F.relu(x), x.view(-1, n), torch.cat((x, y), 1)."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.importing import arithmetic
from cnnbuilder.network.importing.layers import Made, NotALayerError, block_of, named_arguments
from cnnbuilder.network.importing.signatures import FUNCTIONS
from cnnbuilder.network.importing.values import BatchSize, Flowing, Open, Pieces, SizesOf, Unknown
from cnnbuilder.text import _

if TYPE_CHECKING:
    from cnnbuilder.network.importing.interpreter import Interpreter

_SAME = frozenset({"contiguous", "clone", "detach", "to", "float"})
"""Methods that leave the numbers as they are."""
_PADS = {"constant": "ZeroPad2d", "reflect": "ReflectionPad2d", "replicate": "ReplicationPad2d"}
OTHERS = _SAME | {
    "cat",
    "concat",
    "concatenate",
    "add",
    "mul",
    "multiply",
    "mean",
    "pad",
    "view",
    "reshape",
    "size",
}
"""What is read besides the functions that do just what a block does."""


def function(
    run: Interpreter, node: ast.Call, name: str, positional: list[Any], named: dict[str, Any]
) -> Any:
    """What a function gives; `positional` begins with what flows into it."""
    named = dict(named)
    if not positional:
        positional = [named.pop(key) for key in ("input", "x", "tensors") if key in named][:1]
    if not positional:
        return run.unknown(node, _("nothing flows into this"))
    first, *rest = positional
    if name in _SAME:
        return first
    if name == "size":
        return SizesOf(first) if not rest else (BatchSize() if rest == [0] else Open(f"size({rest[0]})"))
    if name in ("cat", "concat", "concatenate"):
        return _cat(run, node, first, rest, named)
    if name in ("add", "mul", "multiply"):
        both = [first, *rest]
        if named or len(both) != 2 or not all(isinstance(value, Flowing | Unknown) for value in both):
            return run.unknown(node, _("only two values that flow are joined"), both)
        return _place(
            run, node, "Add" if name == "add" else "Multiply", {}, [run.flow(v, node) for v in both]
        )
    flow = run.flow(first, node)
    if name in ("view", "reshape"):
        return _view(run, node, flow, rest)
    if name == "mean":
        return _mean(run, node, flow, rest, named)
    if name == "pad":
        return _pad(run, node, flow, rest, named)
    return _like_a_block(run, node, name, flow, rest, named)


def _like_a_block(
    run: Interpreter, node: ast.Call, name: str, flow: Flowing, rest: list[Any], named: dict[str, Any]
) -> Any:
    if name not in FUNCTIONS:
        return run.unknown(node, _("no block does {name}").format(name=name), [flow])
    kind, names = FUNCTIONS[name]
    if name == "permute" and len(rest) > 1:
        rest = [tuple(rest)]
    try:
        arguments = named_arguments(name, names, rest, named)
    except NotALayerError as error:
        return run.unknown(node, str(error), [flow])
    # The function begins at the batch where it is not told otherwise, the layer behind it.
    if kind == "Flatten" and arguments.get("start_dim", 0) == 0:
        return run.unknown(node, _("this lays out the batch too: give it 1"), [flow])
    if kind in ("Dropout", "Dropout2d") and arguments.pop("training", None) is True:
        return run.unknown(node, _("training=True leaves out values after training too"), [flow])
    arguments.pop("training", None)
    value = _place(run, node, kind, arguments, [flow])
    if kind == "Chunk" and isinstance(value, Flowing):
        chunks = arguments.get("chunks")
        return Pieces(value.block, chunks) if type(chunks) is int else value
    return value


def _place(
    run: Interpreter, node: ast.Call, kind: str, arguments: dict[str, Any], values: list[Flowing]
) -> Any:
    try:
        made = block_of(kind, arguments)
    except NotALayerError as error:
        return run.unknown(node, str(error), values)
    return run.drawing.put(made, node.lineno, *values)


def _cat(run: Interpreter, node: ast.Call, first: Any, rest: list[Any], named: dict[str, Any]) -> Any:
    values = arithmetic.items_of(first)
    dim = rest[0] if rest else named.get("dim", named.get("axis", 0))
    if values is None or len(values) < 1:
        return run.unknown(node, _("what is joined is not known"), [first])
    if dim == 0:
        return run.unknown(node, _("axis 0 is the batch: give it 1 for channels"), values)
    flows = [run.flow(value, node) for value in values]
    return flows[0] if len(flows) == 1 else _place(run, node, "Concat", {"dim": dim}, flows)


def _view(run: Interpreter, node: ast.Call, flow: Flowing, sizes: list[Any]) -> Any:
    """x.view(-1, n) and x.view(x.size(0), -1) are Flatten; other ways to lay values out are not."""
    if len(sizes) == 1 and isinstance(sizes[0], tuple | list) and not isinstance(sizes[0], Open):
        sizes = list(sizes[0])
    batch = bool(sizes) and (isinstance(sizes[0], BatchSize | Open) or sizes[0] == -1)
    if len(sizes) != 2 or not batch or not (isinstance(sizes[1], int | Open)):
        return run.unknown(node, _("only the form (batch, features) is a block: Flatten"), [flow])
    expected = (("features", sizes[1]),) if type(sizes[1]) is int and sizes[1] > 0 else ()
    return run.drawing.put(Made(Flatten(id="b"), expected), node.lineno, flow)


def _mean(run: Interpreter, node: ast.Call, flow: Flowing, rest: list[Any], named: dict[str, Any]) -> Any:
    """The mean over height and width is adaptive pooling to one value, laid out flat."""
    dims = rest[0] if rest else named.get("dim", named.get("axis"))
    if len(rest) > 1 and all(type(dim) is int for dim in rest):
        dims = rest
    keep = named.get("keepdim", rest[1] if len(rest) > 1 and type(rest[1]) is bool else False)
    if not isinstance(dims, list | tuple) or sorted(dims) not in ([2, 3], [-2, -1]):
        return run.unknown(node, _("only the mean over height and width is a block"), [flow])
    pooled = _place(run, node, "AdaptiveAvgPool2d", {"output_size": 1}, [flow])
    if keep is True or not isinstance(pooled, Flowing):
        return pooled
    return run.drawing.put(Made(Flatten(id="b")), node.lineno, pooled)


def _pad(run: Interpreter, node: ast.Call, flow: Flowing, rest: list[Any], named: dict[str, Any]) -> Any:
    try:
        arguments = named_arguments("pad", ("pad", "mode", "value"), rest, named)
    except NotALayerError as error:
        return run.unknown(node, str(error), [flow])
    kind = _PADS.get(str(arguments.get("mode", "constant")))
    sides = arguments.get("pad")
    if (
        kind is None
        or arguments.get("value")
        or not isinstance(sides, tuple | list)
        or len(sides) not in (2, 4)
    ):
        return run.unknown(
            node, _("only borders of four sides with zeros, mirrored or repeated are blocks"), [flow]
        )
    padding = (*sides, 0, 0) if len(sides) == 2 else tuple(sides)
    return _place(run, node, kind, {"padding": padding}, [flow])
