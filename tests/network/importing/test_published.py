"""How published files are written: the network they mean, its images' size, numbers in tensors, torchvision's classes."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.network.importing import read
from cnnbuilder.network.importing.source_files import beside
from tests.network.importing.against_torch import compare, names_of
from tests.network.importing.kinds import net

HEAD = "import torch\nimport torch.nn as nn\n"


def test_a_number_in_a_tensor_scales_as_a_plain_one_does() -> None:
    text = net(
        "self.a = nn.Conv2d(3, 4, 1)\nself.keep = torch.tensor(0.25)\nself.shift = torch.FloatTensor([2.0])",
        "return self.a(x) * self.keep + self.shift",
    )
    found = read(text, (3, 8, 8))
    assert compare(found, names_of(text)["Net"](), (3, 8, 8)).verdict == "exact"


def test_constants_by_channel_are_named_and_nothing_behind_them_is_lost() -> None:
    text = net(
        "self.a = nn.Conv2d(3, 4, 1)\nself.register_buffer('mean', torch.tensor([0.4, 0.5, 0.6]).view(3, 1, 1))",
        "return self.a((x - self.mean) / self.mean)",
    )
    found = read(text, (3, 8, 8))
    assert [block.kind() for block in found.network.blocks][-1] == "Conv2d"
    assert any("no block computes this" in remark.message for remark in found.remarks)


def test_images_are_as_large_as_the_network_needs() -> None:
    text = net(
        "self.a = nn.Conv2d(3, 4, 3, stride=16)\nself.pool = nn.AvgPool2d(7)", "return self.pool(self.a(x))"
    )
    found = read(text)
    assert found.network.blocks[0].output().sizes == (3, 224, 224)
    assert found.analysis.problems == ()
    assert any("224×224 is put in" in remark.message for remark in found.remarks)


def test_a_network_made_in_a_trial_can_be_asked_for_again() -> None:
    text = HEAD + (
        "class Net(nn.Module):\n    def __init__(self, width, kernel):\n        super().__init__()\n"
        "        self.a = nn.Conv2d(3, width, kernel)\n    def forward(self, x):\n        return self.a(x)\n"
        "def test():\n    width = 5\n    net = Net(width, kernel=3)\n    print(net(torch.randn(1, 3, 8, 8)).shape)\n"
        "test()\n"
    )
    found = read(text)
    assert found.chosen == "Net(5, kernel=3)"
    assert read(text, network=found.chosen).network == found.network


def test_a_class_of_torchvision_is_made_with_a_block_of_the_file() -> None:
    text = HEAD + (
        "from torchvision.models import ResNet\nclass Plain(nn.Module):\n    expansion = 1\n"
        "    def __init__(self, before, width, stride=1, downsample=None, *_rest):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(before, width, 3, stride, 1)\n        self.downsample = downsample\n"
        "    def forward(self, x):\n        skip = x if self.downsample is None else self.downsample(x)\n"
        "        return self.conv(x).relu() + skip\n"
        "def small():\n    return ResNet(Plain, [1, 1, 1, 1], num_classes=5)\n"
    )
    found = read(text, (3, 64, 64), sources=beside(Path("net.py")))
    assert found.chosen == "small()"
    assert compare(found, names_of(text)["small"](), (3, 64, 64)).verdict == "exact"
