"""The forecast of a training step's memory, against what torch keeps for the backward pass on the CPU."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torchvision
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from torch import nn

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block, Shape, flat, image
from cnnbuilder.blocks.fixes import MisfitError
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import source
from cnnbuilder.network.importing import read
from cnnbuilder.network.memory import kept_for_backward, saved_values, training_memory
from cnnbuilder.network.project import Network, Training
from cnnbuilder.network.saved_activations import Precision
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.blocks.torchs import apply, build, results
from tests.network.chains import FIELDS, blocks
from tests.network.graphs import graphs
from tests.network.test_against_torch import build as net_of

BATCH = 4
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")


def storages(run: object, own: nn.Module | None) -> dict[int, int]:
    """The bytes of each storage that is saved while `run` runs, without the module's own."""
    known = {t.untyped_storage().data_ptr() for t in [*own.parameters(), *own.buffers()]} if own else set()
    saved: dict[int, torch.Tensor] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        saved[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        alive = run()  # type: ignore[operator]
    sizes = {place: t.untyped_storage().nbytes() for place, t in saved.items() if place not in known}
    del alive
    return sizes


def measured(network: Network, precision: Precision = "float32") -> int:
    """Bytes kept for a batch, as torch keeps them."""
    torch.manual_seed(0)
    net = net_of(source(network).text).train()
    x = torch.rand(BATCH, *network.blocks[0].output().sizes)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
        return sum(storages(lambda: (x, net(x)), net).values())


def kept(network: Network, precision: Precision = "float32") -> int:
    """The same as it is forecast: activations, and the weights' copies."""
    analysis = analyse(network)
    half = precision == "bfloat16"
    found = saved_values(analysis, precision)
    copies = sum(
        2 * (row.params or 0)
        for row, learns in zip(found.rows, found.learning, strict=True)
        if half and learns and row.block.autocast == "half"
    )
    return BATCH * sum(kept_for_backward(analysis, precision).values()) + copies


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_keep_what_is_forecast(name: str, precision: Precision) -> None:
    network = TEMPLATES[name].make().network
    assert kept(network, precision) == pytest.approx(measured(network, precision), rel=0.03)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize(
    ("file", "make"),
    [
        ("resnet", "ResNet(BasicBlock, [2, 2, 2, 2])"),
        ("resnet", "ResNet(BasicBlock, [3, 4, 6, 3])"),
        ("resnet", "ResNet(Bottleneck, [3, 4, 6, 3])"),
        ("resnet", "ResNet(Bottleneck, [3, 4, 6, 3], groups=32, width_per_group=4)"),
        ("vgg", "VGG(make_layers(cfgs['A'], True))"),
        ("alexnet", "AlexNet()"),
        ("squeezenet", "SqueezeNet('1_0')"),
        ("squeezenet", "SqueezeNet('1_1')"),
        ("mnasnet", "MNASNet(1.0)"),
        ("googlenet", "GoogLeNet(aux_logits=False)"),
        ("densenet", "DenseNet(32, (6, 12, 24, 16), 64)"),
    ],
)
def test_torchvisions_models_keep_what_is_forecast(file: str, make: str, precision: Precision) -> None:
    text = Path(torchvision.__file__).with_name("models").joinpath(f"{file}.py").read_text()
    network = read(f"{text}\nmodel = {make}\n", (3, 96, 96)).network
    assert kept(network, precision) == pytest.approx(measured(network, precision), rel=0.1)


@pytest.mark.filterwarnings("ignore:dropout2d")
@pytest.mark.parametrize("kind", FIELDS)
def test_each_kind_says_what_it_keeps(kind: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(blocks((kind,)), st.sampled_from([image(6, 9, 8), image(4, 12, 12), flat(24)]))
    def agrees(block: Block, shape: Shape) -> None:
        try:
            output = block.output(shape)
        except MisfitError:
            assume(False)
        module = build(block, shape)
        x = torch.rand(BATCH, *shape.sizes, requires_grad=True) * 1.0
        made: list[torch.Tensor] = []

        def run() -> None:
            made.extend(results(apply(block, module, [x], shape)))

        sizes = storages(run, module)
        places = (x.untyped_storage().data_ptr(), made[0].untyped_storage().data_ptr())
        extra = sum(size for place, size in sizes.items() if place not in places)
        assert block.is_view() == (places[0] == places[1]) or output == shape
        said = block.extra_saved_bytes(output, shape) + 4 * block.extra_saved_values(output, shape)
        # What is kept once for a whole batch, two statistics a channel or feature, is left out.
        assert said * BATCH == pytest.approx(extra, abs=max(80, 8 * shape.sizes[0] + 16))
        if not block.is_view():
            assert (places[0] in sizes) == block.saves_input()
            assert (places[1] in sizes) == block.saves_output

    agrees()


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    graphs(
        kinds=(
            "Conv2d",
            "BatchNorm2d",
            "ReLU",
            "SiLU",
            "MaxPool2d",
            "AvgPool2d",
            "Sigmoid",
            "Linear",
            "Flatten",
            "LayerScale",
        )
    ),
    st.sampled_from(PRECISIONS),
)
def test_random_graphs_keep_what_is_forecast(network: Network, precision: Precision) -> None:
    # Of three factors torch keeps the product of two only where the third learns: too fine for the forecast.
    learning = {id_ for id_, row in analyse(network).rows.items() if row.params}
    for id_, wires in network.incoming.items():
        if any(wire.from_ in learning for wire in wires):
            learning.add(id_)
        assume(len(wires) < 3 or learning.issuperset(wire.from_ for wire in wires))
    # What is kept once for a whole batch, and torch's smallest storages, weigh more than 10 % in tiny networks.
    found = measured(network, precision)
    assert kept(network, precision) == pytest.approx(found, rel=0.1, abs=64 * len(network.blocks))


def test_more_images_and_more_state_take_more() -> None:
    analysis = analyse(TEMPLATES["digits"].make().network)
    small = training_memory(analysis, Training(batch_size=1))
    assert small < training_memory(analysis, Training(batch_size=2))
    assert training_memory(analysis, Training(batch_size=1, optimizer="sgd")) < small
    assert small > sum(kept_for_backward(analysis).values())


def test_nothing_is_kept_where_nothing_learns() -> None:
    network = TEMPLATES["empty"].make().network
    blocks_ = (*network.blocks, KINDS["ReLU"](id="r"))
    assert not any(kept_for_backward(analyse(Network(blocks_, network.wires))).values())


def test_accelerators_compute_in_float32_what_torchs_lists_say() -> None:
    lists = Path(torch.__file__).parent / "include" / "ATen" / "autocast_mode.h"
    if not lists.is_file():
        # The lists that our forecast follows are read from torch's own header; some builds leave headers out.
        pytest.skip("this build of torch comes without its headers")
    text = lists.read_text()
    full = text.partition("#define AT_FORALL_FP32(")[2].partition("#define")[0]
    wide = text.partition("#define AT_FORALL_FP32_SET_OPT_DTYPE(")[2].partition("#define")[0]
    half = text.partition("#define AT_FORALL_LOWER_PRECISION_FP(")[2].partition("#define")[0]
    functions = {"LayerNorm": "layer_norm", "GroupNorm": "group_norm", "Softplus": "softplus", "Conv2d": "conv2d",
                 "Softmax": "softmax", "LogSoftmax": "log_softmax", "Linear": "linear", "PReLU": "prelu",
                 "ReLU": "relu", "SiLU": "silu", "BatchNorm2d": "batch_norm", "ReflectionPad2d": "reflection_pad2d",
                 "MaxPool2d": "max_pool2d", "AvgPool2d": "avg_pool2d", "GELU": "gelu", "Tanh": "tanh"}  # fmt: skip
    for name, function in functions.items():
        kind = KINDS[name]
        said = kind.autocast_on_accelerators or kind.autocast
        listed = {
            "full": f"_({function})" in full,
            "wide": f"_({function}, int)" in wide,
            "half": f"_({function})" in half,
        }
        assert said == next((way for way, found in listed.items() if found), "follow"), name


def test_layer_normalisation_keeps_a_copy_in_float32_on_accelerators() -> None:
    network = chain(
        KINDS["Input"](id=""), KINDS["Conv2d"](id=""), KINDS["LayerNorm"](id=""), KINDS["Conv2d"](id="")
    )
    analysis = analyse(network)
    here = kept_for_backward(analysis, "bfloat16")
    there = kept_for_backward(analysis, "bfloat16 on an accelerator")
    values = analysis.rows["b2"].output.count
    # The copy in float32 is kept in place of the convolution's bfloat16, and what leaves is cast once more.
    assert here["b2"] - there["b2"] == 2 * values
    assert there["b3"] - here["b3"] == 4 * values - 2 * values
    assert there["b4"] - here["b4"] == 2 * values
