"""Weights of torchvision's on this machine: found, checked, given the names of our source. Never downloaded."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnnbuilder.blocks.layer_normalisation import LayerScale
from cnnbuilder.engine.module import WeightsProblem
from cnnbuilder.engine.tracing.graph import Traced
from cnnbuilder.network.code import Style, source
from cnnbuilder.text import _

_OLD_DENSENET = re.compile(r"(.*denselayer\d+\.(?:norm|conv))\.([12]\.\w+)")
"""Keys of DenseNet's published files, from when names could hold points: "…denselayer1.norm.1.weight"."""


def place(entry: Any) -> Path:
    """Where torch.hub keeps the file of some weights; TORCH_HOME moves it. The file need not be there."""
    return Path(torch.hub.get_dir()) / "checkpoints" / str(entry.url).rpartition("/")[2]


def is_published(path: Path) -> bool:
    """Whether the file is the one that torchvision publishes: its name holds the beginning of its SHA-256.

    Raises `WeightsProblem` where it cannot be read.
    """
    begins = re.search(r"-([a-f0-9]+)\.", path.name)
    try:
        with path.open("rb") as file:
            return begins is not None and hashlib.file_digest(file, "sha256").hexdigest().startswith(
                begins[1]
            )
    except OSError as error:
        raise _unreadable(path, error) from None


def read(path: Path, module: nn.Module) -> dict[str, Tensor]:
    """The weights in a file of torchvision's, by the module's own names. Nothing in it is executed.

    Raises `WeightsProblem` where the file is damaged, or is for another network: which layer, which shapes.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # torch's word on old forms of files, which these are
            found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load fails in as many ways as a file can be damaged
        raise _unreadable(path, error) from None
    if not isinstance(found, Mapping) or not all(isinstance(value, Tensor) for value in found.values()):
        raise WeightsProblem(
            _("The weights in {path} cannot be read: there is no list of weights in it. {advice}").format(
                path=path, advice=_advice()
            )
        )
    weights = {_OLD_DENSENET.sub(r"\1\2", str(name)): value for name, value in found.items()}
    wanted = module.state_dict()
    for name, value in wanted.items():
        if name.endswith("num_batches_tracked"):  # files from before it was kept do without
            weights.setdefault(name, torch.zeros((), dtype=torch.int64))
        if name not in weights:
            raise _misfit(path, _("they have no {name}").format(name=name))
        if weights[name].shape != value.shape:
            sizes = {"found": _sizes(weights[name]), "wanted": _sizes(value)}
            told = _("{name} is {found} there, and {wanted} in the network").format(name=name, **sizes)
            raise _misfit(path, told)
    for name in weights:
        if name not in wanted:
            raise _misfit(path, _("their {name} is not part of the network").format(name=name))
    return weights


def names(traced: Traced, style: Style = "module") -> dict[str, str]:
    """What torchvision calls each weight and buffer, by its name in the state_dict of our source."""
    prefixes = source(traced.network, style, traced.analysis).prefixes
    found = {}
    for id_, path in traced.paths.items():
        row = traced.analysis.rows[id_]
        for name in (*row.weights, *row.buffers):
            # torchvision keeps ConvNeXt's factors as a parameter of the block around them.
            theirs = path if isinstance(row.block, LayerScale) else f"{path}.{name}"
            found[f"{prefixes[id_]}.{name}"] = theirs
    return found


def renamed(weights: Mapping[str, Tensor], traced: Traced, style: Style = "module") -> dict[str, Tensor]:
    """The weights that the traced network has, by the names in our source; those of auxiliary heads stay behind."""
    return {ours: weights[theirs] for ours, theirs in names(traced, style).items()}


def _unreadable(path: Path, error: Exception) -> WeightsProblem:
    what = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    return WeightsProblem(
        _("The weights in {path} cannot be read ({reason}). {advice}").format(
            path=path, reason=what[:120], advice=_advice()
        )
    )


def _misfit(path: Path, told: str) -> WeightsProblem:
    return WeightsProblem(
        _("The weights in {path} do not fit: {told}. {advice}").format(path=path, told=told, advice=_advice())
    )


def _advice() -> str:
    return _("Move that file away to import the network without weights.")


def _sizes(value: Tensor) -> str:
    return " × ".join(map(str, value.shape)) or _("a single number")
