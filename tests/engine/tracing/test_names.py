"""Names of traced layers: what torchvision's paths say, without what they say twice or by number only."""

from __future__ import annotations

import pytest

from cnnbuilder.engine.tracing.graph import trace
from cnnbuilder.engine.tracing.published import skeleton

NAMES = {
    "resnet18": {"conv1": "conv1", "layer2.0.downsample.0": "layer2_0_downsample_conv", "layer2.0.bn2": "layer2_0_bn2", "fc": "fc"},
    "vgg11_bn": {"features.0": "conv1", "features.4": "conv2", "features.1": "bn1", "classifier.6": "fc3"},
    "densenet121": {"features.conv0": "conv0", "features.denseblock1.denselayer2.norm1": "denseblock1_denselayer2_norm1", "features.transition1.conv": "transition1_conv", "classifier": "fc1"},
    "googlenet": {"conv1.conv": "conv1_conv", "inception3a.branch2.0.conv": "inception3a_branch2_conv1", "inception3a.branch2.1.conv": "inception3a_branch2_conv2"},
    "inception_v3": {"Mixed_5b.branch5x5_1.bn": "mixed_5b_branch5x5_1_bn"},
    "regnet_y_400mf": {"stem.0": "stem_conv", "trunk_output.block1.block1-0.f.a.0": "block1_0_a_conv", "trunk_output.block1.block1-0.f.se.fc1": "block1_0_se_fc1"},
    "mobilenet_v3_small": {"features.0.0": "features_0_conv", "features.1.block.1.fc1": "features_1_fc1", "features.4.block.1.1": "features_4_bn2", "classifier.3": "fc2"},
    "convnext_tiny": {"features.1.0.layer_scale": "features_1_0_layer_scale", "features.1.0.block.3": "features_1_0_fc1", "features.2.1": "features_2_conv"},
    "mnasnet0_5": {"layers.0": "conv1", "layers.8.0.layers.0": "layers_8_0_conv1"},
}  # fmt: skip


@pytest.mark.parametrize("network", NAMES)
def test_layers_are_called_what_their_paths_say(network: str) -> None:
    traced = trace(skeleton(network), (3, 224, 224))
    found = {path: traced.analysis.rows[id_].name for id_, path in traced.paths.items()}
    assert {path: found[path] for path in NAMES[network]} == NAMES[network]
