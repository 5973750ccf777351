"""A network followed while it runs once: every layer and function that values pass becomes blocks, or is refused.

Where torch.fx traces a graph without values, and so cannot follow what Python decides by sizes, this records what one
batch really passes in evaluation: loops, branches and arithmetic on sizes are then behind it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from msgspec import ValidationError
from msgspec.structs import replace
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.engine.tracing.functions import FunctionReader, layer_kind
from cnnbuilder.engine.tracing.graph import CannotTraceError, Parameter, Traced
from cnnbuilder.engine.tracing.names import tidy_names
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.importing.network_builder import InputShape
from cnnbuilder.network.importing.shape_hints import settled
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.values import TensorValue
from cnnbuilder.network.project import Network
from cnnbuilder.text import _

BATCH = 2
"""Images of the batch that is followed."""

_HOLDERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


class Recorded(NamedTuple):
    """A network that was followed. `several`: whether its forward gives more values than the one that is read."""

    traced: Traced
    several: bool


def record(module: nn.Module, shape: tuple[int, ...]) -> Recorded:
    """The network that a module in evaluation form is, for images of one shape or flat vectors of one length.

    Raises `CannotTraceError`.

    What the module raises itself goes through.
    """
    return _Recorder(module, shape).record()


class _Recorder(TorchFunctionMode):
    """Sees every function of torch's that is called, and every layer."""

    def __init__(self, module: nn.Module, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.module = module
        self.reader = FunctionReader(module, shape)
        self.paths = {id(layer): path for path, layer in module.named_modules()}
        self.parameters = {id(value): Parameter(path, value) for path, value in module.named_parameters()}
        self.values: dict[int, Any] = {}
        self.stale: set[int] = set()
        self.kept: list[Tensor] = []
        """All that flowed, so that no two of them ever have the same id."""
        self.inside = False

    def record(self) -> Recorded:
        """Lets one batch through."""
        images = torch.rand(BATCH, *self.reader.shape)
        self._remember(images, self.reader.builder.image)
        with torch.no_grad(), self._layers(), self:
            result = self.module(images)
        several = not isinstance(result, Tensor)
        return Recorded(self._finish(_first_tensor(result)), several)

    def _finish(self, result: Tensor | None) -> Traced:
        reader = self.reader
        value = None if result is None else self.values.get(id(result))
        if not isinstance(value, TensorValue):
            raise CannotTraceError(_("What the network gives does not come from its images."))
        reader.builder.results = (value,)
        reader.builder.attributes.update(tidy_names(self.module, reader.paths, reader.prefixes))
        network = settled(_with_input(reader.builder.part(), reader.shape))
        paths = {id_: path for id_, path in reader.paths.items() if id_ in network.by_id}
        return Traced(network, analyse(network), paths)

    @contextmanager
    def _layers(self) -> Iterator[None]:
        """Layers of torch's are seen whole, and not what they do inside."""
        plain = nn.Module.__call__
        recorder = self

        def seen(layer: nn.Module, *arguments: Any, **named: Any) -> Any:
            own = type(layer).__module__
            torchs = own.startswith(("torch.nn.modules.", "torchvision.ops.")) or layer_kind(layer) in LAYERS
            whole = torchs and not isinstance(layer, _HOLDERS)
            if recorder.inside or not whole or not _has_tensor(arguments):
                return plain(layer, *arguments, **named)
            return recorder._pass_layer(layer, plain, arguments, named)

        nn.Module.__call__ = seen  # type: ignore[method-assign]
        try:
            yield
        finally:
            nn.Module.__call__ = plain  # type: ignore[method-assign]

    def _pass_layer(
        self, layer: nn.Module, plain: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        path = self.paths.get(id(layer), "")
        kind = layer_kind(layer)
        values = [self._value(argument) for argument in arguments]
        self.inside = True
        try:
            result = plain(layer, *arguments, **named)
        finally:
            self.inside = False
        if kind not in LAYERS or named or len(values) != 1 or not self.reader.is_flowing(values[0]):
            raise CannotTraceError(
                _("There is no block for {path}, which is a {kind}.").format(path=path or kind, kind=kind)
            )
        found = self._read(path or kind, lambda: self.reader.put_layer(layer, path, values[0]))
        self._changed(result)
        self._remember(result, found)
        return result

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = dict(kwargs or {})
        if self.inside or not _has_tensor((*args, *named.values())):
            return func(*args, **named)
        values = [self._value(argument) for argument in args]
        further = {name: self._value(argument) for name, argument in named.items()}
        result = func(*args, **named)
        flows = any(self.reader.flows(value) for value in (*values, *further.values()))
        if not flows or not _has_tensor((result,)):
            return result
        name = getattr(func, "__name__", str(func))
        found = self._read(name, lambda: self.reader.put_function(name, values, further, result))
        if isinstance(result, Tensor):
            self._changed(result)
            self._remember(result, found)
        else:
            for piece, value in zip(result, found, strict=False):
                self._remember(piece, value)
        return result

    def _read(self, what: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except (ArgumentError, MisfitError, ValidationError) as error:
            raise CannotTraceError(
                _("{node} cannot be read: {reason}").format(node=what, reason=error)
            ) from None

    def _value(self, argument: Any) -> Any:
        """What an argument is: something that flows, a parameter, a plain number, or what holds such."""
        if isinstance(argument, list | tuple) and not isinstance(argument, torch.Size):
            return [self._value(part) for part in argument] if isinstance(argument, list) else tuple(
                self._value(part) for part in argument
            )  # fmt: skip
        if not isinstance(argument, Tensor):
            return argument
        if id(argument) in self.stale:
            raise CannotTraceError(
                _("A value is changed in place and then read under its old name; no block does that.")
            )
        if id(argument) in self.values:
            return self.values[id(argument)]
        if id(argument) in self.parameters:
            return self.parameters[id(argument)]
        return argument.item() if argument.numel() == 1 and not argument.requires_grad else argument

    def _changed(self, result: Any) -> None:
        """What was computed in place of something changes everything that looks at the same memory."""
        if not isinstance(result, Tensor) or id(result) not in self.values:
            return
        place = result.untyped_storage().data_ptr()
        self.stale |= {
            id(other)
            for other in self.kept
            if other is not result and other.untyped_storage().data_ptr() == place
        }

    def _remember(self, tensor: Tensor, value: Any) -> None:
        self.values[id(tensor)] = value
        self.stale.discard(id(tensor))
        self.kept.append(tensor)


def _with_input(network: Network, shape: tuple[int, ...]) -> Network:
    """The network with an Input of this shape; beside a flat one stand the pictures that most likely were meant."""
    first = network.blocks[0]
    if not isinstance(first, Input):
        return network
    channels, height, width = pictures_of(shape[0]) if len(shape) == 1 else shape
    features = (shape[0],) if len(shape) == 1 else None
    fitting = replace(first, channels=channels, height=height, width=width, features=features)
    return Network((fitting, *network.blocks[1:]), network.wires)


def pictures_of(count: int) -> InputShape:
    """Square pictures of so many values, grey or in colour; of no square, the Input's own."""
    for channels in (1, 3):
        side = math.isqrt(count // channels)
        if channels * side * side == count:
            return channels, side, side
    first = Input(id="b")
    return first.channels, first.height, first.width


def _has_tensor(values: Any) -> bool:
    if isinstance(values, list | tuple):
        return any(_has_tensor(value) for value in values)
    return isinstance(values, Tensor)


def _first_tensor(result: Any) -> Tensor | None:
    """The value that a forward gives; of several the first."""
    if isinstance(result, Tensor):
        return result
    values = (
        result.values() if isinstance(result, Mapping) else result if isinstance(result, list | tuple) else ()
    )
    found = (_first_tensor(value) for value in values)
    return next((tensor for tensor in found if tensor is not None), None)


def weights_of(module: nn.Module, traced: Traced, prefixes: Mapping[str, str]) -> dict[str, Tensor]:
    """The weights and buffers that the network has, by the names in our source (`prefixes`: of its blocks)."""
    state = module.state_dict()
    found = {}
    for id_, path in traced.paths.items():
        row = traced.analysis.rows[id_]
        for name, sizes in {**row.weights, **row.buffers}.items():
            value = state[path] if path in state else state[f"{path}.{name}"]
            found[f"{prefixes[id_]}.{name}"] = value.reshape(sizes)
    return found
