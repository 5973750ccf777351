"""torch is the referee: shapes, counts and values of random networks must be torch's own."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import Style, source
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.blocks.torchs import apply, results
from tests.network.chains import chains
from tests.network.graphs import graphs


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
    good = up_to_break(network)
    known = analyse(good)
    assert not known.problems
    for style in ("module", "sequential"):
        with torch.device("meta"):
            net = build(source(good, style).text)  # type: ignore[arg-type]
            x = torch.empty(2, *known.rows["b1"].output.sizes)  # type: ignore[union-attr]
        y = net(x)
        assert tuple(y.shape[1:]) == known.output.sizes  # type: ignore[union-attr]
        assert sum(p.numel() for p in net.parameters()) == known.params


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


def evaluate(network: Network, net: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """The network block by block, along its wires, with the layers of `net`."""
    rows = analyse(network).rows
    values: dict[tuple[str, int], torch.Tensor] = {}
    for id_, row in rows.items():
        shapes = [shape for shape in row.inputs if shape is not None]
        arriving = [values[wire.from_, wire.output] for wire in network.incoming[id_]] or [x]
        outputs = results(apply(row.block, getattr(net, row.name, None), arriving, *shapes))
        assert row.measured is not None
        assert [tuple(output.shape[1:]) for output in outputs] == [
            shape.sizes for shape in row.measured.outputs
        ]
        values.update({(id_, number): output for number, output in enumerate(outputs)})
    return values[list(rows)[-1], 0]


@pytest.mark.filterwarnings("ignore:dropout2d")
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_the_code_of_random_graphs_computes_what_was_drawn(network: Network) -> None:
    analysis = analyse(network)
    assert not analysis.problems
    net = build(source(network).text)
    assert sum(p.numel() for p in net.parameters()) == analysis.params
    first = network.blocks[0].output()
    x = torch.rand(2, *first.sizes)
    net.train()
    assert tuple(net(x).shape[1:]) == analysis.output.sizes  # type: ignore[union-attr]
    net.eval()
    with torch.no_grad():
        torch.testing.assert_close(net(x), evaluate(network, net, x), rtol=0, atol=0, equal_nan=True)
