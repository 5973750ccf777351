"""Layers whose weights training is to leave as they are: `requires_grad_(False)`, and the loop over parameters."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnnbuilder.network.importing import layer_attributes
from cnnbuilder.network.importing.values import Container, Instance, Layer, WeightOf


class Weights(NamedTuple):
    """What `parameters()` gives for one layer: its weights, which are frozen together."""

    layer: Layer


def weights_of(module: Any) -> list[Weights]:
    """One entry for each layer that a module has made so far; a layer held twice stands once."""
    found: dict[int, Layer] = {}
    waiting, seen = [module], set()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        match here:
            case Layer():
                found[id(here)] = here
            case Container():
                waiting += here.members.values()
            case Instance():
                waiting += here.attributes.values()
            case list() | tuple():
                waiting += here
    return [Weights(layer) for layer in found.values()]


def set_frozen(module: Any, learns: Any) -> None:
    """What `requires_grad_(learns)` does to a module."""
    for weights in weights_of(module):
        weights.layer.frozen = learns is False
        weights.layer.frozen_parts = frozenset()


def set_learns(weight: Weights | WeightOf, learns: Any) -> None:
    """What conv.weight.requires_grad = learns does: a layer is frozen once all that it learns is."""
    if isinstance(weight, Weights):
        set_frozen(weight.layer, learns)
        return
    layer = weight.layer
    own = frozenset({"weight"} if layer_attributes.get(layer, "bias") is None else {"weight", "bias"})
    before = own if layer.frozen else layer.frozen_parts
    parts = before | {weight.name} if learns is False else before - {weight.name}
    layer.frozen = own <= parts
    layer.frozen_parts = frozenset() if layer.frozen else parts
