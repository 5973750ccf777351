"""Transfer learning as tutorials write it: a network of torchvision's with another head, what goes before it frozen."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from cnnbuilder.network.importing import Imported, Reading
from cnnbuilder.network.importing.source_files import beside

# What is read here are torchvision's own classes; a machine without it reads none.
pytestmark = pytest.mark.skipif(find_spec("torchvision") is None, reason="torchvision is not installed")

HEAD = "import torch\nimport torch.nn as nn\nimport torchvision\nfrom torchvision import models\n"
HEADLESS_RESNET18 = 11_176_512
FREEZE = "for p in net.parameters():\n    p.requires_grad = False\n"
NEW_FC = "net.fc = nn.Linear(net.fc.in_features, 2)\n"
FEATURES = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        backbone = models.resnet18(weights="DEFAULT")
        self.features = nn.Sequential(*list(backbone.children())[:-1])
        for p in self.features.parameters():
            p.requires_grad_(False)
        self.head = nn.Linear(backbone.fc.in_features, 2)

    def forward(self, x):
        return self.head(self.features(x).flatten(1))
"""


def read(text: str, tmp_path: Path) -> Imported:
    return Reading(HEAD + text, beside(tmp_path / "net.py")).read((3, 224, 224))


@pytest.mark.parametrize(
    "text",
    [
        "net = models.resnet18(pretrained=True)\n" + FREEZE + NEW_FC,
        "net = models.resnet18(weights=models.ResNet18_Weights.DEFAULT)\n" + FREEZE + NEW_FC,
        'net = torchvision.models.get_model("resnet18", weights="DEFAULT")\n' + FREEZE + NEW_FC,
        'net = models.get_model(name="ResNet18", weights="DEFAULT")\n' + FREEZE + NEW_FC,
        FEATURES,
    ],
)
def test_only_the_new_head_of_resnet18_is_trained(text: str, tmp_path: Path) -> None:
    found = read(text, tmp_path)
    assert found.analysis.params == HEADLESS_RESNET18 + 512 * 2 + 2
    assert found.analysis.trainable == 512 * 2 + 2
    assert ["the weights of resnet18" in remark.message for remark in found.remarks] == [True]


def test_without_weights_nothing_is_said(tmp_path: Path) -> None:
    assert not read("net = models.resnet18(weights=None)\n", tmp_path).remarks
