"""Reads networks of torchvision: traced, tidied, and with their weights where those are on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace
from safetensors.torch import save
from torch import Tensor, nn

from cnnbuilder.engine import runs
from cnnbuilder.engine.runs import Crop, Preparation, RunInfo
from cnnbuilder.engine.torchvision_models import find
from cnnbuilder.engine.tracing import weights as files
from cnnbuilder.engine.tracing.graph import CannotTraceError, Traced, trace
from cnnbuilder.engine.tracing.left_out import left_out
from cnnbuilder.engine.tracing.published import all_weights, skeleton
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.data import Data
from cnnbuilder.network.importing.network_builder import InputShape
from cnnbuilder.network.project import Project
from cnnbuilder.storage import write_atomically
from cnnbuilder.text import _, number

__all__ = ["Found", "keep", "read"]


class Found(NamedTuple):
    """A network of torchvision. `remarks`: what a person should know of it, one sentence each."""

    project: Project
    analysis: Analysis
    remarks: tuple[str, ...]
    weights: Mapping[str, Tensor] | None
    """By the names of our source, where they were on this machine."""
    preparation: Preparation
    """How pictures are prepared for those weights, and the names of their classes."""
    source: str
    """Which weights they are: "torchvision ResNet50_Weights.IMAGENET1K_V2"."""


def read(name: str, shape: InputShape | None = None) -> Found:
    """The network of that name, for images of the size that its weights are made for, or of `shape`.

    Raises `UnknownNetworkError` (mistyped, no torchvision, a shape that does not fit) and `WeightsProblem`.
    """
    name = find(name)
    module = skeleton(name)
    entries = all_weights(name)
    entry = next((entry for entry in entries if files.place(entry).is_file()), entries[0])
    preset = entry.transforms()
    shape = shape or (3, preset.crop_size[0], preset.crop_size[0])
    if shape[0] != 3:
        message = _("{name} takes images in colour: 3 channels, not {n}.")
        raise CannotTraceError(message.format(name=name, n=number(shape[0])))
    traced = trace(module, shape)
    path = files.place(entry)
    weights, source, told = None, f"torchvision {entry}", ""
    if path.is_file():
        weights = files.renamed(files.read(path, module), traced)
        told = _("Its weights are those of {file}.")
        if not files.is_published(path):
            source = path.name
            told = _(
                "Its weights are those of {file}, which is not as torchvision publishes it: its checksum differs."
            )
    else:
        told = _(
            "Its weights are not on this machine, so it begins untrained; they would be read from {path}."
        )
    return Found(
        Project(traced.network, Data(None)),
        traced.analysis,
        (*_left_out(module, traced), told.format(file=path.name, path=path)),
        weights,
        _preparation(entry, preset, shape),
        source,
    )


def _left_out(module: nn.Module, traced: Traced) -> tuple[str, ...]:
    """What of torchvision's network is not in ours, a sentence for each part: its auxiliary heads."""
    message = _("left out: {path}, {params} parameters, used only in training")
    return tuple(
        message.format(path=part.path, params=number(part.params))
        for part in left_out(module, set(traced.paths.values()))
    )


def _preparation(entry: Any, preset: Any, shape: InputShape) -> Preparation:
    """How torchvision prepares pictures for these weights; at another size than theirs, by the program's own rule."""
    own_size = shape[1:] == (preset.crop_size[0],) * 2
    return Preparation(
        dataset=next(iter(entry.meta["_metrics"])),
        fingerprint=str(entry.url).rpartition("/")[2],
        shape=shape,
        mean=tuple(preset.mean),
        std=tuple(preset.std),
        classes=tuple(entry.meta["categories"]),
        crop=Crop(preset.resize_size[0], preset.interpolation.value) if own_size else None,
    )


def keep(found: Found, runs_folder: Path) -> Path | None:
    """Saves the weights as a finished run; its folder, or None where there are no weights. Raises `OSError`."""
    if found.weights is None:
        return None
    folder = runs.next_folder(runs_folder)
    info = RunInfo(
        created=runs.now(),
        state="unfinished",
        preparation=found.preparation,
        seed=found.project.training.seed,
        threads=0,
        precision="float32",
        device="",
        device_name="",
        params=found.analysis.params,
        train_images=0,
        val_images=0,
        limit_images=None,
        versions=runs.versions(),
        source=found.source,
    )
    runs.begin(folder, found.project, info)
    write_atomically(
        folder / runs.BEST, save({name: value.contiguous() for name, value in found.weights.items()})
    )
    # Last, so that a run whose weights could not be written is none that came to its end.
    runs.write_info(folder, replace(info, state="finished"))
    return folder
