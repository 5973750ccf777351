"""What torch's functions do with values whose sizes are known, as blocks."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor, nn

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.blocks.layer_normalisation import LayerScale
from cnnbuilder.blocks.pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, ChannelMax, ChannelMean
from cnnbuilder.blocks.rescale import ScaleShift
from cnnbuilder.blocks.shape import Flatten, Unflatten
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.blocks.slicing import Slice, Split
from cnnbuilder.engine.tracing.graph import (
    CannotTraceError,
    ChannelGroups,
    GraphReader,
    Parameter,
    constructed,
)
from cnnbuilder.network.importing.layers import Made, block_of
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS, takes_several
from cnnbuilder.network.importing.values import BatchSize, TensorValue
from cnnbuilder.text import _

_SAME = frozenset(
    {
        "clone",
        "contiguous",
        "detach",
        "expand",  # a product does that by itself; elsewhere the check of the logits fails
        "expand_as",
        "float",
        "requires_grad_",
        "to",
        "type_as",
    }
)
"""Functions that leave the numbers as they are."""

_LAID_OUT = frozenset(
    {"view", "reshape", "flatten", "squeeze", "unsqueeze", "view_as", "reshape_as", "unflatten", "ravel"}
)
"""Functions that lay the same values out in another shape."""


_WEIGHTED = {
    "conv2d": ("Conv2d", ("weight", "bias", "stride", "padding", "dilation", "groups")),
    "conv_transpose2d": (
        "ConvTranspose2d",
        ("weight", "bias", "stride", "padding", "output_padding", "groups", "dilation"),
    ),
    "linear": ("Linear", ("weight", "bias")),
}
"""Functional forms of layers with weights: the layer, and the parameters behind what flows."""


def layer_kind(layer: nn.Module) -> str:
    """The layer of torch's that a module is, also as a class derived from it that computes the same; else its name."""
    for kind in type(layer).__mro__:
        if kind.__module__.startswith(("torch.nn.modules.", "torchvision.ops.")):
            same = getattr(type(layer), "forward", None) is getattr(kind, "forward", None)
            return kind.__name__ if same else type(layer).__name__
    return type(layer).__name__


class FunctionReader(GraphReader):
    """Puts blocks that do what a function did; what it gave says the sizes."""

    def is_flowing(self, value: Any) -> bool:
        """Whether this is a value of the network."""
        return isinstance(value, TensorValue)

    def flows(self, value: Any) -> bool:
        """Whether something of the network is in this."""
        if isinstance(value, list | tuple) and not isinstance(value, TensorValue | ChannelGroups | BatchSize):
            return any(self.flows(part) for part in value)
        return isinstance(value, TensorValue | ChannelGroups)

    def put_layer(self, layer: nn.Module, path: str, flowing: TensorValue) -> TensorValue:
        """The block of a layer; a second use of one that has weights shares them. Raises `ArgumentError`."""
        kind = layer_kind(layer)
        made = block_of(LAYERS[kind], kind, constructed(layer, kind), self._rank(flowing))
        stateful = next(iter(layer.state_dict()), None) is not None
        if stateful and not path:
            raise ArgumentError(
                _("a plain list or dict holds it, so that its weights are no part of the network")
            )
        if stateful and path in self.paths.values():
            first = next(id_ for id_, known in self.paths.items() if known == path)
            self._fit_shared(first, path, flowing)
            return self._put_sized(Made(Shared(id="b", of=first)), made.block, flowing)
        if made.block.does_nothing():
            return flowing
        found = self._put(made, flowing)
        if stateful:
            self._keep(found, path, made.block)
        return found

    def _fit_shared(self, first: str, path: str, flowing: TensorValue) -> None:
        block = self.builder.by_id[first]
        wire = next(wire for wire in self.builder.wires if wire.to == first)
        arrived = self.shapes[TensorValue(wire.from_, wire.output)]
        if block.weights(arrived) != block.weights(self.shapes[flowing]):
            raise ArgumentError(_("{path} is used for values of other sizes").format(path=path))

    def _put_sized(self, made: Made, layer: Block, flowing: TensorValue) -> TensorValue:
        """Places a block whose sizes another one knows."""
        output = layer.output(self.shapes[flowing])
        found = self.builder.put(made, 0, flowing)
        self.shapes[found] = output
        return found

    def put_function(self, called: str, arguments: list[Any], named: dict[str, Any], result: Any) -> Any:
        """What a function gives: one value, or a list of them. Raises `ArgumentError` and `CannotTraceError`."""
        name = called.strip("_") if called not in FUNCTIONS else called
        name = {"getitem": "getitem", "iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "div",
                "radd": "add", "rmul": "mul", "truediv": "div", "true_divide": "div", "multiply": "mul",
                "subtract": "sub", "concat": "cat", "concatenate": "cat"}.get(name, name)  # fmt: skip
        arguments = [*arguments, *[named.pop(key) for key in ("input", "other") if key in named]]
        found = self._known(name, arguments, named, result)
        if found is None:
            raise CannotTraceError(_("No block does what {function} does here.").format(function=called))
        return found

    def _known(self, name: str, arguments: list[Any], named: dict[str, Any], result: Any) -> Any:
        first = arguments[0]
        if name in _SAME and isinstance(result, Tensor):
            return first
        if name == "getitem":
            return self._slices(first, arguments[1], result)
        if name in ("add", "sub", "mul", "div", "rsub", "neg"):
            return self._arithmetic(name, arguments, named)
        if name in _LAID_OUT or (name in ("transpose", "permute") and isinstance(first, ChannelGroups)):
            return self._laid_out(name, arguments, result)
        if name in ("mean", "amax", "max"):
            return self._pooled(name, arguments, named, result)
        if name in ("split", "chunk") and isinstance(first, TensorValue):
            return self._split(first, result)
        if name in FUNCTIONS and takes_several(FUNCTIONS[name][0]):
            kind = FUNCTIONS[name][0]
            return None if kind.operator else self._concat(kind, name, *arguments, **named)
        if name in _WEIGHTED and isinstance(first, TensorValue):
            return self._weighted(name, arguments, named)
        if name in FUNCTIONS and isinstance(first, TensorValue):
            if name in ("softmax", "log_softmax") and len(arguments) == 1 and named.get("dim") is None:
                named = {**named, "dim": 0 if self._rank(first) == 2 else 1}  # as torch then does
            return self._like_one_of(name, arguments, named)
        return None

    def _weighted(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
        """A layer in its functional form, with weights that some module holds as "weight" and "bias"."""
        kind, order = _WEIGHTED[name]
        given = {**dict(zip(order, arguments[1:], strict=False)), **named}
        weight, bias = given.pop("weight"), given.pop("bias", None)
        if not isinstance(weight, Parameter) or not (bias is None or isinstance(bias, Parameter)):
            return None
        path, _dot, last = weight.path.rpartition(".")
        if not path or last != "weight" or (bias is not None and bias.path != f"{path}.bias"):
            return None
        sizes = tuple(weight.value.shape)
        if name == "linear":
            given["out_features"] = sizes[0]
        else:
            many = sizes[1] * given.get("groups", 1) if name == "conv_transpose2d" else sizes[0]
            given |= {"out_channels": many, "kernel_size": sizes[2:]}
        made = block_of(LAYERS[kind], kind, {**given, "bias": bias is not None}, self._rank(arguments[0]))
        if path in self.paths.values():
            first = next(id_ for id_, known in self.paths.items() if known == path)
            self._fit_shared(first, path, arguments[0])
            return self._put_sized(Made(Shared(id="b", of=first)), made.block, arguments[0])
        found = self._put(made, arguments[0])
        self._keep(found, path, made.block)
        return found

    def _like_one_of(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
        """The first kind that these arguments make."""
        flowing, *rest = arguments
        reason = ""
        for kind in FUNCTIONS[name]:
            try:
                given = {**kind.signature(name).bind(rest), **named}
                made = block_of(kind, name, given, self._rank(flowing))
                return flowing if made.block.does_nothing() else self._put(made, flowing)
            except (ArgumentError, MisfitError) as error:
                reason = str(error)
        raise ArgumentError(reason)

    def _rank(self, flowing: TensorValue) -> int:
        return len(self.shapes[flowing].sizes)

    def _arithmetic(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
        """Sums, differences and products of what flows, of learned factors, and of plain numbers."""
        if named.get("alpha", 1) != 1 or named.get("rounding_mode") is not None:
            return None
        match name, arguments:
            case (("add" | "sub" | "mul"), [TensorValue() as one, TensorValue() as other]):
                kind = FUNCTIONS[name][0]
                return self._put(Made(kind(id="b")), one, other)
            case "mul", (
                [Parameter() as factors, TensorValue() as one]
                | [TensorValue() as one, Parameter() as factors]
            ):
                return self._factors(factors, one)
            case "neg", [TensorValue() as one]:
                return self._scaled(one, -1.0, 0.0)
            case (
                ("add" | "mul"),
                (
                    [TensorValue() as one, int() | float() as number]
                    | [int() | float() as number, TensorValue() as one]
                ),
            ):
                return self._scaled(one, number, 0.0) if name == "mul" else self._scaled(one, 1.0, number)
            case "sub", [TensorValue() as one, int() | float() as number]:
                return self._scaled(one, 1.0, -number)
            case ("sub", [int() | float() as number, TensorValue() as one]) | (
                "rsub", [TensorValue() as one, int() | float() as number]
            ):  # fmt: skip
                return self._scaled(one, -1.0, number)
            case "div", [TensorValue() as one, int() | float() as number] if number:
                return self._scaled(one, 1.0 / number, 0.0)
        return None

    def _scaled(self, flowing: TensorValue, factor: float, summand: float) -> TensorValue:
        if (factor, summand) == (1.0, 0.0):
            return flowing
        block = ScaleShift(id="b").with_fields(factor=float(factor), summand=float(summand))
        return self._put(Made(block), flowing)

    def _factors(self, factors: Parameter, flowing: TensorValue) -> TensorValue | None:
        """Learned factors: one for all values, or one for each channel."""
        shape, sizes = self.shapes[flowing], tuple(factors.value.shape)
        each = (
            (shape.sizes[0], *(1 for _size in shape.sizes[1:])) if shape.axes[0] == "C" else shape.sizes[-1:]
        )
        plain = tuple(sizes[sum(size == 1 for size in sizes[: len(sizes) - len(each)]) :])
        if factors.value.numel() == 1:
            per = "all"
        elif plain == each:
            per = "channel"
        else:
            return None
        start = float(factors.value.detach().flatten()[0])
        block = LayerScale(id="b").with_fields(per=per, init_value=max(-100.0, min(100.0, start)))
        found = self._put(Made(block), flowing)
        self._keep(found, factors.path, block)
        return found

    def _laid_out(self, name: str, arguments: list[Any], result: Tensor) -> Any:
        """The same values in another shape, the batch first."""
        first, sizes = arguments[0], tuple(int(size) for size in result.shape[1:])
        if isinstance(first, ChannelGroups) or len(sizes) == 4:
            rest = arguments[1:] if name == "transpose" else [BatchSize(), *sizes]
            if name == "permute":
                axes = list(arguments[1]) if isinstance(arguments[1], list | tuple) else arguments[1:]
                name, rest = ("transpose", [1, 2]) if axes == [0, 2, 1, 3, 4] else (name, axes)
            called = name if name == "transpose" else "view"
            return self._of_channels(called, [first, *rest])
        if not isinstance(first, TensorValue) or math.prod(sizes) != self.shapes[first].count:
            return None
        return self._in_shape(first, sizes)

    def _in_shape(self, flowing: TensorValue, sizes: tuple[int, ...]) -> TensorValue | None:
        here = self.shapes[flowing].sizes
        if sizes == here:
            return flowing
        if len(sizes) == 1:
            return self._put(Made(Flatten(id="b")), flowing)
        if len(sizes) == 2 and len(here) == 3 and sizes[0] == here[0]:
            return self._put(Made(Flatten(id="b").with_fields(start_dim=2)), flowing)
        if len(sizes) == 3:
            row = flowing if len(here) == 1 else self._put(Made(Flatten(id="b")), flowing)
            wanted = (-1, 1, 1) if sizes[1:] == (1, 1) else sizes
            return self._put(Made(Unflatten(id="b").with_fields(unflattened_size=wanted)), row)
        return None

    def _slices(self, flowing: Any, key: Any, result: Tensor) -> Any:
        """x[:, a:b]: one Slice for each axis that is cut; new axes of length 1 are another shape."""
        keys = list(key) if isinstance(key, tuple) else [key]
        if not isinstance(flowing, TensorValue) or not keys or keys[0] not in (slice(None), Ellipsis):
            return self._of_channels("getitem", [flowing, key])
        if Ellipsis in keys:
            place = keys.index(Ellipsis)
            named = sum(part is not None and part is not Ellipsis for part in keys)
            missing = 1 + self._rank(flowing) - named
            keys[place : place + 1] = [slice(None)] * missing
        cuts = [part for part in keys if part is not None]
        if not all(isinstance(part, slice) for part in cuts):
            return self._of_channels("getitem", [flowing, key])
        value = flowing
        for dim, part in enumerate(cuts[1:], 1):
            size = self.shapes[value].sizes[dim - 1]
            if range(size)[part] != range(size):
                fields = {"dim": dim, "start": part.start or 0, "end": part.stop, "step": part.step or 1}
                value = self._put(Made(Slice(id="b").with_fields(**fields)), value)
        return self._in_shape(value, tuple(result.shape[1:]))

    def _pooled(self, name: str, arguments: list[Any], named: dict[str, Any], result: Any) -> Any:
        """Means and largest values over all pixels, or over the channels of each pixel."""
        flowing, *rest = arguments
        dims = rest[0] if rest else named.get("dim", named.get("axis"))
        if not isinstance(flowing, TensorValue) or self._rank(flowing) != 3 or dims is None:
            return None
        axes = sorted(dim % 4 for dim in (dims if isinstance(dims, list | tuple) else [dims]))
        whole = result if isinstance(result, Tensor) else result[0]
        mean = name == "mean"
        value = None
        if axes == [2, 3]:
            value = self._put(Made((AdaptiveAvgPool2d if mean else AdaptiveMaxPool2d)(id="b")), flowing)
        elif axes == [1] and whole.dim() == 4:
            value = self._put(Made((ChannelMean if mean else ChannelMax)(id="b")), flowing)
        if value is None:
            return None
        value = self._in_shape(value, tuple(whole.shape[1:]))
        return value if isinstance(result, Tensor) else [value]

    def _split(self, flowing: TensorValue, result: Any) -> list[TensorValue]:
        here = self.shapes[flowing].sizes
        pieces = [tuple(int(size) for size in piece.shape[1:]) for piece in result]
        axis = next((i for i, size in enumerate(here) if any(piece[i] != size for piece in pieces)), 0)
        sizes = tuple(piece[axis] for piece in pieces)
        if len(pieces) == 1:
            return [flowing]
        block = Split(id="b").with_fields(split_sizes=sizes, dim=axis + 1)
        return list(self._put_all(Made(block), flowing))
