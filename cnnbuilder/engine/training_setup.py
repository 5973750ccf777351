"""Everything that a training step touches: network, optimiser, batches, device and precision, made for one run."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from msgspec.structs import replace
from torch import Tensor, nn

from cnnbuilder.engine import runs
from cnnbuilder.engine.batches import Batches, Normalise
from cnnbuilder.engine.checkpoint import Progress, load_checkpoint
from cnnbuilder.engine.data.prepare import Prepared
from cnnbuilder.engine.data_loading import input_shape
from cnnbuilder.engine.device import Device
from cnnbuilder.engine.inference import Model
from cnnbuilder.engine.messages import Started
from cnnbuilder.engine.module import build
from cnnbuilder.engine.normalisation import figures
from cnnbuilder.engine.optimizers import Optimizer, optimizer
from cnnbuilder.engine.preparation import preparation_of
from cnnbuilder.engine.run_check import require_whole
from cnnbuilder.engine.runs import RunInfo
from cnnbuilder.engine.task import CLASSIFICATION
from cnnbuilder.engine.trainable import CannotTrainError
from cnnbuilder.engine.training_batches import TrainingBatches
from cnnbuilder.engine.training_step import in_batches, in_bfloat16
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.saved_activations import Precision, precision_on
from cnnbuilder.storage import remove_unfinished
from cnnbuilder.text import _, number


class TrainingSetup(NamedTuple):
    """One run's working parts."""

    folder: Path
    info: RunInfo
    training: Training
    device: Device
    net: nn.Module
    optimizer: Optimizer
    train: TrainingBatches
    val: Batches
    steps_per_epoch: int
    """Batches that every epoch has."""

    def logits(self, images: Tensor) -> Tensor:
        """N×classes float32 for N×C×H×W normalised images; on the way in bfloat16 where the run uses it."""
        forward = in_bfloat16(self.net) if self.info.precision == "bfloat16" else self.net
        return forward(images)

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.steps_per_epoch * self.training.epochs

    def model(self) -> Model:
        """The network as it is at this moment, for answers in mid-run."""
        return Model(self.net, self.device, self.info.preparation, trained=False)

    def started(self, progress: Progress) -> Started:
        """What is to be said before the first step."""
        info = self.info
        return Started(
            device=info.device,
            device_name=info.device_name,
            params=info.params,
            train_images=info.train_images,
            val_images=info.val_images,
            classes=info.preparation.classes,
            batch_size=self.training.batch_size,
            epochs=self.training.epochs,
            steps_per_epoch=self.steps_per_epoch,
            precision=info.precision,
            run=str(self.folder),
            first_epoch=progress.epoch - 1,
            forecast_bytes=info.forecast_bytes,
            guess_accuracy=info.guess_accuracy,
            guess_loss=info.guess_loss,
        )


def set_up(
    project: Project, data: Prepared, folder: Path, device: Device, limit_images: int | None
) -> TrainingSetup:
    """Network, optimiser and batches of a run; the project's seed decides initial weights, dropout and order."""
    training = project.training
    torch.manual_seed(training.seed)
    if device.name == "cuda":
        torch.backends.cudnn.benchmark = True  # shapes stay the same for a whole run
    net = build(project.network)
    net.to(device=device.torch, memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean, std = figures(project.data.normalisation, data.mean, data.std)
    normalise = Normalise(mean, std, device.torch)
    train = TrainingBatches(
        Batches(data.train, device, normalise, limit_images), project.data, len(data.classes), training.seed
    )
    val = Batches(data.val, device, normalise, limit_images)
    guess = CLASSIFICATION.guess(val.labels)
    half = device.bfloat16 and training.precision == "auto"
    info = RunInfo(
        created=runs.now(),
        state="unfinished",
        preparation=preparation_of(project.data, data, input_shape(project.network)),
        seed=training.seed,
        threads=torch.get_num_threads(),
        precision="bfloat16" if half else "float32",
        device=device.name,
        device_name=device.title,
        params=sum(param.numel() for param in net.parameters()),
        train_images=len(train),
        val_images=len(val),
        limit_images=limit_images,
        versions=runs.versions(),
        guess_accuracy=guess.accuracy,
        guess_loss=guess.loss,
        forecast_bytes=_forecast(project, len(train), precision_on(device.name, half)),
    )
    return TrainingSetup(
        folder=folder,
        info=info,
        training=training,
        device=device,
        net=net,
        optimizer=optimizer(net.parameters(), training),
        train=train,
        val=val,
        steps_per_epoch=len(in_batches(range(len(train)), training.batch_size)),
    )


def _forecast(project: Project, images: int, precision: Precision) -> int:
    """The peak of one step; no batch is larger than there are images."""
    training = replace(project.training, batch_size=min(project.training.batch_size, images))
    return training_memory(analyse(project.network), training, precision)


def begin(setup: TrainingSetup, project: Project) -> Progress:
    """A new run: its folder says what is trained. Raises `OSError`."""
    runs.begin(setup.folder, project, setup.info)
    return Progress()


def go_on(setup: TrainingSetup, project: Project) -> Progress:
    """A run that was stopped or cut off goes on from its checkpoint; what came after that is forgotten.

    Raises `WeightsProblem`, `RunProblem`, `CannotTrainError` and `OSError`.
    """
    earlier = runs.read_run(setup.folder)
    require_whole(earlier)
    if earlier.info.preparation.fingerprint != setup.info.preparation.fingerprint:
        raise CannotTrainError(
            _("The images of this run have changed since, so it cannot go on: train anew.")
        )
    if earlier.info.train_images != setup.info.train_images:
        raise runs.RunProblem(
            _("{path} is damaged: train_images is {found}, but the run learns from {wanted}.").format(
                path=setup.folder / runs.INFO,
                found=number(earlier.info.train_images),
                wanted=number(setup.info.train_images),
            )
        )
    checkpoint = setup.folder / runs.CHECKPOINT
    progress = load_checkpoint(
        checkpoint, setup.net, setup.optimizer, setup.device.torch, setup.steps_per_epoch
    )
    remove_unfinished(setup.folder)
    runs.write_project(setup.folder, project)
    runs.write_metrics(setup.folder, progress.metrics)
    runs.write_info(setup.folder, setup.info)
    return progress
