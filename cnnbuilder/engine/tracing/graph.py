"""From the graph that torch.fx traces to a network: every node becomes blocks that do the same, or is refused."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import fx, nn

from cnnbuilder.blocks.base import Block, Shape, flat, image
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.blocks.layer_normalisation import LayerScale
from cnnbuilder.blocks.pooling import AdaptiveAvgPool2d
from cnnbuilder.blocks.rescale import Rescale
from cnnbuilder.blocks.shape import ChannelShuffle, Flatten
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.engine.torchvision_models import UnknownNetworkError
from cnnbuilder.engine.tracing.names import tidy_names
from cnnbuilder.engine.tracing.published import is_leaf
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.importing.layers import Made, block_of
from cnnbuilder.network.importing.network_builder import InputShape, NetworkBuilder
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS, takes_several
from cnnbuilder.network.importing.values import BatchSize, TensorValue
from cnnbuilder.network.project import Network
from cnnbuilder.text import _


class CannotTraceError(UnknownNetworkError):
    """The network does something that no block does. Carries one sentence."""


class Traced(NamedTuple):
    """A network that was traced. `paths`: where torch keeps the weights of each block, by its id."""

    network: Network
    analysis: Analysis
    paths: Mapping[str, str]


class Parameter(NamedTuple):
    """A weight that the graph uses by itself."""

    path: str
    value: torch.Tensor


class _Channel(NamedTuple):
    """One channel of what flows, times a number, plus a number."""

    flowing: TensorValue
    number: int
    scale: float = 1.0
    shift: float = 0.0


class ChannelGroups(NamedTuple):
    """The channels in groups: N × groups × (C / groups) × H × W; `dealt`: those two axes exchanged."""

    flowing: TensorValue
    groups: int
    dealt: bool = False


class _Tracer(fx.Tracer):
    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return is_leaf(m) or super().is_leaf_module(m, module_qualified_name)


def trace(module: nn.Module, shape: InputShape) -> Traced:
    """The network that a module in evaluation form is, for images of one shape. Raises `CannotTraceError`."""
    return GraphReader(module, shape).read(_Tracer().trace(module))


class GraphReader:
    """Follows the graph node by node. `shapes`: of everything that flows."""

    def __init__(self, module: nn.Module, shape: tuple[int, ...]) -> None:
        self.module = module
        self.shape = shape
        self.builder = NetworkBuilder(len(shape))
        arriving = image(*shape) if len(shape) == 3 else flat(*shape)
        self.shapes: dict[TensorValue, Shape] = {self.builder.image: arriving}
        self.paths: dict[str, str] = {}
        self.prefixes: dict[str, str] = {}
        self.stacked: dict[tuple[int, tuple[TensorValue, ...]], TensorValue] = {}

    def read(self, graph: fx.Graph) -> Traced:
        """The network of a graph. Raises `CannotTraceError`."""
        values: dict[fx.Node, Any] = {}
        for node in graph.nodes:
            arguments, named = fx.node.map_aggregate(
                (node.args, node.kwargs), lambda value: values[value] if isinstance(value, fx.Node) else value
            )
            try:
                values[node] = self._value(node, list(arguments), dict(named))
            except (ArgumentError, MisfitError) as error:
                raise CannotTraceError(
                    _("{node} cannot be read: {reason}").format(node=node.name, reason=error)
                ) from None
        self.builder.attributes.update(tidy_names(self.module, self.paths, self.prefixes))
        network = self.builder.finish((self.shape[0], self.shape[1], self.shape[2]))
        if self.builder.remarks:  # other channels arrive than a layer was made for
            raise CannotTraceError(self.builder.remarks[0].message)
        return Traced(network, analyse(network), self.paths)

    def _value(self, node: fx.Node, arguments: list[Any], named: dict[str, Any]) -> Any:
        match node.op:
            case "placeholder":
                return self.builder.image
            case "get_attr":
                return Parameter(str(node.target), self.module.get_parameter(str(node.target)))
            case "call_module":
                return self._layer(node, arguments)
            case "output":
                return None if isinstance(arguments[0], TensorValue) else self._refuse(node)
        name = node.target if isinstance(node.target, str) else _function_name(node.target)
        found = self._special(name, arguments, named)
        if found is None and name in FUNCTIONS:
            found = self._like_a_block(name, arguments, named)
        return self._refuse(node) if found is None else found

    def _like_a_block(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
        """A function that does what a kind does; None where its values are no such."""
        kind = FUNCTIONS[name][0]
        if takes_several(kind):
            if kind.operator:
                joined = all(isinstance(value, TensorValue) for value in arguments) and len(arguments) == 2
                return self._put(Made(kind(id="b")), *arguments) if joined else None
            return self._concat(kind, name, *arguments, **named)
        flowing, *rest = arguments
        if not isinstance(flowing, TensorValue):
            return None
        made = block_of(kind, name, {**kind.signature(name).bind(rest), **named})
        pieces = self._put_all(made, flowing)
        return pieces[0] if made.block.pieces() is None else pieces

    def _refuse(self, node: fx.Node) -> Any:
        raise CannotTraceError(
            _("No block does what {node} does ({target}).").format(
                node=node.name, target=_function_name(node.target)
            )
        )

    def _special(self, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
        """What functions do that are more or less than one block of one value; None for all others."""
        match name, arguments:
            case "mul", [Parameter() as factors, TensorValue() as flowing]:
                return self._layer_scale(factors, flowing)
            case "cat", [[_Channel(), *_others] as channels, 1] if not named:
                return self._rescale(channels)
            case "mean", [TensorValue() as flowing, [2, 3]] if not named:
                pooled = self._put(Made(AdaptiveAvgPool2d(id="b")), flowing)
                return self._put(Made(Flatten(id="b")), pooled)
            case "contiguous", [value]:
                return value
            case "size", [TensorValue() as flowing]:
                return (BatchSize(), *self.shapes[flowing].sizes)
            case "floordiv", [int(one), int(other)]:
                return one // other
            case "getitem", [tuple(pieces), int(number)]:
                return pieces[number]
            case _:
                return self._of_channels(name, arguments)

    def _of_channels(self, name: str, arguments: list[Any]) -> Any:
        """Nodes that together are ChannelShuffle, or Rescale."""
        match name, arguments:
            case "view", [TensorValue() as flowing, BatchSize(), int(groups), int(each), int(h), int(w)]:
                whole = (groups * each, h, w) == self.shapes[flowing].sizes
                return ChannelGroups(flowing, groups) if whole else None
            case "transpose", [ChannelGroups(flowing, groups, False), 1, 2]:
                return ChannelGroups(flowing, groups, True)
            case "view", [ChannelGroups(flowing, groups, True), BatchSize(), int(channels), int(h), int(w)]:
                if (channels, h, w) != self.shapes[flowing].sizes:
                    return None
                return self._put(Made(ChannelShuffle(id="b").with_fields(groups=groups)), flowing)
            case "getitem", [
                TensorValue() as flowing,
                (slice(start=None, stop=None, step=None), int(number)),
            ]:
                return _Channel(flowing, number)
            case "unsqueeze", [_Channel() as channel, 1]:
                return channel
            case "mul", [_Channel(shift=0.0) as channel, float(factor)]:
                return channel._replace(scale=channel.scale * factor)
            case "add", [_Channel() as channel, float(more)]:
                return channel._replace(shift=channel.shift + more)
            case _:
                return None

    def _layer(self, node: fx.Node, arguments: list[Any]) -> Any:
        path = str(node.target)
        layer = self.module.get_submodule(path)
        kind = type(layer).__name__
        if kind not in LAYERS or len(arguments) != 1 or not isinstance(arguments[0], TensorValue):
            return self._refuse(node)
        made = block_of(LAYERS[kind], kind, constructed(layer, kind))
        if made.block.does_nothing():
            return arguments[0]
        found = self._put(made, arguments[0])
        if next(iter(layer.state_dict()), None) is not None:
            if path in self.paths.values():
                raise CannotTraceError(
                    _("{name} is used a second time; blocks do not share weights.").format(name=path)
                )
            self._keep(found, path, made.block)
        return found

    def _layer_scale(self, factors: Parameter, flowing: TensorValue) -> TensorValue | None:
        first = factors.value.detach().flatten()
        if (
            tuple(factors.value.shape) != (self.shapes[flowing].sizes[0], 1, 1)
            or not first.eq(first[0]).all()
        ):
            return None
        block = LayerScale(id="b").with_fields(init_value=_shortest(first[0].item()))
        found = self._put(Made(block), flowing)
        self._keep(found, factors.path, block)
        return found

    def _keep(self, flowing: TensorValue, path: str, block: Block) -> None:
        self.paths[flowing.block] = path
        self.prefixes[flowing.block] = block.name_prefix

    def _concat(
        self, kind: type[Block], called: str, values: Sequence[Any], dim: int = 0
    ) -> TensorValue | None:
        """Values one behind another. Where the first of them were joined before, that is gone on with: DenseNet."""
        if not all(isinstance(value, TensorValue) for value in values):
            return None
        if len(values) == 1:
            return values[0]  # type: ignore[no-any-return]
        joined = (dim, tuple(values))
        if joined not in self.stacked:
            rest = list(values)
            for count in range(len(values) - 1, 1, -1):
                if (dim, tuple(values[:count])) in self.stacked:
                    rest = [self.stacked[dim, tuple(values[:count])], *values[count:]]
                    break
            self.stacked[joined] = self._put(block_of(kind, called, {"dim": dim}), *rest)
        return self.stacked[joined]

    def _rescale(self, channels: Sequence[Any]) -> TensorValue | None:
        if not all(isinstance(channel, _Channel) for channel in channels):
            return None
        flowing = channels[0].flowing
        numbers = [channel.number for channel in channels if channel.flowing == flowing]
        if numbers != [0, 1, 2] or self.shapes[flowing].sizes[0] != 3:
            return None
        scale = tuple(_shortest(channel.scale) for channel in channels)
        shift = tuple(_shortest(channel.shift) for channel in channels)
        return self._put(Made(Rescale(id="b").with_fields(scale=scale, shift=shift)), flowing)

    def _put(self, made: Made, *values: TensorValue) -> TensorValue:
        return self._put_all(made, *values)[0]

    def _put_all(self, made: Made, *values: TensorValue) -> tuple[TensorValue, ...]:
        """Places a block; everything that leaves it. Raises `MisfitError`."""
        outputs = made.block.outputs(*(self.shapes[value] for value in values))
        first = self.builder.put(made, 0, *values)
        found = tuple(TensorValue(first.block, number) for number in range(len(outputs)))
        self.shapes.update(zip(found, outputs, strict=True))
        return found


def constructed(layer: nn.Module, kind: str) -> dict[str, Any]:
    """The arguments that a layer was made with, read back from it."""
    names = LAYERS[kind].signature(kind).names
    arguments = {name: getattr(layer, name) for name in names if hasattr(layer, name)}
    if "bias" in arguments:
        arguments["bias"] = layer.bias is not None
    return arguments


def _shortest(value: float) -> float:
    """The shortest number that float32 takes for this one: 1e-06 for 9.999999974752427e-07."""
    return float(str(np.float32(value)))


def _function_name(target: Any) -> str:
    # torch makes these of two functions, and the result has no name of its own.
    if target is F.max_pool2d:
        return "max_pool2d"
    if target is operator.floordiv:
        return "floordiv"
    return str(getattr(target, "__name__", target))
