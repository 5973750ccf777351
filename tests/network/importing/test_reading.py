"""Reading PyTorch source in the ways people write it; nothing of it is ever run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torchvision

from cnnbuilder.network.equality import equal
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.importing import Imported, read


def kinds(found: Imported) -> str:
    return " ".join(block.kind() for block in found.network.blocks[1:])


def said(found: Imported) -> list[str]:
    return [remark.message for remark in found.remarks]


CLASS = """
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        {init}

    def forward(self, x):
        {forward}
        return x
"""


def net(init: str, forward: str, shape: tuple[int, int, int] | None = (3, 32, 32)) -> Imported:
    return read(
        CLASS.format(init=init.replace("\n", "\n        "), forward=forward.replace("\n", "\n        ")),
        shape,
    )


@pytest.mark.parametrize(
    ("init", "forward", "expected"),
    [
        ("self.conv1 = nn.Conv2d(3, 8, 3)", "x = F.relu(self.conv1(x))", "Conv2d ReLU"),
        ("self.conv1 = nn.Conv2d(3, 8, 3)", "x = torch.relu(self.conv1(x)).sigmoid()", "Conv2d ReLU Sigmoid"),
        ("self.pool = nn.MaxPool2d(2)", "x = self.pool(self.pool(x))", "MaxPool2d MaxPool2d"),
        ("pass", "x = F.max_pool2d(x, 2)\nx = F.avg_pool2d(x, kernel_size=2)", "MaxPool2d AvgPool2d"),
        (
            "self.fc = nn.Linear(3072, num_classes)",
            "x = x.view(-1, 3 * 32 * 32)\nx = self.fc(x)",
            "Flatten Linear",
        ),
        ("self.fc = nn.Linear(3072, 10)", "x = self.fc(x.view(x.size(0), -1))", "Flatten Linear"),
        ("self.fc = nn.Linear(3072, 10)", "x = self.fc(x.flatten(1))", "Flatten Linear"),
        ("self.fc = nn.Linear(3072, 10)", "x = self.fc(x.reshape(x.shape[0], -1))", "Flatten Linear"),
        ("self.fc = nn.Linear(3, 10)", "x = self.fc(x.mean([2, 3]))", "AdaptiveAvgPool2d Flatten Linear"),
        ("self.conv = nn.Conv2d(3, 3, 1)", "skip = x\nx = self.conv(x)\nx = x + skip", "Conv2d Add"),
        ("self.conv = nn.Conv2d(3, 3, 1)", "out = self.conv(x)\nout += x\nx = out", "Conv2d Add"),
        ("self.conv = nn.Conv2d(3, 3, 1)", "x = torch.cat([x, self.conv(x)], dim=1)", "Conv2d Concat"),
        (
            "self.drop = nn.Dropout(0.2)",
            "x = F.dropout(self.drop(x), training=self.training)",
            "Dropout Dropout",
        ),
        (
            "self.net = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh(), nn.GELU()))",
            "x = self.net(x)",
            "ReLU Tanh GELU",
        ),
        (
            "layers = []\nfor n in [8, 16]:\n    layers.append(nn.LazyConv2d(n, 3) if n > 99 else nn.Tanh())\n"
            "self.net = nn.Sequential(*layers)",
            "x = self.net(x)",
            "Tanh Tanh",
        ),
        (
            "self.acts = nn.ModuleList([nn.ReLU() for i in range(3)])",
            "for act in self.acts:\n    x = act(x)",
            "ReLU ReLU ReLU",
        ),
        ("self.a, self.b = nn.ReLU(), nn.Tanh()", "x = self.b(self.a(x))", "ReLU Tanh"),
        ("pass", "a, b = torch.chunk(x, 3, 1)[:2] if False else x.chunk(3, dim=1)[0:2]\nx = x", ""),
    ],
)
def test_the_ways_people_write_it(init: str, forward: str, expected: str) -> None:
    found = net(init, forward)
    if not expected:
        return
    assert kinds(found) == expected
    assert found.analysis.problems == ()


def test_submodules_of_the_file_with_arguments_and_arithmetic() -> None:
    found = read(
        """
        from torch import nn

        def conv(inside, out, stride=1):
            return nn.Conv2d(inside, out, kernel_size=3, stride=stride, padding=1, bias=False)

        class Block(nn.Module):
            expansion = 2
            def __init__(self, inside, width, stride=1):
                super(Block, self).__init__()
                self.conv1 = conv(inside, width, stride)
                self.relu = nn.ReLU(inplace=True)
                self.conv2 = conv(width, width * self.expansion)
                self.shortcut = None
                if stride != 1 or inside != width * self.expansion:
                    self.shortcut = nn.Sequential(nn.Conv2d(inside, width * self.expansion, 1, stride))
            def forward(self, x):
                identity = x
                out = self.conv2(self.relu(self.conv1(x)))
                if self.shortcut is not None:
                    identity = self.shortcut(x)
                return self.relu(out + identity)

        class Net(nn.Module):
            def __init__(self, block=Block, widths=(4, 8)):
                super().__init__()
                self.inside = 3
                self.stages = nn.Sequential(*[self._stage(block, w, 1 + i) for i, w in enumerate(widths)])
            def _stage(self, block, width, stride):
                made = block(self.inside, width, stride)
                self.inside = width * block.expansion
                return made
            def forward(self, x):
                return self.stages(x)
        """,
        (3, 16, 16),
    )
    one = "Conv2d ReLU Conv2d Conv2d Add ReLU"
    assert kinds(found) == f"{one} {one}"
    assert found.analysis.problems == ()
    assert str(found.analysis.output) == "16 × 8 × 8"
    assert said(found) == []


@pytest.mark.parametrize(
    ("file", "make", "params"),
    [
        ("resnet", "ResNet(Bottleneck, [3, 4, 6, 3])", 25_557_032),
        ("resnet", "ResNet(BasicBlock, [2, 2, 2, 2])", 11_689_512),
        ("vgg", "VGG(make_layers(cfgs['D'], True))", 138_365_992),
        ("alexnet", "AlexNet()", 61_100_840),
        ("squeezenet", "SqueezeNet('1_1')", 1_235_496),
        ("mnasnet", "MNASNet(1.0)", 4_383_312),
        ("googlenet", "GoogLeNet(aux_logits=False)", 6_624_904),
        ("densenet", "DenseNet(32, (6, 12, 24, 16), 64)", 7_978_856),
    ],
)
def test_torchvisions_own_files(file: str, make: str, params: int) -> None:
    """Written by others, for people: the numbers are those that torchvision publishes."""
    text = Path(torchvision.__file__).with_name("models").joinpath(f"{file}.py").read_text()
    found = read(f"{text}\nmodel = {make}\n", (3, 224, 224))
    assert found.analysis.problems == ()
    assert found.analysis.params == params
    assert found.analysis.output is not None
    assert found.analysis.output.sizes == (1000,)


LESSON = Path(__file__).parents[4] / "shared" / "seed" / "lesson.md"


# The lesson is not part of the project, so a checkout by itself does not have it.
@pytest.mark.skipif(
    not LESSON.is_file(), reason="the lesson lies beside the checkout only where it is written"
)
def test_every_snippet_of_the_lesson_with_a_layer_is_read() -> None:
    for snippet in re.findall(r"```\n(.*?)```", LESSON.read_text(), re.DOTALL):
        if "(" in snippet:
            assert len(read(snippet).network.blocks) > 1


def test_fragments_are_read_as_they_stand() -> None:
    assert kinds(read("nn.Conv2d(3, 10, 3)\nnn.MaxPool2d(4, 4)")) == "Conv2d MaxPool2d"
    assert kinds(read("self.conv1 = nn.Conv2d(3, 16, 3)\nself.pool = nn.MaxPool2d(2)")) == "Conv2d MaxPool2d"
    text = "self.conv1 = nn.Conv2d(3, 16, 3)\nx = F.relu(self.conv1(x))\nx = F.relu(x)"
    assert kinds(read(text)) == "Conv2d ReLU ReLU"
    assert kinds(read("def __init__(self):\n    super(M, self).__init__()\n    self.a = nn.ReLU()")) == "ReLU"


@pytest.mark.parametrize(
    ("forward", "expected"),
    [
        ("x = x.mean(3).mean(2)", "AdaptiveAvgPool2d Flatten"),
        ("x = x.mean(dim=-1).mean(-1)", "AdaptiveAvgPool2d Flatten"),
        ("x = F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1)", "AdaptiveAvgPool2d Flatten"),
        ("x = F.adaptive_avg_pool2d(x, (1, 1)).squeeze()", "AdaptiveAvgPool2d Flatten"),
        ("x = torch.squeeze(F.adaptive_avg_pool2d(x, 1), 3).squeeze(2)", "AdaptiveAvgPool2d Flatten"),
        ("x = x.view(x.size(0), x.size(1) * x.size(2) * x.size(3))", "Flatten"),
        ("x = x.view(x.shape[0], math.prod(x.shape[1:]))", "Flatten"),
        ("b, c, h, w = x.size()\nx = x.reshape(b, c * h * w)", "Flatten"),
        (
            "b, c, h, w = x.shape\nx = x.reshape(b, 3, -1, h, w).permute(0, 2, 1, 3, 4).flatten(1, 2)",
            "ChannelShuffle",
        ),
        ("while x.dim() > 4:\n    x = x\nx = F.relu(x) if x.ndim == 4 else x", "ReLU"),
        ("with torch.no_grad():\n    x = F.relu(x)", "ReLU"),
        ("try:\n    x = F.relu(x)\nexcept RuntimeError:\n    x = None", "ReLU"),
    ],
)
def test_what_takes_two_steps_or_sizes(forward: str, expected: str) -> None:
    found = net("pass", forward)
    assert kinds(found) == expected
    assert found.analysis.problems == ()


@pytest.mark.parametrize(
    "forward",
    [
        "x = x.mean(3)",
        "x = x.view(x.size(0), 3, 1, x.size(2), x.size(3))",
        "x = x[:, :, 1:].squeeze().view(x.size(0), 3, 1, x.size(3), x.size(2)).transpose(1, 2)",
        "x = x.transpose(1, 2)",
        "x = x.view(x.size(0), x.size(1), 1, 1)",
        "x = nn.ConvTranspose1d(3, 3, 2, 2)(x)",
        "x = F.interpolate(x, scale_factor=2, mode='bicubic')",
    ],
)
def test_half_a_step_is_no_block(forward: str) -> None:
    (problem,) = net("pass", forward).analysis.problems
    assert "Line 12 could not be read" in problem.message
    assert [fix.label for fix in problem.fixes] == ["Remove it"]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("nn.Maxpool2d(2, 2)", "nn.MaxPool2d(2, 2)"),
        (
            "nn.Conv2D(3, 16, kernel_size=3, padding=(1, 2))",
            "nn.Conv2d(3, 16, kernel_size=3, padding=(1, 2))",
        ),
        ("nn.Conv2d(3, 16, 3, paddin=1)", "nn.Conv2d(3, 16, 3, padding=1)"),
        ("x = F.max_pool(x, 2)", "nn.MaxPool2d(kernel_size=2)"),
    ],
)
def test_a_slip_of_the_pen_can_be_taken_as_what_it_probably_means(line: str, meant: str) -> None:
    found = read(line, (3, 16, 16))
    (problem,) = found.analysis.problems
    assert problem.fixes[0].label == f"Use {meant}"
    mended = apply_fix(found.network, problem, problem.fixes[0])
    assert equal(mended, read(meant, (3, 16, 16)).network)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```python\nnn.Conv2d(3, 8, 3)\n```", "Conv2d"),
        (">>> nn.Conv2d(3, 8, 3)\n>>> nn.ReLU()", "Conv2d ReLU"),
        ("%matplotlib inline\n!pip install torch\nimport torch\nnn.Conv2d(3, 8, 3)", "Conv2d"),
        ("        nn.Conv2d(3, 8, 3),\n        nn.ReLU(),\n", "Conv2d ReLU"),
        ("layers = [nn.Conv2d(3, 8, 3), nn.ReLU()]", "Conv2d ReLU"),
        ("Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\nReLU()", "Conv2d ReLU"),
        (
            "from torch.nn import *\nfrom torch.nn.functional import *\nx = relu(Conv2d(3, 8, 3)(x))",
            "Conv2d ReLU",
        ),
    ],
)
def test_what_notebooks_chats_and_copied_lines_bring_along(text: str, expected: str) -> None:
    found = read(text, (3, 16, 16))
    assert kinds(found) == expected
    assert found.analysis.problems == ()


def test_a_class_without_forward_gives_its_layers_as_they_stand() -> None:
    text = (
        "class net(nn.module):\n  def __init__(self):\n    self.c = nn.Conv2d(3, 8, 3)\n"
        "  def foward(self, x):\n    return self.c(x)"
    )
    found = read(text, (3, 16, 16))
    assert kinds(found) == "Conv2d"
    assert said(found) == [
        "net has no forward: its layers are taken one after another as they stand (foward: forward?)"
    ]


def test_arguments_data_and_the_training_loop_of_a_script_are_left_alone() -> None:
    found = read(
        """
        import argparse, torch
        from torch import nn, optim
        parser = argparse.ArgumentParser()
        parser.add_argument("--lr", type=float, default=0.1)
        args = parser.parse_args()

        class Net(nn.Module):
            def __init__(self, classes=args.classes):
                super().__init__()
                self.fc = nn.Linear(784, classes)
            def forward(self, x):
                return self.fc(torch.flatten(x, 1))

        model = Net().to(args.device)
        optimizer = optim.SGD(model.parameters(), lr=args.lr)
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
        """
    )
    assert kinds(found) == "Flatten Linear"
    assert found.network.blocks[2].open == ("out_features",)
    assert said(found) == [
        "The source does not say how large images are: 28×28 fits its fc.",
        "out_features has no value in the source: fill it in",
    ]


def test_the_habits_of_another_library_are_named() -> None:
    found = read("model = Sequential()\nmodel.add(nn.Conv2d(3, 8, 3))", (3, 16, 16))
    (problem,) = found.analysis.problems
    assert "nn.Sequential has no add: append?" in problem.message
    assert problem.fixes[0].label == "Use nn.Conv2d(3, 8, 3)"


def test_what_cannot_be_read_is_named_by_line_and_keeps_its_place() -> None:
    found = net(
        "self.conv1 = nn.Conv2d(3, 8, 3)\nself.pool = nn.Maxpool2d(2)",
        "x = self.pool(self.conv1(x))\nx = F.relu(x)",
    )
    (problem,) = found.analysis.problems
    assert (
        problem.message == "Line 10 could not be read: self.pool = nn.Maxpool2d(2) (nn.Maxpool2d: MaxPool2d?)"
    )
    assert kinds(found) == "Conv2d Unread ReLU"
    assert found.analysis.rows["b4"].unknown is not None


def test_an_open_name_is_a_field_to_fill_in() -> None:
    found = read("self.conv1 = nn.Conv2d(3, 16, kernel_size, stride=1)")
    (problem,) = found.analysis.problems
    assert problem.message == "Conv2d: fill in kernel_size."
    block = found.network.blocks[1]
    assert block.open == ("kernel_size",)
    assert block.with_fields(kernel_size=(3, 3)).open == ()


def test_channels_that_disagree_are_reported() -> None:
    found = net("self.a = nn.Conv2d(3, 8, 3)\nself.b = nn.Conv2d(16, 8, 3)", "x = self.b(self.a(x))")
    assert said(found) == ["b says in_channels = 16, but 8 arrive; it takes what arrives."]
    assert found.remarks[0].line == 10


def test_the_image_size_follows_from_the_first_linear() -> None:
    found = net(
        "self.c = nn.Conv2d(1, 6, 5)\nself.fc = nn.Linear(6 * 24 * 24, 10)",
        "x = self.fc(self.c(x).flatten(1))",
        None,
    )
    first = found.network.blocks[0]
    assert (first.channels, first.height, first.width) == (1, 28, 28)
    assert said(found) == ["The source does not say how large images are: 28×28 fits its fc."]


def test_a_layer_used_twice_would_share_its_weights() -> None:
    found = net("self.a = nn.Conv2d(3, 3, 1)", "x = self.a(self.a(x))")
    assert kinds(found) == "Conv2d Shared"
    assert found.analysis.problems == ()
    assert found.analysis.params == 12
    other = net("self.a = nn.Conv2d(3, 3, 1)", "x = self.a(x)\nself.a.stride = (2, 2)\nx = self.a(x)")
    assert "computes otherwise when it is used again" in other.analysis.problems[0].message


@pytest.mark.parametrize(
    "forward",
    [
        "if x.mean() > 0:\n    x = F.relu(x)",
        "while x.sum() > 0:\n    x = F.relu(x)",
        "x = x[:, 0]",
        "x = x // 2",
        "x = other(x)",
    ],
)
def test_nothing_is_guessed(forward: str) -> None:
    found = net("self.a = nn.Conv2d(3, 3, 1)", f"x = self.a(x)\n{forward}")
    assert "Line 13 could not be read" in found.analysis.problems[0].message
