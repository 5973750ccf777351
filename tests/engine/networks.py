"""Small projects to train in tests, and how to train them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cnnbuilder.blocks.activation import ReLU
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.normalisation import BatchNorm2d
from cnnbuilder.blocks.pooling import MaxPool2d
from cnnbuilder.blocks.regularisation import Dropout
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.engine.control import Control
from cnnbuilder.engine.messages import Finished, TrainingEvent
from cnnbuilder.engine.training import train
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.templates import chain


def tiny_project(**training: Any) -> Project:
    """A network that learns a little of MNIST in a second; it has everything that rolls dice or keeps a memory."""
    network = chain(
        Input(id=""),
        Conv2d(id="", out_channels=8, kernel_size=(5, 5), stride=(2, 2)),
        BatchNorm2d(id=""),
        ReLU(id=""),
        MaxPool2d(id=""),
        Dropout(id="", p=0.2),
        Flatten(id=""),
        Linear(id="", out_features=10),
    )
    settings = replace(Training(epochs=2, batch_size=64), **training)
    return Project(network, Data(Inside("mnist")), settings)


def events_of(
    project: Project, folder: Path, *, limit: int | None = 500, control: Control | None = None, **options: Any
) -> list[TrainingEvent]:
    """Every event of one training on the CPU."""
    return list(train(project, folder, device="cpu", limit_images=limit, control=control, **options))


def of_type(kind: type, events: list[Any]) -> list[Any]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def finished(events: list[TrainingEvent]) -> Finished:
    """The last event, which has to be a good end."""
    assert isinstance(events[-1], Finished), events[-1]
    return events[-1]


class StopAfter(Control):
    """Asks for the end after so many looks between two steps."""

    def __init__(self, looks: int, keep: bool = True) -> None:
        super().__init__()
        self._looks = looks
        self._keep_run = keep

    def between_steps(self) -> None:
        self._looks -= 1
        if self._looks == 0:
            self.stop(self._keep_run)
