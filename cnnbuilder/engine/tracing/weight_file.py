"""Weights that lie in a file, given to a module as far as names and shapes fit."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from cnnbuilder.engine.tracing.graph import CannotTraceError
from cnnbuilder.text import _, number

_INSIDE = ("state_dict", "model_state_dict", "model", "net", "weights", "params")
"""Under what name a file may keep the weights among other things."""
MOST_NAMED = 5


def given_to(module: nn.Module, path: Path) -> list[str]:
    """Gives a module the weights of a .pth, .pt or .safetensors file that fit it; what a person should know of it.

    Nothing in the file is executed. Raises `CannotTraceError` where it cannot be read or nothing fits.
    """
    found = read(path)
    wanted = module.state_dict()
    fitting = {
        name: value for name, value in found.items() if name in wanted and value.shape == wanted[name].shape
    }
    if not fitting:
        raise CannotTraceError(
            _("None of the {n} weights in {file} fits the network.").format(
                n=number(len(found)), file=path.name
            )
        )
    module.load_state_dict(fitting, strict=False)
    said = [
        _("{used} of {n} weights of {file} are used.").format(
            used=number(len(fitting)), n=number(len(found)), file=path.name
        )
    ]
    missing = [name for name in wanted if name not in fitting and not name.endswith("num_batches_tracked")]
    other = [name for name in found if name not in fitting]
    if missing:
        said.append(
            _("Not in it, or of another shape, and so from the file's own start: {names}.").format(
                names=_named(missing)
            )
        )
    if other:
        said.append(_("Not used: {names}.").format(names=_named(other)))
    return said


def read(path: Path) -> dict[str, Tensor]:
    """The weights in a file by their names, without the prefix of DataParallel. Raises `CannotTraceError`."""
    try:
        if path.suffix == ".safetensors":
            content: Any = load_file(path)
        else:
            with warnings.catch_warnings(action="ignore"):
                content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # both fail in as many ways as a file can be damaged
        what = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise CannotTraceError(
            _("The weights in {file} cannot be read ({reason}).").format(file=path.name, reason=what[:160])
        ) from None
    found = _tensors(content)
    if not found:
        raise CannotTraceError(_("There are no weights in {file}.").format(file=path.name))
    while all(name.startswith("module.") for name in found):
        found = {name.removeprefix("module."): value for name, value in found.items()}
    return found


def _tensors(content: Any) -> dict[str, Tensor]:
    if not isinstance(content, Mapping):
        return {}
    for name in _INSIDE:
        if isinstance(content.get(name), Mapping):
            return _tensors(content[name])
    return {str(name): value for name, value in content.items() if isinstance(value, Tensor)}


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else _("{names} and {n} more").format(
        names=shown, n=number(len(names) - MOST_NAMED)
    )  # fmt: skip
