"""Modules in source that are called with what flows: layers, containers, instances of the file's classes."""

from __future__ import annotations

import ast
from typing import Any

from msgspec.structs import replace

from cnnbuilder.blocks.base import Block, image
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.layers import Made, block_of
from cnnbuilder.network.importing.module_tree import LAYER, MEMBERS
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.values import (
    Container,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Open,
    Partial,
    Pieces,
    Template,
    TensorValue,
    Unknown,
    line_of,
)
from cnnbuilder.text import _


def through(run: Evaluator, node: ast.AST, module: Any, positional: list[Any], named: dict[str, Any]) -> Any:
    """A module called with what flows through it."""
    dummy = next((value for value in positional if isinstance(value, DummyTensor)), None)
    if dummy is not None:
        run.tried(module, dummy.sizes)
        # Trying a module out is no use of it, whatever it holds; only functions are followed, for what they give.
        if not isinstance(module, Function):
            return DummyTensor()
    match module:
        case Instance():
            return _instance(run, node, module, positional, named)
        case Container(called=True) if len(positional) == 1:
            value = positional[0]
            for member in list(module.members.values()):
                value = through(run, node, member, [value], {})
            return value
        case Layer() if positional or len(named) == 1:
            values = positional or list(named.values())
            if len(values) > 1:
                return run.unknown(node, _("a layer takes one value"), values)
            return layer_output(run, node, module, values[0])
        case Function() | Template() | Partial():
            return run.call(as_call(node), module, positional, named)
        case Unknown():
            unread = module._replace(tensors=run.unknown(node, "", positional).tensors)
            return run.builder.put_unknown(unread) if unread.tensors else unread
        case _:
            return run.unknown(node, _("this cannot be called"), positional)


def _instance(
    run: Evaluator, node: ast.AST, module: Instance, positional: list[Any], named: dict[str, Any]
) -> Any:
    if module.unread and positional and isinstance(positional[0], TensorValue):
        # Something that was not followed may have changed this module: that has a place before what it computes.
        for unknown in module.unread:
            positional = [
                run.builder.put_unknown(unknown._replace(tensors=(positional[0],))),
                *positional[1:],
            ]
    names = module.template.names
    forward = module.attributes.get("forward", names.get("forward", names.get("__call__")))
    if isinstance(forward, Function):
        bound = (
            forward
            if forward.owner is not None or forward.template is None
            else forward._replace(owner=module)
        )
        if "forward" in module.attributes:
            bound = forward
        return run.enter(node, bound, positional, named)
    if isinstance(held := module.attributes.get(MEMBERS), Container):
        return through(run, node, held, positional, named)
    if isinstance(layer := module.attributes.get(LAYER), Layer | Unknown):
        return through(run, node, layer, positional, named)
    if isinstance(inner := module.attributes.get("net"), Layer | Container | Instance) and _is_from_elsewhere(
        module.template
    ):
        # Classes of teaching books inherit a forward that calls self.net.
        return through(run, node, inner, positional, named)
    return run.unknown(
        node, _("{name} has no forward").format(name=module.template.definition.name), positional
    )


def _is_from_elsewhere(template: Template) -> bool:
    """Whether a class comes from one that is not in the source, nor torch's own Module."""
    for base in template.bases:
        if isinstance(base, Template) and _is_from_elsewhere(base):
            return True
        if isinstance(base, Open) or (
            isinstance(base, Known) and not base.path.startswith(("torch.nn", "nn."))
        ):
            return True
    return False


def layer_output(run: Evaluator, node: ast.AST, layer: Layer, value: Any) -> Any:
    """What leaves a layer."""
    tensor = run.tensor(value, node)
    builder = run.builder
    text = run.lines[layer.line - 1].strip() if 0 < layer.line <= len(run.lines) else layer.called
    if layer.changed:
        return builder.put_unknown(Unknown(layer.line, text, layer.changed, (tensor,)))
    try:
        made = layer.made or block_of(
            LAYERS[layer.called], layer.called, layer.arguments, builder.rank(tensor)
        )
    except ArgumentError as error:
        return builder.put_unknown(Unknown(layer.line, text, str(error), (tensor,)))
    builder.layers[id(layer)] = layer
    learns = made.block.learns
    if learns and id(layer) in builder.used:
        return shared(run, node, layer, made.block, tensor)
    if layer.frozen_parts and learns:
        message = _(
            "only the {part} of this layer is frozen; a block is frozen whole, so all of it is trained"
        )
        builder.remark(layer.line, message.format(part=next(iter(layer.frozen_parts))))
    if layer.frozen and (learns or made.block.keeps_statistics):
        made = made._replace(block=replace(made.block, frozen=True))
    placed = builder.put(made, layer.line, tensor, attribute=layer.name)
    builder.used.setdefault(id(layer), placed)
    if layer.arguments.get("inplace") is True:
        builder.change(tensor, placed)
    if (most := made.block.pieces()) is not None and not made.block.open:
        return Pieces(placed.block, most)
    return placed


def shared(run: Evaluator, node: ast.AST, layer: Layer, block: Block, tensor: TensorValue) -> Any:
    """A layer's further use, with the weights of its first."""
    first = run.builder.used[id(layer)].block
    owner = run.builder.by_id[first]
    alike = {"id": "b", "frozen": False, "name": None}
    if replace(owner, **alike) != replace(block, **alike):
        reason = _("{name} computes otherwise when it is used again").format(name=layer.name or layer.called)
        return run.builder.put_unknown(run.unknown(node, reason, [tensor]))
    if not block.weights(image(1, 1, 1)) and not block.buffers(image(1, 1, 1)):
        return run.builder.put(Made(block), line_of(node), tensor)
    return run.builder.put(Made(Shared(id="b", of=first)), line_of(node), tensor)


def place(run: Evaluator, node: ast.AST, block: Block, *values: TensorValue) -> TensorValue:
    """Puts a block that the source writes without making a layer."""
    return run.builder.put(Made(block), line_of(node), *values)


def as_call(node: ast.AST) -> ast.Call:
    """A call that stands where something stands."""
    if isinstance(node, ast.Call):
        return node
    call = ast.Call(ast.Name("layer", ast.Load()), [], [])
    call.lineno, call.col_offset = line_of(node), 0
    return call
