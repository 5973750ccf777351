"""Functions and methods on what flows through the network: F.relu(x), x.view(-1, n), torch.cat((x, y), 1)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.network.importing import (
    arithmetic,
    channel_constants,
    clamping,
    norm_by_hand,
    reshaping,
    two_step_ops,
)
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.layers import block_of, named_arguments
from cnnbuilder.network.importing.module_calls import layer_output, place
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS, takes_several
from cnnbuilder.network.importing.values import (
    BatchSize,
    DummyTensor,
    Layer,
    Open,
    PartialOp,
    Pieces,
    Size,
    SizeNumber,
    TensorValue,
    TrainingFlag,
    Unknown,
    WeightOf,
)
from cnnbuilder.text import _

_SAME = frozenset(
    {"contiguous", "detach", "to", "float", "cuda", "cpu", "type_as", "requires_grad_", "type", "half"}
    | {"double"}
)
"""Methods that leave the numbers as they are."""
_SIGNS: Mapping[str, ast.operator] = {
    "add": ast.Add(), "sub": ast.Sub(), "mul": ast.Mult(), "div": ast.Div(), "multiply": ast.Mult(),
    "subtract": ast.Sub(), "true_divide": ast.Div(), "pow": ast.Pow(),
}  # fmt: skip
_SHAPING = frozenset(
    {"view", "reshape", "squeeze", "unsqueeze", "transpose", "expand_as", "expand", "view_as"}
)
OTHERS = (
    _SAME
    | _SHAPING
    | _SIGNS.keys()
    | {
        "mean",
        "size",
        "dim",
        "ndimension",
        "clone",
        "conv2d",
        "linear",
        "max",
        "clamp",
        "clip",
        "hardtanh",
        "clamp_min",
        "sqrt",
        "layer_norm",
    }
)
"""What is read besides the functions that do just what a block does."""
_POOLS: Mapping[str, type[Block]] = {"avg_pool2d": AdaptiveAvgPool2d, "max_pool2d": AdaptiveMaxPool2d}
_SOFTMAX = frozenset({"softmax", "log_softmax", "softmin"})


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
    if isinstance(first, TensorValue):
        begun = run.builder.storage.halfway_of(first)
        if begun != first and name.endswith("_"):
            run.builder.storage.forget_halfway(first)
        first = begun
    if not name.endswith("_") or name in _SAME or name.startswith("__"):
        return _pure(run, node, name, first, rest, named)
    result = _pure(run, node, name if name in FUNCTIONS else name[:-1], first, rest, named)
    if isinstance(positional[0], TensorValue):
        if isinstance(result, TensorValue | Unknown):
            result = run.tensor(result, node)
            run.builder.change(positional[0], result)
        elif isinstance(result, PartialOp):
            run.builder.storage.leave_halfway(positional[0], result)
    return result


def _pure(
    run: Evaluator, node: ast.Call, name: str, first: Any, rest: list[Any], named: dict[str, Any]
) -> Any:
    """The same, whether or not it is done in place."""
    if isinstance(first, PartialOp):
        return _second_step(run, node, name, first, rest, named)
    if name in _SAME:
        return first
    if name == "clone":
        return run.builder.copy(first) if isinstance(first, TensorValue) else first
    if name == "size":
        return _size(run, first, rest or [value for key, value in named.items() if key == "dim"])
    if name in ("dim", "ndimension") and isinstance(first, TensorValue):
        rank = run.builder.rank(first)
        return Open("dim()") if rank is None else rank + 1
    if name in _SIGNS and (rest or named.keys() & {"other", "exponent"}):
        return _operator(run, node, name, first, rest, named)
    if name in FUNCTIONS and takes_several(FUNCTIONS[name][0]):
        return _several(run, node, name, first, rest, named)
    tensor = run.tensor(first, node)
    if name in ("conv2d", "linear"):
        return _with_weights(run, node, name, tensor, rest, named)
    if name in ("view", "reshape"):
        return reshaping.view(run, node, tensor, [*rest, *named.values()])
    if name == "squeeze":
        return reshaping.squeeze(run, node, tensor, [*rest, *named.values()])
    if name == "unsqueeze":
        return reshaping.unsqueeze(run, node, tensor, [*rest, *named.values()])
    if name in ("expand_as", "expand", "view_as"):
        return reshaping.like_another(run, node, name, tensor, rest)
    if name == "transpose":
        return run.unknown(
            node, _("only the two transposes of a channel shuffle, or permute, are blocks"), [tensor]
        )
    if name == "max" and (rest or named):
        # The largest and where it stood; only the first is a block's.
        axis = [*rest, *named.values()]
        if axis == [1] and run.builder.rank(tensor) == 3:
            largest: Any = PartialOp(tensor, "channel_max", 1, node.lineno)
        else:
            largest = _like_a_block(run, node, "amax", tensor, rest, named)
        return (largest, run.unknown(node, _("no block says where the largest stands"), [tensor]))
    if name in ("clamp", "clip", "hardtanh", "clamp_min"):
        return clamping.between(run, node, name, tensor, rest, named)
    if name == "sqrt" and (begun := norm_by_hand.root(run, node, tensor)) is not None:
        return begun
    if name == "layer_norm":
        return norm_by_hand.function(run, node, tensor, rest, named)
    if name == "split":
        rest, named = _split_sizes(run, tensor, rest, named)
    if name == "mean":
        return _mean(run, node, tensor, rest, named)
    return _like_a_block(run, node, name, tensor, rest, named)


def _operator(
    run: Evaluator, node: ast.Call, name: str, first: Any, rest: list[Any], named: dict[str, Any]
) -> Any:
    """torch.add(x, y), x.mul(y): what the sign does."""
    others = rest or [named[key] for key in ("other", "exponent") if key in named]
    factor = named.get("alpha", 1)
    if len(others) != 1 or factor != 1:
        return run.unknown(node, _("only two values that flow are joined"), [first, *others])
    return run.operate(node, _SIGNS[name], [first, others[0]])


def _like_a_block(
    run: Evaluator, node: ast.Call, name: str, tensor: TensorValue, rest: list[Any], named: dict[str, Any]
) -> Any:
    """The block that does what the function does; of several kinds the first that these arguments make."""
    if name not in FUNCTIONS:
        return run.unknown(node, _("no block does {name}").format(name=name), [tensor])
    if name in _POOLS and _is_whole(run, tensor, rest, named):
        return place(run, node, _POOLS[name](id="b"), tensor)
    reason = ""
    for kind in FUNCTIONS[name]:
        try:
            arguments = named_arguments(kind, name, rest, named)
            if kind.family == "regularisation" and not _training(run, node, name, arguments):
                return tensor
            if name in _SOFTMAX and arguments.get("dim") is None and run.builder.rank(tensor) in (1, 3):
                arguments["dim"] = 1  # what torch takes where nothing is said
            made = block_of(kind, name, arguments, run.builder.rank(tensor))
        except ArgumentError as error:
            reason = str(error)
            continue
        placed = run.builder.put(made, node.lineno, tensor)
        if arguments.get("inplace") is True:
            run.builder.change(tensor, placed)
        return _pieces(run, made.block, placed, tensor)
    return run.unknown(node, reason, [tensor])


def _training(run: Evaluator, node: ast.Call, name: str, arguments: dict[str, Any]) -> bool:
    """Whether a dropout drops in training; one that drops in evaluation as well is named."""
    training = arguments.pop("training", None)
    if training is False:
        return False
    if training is None or training is True:
        if run.under_training == 0:
            message = _("F.{name} without training=self.training drops in evaluation too; the block does not")
            run.builder.remark(node.lineno, message.format(name=name))
    elif not isinstance(training, TrainingFlag):
        run.builder.remark(
            node.lineno, _("when {name} drops is not known: read as in training").format(name=name)
        )
    return True


def _is_whole(run: Evaluator, tensor: TensorValue, rest: list[Any], named: dict[str, Any]) -> bool:
    """Whether a pool's window is written as the size of what flows: F.avg_pool2d(x, x.size()[2:])."""
    kernel: Any = rest[0] if rest else named.get("kernel_size")
    if named.get("padding", rest[2] if len(rest) > 2 else 0) not in (0, (0, 0)):
        return False
    sides = list(kernel) if type(kernel) in (list, tuple) else [kernel, kernel]
    if len(sides) != 2 or not all(isinstance(side, Size | SizeNumber) for side in sides):
        return False
    said: list[Size] = [side.of if isinstance(side, SizeNumber) else side for side in sides]
    if any(run.builder.storage.current(size.value) != tensor or size.divisor != 1 for size in said):
        return False
    shape = run.builder.shape_of(tensor)
    if shape is not None and len(shape.sizes) == 3:
        return [int(side) for side in sides if isinstance(side, SizeNumber)] == list(shape.sizes[1:])
    if said[0].axes == said[1].axes:
        run.builder.wants_shape = True  # it is the whole of square images only
    return {*said[0].axes, *said[1].axes} <= {2, 3}


def _pieces(run: Evaluator, block: Block, value: TensorValue, base: TensorValue) -> Any:
    """What the function gives: a tuple where the block has several outputs."""
    most = block.pieces()
    if most is None or block.open:
        return value
    for number in range(min(most, 64)):
        run.builder.storage.look(TensorValue(value.block, number), base, alike=False)
    return Pieces(value.block, most)


def _several(
    run: Evaluator, node: ast.Call, name: str, first: Any, rest: list[Any], named: dict[str, Any]
) -> Any:
    """Values become one: torch.cat((x, y), 1)."""
    (kind,) = FUNCTIONS[name]
    values = arithmetic.items_of(first) or []
    padded = channel_constants.joined(run, node, values, [*rest, *named.values()])
    if padded is not None:
        return padded
    if not values:
        return run.unknown(node, _("what is joined is not known"), [first])
    try:
        arguments = named_arguments(kind, name, rest, named)
        tensors = [run.tensor(value, node) for value in values]
        made = block_of(kind, name, arguments, run.builder.rank(tensors[0]))
    except ArgumentError as error:
        return run.unknown(node, str(error), values)
    if len(tensors) == 1:
        return run.builder.copy(tensors[0])
    return run.builder.put(made, node.lineno, *tensors)


def _split_sizes(
    run: Evaluator, tensor: TensorValue, rest: list[Any], named: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """torch.split(x, 4, 1) with the size of each piece, where it is known how much arrives."""
    given = dict(zip(("split_size_or_sections", "dim"), rest, strict=False)) | named
    if "split_size" in given:
        given["split_size_or_sections"] = given.pop("split_size")
    size, dim, shape = given.get("split_size_or_sections"), given.get("dim", 0), run.builder.shape_of(tensor)
    if isinstance(size, int) and size > 0 and type(dim) is int and shape is not None:
        axis = dim + len(shape.sizes) if dim < 0 else dim - 1
        if 0 <= axis < len(shape.sizes):
            whole, left = divmod(shape.sizes[axis], size)
            given["split_size_or_sections"] = [int(size)] * whole + ([left] if left else [])
    return [], given


def _with_weights(
    run: Evaluator, node: ast.Call, name: str, tensor: TensorValue, rest: list[Any], named: dict[str, Any]
) -> Any:
    """F.conv2d(x, self.weight, self.bias, …) in a class of its own that holds a layer's weights."""
    names = ("weight", "bias", "stride", "padding", "dilation", "groups")[: 2 if name == "linear" else 6]
    given = {**dict(zip(names, rest, strict=False)), **named}
    weight, bias = given.pop("weight", None), given.pop("bias", None)
    called = "Linear" if name == "linear" else "Conv2d"
    ours = isinstance(weight, WeightOf) and isinstance(weight.layer, Layer) and weight.layer.called == called
    if not ours or weight.name != "weight" or len(rest) > len(names) or not given.keys() <= set(names):
        return run.unknown(node, _("the weights of F.{name} are no layer's").format(name=name), [tensor])
    layer: Layer = weight.layer
    has_bias = layer.arguments.get("bias", True) is not False
    if (has_bias and bias != WeightOf(layer, "bias")) or (not has_bias and bias is not None):
        return run.unknown(
            node, _("the bias of F.{name} is not that of its weights").format(name=name), [tensor]
        )
    if name == "conv2d":
        defaults = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
        wanted = {
            key: value
            for key, value in {**defaults, **given}.items()
            if key in LAYERS[called].signature(called).names
        }
        if layer.arguments.get("padding_mode", "zeros") != "zeros":
            wanted["padding_mode"] = "zeros"
        before = dict(layer.arguments)
        layer.arguments, layer.made = {**before, **wanted}, None
        try:
            return layer_output(run, node, layer, tensor)
        finally:
            layer.arguments = before
    return layer_output(run, node, layer, tensor)


def _mean(run: Evaluator, node: ast.Call, tensor: TensorValue, rest: list[Any], named: dict[str, Any]) -> Any:
    """The mean over height and width is adaptive pooling to one value, laid out flat."""
    dims = rest[0] if rest else named.get("dim", named.get("axis"))
    if len(rest) > 1 and all(type(dim) is int for dim in rest):
        dims = rest
    keep = named.get("keepdim", rest[1] if len(rest) > 1 and type(rest[1]) is bool else False)
    rank = run.builder.rank(tensor)
    if type(dims) is int and rank == 3 and keep is False and dims in (2, 3, -1, -2):
        return PartialOp(tensor, "mean", dims % 4, node.lineno)
    block = run.builder.by_id.get(tensor.block)
    if (
        dims in (2, -1, [2], (2,), [-1], (-1,))
        and isinstance(block, Flatten)
        and (block.start_dim, block.end_dim) == (2, -1)
    ):
        # Height and width laid out as one axis: its mean is theirs.
        before = run.builder.before(tensor)
        return (
            run.unknown(node, two_step_ops.HALF_DONE, [tensor])
            if keep
            else _averaged(run, node, before, keep=False)
        )
    if dims == 1 and rank == 3 and keep is False:
        return PartialOp(tensor, "channel_mean", 1, node.lineno)
    if type(dims) is int and keep is True:
        return _like_a_block(run, node, "mean", tensor, [dims], {"keepdim": True})
    if not isinstance(dims, list | tuple) or _front(dims, rank) != [2, 3]:
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
    sizes = run.sizes(value)
    if type(axis) is int and type(sizes) is tuple and 0 < axis < len(sizes):
        return sizes[axis]
    return Size(value, (axis,)) if type(axis) is int and axis > 0 else Open("size()")


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
        case "channel_mean" | "channel_max":
            over = "mean" if what == "channel_mean" else "amax"
            return _like_a_block(run, node, over, value.value, [1], {"keepdim": True})
        case "pixel":
            return reshaping.one_by_one(run, node, value.value)
    return run.unknown(node, found, [value.value])
