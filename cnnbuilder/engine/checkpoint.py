"""Everything that a run needs to go on exactly where it was, in one file that loads with `weights_only=True`."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import msgspec
import torch
from msgspec import Struct
from torch import nn

from cnnbuilder.engine.module import WeightsProblem, require_fit
from cnnbuilder.engine.optimizers import Optimizer
from cnnbuilder.engine.runs import Metrics
from cnnbuilder.storage import write_atomically
from cnnbuilder.text import _


class Progress(Struct):
    """How far a run has come. The only state of a training besides the network, the optimiser and the dice."""

    epoch: int = 1
    """The epoch in progress, from 1."""
    batch: int = 0
    """Its batches that are done."""
    step: int = 0
    """Steps that are done, over all epochs."""
    loss_sum: float = 0.0
    """Of the epoch in progress, over its images."""
    correct: int = 0
    images: int = 0
    images_seen: int = 0
    """Training images of the whole run, for images per second …"""
    seconds: float = 0.0
    """… and the time that training them took, without preparation, validation and pauses."""
    seconds_at_epoch: float = 0.0
    """What `seconds` was when the epoch in progress began."""
    metrics: tuple[Metrics, ...] = ()

    def begin_next_epoch(self) -> None:
        """The epoch in progress is over and measured."""
        self.epoch += 1
        self.batch = self.correct = self.images = 0
        self.loss_sum = 0.0
        self.seconds_at_epoch = self.seconds

    @property
    def last(self) -> Metrics | None:
        """The last validation."""
        return self.metrics[-1] if self.metrics else None

    @property
    def best(self) -> Metrics | None:
        """The epoch that validated best: by accuracy, then by loss. The untrained network does not count."""
        trained = [row for row in self.metrics if row.epoch > 0]
        return max(trained, key=lambda row: (row.val_accuracy, -row.val_loss), default=None)


def save_checkpoint(
    path: Path, net: nn.Module, optimizer: Optimizer, progress: Progress, device: torch.device
) -> None:
    """Writes the checkpoint. Raises `OSError`."""
    dice = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        dice["cuda"] = torch.cuda.get_rng_state(device)
    content = {
        "weights": net.state_dict(),
        "optimizer": optimizer.state(),
        "dice": dice,
        "progress": msgspec.to_builtins(progress),
    }
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(path, buffer.getvalue())


def load_checkpoint(path: Path, net: nn.Module, optimizer: Optimizer, device: torch.device) -> Progress:
    """Gives network, optimiser and dice their state back. Raises `WeightsProblem`."""
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        require_fit(net, content["weights"], path)
        progress = msgspec.convert(content["progress"], Progress)
        net.load_state_dict(content["weights"], strict=True)
        optimizer.load_state(content["optimizer"])
        torch.set_rng_state(content["dice"]["cpu"])
        if device.type == "cuda" and "cuda" in content["dice"]:
            torch.cuda.set_rng_state(content["dice"]["cuda"], device)
    except FileNotFoundError:
        raise WeightsProblem(
            _("The run has no checkpoint to go on from: {path} is missing.").format(path=path)
        ) from None
    except (
        OSError,
        RuntimeError,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        pickle.UnpicklingError,
    ) as error:
        raise WeightsProblem(
            _("The checkpoint {path} cannot be read ({reason}).").format(path=path, reason=_first_line(error))
        ) from error
    return progress


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
