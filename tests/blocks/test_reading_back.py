"""The contract that every kind keeps with PyTorch source: what its code says is read back as the same block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import torch
import torchvision.ops
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.writing import literal
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import CannotGenerateError, source
from cnnbuilder.network.equality import equal
from cnnbuilder.network.importing import read
from cnnbuilder.network.project import Network, Wire
from tests.blocks.random_fields import random_fields

LAYERS = [name for name, kind in KINDS.items() if kind.arity[0]]
"""All but the Input, and the place for what could not be read."""
FUNCTIONS = [(name, function) for name in LAYERS for function in KINDS[name].functions]
several = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def draw_network(data: st.DataObject, kind: type[Block], flat: bool | None = None) -> Network:
    """An Input, perhaps a Flatten, and a block of this kind with random field values that fits what arrives."""
    given_fields = {name: data.draw(values) for name, values in random_fields(kind).items()}
    channels = data.draw(st.sampled_from([1, 2, 3, 4, 8, 12]))
    height, width = (data.draw(st.integers(5, 12)) for _axis in range(2))
    blocks: list[Block] = [KINDS["Input"](id="b1", channels=channels, height=height, width=width)]  # type: ignore[call-arg]
    wires = []
    if data.draw(st.booleans()) if flat is None else flat:
        blocks.append(KINDS["Flatten"](id="b2"))
        wires.append(Wire("b1", "b2"))
    before = blocks[-1].id
    blocks.append(kind(id="b3").with_fields(**given_fields))
    wires.append(Wire(before, "b3"))
    if kind.arity[0] > 1:
        blocks.append(KINDS["Sigmoid"](id="b4"))
        wires += [Wire(before, "b4"), Wire("b4", "b3", 1)]
    network = Network(tuple(blocks), tuple(wires))
    row = analyse(network).rows["b3"]
    assume(row.problem is None and row.unknown is None)
    shapes = [shape for shape in row.inputs if shape is not None]
    # Code cannot say that nothing is frozen.
    block = msgspec.structs.replace(
        row.block, frozen=row.block.frozen and bool(row.weights or row.buffers)
    ).canonical(*shapes)
    return Network(tuple(block if other.id == "b3" else other for other in blocks), network.wires)


def read_back(network: Network, text: str) -> Network:
    """What the source makes of images of the network's size."""
    found = read(text, network.blocks[0].output().sizes)  # type: ignore[arg-type]
    assert found.remarks == (), text
    return found.network


@pytest.mark.parametrize("kind", LAYERS)
def test_its_code_is_read_as_the_same_block_in_both_styles(kind: str) -> None:
    @several
    @given(st.data())
    def comes_back(data: st.DataObject) -> None:
        network = draw_network(data, KINDS[kind])
        text = source(network, "module").text
        assert equal(read_back(network, text), network), text
        try:
            text = source(network, "sequential").text
        except CannotGenerateError:
            block = network.by_id["b3"]
            assert block.arity[0] > 1 or not KINDS[kind].layers
            return
        assert equal(read_back(network, text), network), text

    comes_back()


TORCHS_VALUES = {
    ("pad", "pad"): lambda block: block.padding if len(block.padding) == 4 else (0, 0, 0, 0, *block.padding),
    ("pad", "mode"): lambda block: getattr(block, "pad_mode", "constant"),
    ("split", "split_size_or_sections"): lambda block: list(block.split_sizes),
    ("unflatten", "dim"): lambda block: 1,
    ("unflatten", "sizes"): lambda block: block.unflattened_size,
    ("mean", "dim"): lambda block: 1,
    ("mean", "keepdim"): lambda block: True,
    ("amax", "dim"): lambda block: 1,
    ("amax", "keepdim"): lambda block: True,
    ("permute", "dims"): lambda block: (0, *block.dims),
    **{
        (function, name): value
        for function in ("interpolate", "upsample")
        for name, value in {
            "scale_factor": lambda block: None if block.size else block.scale_factor,
            "align_corners": lambda block: block.align_corners if block.mode == "bilinear" else None,
        }.items()
    },
}
"""Arguments that are not a field's value: by function and parameter."""


def functional_forms(function: str, block: Block) -> Iterator[str]:
    """The function as people call it, with this block's field values: F.relu(x), torch.flatten(x, 1), x.relu()."""
    signature = block.signature(function)
    values: dict[str, str] = {}
    for name in signature.names:
        if (function, name) in TORCHS_VALUES:
            values[name] = literal(TORCHS_VALUES[function, name](block))
        elif name == "training":
            values[name] = "self.training"
        elif name in {info.name for info in block.fields()}:
            values[name] = literal(getattr(block, name))
    first = [values[name] for name in signature.names if name in signature.required]
    if signature.several:
        first = [*first[:-1], first[-1].strip("()")]
    rest = [*first, *(f"{name}={text}" for name, text in values.items() if name not in signature.required)]
    ending = "[0]" if block.pieces() is not None else ""
    if block.arity[0] > 1:
        flowing = ["x", "torch.sigmoid(x)"]
        if not block.operator:
            both = f"({', '.join(flowing)})"
            yield f"torch.{function}({', '.join([both, *rest])})"
            return
        yield f"torch.{function}({', '.join([*flowing, *rest])})"
        yield f"x.{function}({', '.join([flowing[1], *rest])})"
        return
    arguments = ", ".join(["x", *rest])
    if hasattr(nn.functional, function):
        yield f"F.{function}({arguments}){ending}"
    elif hasattr(torchvision.ops, function):
        yield f"{function}({arguments})"
    elif hasattr(torch, function) and not signature.several:
        yield f"torch.{function}({arguments}){ending}"
    if hasattr(torch.Tensor, function):
        yield f"x.{function}({', '.join(rest)}){ending}"


HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"


def module_of(expression: str, imports: str = "", before: str = "") -> str:
    """A network of one function, and perhaps a line before it."""
    return (
        f"{HEAD}{imports}\n\nclass Net(nn.Module):\n    def forward(self, x):\n"
        f"{before}        return {expression}\n"
    )


def run(text: str, x: torch.Tensor) -> torch.Tensor:
    scope: dict[str, Any] = {}
    exec(compile(text, "net.py", "exec"), scope)
    net: nn.Module = scope["Net"]().eval()
    with torch.no_grad():
        return net(x)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("kind", "function"), FUNCTIONS)
@pytest.mark.filterwarnings("ignore:dropout2d", "ignore:nn.functional")
def test_its_functional_form_is_read_as_the_same_block_and_computes_the_same(
    kind: str, function: str
) -> None:
    @several
    @given(st.data())
    def comes_back(data: st.DataObject) -> None:
        network = draw_network(data, KINDS[kind], flat=kind == "Unflatten")
        block = network.by_id["b3"]
        x = torch.randn(2, *network.blocks[0].output().sizes)
        ours = run(source(network).text, x.clone())
        forms = list(functional_forms(function, block))
        assert forms
        for form in forms:
            imports = f"from torchvision.ops import {function}\n" if form.startswith(function) else ""
            flat = (
                "        x = torch.flatten(x, 1)\n" if len(network.blocks) > 2 and block.arity[0] == 1 else ""
            )
            text = module_of(form, imports, flat)
            torch.testing.assert_close(run(text, x.clone()), ours, rtol=0, atol=0, equal_nan=True, msg=text)
            assert equal(read_back(network, text), network), text

    comes_back()
