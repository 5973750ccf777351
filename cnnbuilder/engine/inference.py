"""Uses a trained network: classifies pictures and measures it on a part of its data, in float32 evaluation form."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray
from torch import Tensor, nn

from cnnbuilder.engine.batches import Batches, Normalise
from cnnbuilder.engine.data import catalogue
from cnnbuilder.engine.data.inspection import resolved
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data.prepared import Part
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.device import Device, find_device
from cnnbuilder.engine.module import WeightsProblem, build_without_weights, load_weights
from cnnbuilder.engine.preparation import fitted
from cnnbuilder.engine.run_check import require_whole
from cnnbuilder.engine.runs import LAST, Preparation, read_run
from cnnbuilder.engine.task import CLASSIFICATION
from cnnbuilder.network.classifier import gives_shares
from cnnbuilder.network.data import OWN, Data
from cnnbuilder.text import _, number

CPU_BATCH = 256
"""Images that are measured at once on the CPU: larger batches leave its caches, smaller ones cost calls (measured)."""
ACCELERATOR_BATCH = 1024


class Model(NamedTuple):
    """A network with its weights, and how pictures are made into its input."""

    net: nn.Module
    device: Device
    preparation: Preparation
    trained: bool = True
    shares: bool = False
    """Whether it gives shares already and not logits."""


class Prediction(NamedTuple):
    """What a network takes one picture for."""

    classes: tuple[tuple[str, float], ...]
    """All classes with their probabilities, likeliest first."""
    seen: NDArray[np.uint8]
    """C×H×W: the picture as the network got it, before normalisation."""


class ClassScore(Struct, frozen=True, rename={"class_": "class"}):
    """One class of an evaluation. A number is null where nothing counts towards it."""

    class_: str
    precision: float | None
    recall: float | None
    f1: float | None


class Evaluation(Struct, frozen=True):
    """A network measured on one part of a data set: the object that `cnnbuilder evaluate --json` prints."""

    data: str
    part: str
    images: int
    accuracy: float
    balanced_accuracy: float
    """The mean of the classes' recalls: of those that there are."""
    loss: float
    per_class: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    """Rows: the true class; columns: what the network said."""


class Tally:
    """Adds up batches of logits; reads the device once, at the end."""

    def __init__(self) -> None:
        self._losses: list[Tensor] = []
        self._guesses: list[Tensor] = []
        self._labels: list[Tensor] = []

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """One batch."""
        self._losses.append(CLASSIFICATION.loss(logits.float(), labels, "sum"))
        self._guesses.append(CLASSIFICATION.said(logits))
        self._labels.append(labels)

    def loss(self) -> float:
        """The mean over the images."""
        return float(torch.stack(self._losses).sum().item()) / sum(map(len, self._labels))

    def accuracy(self) -> float:
        """0 to 1."""
        guesses, labels = torch.cat(self._guesses), torch.cat(self._labels)
        return float(guesses.eq(labels).sum().item()) / len(labels)

    def balanced_accuracy(self) -> float:
        """0 to 1: the mean over the classes that there are."""
        return CLASSIFICATION.balanced_accuracy(torch.cat(self._guesses), torch.cat(self._labels))

    def confusion(self, classes: int) -> NDArray[np.int64]:
        """True class × guess; wider than `classes` where the network named outputs that have no class."""
        guesses, labels = torch.cat(self._guesses).cpu(), torch.cat(self._labels).cpu()
        size = max(classes, int(guesses.max()) + 1)
        counts: NDArray[np.int64] = torch.bincount(labels * size + guesses, minlength=size * size).numpy()
        return counts.reshape(size, size)


def load_model(folder: Path, device: str = "cpu") -> Model:
    """The network of a run with its best weights. Raises `RunProblem`, `WeightsProblem`, `UnknownDeviceError`."""
    run = read_run(folder)
    found = find_device(device)
    network = require_whole(run).network
    net = build_without_weights(network)
    load_weights(net, run.weights or folder / LAST)
    net.to(device=found.torch, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Model(net.eval(), found, run.info.preparation, shares=gives_shares(network))


def predict(model: Model, pixels: NDArray[np.uint8], *, drawn: bool = False) -> Prediction:
    """Classifies one picture, H×W×C uint8 with 1 or 3 channels, prepared by the rule of the run's data.

    `drawn`: from the drawing field; see `adapt`. Raises `DataProblem` and `WeightsProblem`.
    """
    seen = fitted(pixels, model.preparation, drawn=drawn)
    return Prediction(classify(model, [seen])[0], seen)


@torch.inference_mode()
def classify(model: Model, seen: Sequence[NDArray[np.uint8]]) -> list[tuple[tuple[str, float], ...]]:
    """Of each image as the network gets it (C×H×W) all classes with their probabilities, likeliest first."""
    if not seen:
        return []
    preparation = model.preparation
    normalise = Normalise(preparation.mean, preparation.std, model.device.torch)
    was_training = model.net.training
    model.net.eval()
    try:
        images = torch.from_numpy(np.stack(seen)).to(model.device.torch)
        logits = model.net(normalise(images)).float()
    finally:
        model.net.train(was_training)
    if not logits.isfinite().all():
        raise _no_number()
    return [CLASSIFICATION.answer(row, preparation.classes, model.shares) for row in logits.cpu()]


def evaluate(
    folder: Path,
    data: Data | None = None,
    device: str = "auto",
    on_progress: Callable[[float], None] = lambda _fraction: None,
) -> Evaluation:
    """Measures a run on the test part of its data, or of the data set named; where there is none, on validation.

    `on_progress` gets the fraction that is done and may raise to end the work. Raises `RunProblem`, `WeightsProblem`,
    `DataProblem`, `UnknownDeviceError`.
    """
    model = load_model(folder, device)
    preparation = model.preparation
    named = preparation.data if data is None else data
    if data is None and not isinstance(named.source, OWN) and catalogue.resolve_or_none(named) is None:
        message = _(
            "These weights were trained on {name}, which is not among the data sets here: name another."
        )
        raise DataProblem(message.format(name=preparation.dataset))
    info = resolved(named)
    prepared = prepare(info, preparation.shape, lambda _fraction: on_progress(0.0))
    name = "test" if len(prepared.test) else "val"
    part = prepared.test if name == "test" else prepared.val
    if not len(part):
        raise DataProblem(_("{title} has no images to measure with.").format(title=info.title))
    if isinstance(named.source, OWN):
        part, classes = _by_names(part, prepared.classes, preparation.classes, info.title)
        prepared = replace(prepared, classes=classes)
    normalise = Normalise(preparation.mean, preparation.std, model.device.torch)
    batches = Batches(part, model.device, normalise)
    tally = Tally()
    with torch.inference_mode():
        done = 0
        for images, labels in batches.all(measuring_batch(model.device)):
            logits = model.net(images)
            if logits.shape[1] < len(prepared.classes):
                raise WeightsProblem(
                    _("{title} has {classes} classes, but the network tells {outputs} apart.").format(
                        title=info.title,
                        classes=number(len(prepared.classes)),
                        outputs=number(logits.shape[1]),
                    )
                )
            tally.add(logits, labels)
            done += len(labels)
            on_progress(done / len(batches))
    if not math.isfinite(tally.loss()):
        raise _no_number()
    confusion = tally.confusion(len(prepared.classes))
    return Evaluation(
        data=info.name,
        part=name,
        images=len(batches),
        accuracy=tally.accuracy(),
        balanced_accuracy=tally.balanced_accuracy(),
        loss=tally.loss(),
        per_class=_scores(confusion, prepared.classes),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )


def _by_names(
    part: Part, named: tuple[str, ...], classes: tuple[str, ...], title: str
) -> tuple[Part, tuple[str, ...]]:
    """Other images of the same classes, perhaps not of all: their labels as the network counts them.

    Raises `DataProblem` for a class that the network does not know.
    """
    unknown = [name for name in named if name not in classes]
    if unknown:
        message = _("{title} has the class {name}, which the network has not learned; it knows {classes}.")
        raise DataProblem(message.format(title=title, name=unknown[0], classes=", ".join(classes)))
    places = np.array([classes.index(name) for name in named], np.int64)
    return replace(part, labels=places[part.labels]), classes


def _no_number() -> WeightsProblem:
    """Weights can be numbers each, and together lead to none."""
    return WeightsProblem(_("The network answers with something that is no number: its weights are damaged."))


def measuring_batch(device: Device) -> int:
    """How many images are measured at once."""
    return CPU_BATCH if device.is_cpu else ACCELERATOR_BATCH


def _scores(confusion: NDArray[np.int64], classes: tuple[str, ...]) -> tuple[ClassScore, ...]:
    """Precision, recall and their harmonic mean of each class, from the confusion matrix alone."""
    scores = []
    for index in range(len(confusion)):
        hits = int(confusion[index, index])
        said, there = int(confusion[:, index].sum()), int(confusion[index].sum())
        name = classes[index] if index < len(classes) else _("output {number}").format(number=index)
        scores.append(
            ClassScore(name, _ratio(hits, said), _ratio(hits, there), _ratio(2 * hits, said + there))
        )
    return tuple(scores)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
