"""Runs training scripts beside the program's own training, and projects of many kinds to do so with."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from msgspec.structs import replace

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.engine.export.script import training_script
from cnnbuilder.engine.meter import Meter
from cnnbuilder.network.data import Data, Inside, source_name
from cnnbuilder.network.project import Network, Project, Training, Wire
from cnnbuilder.network.templates import TEMPLATES, chain
from cnnbuilder.resources import resource
from tests.engine.networks import events_of, finished

LOSS = re.compile(r"step (\d+): loss (\S+)")


def folder_of(project: Project) -> Path:
    """Where the pictures are that came with the program."""
    return resource(f"data/{source_name(project.data)}")


def arguments(project: Project) -> list[str]:
    """What a script needs to find them."""
    return [] if source_name(project.data) == "shapes" else ["--data", str(folder_of(project))]


class Trained(NamedTuple):
    """One training by the program."""

    losses: list[float]
    """Of every step."""
    folder: Path


def by_the_program(project: Project, folder: Path, limit: int | None, control: Any = None) -> Trained:
    """Trains on the CPU."""
    losses: list[float] = []
    add = Meter.add

    def listen(self: Meter, loss: torch.Tensor, *more: Any) -> None:
        losses.append(loss.item())
        add(self, loss, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Meter, "add", listen)
        finished(events_of(project, folder, limit=limit, control=control))
    return Trained(losses, folder)


def losses_in(output: str) -> list[float]:
    """The losses that a script printed."""
    return [float(found[2]) for found in LOSS.finditer(output)]


def run_here(text: str, given: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Runs a script in this process; returns what it prints."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["train.py", *given])
        exec(compile(text, "train.py", "exec"), {"__name__": "__main__", "__doc__": text[3:100]})
    return capsys.readouterr().out


def first_losses_alone(script: Path, given: list[str], count: int = 10) -> list[float]:
    """Runs a script in a process of its own that cannot see the program, until it has printed so many losses."""
    command = [sys.executable, "-u", script.name, *given]
    found: list[float] = []
    with subprocess.Popen(command, cwd=script.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            found += losses_in(line)
            if len(found) == count:
                break
        process.kill()
    return found


def script_of(project: Project, **conditions: Any) -> str:
    """As on this machine with float32 and one thread, unless said otherwise."""
    return training_script(project, **{"precision": "float32", "threads": 1, **conditions})


def short(project: Project, **settings: Any) -> Project:
    """Ten steps of 64 images and a last, larger one: one image is left over and joins the batch before it."""
    return replace(project, training=replace(project.training, epochs=1, batch_size=64, **settings))


LIMIT = 641


def _classifier(*blocks: Block, shape: tuple[int, int, int], dataset: str, **settings: Any) -> Project:
    first = KINDS["Input"](id="", channels=shape[0], height=shape[1], width=shape[2])
    network = chain(first, *blocks, KINDS["Flatten"](id=""), KINDS["Linear"](id="", out_features=10))
    return Project(network, Data(Inside(dataset)), replace(Training(), **settings))


def _conv(channels: int = 8, **fields: Any) -> Block:
    return KINDS["Conv2d"](id="", out_channels=channels, **fields)


def _residual() -> Project:
    """Two branches that meet, with normalisation, dropout and a value that two blocks read."""
    blocks = (
        KINDS["Input"](id="in", channels=1, height=28, width=28),
        KINDS["Conv2d"](id="stem", out_channels=8, stride=(2, 2)),
        KINDS["BatchNorm2d"](id="bn"),
        KINDS["ReLU"](id="relu"),
        KINDS["Conv2d"](id="a", out_channels=8, padding=(1, 1)),
        KINDS["Add"](id="sum"),
        KINDS["Dropout"](id="drop", p=0.2),
        KINDS["Flatten"](id="flat"),
        KINDS["Linear"](id="fc", out_features=12),
    )
    pairs = [("in", "stem"), ("stem", "bn"), ("bn", "relu"), ("relu", "a"), ("a", "sum")]
    pairs += [("sum", "drop"), ("drop", "flat"), ("flat", "fc")]
    wires = (*(Wire(a, b) for a, b in pairs), Wire("relu", "sum", 1))
    return Project(Network(blocks, wires), Data(Inside("mnist")))


PROJECTS: dict[str, Project] = {
    "digits": TEMPLATES["digits"].make(),
    "lenet5": TEMPLATES["lenet5"].make(),
    "colour shapes": TEMPLATES["colour-32"].make(),
    "branches, spare outputs": _residual(),
    "clothes, SGD": _classifier(
        _conv(stride=(2, 2)), shape=(1, 28, 28), dataset="fashion-mnist",
        optimizer="sgd", schedule="constant", learning_rate=0.05, weight_decay=0.0,
    ),
    "digits resized": _classifier(_conv(stride=(4, 4)), shape=(1, 45, 50), dataset="mnist"),
    "digits in colour, smaller": _classifier(_conv(stride=(2, 2)), shape=(3, 28, 20), dataset="mnist"),
    "shapes in grey, resized": _classifier(
        _conv(stride=(2, 2)), shape=(1, 20, 48), dataset="shapes", optimizer="sgd", learning_rate=0.02
    ),
    "photographs": _classifier(_conv(stride=(4, 4)), shape=(3, 64, 64), dataset="clothes"),
    "photographs in grey, not square": _classifier(_conv(stride=(4, 4)), shape=(1, 40, 56), dataset="clothes"),
    "shapes with a border": _classifier(_conv(stride=(2, 2)), shape=(3, 33, 40), dataset="shapes"),
    "layers that need helpers": _classifier(
        KINDS["Rescale"](id="", scale=(0.458, 0.448, 0.45), shift=(-0.03, -0.088, -0.188)), _conv(stride=(2, 2)),
        KINDS["LayerNorm"](id="", normalized_shape="channels"), KINDS["LayerScale"](id=""),
        KINDS["StochasticDepth"](id="", p=0.2, mode="row"),
        shape=(3, 28, 28), dataset="mnist",
    ),
    "frozen": _classifier(
        _conv(frozen=True, stride=(2, 2)), KINDS["ReLU"](id=""), shape=(1, 28, 28), dataset="mnist"
    ),
}  # fmt: skip
