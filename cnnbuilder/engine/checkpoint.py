"""Everything that a run needs to go on exactly where it was, in one file that loads with `weights_only=True`."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import torch
from msgspec import Meta, Struct
from torch import nn

from cnnbuilder.engine.module import WeightsProblem, require_fit
from cnnbuilder.engine.optimizers import Optimizer
from cnnbuilder.engine.runs import Amount, Count, Metrics
from cnnbuilder.network.validation_messages import in_words
from cnnbuilder.storage import write_atomically
from cnnbuilder.text import _


class Progress(Struct):
    """How far a run has come. The only state of a training besides the network, the optimiser and the dice."""

    epoch: Annotated[int, Meta(ge=1, le=10_001)] = 1
    """The epoch in progress, from 1."""
    batch: Count = 0
    """Its batches that are done."""
    step: Count = 0
    """Steps that are done, over all epochs."""
    loss_sum: Amount = 0.0
    """Of the epoch in progress, over its images."""
    correct: Count = 0
    images: Count = 0
    images_seen: Count = 0
    """Training images of the whole run, for images per second …"""
    seconds: Amount = 0.0
    """… and the time that training them took, without preparation, validation and pauses."""
    seconds_at_epoch: Amount = 0.0
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


def load_checkpoint(
    path: Path, net: nn.Module, optimizer: Optimizer, device: torch.device, steps_per_epoch: int
) -> Progress:
    """Gives network, optimiser and dice their state back. Raises `WeightsProblem`, which names what is wrong."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise WeightsProblem(
            _("The run has no checkpoint to go on from: {path} is missing.").format(path=path)
        ) from None
    except Exception as error:  # a damaged archive fails in torch, zip and pickle, each in its own way
        raise _damaged(path, _first_line(error)) from error
    weights, state, dice = (_part(path, content, name) for name in ("weights", "optimizer", "dice"))
    require_fit(net, weights, path)
    progress = _progress(path, _part(path, content, "progress"), steps_per_epoch)
    net.load_state_dict(weights, strict=True)
    try:
        optimizer.load_state(state)
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise _damaged(path, _("optimizer does not fit: {what}").format(what=_first_line(error))) from error
    try:
        torch.set_rng_state(dice["cpu"])
        if device.type == "cuda" and "cuda" in dice:
            torch.cuda.set_rng_state(dice["cuda"], device)
    except (AttributeError, KeyError, RuntimeError, TypeError) as error:
        raise _damaged(path, _("dice does not fit: {what}").format(what=_first_line(error))) from error
    return progress


def _part(path: Path, content: Any, name: str) -> Mapping[str, Any]:
    part = content.get(name) if isinstance(content, Mapping) else None
    if not isinstance(part, Mapping):
        raise _damaged(path, _("it has no {name}").format(name=name))
    return part


def _progress(path: Path, part: Mapping[str, Any], steps_per_epoch: int) -> Progress:
    """How far the run had come, where that is a place in a run."""
    try:
        progress = msgspec.convert(part, Progress)
    except msgspec.ValidationError as error:
        reason, _at, place = str(error).partition(" - at `")
        field = place.rstrip("`").removeprefix("$")
        raise _damaged(path, f"progress{field} {in_words(reason)}") from None
    rows = [row.epoch for row in progress.metrics]
    wrong = {
        "batch": progress.batch > steps_per_epoch,
        "images": (progress.images > 0) != (progress.batch > 0),
        "correct": progress.correct > progress.images,
        "seconds_at_epoch": progress.seconds_at_epoch > progress.seconds,
        "metrics": rows != list(range(progress.epoch)) and bool(rows or progress.epoch > 1),
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise _damaged(path, _("progress.{field} cannot be right").format(field=field))
    return progress


def _damaged(path: Path, reason: str) -> WeightsProblem:
    return WeightsProblem(
        _("The checkpoint {path} cannot be read ({reason}).").format(path=path, reason=reason)
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
