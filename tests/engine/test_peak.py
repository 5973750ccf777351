"""The measured peak of a training step: what it counts, that it changes nothing, and how far the forecast is off."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from cnnbuilder.engine import runs, training
from cnnbuilder.engine.messages import Epoch, Started, Step
from cnnbuilder.engine.module import build
from cnnbuilder.engine.optimizers import optimizer
from cnnbuilder.engine.peak import PeakMeter
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.importing import read
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.saved_activations import Precision
from cnnbuilder.network.templates import TEMPLATES
from tests.engine.networks import events_of, of_type, tiny_project

CLASSIFIERS = [
    name
    for name, template in TEMPLATES.items()
    if (shape := analyse(template.make().network).output) is not None and shape.axes == "F"
]


def measured(project: Project, precision: Precision = "float32") -> int:
    """The peak of the first step on random images."""
    torch.manual_seed(0)
    net = build(project.network).to(memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    learning = optimizer(net.parameters(), project.training)
    meter = PeakMeter(net, learning, torch.device("cpu"))
    batch = project.training.batch_size
    images = torch.rand(batch, *project.network.blocks[0].output().sizes)
    images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.zeros(batch, dtype=torch.long)
    assert meter.bytes is None
    with meter.step(images, labels):
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            logits = net(images)
        F.cross_entropy(logits.float(), labels).backward()
    learning.step(1e-3)
    assert meter.bytes is not None
    return meter.bytes


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("kind", ["adamw", "sgd"])
def test_the_forecast_is_what_is_measured(name: str, kind: str, precision: Precision) -> None:
    drawn = TEMPLATES[name].make()
    project = Project(drawn.network, drawn.data, Training(batch_size=16, optimizer=kind))  # type: ignore[arg-type]
    forecast = training_memory(analyse(project.network), project.training, precision)
    assert measured(project, precision) == pytest.approx(forecast, rel=0.05)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    ("file", "make"),
    [
        ("resnet", "ResNet(BasicBlock, [2, 2, 2, 2])"),
        ("squeezenet", "SqueezeNet('1_1')"),
        ("mnasnet", "MNASNet(0.5)"),
        ("alexnet", "AlexNet()"),
    ],
)
def test_the_forecast_of_branches_and_heavy_weights_is_what_is_measured(
    file: str, make: str, precision: Precision
) -> None:
    text = Path(torchvision.__file__).with_name("models").joinpath(f"{file}.py").read_text()
    network = read(f"{text}\nmodel = {make}\n", (3, 64, 64)).network
    project = Project(network, training=Training(batch_size=4))
    forecast = training_memory(analyse(network), project.training, precision)
    assert measured(project, precision) == pytest.approx(forecast, rel=0.05)


def test_what_lives_at_once_is_counted_and_what_is_gone_is_not() -> None:
    net = nn.Identity()
    meter = PeakMeter(net, optimizer([], Training()), torch.device("cpu"))
    images, labels = torch.ones(1000), torch.zeros(1, dtype=torch.long)
    with meter.step(images, labels):
        for _turn in range(10):
            images * 2  # 4,000 bytes, gone at once
        two = images + 1
        three = two + 1
        view = three.view(10, 100)
        del two
        four = view * 2
    assert four.shape == (10, 100)
    assert meter.bytes == 4000 + 8 + 2 * 4000
    with meter.step(images, labels):
        torch.ones(10_000)
    assert meter.bytes == 4000 + 8 + 2 * 4000  # once is enough


def test_measuring_changes_no_bit_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = events_of(tiny_project(), tmp_path / "0001")

    class Blind:
        bytes = None

        def __init__(self, *_parts: Any) -> None: ...

        def step(self, *_batch: Any) -> contextlib.nullcontext[None]:
            return contextlib.nullcontext()

    monkeypatch.setattr(training, "PeakMeter", Blind)
    blind = events_of(tiny_project(), tmp_path / "0002")
    told = [(event.train_loss, event.val_loss) for event in of_type(Epoch, watched)]
    assert told == [(event.train_loss, event.val_loss) for event in of_type(Epoch, blind)]
    assert of_type(Step, blind)[0].peak_bytes is None


def test_a_run_tells_and_keeps_forecast_and_peak(tmp_path: Path) -> None:
    events = events_of(tiny_project(precision="float32"), tmp_path / "0001")
    forecast = of_type(Started, events)[0].forecast_bytes
    peaks = {step.peak_bytes for step in of_type(Step, events)}
    assert len(peaks) == 1
    peak = peaks.pop()
    assert peak == pytest.approx(forecast, rel=0.05)
    info = runs.read_run(tmp_path / "0001").info
    assert info.forecast_bytes == forecast
    assert info.result is not None and info.result.peak_bytes == peak


def test_a_run_of_before_the_peak_was_measured_still_reads(tmp_path: Path) -> None:
    events_of(tiny_project(epochs=1), tmp_path / "0001")
    path = tmp_path / "0001" / runs.INFO
    lines = [
        line
        for line in path.read_text().splitlines()
        if "peak_bytes" not in line and "forecast_bytes" not in line
    ]
    text = "\n".join(lines).replace(",\n  }", "\n  }").replace(",\n    }", "\n    }")
    path.write_text(text)
    info = runs.read_run(tmp_path / "0001").info
    assert info.forecast_bytes is None and info.result is not None and info.result.peak_bytes is None


def test_measuring_does_not_load_torchs_compiler() -> None:
    code = """
import sys, torch
from cnnbuilder.engine.optimizers import optimizer
from cnnbuilder.engine.peak import PeakMeter
from cnnbuilder.network.project import Training
net = torch.nn.Linear(2, 2)
meter = PeakMeter(net, optimizer(net.parameters(), Training()), torch.device("cpu"))
images = torch.ones(1, 2)
with meter.step(images, torch.zeros(1)):
    net(images).sum().backward()
assert meter.bytes, meter.bytes
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
