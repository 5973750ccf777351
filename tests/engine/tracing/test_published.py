"""All of torchvision's convolutional classifiers, beside the parameters and multiply–adds that it publishes."""

from __future__ import annotations

import sys

import pytest
import torch

from cnnbuilder.engine.torchvision_models import NETWORKS
from cnnbuilder.engine.tracing import published
from cnnbuilder.engine.tracing.graph import trace
from cnnbuilder.network.code import source
from cnnbuilder.network.file import dumps, loads
from cnnbuilder.network.project import Project
from tests.benchmarks.truth import row

AUXILIARY = {"inception_v3": 3_326_696}
"""Parameters that torchvision publishes and no image passes through."""


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_and_multiply_adds_are_those_published(name: str) -> None:
    entries = published.all_weights(name)
    sizes = {entry.transforms().crop_size[0] for entry in entries}
    traced = {size: trace(published.skeleton(name), (3, size, size)) for size in sizes}
    for entry in entries:
        analysis = traced[entry.transforms().crop_size[0]].analysis
        assert not analysis.problems
        assert analysis.params + AUXILIARY.get(name, 0) == entry.meta["num_params"]
        assert round(analysis.macs / 1e9, 3) == entry.meta["_ops"]
        assert analysis.output is not None
        assert analysis.output.sizes == (1000,)
    network, analysis, paths = next(iter(traced.values()))
    assert loads(dumps(Project(network))).network == network
    weighted = {id_: row.name for id_, row in analysis.rows.items() if row.weights}
    assert set(weighted) == set(paths) == set(source(network).prefixes)
    assert len(set(weighted.values())) == len(weighted)
    assert max(map(len, weighted.values())) <= 40


@pytest.mark.parametrize(
    "name",
    [
        "resnet18",
        "densenet121",
        "googlenet",
        "inception_v3",
        "shufflenet_v2_x0_5",
        "efficientnet_b0",
        "convnext_tiny",
        "regnet_y_400mf",
        "mnasnet0_5",
        "squeezenet1_1",
        "mobilenet_v3_small",
        "mobilenet_v2",
        "vgg11_bn",
        "alexnet",
    ],
)
def test_every_blocks_shape_is_torchs(name: str) -> None:
    found = row(name, logits=False)
    assert found["shapes_equal"], found["note"]


def test_a_skeleton_takes_no_memory_and_evaluates() -> None:
    module = published.skeleton("vgg16")
    assert not module.training
    large = [weight for weight in module.parameters() if weight.numel() > 5_000]
    assert large
    assert all(weight.is_meta for weight in large)
    assert not torch.empty(1).is_meta


def test_the_recommended_weights_come_first_and_all_have_classes() -> None:
    assert [entry.name for entry in published.all_weights("resnet50")] == ["IMAGENET1K_V2", "IMAGENET1K_V1"]
    # VGG-16 has weights for detection too, which end before any class.
    assert [entry.name for entry in published.all_weights("vgg16")] == ["IMAGENET1K_V1"]


def test_without_torchvision_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.delitem(sys.modules, "torchvision.models")
    with pytest.raises(
        published.NoTorchvisionError, match=r"does not load here .* Install torch and torchvision anew"
    ):
        published.skeleton("resnet18")


def test_a_torchvision_that_lacks_the_network_is_told_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision import models

    monkeypatch.delattr(models, "get_model_builder")
    monkeypatch.delattr(models, "get_model_weights")
    for ask in (published.skeleton, published.all_weights):
        with pytest.raises(
            published.NoTorchvisionError, match=r"has no resnet18: install torchvision 0\.21 or newer"
        ):
            ask("resnet18")
