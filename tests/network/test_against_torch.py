"""torch is the referee: shapes, counts and refusals of random chains must be torch's own."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from cnnbuilder.blocks.base import Block, Shape
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import Style, source
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.network.chains import chains


def build(text: str) -> nn.Module:
    scope: dict[str, type[nn.Module]] = {}
    exec(compile(text, "<network>", "exec"), scope)
    return scope["Net"]()


def up_to_break(network: Network) -> Network:
    """The blocks before the first problem."""
    rows = analyse(network).rows
    return chain(*[row.block for row in rows.values() if row.output is not None])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chains())
def test_random_chains_agree_with_torch(network: Network) -> None:
    analysis = analyse(network)
    good = up_to_break(network)
    known = analyse(good)
    assert not known.problems
    for style in ("module", "sequential"):
        with torch.device("meta"):
            net = build(source(good, style).text)  # type: ignore[arg-type]
            x = torch.empty(2, *known.rows["b1"].output.sizes)  # type: ignore[union-attr]
        try:
            y = net(x)
        except ValueError as error:
            # Batch norm over 2 images of one pixel is legal; over 1 value it is not. Nothing else may fail.
            pytest.fail(f"{error} for {good}")
        assert tuple(y.shape[1:]) == known.output.sizes  # type: ignore[union-attr]
        assert sum(p.numel() for p in net.parameters()) == known.params
    if analysis.problems:
        _torch_refuses_too(network, good)


def _torch_refuses_too(network: Network, good: Network) -> None:
    """The block at the break, built by itself, is refused by torch as well."""
    broken = network.blocks[len(good.blocks)]
    arriving = analyse(good).output
    assert arriving is not None
    if isinstance(broken, Linear):
        return  # torch takes an image here; that it is a problem is our own decision
    # Each of the two checks something that the other lets pass.
    assert any(_refused(broken, arriving.sizes, device) for device in ("meta", "cpu"))


def _refused(block: Block, sizes: tuple[int, ...], device: str) -> bool:
    try:
        with torch.device(device):
            eval(block.call(Shape(sizes, "?")).module, {"nn": nn})(torch.zeros(2, *sizes))
    except (RuntimeError, ValueError, IndexError):
        return True
    return False


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("style", ["module", "sequential"])
def test_every_template_builds_in_both_styles(name: str, style: Style) -> None:
    network = TEMPLATES[name].make().network
    analysis = analyse(network)
    written = source(network, style)
    net = build(written.text).eval()
    first = next(iter(analysis.rows.values())).output
    assert first is not None
    with torch.no_grad():
        y = net(torch.zeros(1, *first.sizes))
    assert tuple(y.shape[1:]) == analysis.output.sizes  # type: ignore[union-attr]
    expected = {
        f"{written.prefixes[id_]}.{key}": shape
        for id_, row in analysis.rows.items()
        for key, shape in {**row.weights, **row.buffers}.items()
    }
    assert {key: tuple(value.shape) for key, value in net.state_dict().items()} == expected


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_block_of_a_template_gives_the_shape_that_is_shown(name: str) -> None:
    network = TEMPLATES[name].make().network
    shown = [row.output.sizes for row in analyse(network).rows.values() if row.output]
    for length, sizes in enumerate(shown, 1):
        part = chain(*network.blocks[:length])
        with torch.no_grad():
            y = build(source(part).text)(torch.zeros(1, *shown[0]))
        assert tuple(y.shape[1:]) == sizes


def test_names_avoid_every_attribute_of_a_module() -> None:
    from cnnbuilder.network.names import RESERVED

    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public <= RESERVED
