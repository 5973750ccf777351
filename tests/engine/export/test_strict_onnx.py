"""Every kind of block leaves as ONNX that takes its own sizes seriously, and computes what PyTorch computes."""

from __future__ import annotations

from itertools import pairwise

import onnx
import pytest
import torch

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.pooling import AvgPool2d, MaxPool2d
from cnnbuilder.engine.export.comparing import a_few_images, logits_in_program, normalised
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.onnx import onnx_bytes, onnx_logits
from cnnbuilder.engine.export.weights import weighted
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.data import Data
from cnnbuilder.network.project import Network, Project, Wire

NEVER_LEAVE = {"Input", "Unread"}
"""The beginning of every network, and what stands for a layer that could not be read."""
FIELDS: dict[str, dict[str, object]] = {
    "GroupNorm": {"num_groups": 2},
    "Shared": {"of": "m"},
    "Split": {"split_sizes": (1, 3)},
}
"""Where a block's own defaults do not fit four channels."""


def networks_with(block: Block) -> list[Network]:
    """A convolution, the block on all that it takes, and a classifier: on images, on vectors, with one or two inputs."""
    found = []
    channels = 3 if block.kind() == "Rescale" else 4
    for flat in (False, True):
        for inputs in (1, 2):
            middle: Block = (
                KINDS["Flatten"](id="m") if flat else KINDS["Conv2d"](id="m", out_channels=channels)
            )  # type: ignore[call-arg]
            blocks = [
                KINDS["Input"](id="in", channels=channels, height=7, width=7),  # type: ignore[call-arg]
                middle,
                block,
            ]
            wires = [Wire("in", "m"), *(Wire("m", block.id, place) for place in range(inputs))]
            for tail in ([], ["Flatten"], ["Flatten", "Linear"]):
                ends = [KINDS[kind](id=kind) for kind in tail]
                chain = [block.id, *tail]
                more = [Wire(a, b) for a, b in pairwise(chain)]
                network = Network((*blocks, *ends), (*wires, *more))
                analysis = analyse(network)
                if not analysis.problems and analysis.output is not None and analysis.output.axes == "F":
                    found.append(network)
                    break
    return found


def refuses_strictly(network: Network) -> str:
    """Empty where all is well, else what is wrong with the ONNX of it."""
    model = weighted(Project(network, Data(None)))
    images = a_few_images(model.preparation)
    values = normalised(images, model.preparation)
    content = onnx_bytes(network, model, normalise=False)
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    found, expected = onnx_logits(content, values), logits_in_program(model.net, model.preparation, images)
    return "" if torch.allclose(found, expected, atol=1e-4) else f"{(found - expected).abs().max()}"


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - NEVER_LEAVE))
def test_every_kind_of_block_passes_the_full_check(kind: str) -> None:
    networks = networks_with(KINDS[kind](id="b").with_fields(**FIELDS.get(kind, {})))
    assert networks, kind
    assert refuses_strictly(networks[0]) == ""


@pytest.mark.parametrize("kind", [MaxPool2d, AvgPool2d])
@pytest.mark.parametrize("padding", [(0, 0), (1, 1)])
def test_pools_that_reach_over_the_end_pass_it_too(
    kind: type[MaxPool2d | AvgPool2d], padding: tuple[int, int]
) -> None:
    (network, *_others) = networks_with(kind(id="b", stride=(2, 2), padding=padding, ceil_mode=True))
    assert refuses_strictly(network) == ""


def test_what_the_check_refuses_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    (network, *_others) = networks_with(MaxPool2d(id="b", padding=(1, 1), ceil_mode=True))
    monkeypatch.setattr("cnnbuilder.engine.export.onnx.translatable", lambda net: net)
    with pytest.raises(ExportProblem, match="ONNX's own check refuses what PyTorch wrote"):
        onnx_bytes(network, weighted(Project(network, Data(None))), normalise=False)
