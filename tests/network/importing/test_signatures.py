"""What we say of torch's layers and functions, beside torch itself."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pytest
import torch
import torchvision
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.torch_names import TORCHS_FUNCTIONS, TORCHS_LAYERS


def test_layers_and_functions_that_torch_has_are_no_slips_of_the_pen() -> None:
    made = {
        name for name, value in vars(nn).items() if inspect.isclass(value) and issubclass(value, nn.Module)
    }
    known = {*LAYERS, *TORCHS_LAYERS, "Module", "Sequential", "ModuleList", "ModuleDict"}
    ours = {f"Lazy{kind}" for kind in LAYERS}
    assert {name for name in made - known - ours if "Loss" not in name} == set()
    assert {"conv_transpose2d", "interpolate", "max_pool1d"} <= TORCHS_FUNCTIONS


def _theirs(name: str) -> object | None:
    functional, own = getattr(nn.functional, name, None), getattr(torch, name, None)
    return functional if inspect.isfunction(functional) else own if inspect.isfunction(own) else None


def _parameters(theirs: Any) -> dict[str, Any]:
    """torch's parameters in their order, with their defaults."""
    found = inspect.signature(theirs).parameters.items()
    return {
        name: parameter.default
        for name, parameter in found
        if name not in ("self", "args", "kwargs", "input", "tensor")
    }


def _same_defaults(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """An argument that we leave out is the one that torch takes; functions of C take what we cannot see."""
    return all(theirs[name] == value for name, value in ours.items() if name in theirs)


OWN = [name for kind in KINDS.values() for name in kind.layers if not hasattr(nn, name) and kind.helper]


@pytest.mark.parametrize("called", [name for name in LAYERS if name not in OWN])
def test_a_layers_parameters_are_torchs_in_torchs_order_with_torchs_defaults(called: str) -> None:
    theirs = _parameters((getattr(nn, called, None) or getattr(torchvision.ops, called)).__init__)
    ours = LAYERS[called].signature(called)
    assert list(theirs)[: len(ours.names)] == list(ours.names) or set(ours.names) <= set(theirs)
    assert list(theirs)[: min(3, len(ours.names))] == list(ours.names[:3])
    assert _same_defaults(ours.defaults, theirs)
    assert {name for name in ours.required if name in theirs} == {
        name for name in ours.names if theirs.get(name, 0) is inspect.Parameter.empty
    }


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if _theirs(name)])
def test_a_functions_parameters_are_torchs_in_torchs_order_with_torchs_defaults(name: str) -> None:
    theirs = _parameters(_theirs(name))
    for kind in FUNCTIONS[name]:
        ours = kind.signature(name)
        names = list(ours.names)
        assert not theirs or list(theirs) == names or list(theirs)[: len(names)] == names
        assert _same_defaults(ours.defaults, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_what_follows_from_the_wire_is_an_argument_of_torchs_and_no_field(kind: str) -> None:
    fields = {info.name for info in KINDS[kind].fields()}
    for name in KINDS[kind].from_wire:
        assert name not in fields
        assert any(name in KINDS[kind].signature(called).names for called in KINDS[kind].layers)
