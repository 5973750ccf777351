"""Modules in source: layers, containers and instances of the file's classes, made and called."""

from __future__ import annotations

import ast
from typing import Any

from msgspec.structs import replace

from cnnbuilder.blocks.base import Block, image
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.layers import Made, block_of, named_arguments
from cnnbuilder.network.importing.signatures import HELPERS, LAYERS
from cnnbuilder.network.importing.suggestions import written
from cnnbuilder.network.importing.values import (
    Container,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Parent,
    Template,
    TensorValue,
    Unknown,
    line_of,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

OF_MODULES = frozenset(
    [
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
WITHOUT_EFFECT = OF_MODULES - {"add_module", "register_module"}


def is_ours(definition: ast.ClassDef) -> str:
    """The layer whose class, written out, our own code brings along; else nothing."""
    return HELPERS.get(ast.dump(definition), "") if definition.name in HELPERS.values() else ""


def is_harmless(node: ast.expr) -> bool:
    """Whether a line that is not read changes no network: it prints, or gives weights their first values."""
    if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom) or not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    last = name.rpartition(".")[2]
    if name.startswith(("warnings.", "logging.", "logger.", "_log")):
        return True
    return name == "print" or ".init." in name or name.startswith("init.") or last in WITHOUT_EFFECT


def through(run: Evaluator, node: ast.AST, module: Any, positional: list[Any], named: dict[str, Any]) -> Any:
    """A module called with what flows through it."""
    if any(isinstance(value, DummyTensor) for value in positional) and not isinstance(
        module, Instance | Function
    ):
        return DummyTensor()
    match module:
        case Instance():
            if (
                isinstance(module.attributes.get("__sequence__"), Container)
                and "forward" not in module.template.names
            ):
                return through(run, node, module.attributes["__sequence__"], positional, named)
            forward = module.template.names.get("forward")
            if not isinstance(forward, Function):
                return run.unknown(
                    node, _("{name} has no forward").format(name=module.template.definition.name), positional
                )
            return run.enter(node, forward._replace(owner=module), positional, named)
        case Container(called=True) if len(positional) == 1:
            value = positional[0]
            for member in module.members.values():
                value = through(run, node, member, [value], {})
            return value
        case Layer() if positional:
            if len(positional) > 1:
                return run.unknown(node, _("a layer takes one value"), positional)
            return _layer(run, node, module, positional[0])
        case Function():
            return run.enter(node, module, positional, named)
        case Unknown():
            unread = module._replace(tensors=run.unknown(node, "", positional).tensors)
            return run.builder.put_unknown(unread) if unread.tensors else unread
        case _:
            return run.unknown(node, _("this cannot be called"), positional)


def _layer(run: Evaluator, node: ast.AST, layer: Layer, value: Any) -> Any:
    tensor = run.tensor(value, node)
    try:
        made = block_of(LAYERS[layer.called], layer.called, layer.arguments, run.builder.rank(tensor))
    except ArgumentError as error:
        text = run.lines[layer.line - 1].strip() if 0 < layer.line <= len(run.lines) else layer.called
        return run.builder.put_unknown(Unknown(layer.line, text, str(error), (tensor,)))
    learns = bool(made.block.weights(image(1, 1, 1)))
    if layer.used and learns:
        reason = _("{name} is used a second time; blocks do not share weights").format(
            name=layer.name or layer.called
        )
        return run.builder.put_unknown(run.unknown(node, reason, [tensor]))
    layer.used = True
    if layer.frozen and learns:
        made = made._replace(block=replace(made.block, frozen=True))
    return run.builder.put(made, layer.line, tensor, attribute=layer.name)


def place(run: Evaluator, node: ast.AST, block: Block, *values: TensorValue) -> TensorValue:
    """Puts a block that the source writes without making a layer."""
    return run.builder.put(Made(block), line_of(node), *values)


def make_layer(
    run: Evaluator, node: ast.Call, called: str, positional: list[Any], named: dict[str, Any]
) -> Any:
    """A layer of torch's with these arguments, or why there is none."""
    try:
        arguments = named_arguments(LAYERS[called], called, positional, named)
        block_of(LAYERS[called], called, arguments)
    except ArgumentError as error:
        names = LAYERS[called].signature(called).names
        spelled = {
            name if name in names else nearest(name, names) or name: value for name, value in named.items()
        }
        return run.unknown(node, str(error))._replace(instead=written(called, positional, spelled))
    layer = Layer(called, arguments, line_of(node))
    run.made.append(layer)
    return layer


def container(run: Evaluator, node: ast.AST, kind: str, positional: list[Any]) -> Any:
    """nn.Sequential, nn.ModuleList, nn.ModuleDict or an OrderedDict with its members."""
    members: list[tuple[str | None, Any]] = [(None, value) for value in positional]
    if len(positional) == 1:
        if isinstance(positional[0], dict):
            members = list(positional[0].items())
        elif kind != "Sequential" and isinstance(positional[0], list | tuple):
            members = [(None, value) for value in positional[0]]
    if kind == "OrderedDict":
        pairs = [value for _name, value in members]
        if any(not isinstance(pair, tuple | list) or len(pair) != 2 for pair in pairs):
            return run.unknown(node, _("this is not understood"))
        return {str(name): value for name, value in pairs}
    container = Container(called=kind == "Sequential")
    for name, value in members:
        container.add(value, name)
        if isinstance(value, Layer) and value.name is None and name is not None:
            value.name = name
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
        instance.attributes["__sequence__"] = Container(called=holder == "Sequential")
    beginning = template.names.get("__init__")
    if isinstance(beginning, Function):
        run.enter(node, beginning._replace(owner=instance), positional, named)
    elif holder:
        instance.attributes["__sequence__"] = container(run, node, holder, positional)


def _holds_members(template: Template) -> str:
    """The container of torch's that a class of the file derives from, at any distance, or nothing."""
    for base in template.bases:
        if isinstance(base, Known) and base.path.endswith(("Sequential", "ModuleDict", "ModuleList")):
            return base.path.rpartition(".")[2]
        if isinstance(base, Template) and (found := _holds_members(base)):
            return found
    return ""


def of_parent(
    run: Evaluator, node: ast.Call, parent: Parent, name: str, positional: list[Any], named: dict[str, Any]
) -> Any:
    """super().name(…)."""
    for base in parent.template.bases:
        if isinstance(base, Template) and isinstance(found := base.names.get(name), Function):
            return run.enter(node, found._replace(owner=parent.instance), positional, named)
        if isinstance(base, Known) and _holds_members(parent.template):
            if name == "__init__":
                kind = _holds_members(parent.template)
                parent.instance.attributes["__sequence__"] = container(run, node, kind, positional)
                return None
            if name == "forward":
                return through(run, node, parent.instance.attributes.get("__sequence__"), positional, named)
    return None if name == "__init__" else run.unknown(node, _("this is not understood"), positional)
