"""Weights that the source takes out of training come in as frozen blocks."""

from __future__ import annotations

import pytest

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import source
from cnnbuilder.network.importing import read

NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 8, 3))
        self.fc = nn.Linear(8 * 24 * 24, 10)
        {freeze}

    def forward(self, x):
        x = self.features(x)
        return self.fc(torch.flatten(x, 1))
"""
FEATURES, FC, ALL = {"Conv2d"}, {"Linear"}, {"Conv2d", "Linear"}


@pytest.mark.parametrize(
    ("freeze", "kinds"),
    [
        ("self.features.requires_grad_(False)", FEATURES),
        ("self.fc.requires_grad_(requires_grad=False)", FC),
        ("self.requires_grad_(False)", ALL),
        ("self.requires_grad_(False)\n        self.fc.requires_grad_()", FEATURES),
        ("for p in self.features.parameters():\n            p.requires_grad = False", FEATURES),
        ("for name, p in self.named_parameters():\n            p.requires_grad = False", ALL),
        ("for p in self.parameters():\n            p.requires_grad = True", set()),
        ("for p in self.features.parameters():\n            p.requires_grad_(False)", FEATURES),
        ("self.fc.weight.requires_grad = self.fc.bias.requires_grad = False", FC),
        ("self.fc.weight.requires_grad_(False)\n        self.fc.bias.requires_grad_(False)", FC),
    ],
)
def test_each_way_of_writing_it(freeze: str, kinds: set[str]) -> None:
    found = read(NET.format(freeze=freeze), (1, 28, 28))
    assert not found.remarks
    assert {block.kind() for block in found.network.blocks if block.frozen} == kinds


def test_a_layer_of_which_a_part_is_frozen_is_trained_and_named() -> None:
    found = read(NET.format(freeze="self.fc.weight.requires_grad = False"), (1, 28, 28))
    assert not any(block.frozen for block in found.network.blocks)
    assert [
        (remark.line, "only the weight of this layer is frozen" in remark.message) for remark in found.remarks
    ] == [(6, True)]


def test_frozen_weights_are_counted_apart_and_written_down() -> None:
    network = read(NET.format(freeze="self.features.requires_grad_(False)"), (1, 28, 28)).network
    found = analyse(network)
    assert found.params - found.trainable == (4 * 9 + 4) + (8 * 4 * 9 + 8)
    assert [row.trainable for row in found.rows.values() if row.params] == [0, 0, 8 * 24 * 24 * 10 + 10]
    assert source(network).text.count(".requires_grad_(False)") == 2
    assert "self.features[0].requires_grad_(False)" in source(network, "sequential").text
