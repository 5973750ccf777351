"""What a call in source means, by what is called: a function, a class, a module, a method."""

from __future__ import annotations

import ast
from typing import Any, Protocol

from cnnbuilder.network.importing import (
    arithmetic,
    builtins,
    learned,
    methods,
    module_calls,
    modules,
    numeric_functions,
    padding_layers,
    records,
    tensor_functions,
    torchvisions,
    types_of,
)
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.suggestions import written
from cnnbuilder.network.importing.torch_names import TORCHS_FUNCTIONS, TORCHS_LAYERS
from cnnbuilder.network.importing.values import (
    BatchSize,
    Container,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Method,
    Open,
    Parent,
    Partial,
    Record,
    Template,
    TensorValue,
    Unknown,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

GIVEN = builtins.NAMES | {
    "print", "nn", "F", "torch", "math", "OrderedDict", "partial", "Sequential", "object", "torchvision", "np",
    "super", "Exception", "ValueError", "NotImplementedError", "AssertionError", "TypeError", "RuntimeError",
    "__name__", "property", "staticmethod", "classmethod",
}  # fmt: skip
"""Names that need no import: Python's own, and those that fragments take for granted."""
_TORCHS = ("torch.", "nn.", "F.", "torchvision.", "torch_")
_TORCHS_TOO = ("collections.", "functools.", "typing.", "itertools.", "argparse.", "copy.", "operator.")


class Sources(Protocol):
    """What lies beside the source: gives the text of a module by its dotted name, or None."""

    def __call__(self, module: str, /) -> str | None:
        """The text of a module; one that begins with a dot is meant from the file's own folder."""


_DUMMIES = frozenset(
    {
        "zeros",
        "ones",
        "rand",
        "randn",
        "empty",
        "randint",
        "full",
        "tensor",
        "zeros_like",
        "ones_like",
        "FloatTensor",
    }
)
_HANDS_BACK = frozenset(
    {
        "DataParallel",
        "DistributedDataParallel",
        "compile",
        "convert_sync_batchnorm",
        "script",
        "deepcopy",
        "copy",
    }
    | {"prepare_model", "to_device"}
)
"""Functions that give the module that they get."""
"""Functions of torch that make up a tensor."""


def call(run: Evaluator, node: ast.Call, called: Any, positional: list[Any], named: dict[str, Any]) -> Any:
    """The value of a call."""
    match called:
        case Known(path):
            return _known(run, node, path, positional, named)
        case Record():
            return records.make(run, node, called, positional, named)
        case Function():
            return run.enter(node, called, positional, named)
        case Template():
            return modules.make_instance(run, node, called, positional, named)
        case Instance() if not modules.is_module(called.template) and "__call__" in called.template.names:
            return run.enter(
                node, called.template.names["__call__"]._replace(owner=called), positional, named
            )
        case Layer() | Container() | Instance() | TensorValue() | Unknown():
            return module_calls.through(run, node, called, positional, named)
        case Parent():
            return run.unknown(node, _("this is not understood"))
        case Method(Parent() as parent, name):
            return modules.of_parent(run, node, parent, name, positional, named)
        case Method(owner, name):
            return methods.method(run, node, owner, name, positional, named)
        case Partial(called=inner, positional=first, named=given):
            return call(run, node, inner, [*first, *positional], {**given, **named})
        case types_of.TypeOf(value=Instance(template=template)):
            return modules.make_instance(run, node, template, positional, named)
        case Open(text):
            return run.unknown(
                node, _("there is no {name} in this source").format(name=text), [*positional, *named.values()]
            )
        case _:
            return run.unknown(node, _("this is not understood"), [*positional, *named.values()])


def _known(run: Evaluator, node: ast.Call, path: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """A function or class of Python's or torch's."""
    last = path.rpartition(".")[2]
    note_trials(run, positional, named)
    if path in builtins.NAMES or path.startswith(("math.", "numpy.", "np.", "itertools.", "operator.")):
        return builtins.function(run, node, path, positional, named)
    if last == "partial" and positional:
        return Partial(positional[0], positional[1:], named)
    if last == "namedtuple":
        return records.declared(run, node, positional, named)
    if last == "ArgumentParser":
        return records.parser()
    if last == "SimpleNamespace" or path == "argparse.Namespace":
        return records.options(dict(named))
    if last in _HANDS_BACK and positional and isinstance(positional[0], Instance | Container | Layer):
        # copy.copy(module) shares its weights and its parts.
        return modules.copied(positional[0]) if last == "deepcopy" else positional[0]
    if last == "copy" and positional and isinstance(positional[0], list | dict | set):
        return positional[0].copy()
    if last in ("deepcopy", "copy") and positional and arithmetic.is_plain(positional[0]):
        deep = last == "deepcopy" and arithmetic.is_small(positional[0])
        return modules.copied(positional[0]) if deep else positional[0]
    if path == "typing.cast" and len(positional) == 2:
        return positional[1]
    if path == "torch.hub.load" and len(positional) > 1 and str(positional[0]).startswith("pytorch/vision"):
        path, positional, last = f"torchvision.models.{positional[1]}", positional[2:], str(positional[1])
    if path.startswith("ops.") and last in ("Permute", "StochasticDepth"):
        path = f"torchvision.{path}"  # as torchvision's own files import them
    if not (
        last in torchvisions.CLASSES
        or path.startswith(_TORCHS)
        or path.startswith(_TORCHS_TOO)
        or "." not in path
    ):
        # Whatever another library calls Conv2d or relu need not be torch's.
        reason = _("there is no block for {name}").format(name=ast.unparse(node.func)[:80])
        return run.unknown(node, reason, [*positional, *named.values()])
    if last == "is_scripting" or path.endswith("is_tracing"):
        return False
    if last == "linspace":
        return numeric_functions.linspace(run, node, positional, named)
    if last == "checkpoint" and positional and path.startswith("torch.utils"):
        # Computing again what could have been kept: the same numbers.
        return call(run, node, positional[0], positional[1:], {})
    if last == "Variable" and len(positional) == 1:
        return positional[0]
    if last in _DUMMIES and path.startswith("torch."):
        return _dummy(run, last, positional, named)
    if last == "Parameter":
        return learned.make(run, node, positional, named)
    if last in torchvisions.CLASSES and last not in LAYERS:
        return call(run, node, torchvisions.template(run, last, node), positional, named)
    if last in ("Sequential", "ModuleList", "ModuleDict", "OrderedDict"):
        return modules.container(run, node, last, positional, named)
    if last in FUNCTIONS or last in tensor_functions.OTHERS:
        return tensor_functions.function(run, node, last, positional, named)
    if last in padding_layers.NAMES:
        return padding_layers.make(run, node, last, positional, named)
    if last in LAYERS:
        return modules.make_layer(run, node, last, positional, named)
    if last.startswith("Lazy") and last[4:] in LAYERS:
        # The lazy kinds leave out what arrives, which here always follows from the wire.
        return modules.make_layer(run, node, last[4:], [None, *positional], named)
    if path.startswith("torchvision."):
        made = torchvisions.network(run, node, path, positional, named)
        if made is not None:
            return made
    near = _near(last) if _is_torchs_room(path) else None
    called = ast.unparse(node.func)[:80]
    hint = f"{called}: {near}?" if near else _("there is no block for {name}").format(name=called)
    unknown = run.unknown(node, hint, [*positional, *named.values()])
    return unknown._replace(instead=written(near, positional, named)) if near else unknown


def _is_torchs_room(path: str) -> bool:
    """Whether a name is looked for among torch's layers and functions."""
    return "." not in path or path.rpartition(".")[0] in (
        "torch.nn",
        "nn",
        "torch.nn.functional",
        "nn.functional",
        "F",
    )


_FILLS = {"zeros": 0.0, "ones": 1.0, "zeros_like": 0.0, "ones_like": 1.0}


def _dummy(run: Evaluator, name: str, positional: list[Any], named: dict[str, Any]) -> DummyTensor:
    """torch.ones(3, 1, 1), torch.full((3,), 0.5), torch.tensor(0.5)."""
    fill: Any = _FILLS.get(name)
    if name == "full":
        *positional, fill = [*positional, named.get("fill_value")][:2] if len(positional) < 2 else positional
    if name in ("tensor", "FloatTensor") and (
        name == "tensor" or (positional and isinstance(positional[0], list))
    ):
        values = positional[0] if positional else None
        if isinstance(values, list) and len(values) == 1:
            return DummyTensor((1,), _number(values[0]), one=True)
        return DummyTensor((), _number(values), one=type(values) in (int, float))
    if name.endswith("_like") and positional and isinstance(positional[0], TensorValue):
        shape = run.builder.shape_of(positional[0])
        return DummyTensor(() if shape is None else (-1, *shape.sizes), _number(fill))
    if not _sizes(positional, named) and positional:
        fill = None
    return DummyTensor(_sizes(positional, named), _number(fill))


def _number(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) else None


def _sizes(positional: list[Any], named: dict[str, Any]) -> tuple[int, ...]:
    """What torch.zeros(1, 3, 32, 32) says of its sizes; nothing where that is not known."""
    sizes = positional or [named.get("size", ())]
    if len(sizes) == 1 and isinstance(sizes[0], list | tuple):
        sizes = list(sizes[0])
    sizes = [-1 if isinstance(size, BatchSize) and at == 0 else size for at, size in enumerate(sizes)]
    plain = all(isinstance(size, int) and (0 < size <= 65536 or size == -1) for size in sizes)
    return tuple([int(size) for size in sizes]) if plain else ()


def note_trials(run: Evaluator, positional: list[Any], named: dict[str, Any]) -> None:
    """summary(net, (3, 32, 32)), torch.onnx.export(net, torch.zeros(1, 3, 32, 32)): how large images are."""
    modules_ = [value for value in positional[:2] if isinstance(value, Instance | Container | Template)]
    if not modules_:
        return
    for given in [*positional, *named.values()]:
        value = given[0] if isinstance(given, list | tuple) and len(given) == 1 else given
        if isinstance(value, DummyTensor) and len(value.sizes) == 4:
            run.tried(modules_[0], value.sizes)
        elif (
            isinstance(value, list | tuple)
            and len(value) in (3, 4)
            and all(type(n) is int and n > 0 for n in value)
        ):
            run.tried(modules_[0], (1, *value)[-4:])


def _near(name: str) -> str | None:
    """What a name of torch's was probably to be; nothing where torch has it and only we do not."""
    if name in TORCHS_LAYERS or name in TORCHS_FUNCTIONS:
        return None
    return nearest(name, [*LAYERS, "Sequential", "ModuleList"] if name[:1].isupper() else FUNCTIONS)
