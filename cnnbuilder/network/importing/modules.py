"""Modules in source: layers, containers and instances of the file's classes, made and called."""

from __future__ import annotations

import ast
import dataclasses
from typing import Any

from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.network.importing import arithmetic, module_calls, records
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.layers import block_of, named_arguments
from cnnbuilder.network.importing.module_calls import as_call
from cnnbuilder.network.importing.module_tree import LAYER, MEMBERS, is_module_class
from cnnbuilder.network.importing.signatures import HELPERS, LAYERS
from cnnbuilder.network.importing.suggestions import written
from cnnbuilder.network.importing.values import (
    Container,
    Function,
    Instance,
    Known,
    Layer,
    Method,
    Parent,
    Record,
    Size,
    Template,
    line_of,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

is_module = is_module_class
OF_MODULES = frozenset(
    [
        "register_forward_hook",
        "state_dict",
        "load_state_dict",
        "zero_grad",
        "buffers",
        "named_buffers",
        "share_memory",
        "bfloat16",
        "double",
        "type",
        "extra_repr",
        "add_module",
        "__setattr__",
        "__getattr__",
        "get_submodule",
        "get_parameter",
        "_modules",
        "__hasattr__",
        "items",
        "values",
        "keys",
        "modules",
        "named_modules",
        "children",
        "named_children",
        "parameters",
        "named_parameters",
        "apply",
        "add_module",
        "register_module",
        "register_buffer",
        "register_parameter",
        "train",
        "eval",
        "to",
        "cuda",
        "cpu",
        "float",
        "half",
        "requires_grad_",
        "_init_weights",
    ]
)
WITHOUT_EFFECT = OF_MODULES - {
    "add_module",
    "register_module",
    "__setattr__",
    "__getattr__",
    "get_submodule",
    "apply",
}
_HARMLESS = frozenset({"print", "manual_seed", "seed", "set_trace", "breakpoint", "hasattr"})
_HARMLESS_PARTS = (
    "init",
    "log",
    "warn",
    "hook",
    "buffer",
    "assert",
    "check",
    "print",
    "load",
    "save",
    "plot",
    "seed",
)
"""Words in the name of a function that changes no layer: first values, messages, checks."""


def is_ours(definition: ast.ClassDef) -> str:
    """The layer whose class, written out, our own code brings along; else nothing."""
    return HELPERS.get(ast.dump(definition), "") if definition.name in HELPERS.values() else ""


def is_harmless(node: ast.expr) -> bool:
    """Whether a line that is not read changes no network: it prints, or gives weights their first values."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom) or not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    last = name.rpartition(".")[2].lower()
    if name.startswith(("warnings.", "logging.", "logger.", "_log", "plt.", "sys.", "pdb.")):
        return True
    if ".init." in name or name.startswith("init.") or last in WITHOUT_EFFECT or last in _HARMLESS:
        return True
    return any(part in last for part in _HARMLESS_PARTS) or name.endswith(
        (".data.fill_", ".data.zero_", ".data.normal_")
    )


def copied(module: Any) -> Any:
    """copy.deepcopy of a module: layers with weights of their own."""
    made: dict[int, Any] = {}

    def copy(value: Any, depth: int = 0) -> Any:
        if depth > 40:
            raise RecursionError
        if id(value) in made:
            return made[id(value)]
        match value:
            case Layer():
                made[id(value)] = twin = dataclasses.replace(
                    value, arguments=dict(value.arguments), name=None
                )
                return twin
            case Container():
                made[id(value)] = held = Container(
                    called=value.called, kind=value.kind, extra=dict(value.extra)
                )
                held.members = {name: copy(member, depth + 1) for name, member in value.members.items()}
                return held
            case Instance():
                made[id(value)] = instance = Instance(value.template, {}, list(value.unread))
                instance.attributes = {name: copy(part, depth + 1) for name, part in value.attributes.items()}
                return instance
            case list():
                several: list[Any] = []
                made[id(value)] = several
                several += [copy(part, depth + 1) for part in value]
                return several
            case dict():
                pairs: dict[Any, Any] = {}
                made[id(value)] = pairs
                pairs.update((key, copy(part, depth + 1)) for key, part in value.items())
                return pairs
            case set():
                return set(value)
            case Function() if isinstance(value.owner, Instance):
                return value._replace(owner=copy(value.owner, depth + 1))
        return tuple([copy(part, depth + 1) for part in value]) if type(value) is tuple else value

    return copy(module)


def make_layer(
    run: Evaluator, node: ast.Call, called: str, positional: list[Any], named: dict[str, Any]
) -> Any:
    """A layer of torch's with these arguments, or why there is none."""
    kind = LAYERS[called]
    values = [*positional, *named.values()]
    if not all(arithmetic.is_small(value, 1_000) for value in values):
        return run.unknown(node, _("its arguments are too long for any layer"))
    if any(isinstance(value, Size) for value in values):
        run.builder.wants_shape = True
    try:
        arguments = named_arguments(kind, called, positional, named)
        made = block_of(kind, called, arguments)
    except ArgumentError as error:
        names = kind.signature(called).names
        spelled = {
            name if name in names else nearest(name, names) or name: value for name, value in named.items()
        }
        return run.unknown(node, str(error))._replace(instead=written(called, positional, spelled))
    layer = Layer(called, arguments, line_of(node))
    if not any(type(value) is int and value < 0 for value in arguments.values()):
        layer.made = made
    return layer


def container(
    run: Evaluator, node: ast.AST, kind: str, positional: list[Any], named: dict[str, Any] | None = None
) -> Any:
    """nn.Sequential, nn.ModuleList, nn.ModuleDict or an OrderedDict with its members."""
    if kind == "ModuleDict" and named and not positional:
        positional = [named.get("modules", {})]
    if kind == "ModuleList" and named and not positional:
        positional = [named.get("modules", [])]
    if kind == "OrderedDict" and not positional:
        return dict(named or {})
    members: list[tuple[str | None, Any]] = [(None, value) for value in positional]
    if len(positional) == 1:
        first = positional[0]
        if isinstance(first, dict):
            members = list(first.items())
        elif kind == "ModuleDict" and (pairs := arithmetic.items_of(first)) is not None:
            members = [pair if type(pair) is tuple and len(pair) == 2 else (None, pair) for pair in pairs]
        elif kind != "Sequential" and not isinstance(first, Instance | Layer):
            items = arithmetic.items_of(first)
            if items is None:
                items = [run.unknown(node, _("not known how many"), [first])]
            members = [(None, value) for value in items]
    if kind == "OrderedDict":
        pairs = [value for _name, value in members] if not isinstance(positional[0], dict) else members
        if any(not isinstance(pair, tuple | list) or len(pair) != 2 for pair in pairs):
            return run.unknown(node, _("this is not understood"))
        return {str(name): value for name, value in pairs}
    container = Container(called=kind == "Sequential", kind="" if kind == "Sequential" else kind)
    for name, value in members:
        container.add(value, name if name is None else str(name))
        if isinstance(value, Layer) and value.name is None and name is not None:
            value.name = str(name)
    return container


def make_instance(
    run: Evaluator, node: ast.Call, template: Template, positional: list[Any], named: dict[str, Any]
) -> Any:
    """A module of a class of the file; of one that our own code brings along, the layer that it is."""
    ours = is_ours(template.definition)
    if ours:
        return make_layer(run, node, ours, positional, named)
    instance = Instance(template)
    initialise(run, node, instance, template, positional, named)
    run.made_module(node, instance)
    return instance


def initialise(
    run: Evaluator,
    node: ast.AST,
    instance: Instance,
    template: Template,
    positional: list[Any],
    named: dict[str, Any],
) -> None:
    """Follows __init__, or that of the class above."""
    holder = _holds_members(template)
    if holder:
        instance.attributes[MEMBERS] = Container(
            called=holder == "Sequential", kind="" if holder == "Sequential" else holder
        )
    beginning = template.names.get("__init__")
    if isinstance(beginning, Function):
        run.enter(node, beginning._replace(owner=instance), positional, named)
    elif holder:
        instance.attributes[MEMBERS] = container(run, node, holder, positional, named)
    elif layer := layer_above(template):
        _become_layer(run, node, instance, layer, positional, named)


def _become_layer(
    run: Evaluator,
    node: ast.AST,
    instance: Instance,
    called: str,
    positional: list[Any],
    named: dict[str, Any],
) -> None:
    """super().__init__(…) in a class that comes from one of torch's layers."""
    instance.attributes[LAYER] = make_layer(run, as_call(node), called, positional, named)


def layer_above(template: Template) -> str:
    """The layer of torch's that a class of the file comes from, at any distance, or nothing."""
    for base in template.bases:
        if isinstance(base, Known) and base.path.startswith(("torch.nn", "nn.")):
            last = base.path.rpartition(".")[2]
            if last in LAYERS:
                return last
        if isinstance(base, Template) and (found := layer_above(base)):
            return found
    return ""


def _holds_members(template: Template) -> str:
    """The container of torch's that a class of the file derives from, at any distance, or nothing."""
    for base in template.bases:
        if isinstance(base, Known) and base.path.endswith(("Sequential", "ModuleDict", "ModuleList")):
            return base.path.rpartition(".")[2]
        if isinstance(base, Template) and (found := _holds_members(base)):
            return found
    return ""


def of_parent(
    run: Evaluator,
    node: ast.Call,
    parent: Parent,
    name: str,
    positional: list[Any],
    named: dict[str, Any],
    *,
    own: bool = False,
) -> Any:
    """super().name(…); `own`: Base.name(self, …), which begins with the class itself."""
    instance = parent.instance
    above = (parent.template,) if own else parent.template.bases
    for base in above:
        if isinstance(base, Template) and isinstance(found := base.names.get(name), Function):
            return run.enter(node, found._replace(owner=instance), positional, named)
    record = next((base for base in parent.template.bases if isinstance(base, Record)), None)
    if name == "__init__" and record is not None:
        instance.attributes.update(records.make(run, node, record, positional, named).attributes)
        return None
    if name == "__init__":
        if kind := _holds_members(parent.template):
            instance.attributes[MEMBERS] = container(run, node, kind, positional, named)
        elif layer := layer_above(parent.template):
            _become_layer(run, node, instance, layer, positional, named)
        return None
    if name == "forward" or name == "__call__":
        for key in (MEMBERS, LAYER):
            if key in instance.attributes:
                return module_calls.through(run, node, instance.attributes[key], positional, named)
    if name == "__setattr__" and len(positional) == 2 and isinstance(positional[0], str):
        instance.attributes[positional[0]] = positional[1]
        return None
    if name == "__getattr__" and positional and isinstance(positional[0], str):
        key = positional[0]
        if key in instance.attributes:
            return instance.attributes[key]
    if name in OF_MODULES:
        return run.call(node, Method(instance, name), positional, named)
    return run.unknown(node, _("this is not understood"), positional)
