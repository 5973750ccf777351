"""Layers that the network holds and does not use, or uses and does not hold: named with their size."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from cnnbuilder.blocks.base import Shape, flat, image
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.blocks.signature import ArgumentError
from cnnbuilder.network.importing.layers import block_of
from cnnbuilder.network.importing.module_tree import LAYER, children, walk
from cnnbuilder.network.importing.network_builder import NetworkBuilder
from cnnbuilder.network.importing.parsing import all_nodes
from cnnbuilder.network.importing.shape_hints import Remark
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.training_only import mentions_training
from cnnbuilder.network.importing.values import Instance, Layer
from cnnbuilder.text import _, number


def remarks(module: Any, builder: NetworkBuilder) -> Iterator[Remark]:
    """What to say of layers that forward does not use, at any depth, and of those that torch does not count."""
    used = set(builder.layers)
    training = _only_in_training(module)
    yield from _unused(module, "", used, training)
    held = {id(part) for _path, part in walk(module)}
    held |= {id(part.attributes.get(LAYER)) for _path, part in walk(module) if isinstance(part, Instance)}
    loose = [
        layer for layer in builder.layers.values() if id(layer) not in held and LAYERS[layer.called].learns
    ]
    if loose and isinstance(module, Instance):
        total = sum(parameters([layer]) for layer in loose)
        message = _(
            "torch neither counts nor trains {n} of these layers, {params} parameters: they stand in a plain list or"
            " dict, and nn.ModuleList or nn.ModuleDict is probably meant"
        )
        yield Remark(loose[0].line, message.format(n=len(loose), params=number(total)))


def _unused(module: Any, path: str, used: set[int], training: set[str]) -> Iterator[Remark]:
    for name, child in children(module).items():
        layers = [part for _path, part in walk(child) if isinstance(part, Layer)]
        learning = [layer for layer in layers if LAYERS[layer.called].learns]
        if not layers:
            continue
        here = f"{path}.{name}" if path else name
        if any(id(layer) in used for layer in layers):
            yield from _unused(child, here, used, training)
            continue
        why = _("used only in training") if name in training else _("never used")
        total = parameters(learning)
        if total:
            message = _("left out: {name}, {params} parameters, {why}")
            yield Remark(layers[0].line, message.format(name=here, params=number(total), why=why))
        elif not path and isinstance(child, Layer):
            yield Remark(layers[0].line, _("self.{name} is never used").format(name=name))


def parameters(layers: Iterable[Layer]) -> int:
    """How many numbers these layers learn, as far as their arguments say it."""
    total = 0
    for layer in layers:
        kind = LAYERS[layer.called]
        try:
            block = block_of(kind, layer.called, layer.arguments).block
            total += sum(map(prod, block.weights(_arriving(layer)).values()))
        except (ArgumentError, MisfitError, ZeroDivisionError):
            continue
    return total


def _arriving(layer: Layer) -> Shape:
    """A shape that fits what a layer says of what arrives."""
    sizes = [layer.arguments.get(name) for name in LAYERS[layer.called].from_wire]
    size = next((size for size in sizes if type(size) is int and size > 0), 1)
    flat_kinds = ("Linear", "BatchNorm1d")
    return flat(size) if layer.called in flat_kinds else image(size, 1 << 10, 1 << 10)


def _only_in_training(module: Any) -> set[str]:
    """Attributes that forward reads under `if self.training` only."""
    found: set[str] = set()
    for _path, part in walk(module):
        if not isinstance(part, Instance):
            continue
        for node in all_nodes(part.template.definition):
            if isinstance(node, ast.If | ast.IfExp) and mentions_training(node.test):
                body = node.body if isinstance(node.body, list) else [node.body]
                found |= {
                    inner.attr
                    for line in body
                    for inner in ast.walk(line)
                    if isinstance(inner, ast.Attribute)
                }
    return found
