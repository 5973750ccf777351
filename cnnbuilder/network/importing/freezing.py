"""Layers whose weights training is to leave as they are: `requires_grad_(False)`, and the loop over parameters."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnnbuilder.network.importing.values import Container, Instance, Layer


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
