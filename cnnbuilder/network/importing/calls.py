"""What a call in source means, by what is called: a function, a class, a module, a method."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing import builtins, methods, modules, tensor_functions, torchvisions
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.suggestions import written
from cnnbuilder.network.importing.torch_names import TORCHS_FUNCTIONS, TORCHS_LAYERS
from cnnbuilder.network.importing.values import (
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
    Template,
    TensorValue,
    Unknown,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

GIVEN = frozenset(
    [
        "range",
        "len",
        "int",
        "float",
        "str",
        "bool",
        "max",
        "min",
        "sum",
        "abs",
        "round",
        "list",
        "tuple",
        "dict",
        "zip",
        "enumerate",
        "reversed",
        "sorted",
        "print",
        "isinstance",
        "setattr",
        "getattr",
        "nn",
        "F",
        "torch",
        "math",
        "OrderedDict",
        "partial",
        "Sequential",
        "ValueError",
        "any",
        "all",
        "slice",
        "map",
        "object",
        "type",
        "torchvision",
        "np",
    ]
)
"""Names that need no import: Python's own, and those that fragments take for granted."""
_DUMMIES = frozenset({"zeros", "ones", "rand", "randn", "empty"})
"""Functions of torch that make up a tensor."""


def call(run: Evaluator, node: ast.Call, called: Any, positional: list[Any], named: dict[str, Any]) -> Any:
    """The value of a call."""
    match called:
        case Known(path):
            return _known(run, node, path, positional, named)
        case Function():
            return run.enter(node, called, positional, named)
        case Template():
            return modules.make_instance(run, node, called, positional, named)
        case Layer() | Container() | Instance() | TensorValue() | Unknown():
            return modules.through(run, node, called, positional, named)
        case Parent():
            return run.unknown(node, _("this is not understood"))
        case Method(Parent() as parent, name):
            return modules.of_parent(run, node, parent, name, positional, named)
        case Method(owner, name):
            return methods.method(run, node, owner, name, positional, named)
        case Partial(called=inner, positional=first, named=given):
            return call(run, node, inner, [*first, *positional], {**given, **named})
        case Open(text):
            return run.unknown(node, _("there is no {name} in this source").format(name=text), positional)
        case _:
            return run.unknown(node, _("this is not understood"), positional)


def _known(run: Evaluator, node: ast.Call, path: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """A function or class of Python's or torch's."""
    last = path.rpartition(".")[2]
    if path in builtins.NAMES or path.startswith(("math.", "numpy.")):
        return builtins.function(run, node, path, positional, named)
    if last == "partial" and positional:
        return Partial(positional[0], positional[1:], named)
    if last in _DUMMIES and path.startswith("torch."):
        return DummyTensor()
    if last in torchvisions.CLASSES and last not in LAYERS:
        return call(run, node, torchvisions.template(run, last, node), positional, named)
    if last in ("Sequential", "ModuleList", "ModuleDict", "OrderedDict"):
        return modules.container(run, node, last, positional)
    if last == "is_scripting":
        return False
    if path == "typing.cast" and len(positional) == 2:
        return positional[1]
    if last in FUNCTIONS or last in tensor_functions.OTHERS:
        return tensor_functions.function(run, node, last, positional, named)
    if last in LAYERS:
        return modules.make_layer(run, node, last, positional, named)
    if last.startswith("Lazy") and last[4:] in LAYERS:
        # The lazy kinds leave out what arrives, which here always follows from the wire.
        return modules.make_layer(run, node, last[4:], [None, *positional], named)
    near = _near(last)
    called = ast.unparse(node.func)[:80]
    hint = f"{called}: {near}?" if near else _("there is no block for {name}").format(name=called)
    unknown = run.unknown(node, hint, [*positional, *named.values()])
    return unknown._replace(instead=written(near, positional, named)) if near else unknown


def _near(name: str) -> str | None:
    """What a name of torch's was probably to be; nothing where torch has it and only we do not."""
    if name in TORCHS_LAYERS or name in TORCHS_FUNCTIONS:
        return None
    return nearest(name, [*LAYERS, "Sequential", "ModuleList"] if name[:1].isupper() else FUNCTIONS)
