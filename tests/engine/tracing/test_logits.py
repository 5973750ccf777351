"""The generated source says what torchvision's own module says, with the same weights."""

from __future__ import annotations

import pytest
import torch

from cnnbuilder.engine.module import build
from cnnbuilder.engine.tracing.graph import trace
from cnnbuilder.engine.tracing.published import builder, skeleton
from cnnbuilder.engine.tracing.weights import names, renamed
from cnnbuilder.network.code import source
from cnnbuilder.network.equality import equal
from cnnbuilder.network.importing import read
from tests.benchmarks.truth import AGREES, differences


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("resnet18", 64),
        ("densenet121", 64),
        ("googlenet", 64),
        ("inception_v3", 96),
        ("shufflenet_v2_x0_5", 64),
        ("efficientnet_b0", 64),
        ("convnext_tiny", 64),
        ("regnet_y_400mf", 64),
        ("mnasnet0_5", 64),
        ("squeezenet1_1", 64),
        ("mobilenet_v2", 64),
        ("mobilenet_v3_small", 64),
        ("alexnet", 64),
    ],
)
def test_logits_are_equal(name: str, pixels: int) -> None:
    found = differences(name, trace(skeleton(name), (3, pixels, pixels)), pixels)
    assert found["logits_difference"] is not None
    assert found["logits_difference"] <= AGREES
    assert found["largest_logit"] is not None
    assert found["largest_logit"] > 100 * AGREES
    sequential = found["logits_difference_sequential"]
    assert (sequential is None) == (name != "alexnet")
    assert sequential is None or sequential <= AGREES


@pytest.mark.parametrize(
    "name",
    [
        "resnet18",
        "mnasnet0_5",
        "efficientnet_b0",
        "densenet121",
        "mobilenet_v3_small",
        "shufflenet_v2_x0_5",
        "convnext_tiny",
    ],
)
def test_a_step_of_training_changes_both_alike(name: str) -> None:
    """What only training shows: momenta, what is dropped, which branches are skipped, first factors."""
    torch.manual_seed(0)
    original = builder(name)().train()
    traced = trace(skeleton(name), (3, 64, 64))
    net = build(traced.network).train()
    net.load_state_dict(renamed(original.state_dict(), traced))
    images = torch.randn(4, 3, 64, 64)
    logits = []
    for module in (original, net):
        torch.manual_seed(1)
        logits.append(module(images))
        logits[-1].logsumexp(1).sum().backward()
    torch.testing.assert_close(logits[0], logits[1], rtol=0, atol=AGREES)
    theirs, ours = original.state_dict(), net.state_dict()
    gradients = {path: weight.grad for path, weight in original.named_parameters()}
    for own, path in names(traced).items():
        torch.testing.assert_close(ours[own], theirs[path])
    for own, weight in net.named_parameters():
        torch.testing.assert_close(weight.grad, gradients[names(traced)[own]], rtol=1e-3, atol=1e-5)


def test_exchanged_weights_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.benchmarks import truth

    def exchanged(*arguments: object) -> dict[str, torch.Tensor]:
        weights = renamed(*arguments)  # type: ignore[arg-type]
        one, other = "layer1_0_bn1.bias", "layer1_0_bn2.bias"
        weights[one], weights[other] = weights[other], weights[one]
        return weights

    monkeypatch.setattr(truth, "renamed", exchanged)
    found = differences("resnet18", trace(skeleton("resnet18"), (3, 64, 64)), 64)
    assert found["logits_difference"] is not None
    assert found["logits_difference"] > AGREES


def test_every_weight_has_its_counterpart_but_those_of_auxiliary_heads() -> None:
    module = builder("googlenet")()
    theirs = list(names(trace(module, (3, 224, 224))).values())
    assert len(set(theirs)) == len(theirs)
    left = set(module.state_dict()) - set(theirs)
    assert left
    assert all(name.startswith(("aux1.", "aux2.")) for name in left)


@pytest.mark.parametrize(
    "name", ["resnet18", "densenet121", "googlenet", "shufflenet_v2_x0_5", "convnext_tiny", "alexnet"]
)
def test_its_source_is_read_back_as_the_same_network(name: str) -> None:
    traced = trace(skeleton(name), (3, 224, 224))
    assert equal(read(source(traced.network).text, (3, 224, 224)).network, traced.network)
