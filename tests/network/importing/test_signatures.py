"""What we say of torch's layers and functions, beside torch itself."""

from __future__ import annotations

import inspect

import pytest
import torch
import torchvision
from torch import nn

from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.without_block import FUNCTIONS_WITHOUT_BLOCK, LAYERS_WITHOUT_BLOCK


def test_layers_and_functions_that_torch_has_are_no_slips_of_the_pen() -> None:
    made = {
        name for name, value in vars(nn).items() if inspect.isclass(value) and issubclass(value, nn.Module)
    }
    known = {*LAYERS, *LAYERS_WITHOUT_BLOCK, "Module", "Sequential", "ModuleList", "ModuleDict"}
    ours = {f"Lazy{kind}" for kind in LAYERS}
    assert {name for name in made - known - ours if "Loss" not in name} == set()
    assert LAYERS_WITHOUT_BLOCK.isdisjoint(LAYERS)
    assert FUNCTIONS_WITHOUT_BLOCK.isdisjoint(FUNCTIONS)
    assert {"conv_transpose2d", "interpolate", "max_pool1d"} <= FUNCTIONS_WITHOUT_BLOCK


def _theirs(name: str) -> object | None:
    functional, own = getattr(nn.functional, name, None), getattr(torch, name, None)
    return functional if inspect.isfunction(functional) else own if inspect.isfunction(own) else None


@pytest.mark.parametrize(
    "kind", [kind for kind in LAYERS if kind not in ("LayerNorm2d", "LayerScale", "Rescale")]
)
def test_arguments_stand_in_torchs_order(kind: str) -> None:
    theirs = getattr(nn, kind, None) or getattr(torchvision.ops, kind)
    names = [
        name
        for name in inspect.signature(theirs.__init__).parameters
        if name not in ("self", "args", "kwargs")
    ]
    ours = list(LAYERS[kind])
    assert names[: len(ours)] == ours or set(ours) <= set(names)
    assert names[: min(3, len(ours))] == ours[:3]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if _theirs(name)])
def test_arguments_of_functions_stand_in_torchs_order(name: str) -> None:
    names = [n for n in inspect.signature(_theirs(name)).parameters if n != "input"]  # type: ignore[arg-type]
    ours = list(FUNCTIONS[name][1])
    assert names in (["args", "kwargs"], ours) or names[: len(ours)] == ours
