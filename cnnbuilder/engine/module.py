"""Makes the torch module of a network: executes the generated source, and reads and writes its weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from cnnbuilder.network.code import Style, source
from cnnbuilder.network.project import Network
from cnnbuilder.storage import write_atomically
from cnnbuilder.text import _


class WeightsProblem(Exception):  # noqa: N818  the program's word for what is wrong and can be mended
    """Weights that are missing, damaged, or another network's. Carries one sentence."""


def build(network: Network, style: Style = "module") -> nn.Module:
    """The network with fresh weights from torch's present seed. Raises `CannotGenerateError`."""
    return _net(source(network, style).text)


def build_without_weights(network: Network, style: Style = "module") -> nn.Module:
    """The network as a shape only, for weights that are read: it draws no random numbers."""
    with torch.device("meta"):
        return build(network, style)


def _net(text: str) -> nn.Module:
    # The only source that is ever executed: it comes from the generator, in this very process.
    namespace: dict[str, Any] = {"__name__": "cnnbuilder_generated"}
    exec(compile(text, "model.py", "exec"), namespace)
    net: nn.Module = namespace["Net"]()
    return net


def save_weights(net: nn.Module, path: Path) -> None:
    """The weights as safetensors, by the names of the module's source. Raises `OSError`."""
    weights = {name: value.detach().cpu().contiguous() for name, value in net.state_dict().items()}
    write_atomically(path, save(weights))


def load_weights(net: nn.Module, path: Path) -> None:
    """Gives `net` (possibly on the meta device) the weights of a file. Raises `WeightsProblem`."""
    give_weights(net, read_weights(path), path)


def read_weights(path: Path) -> dict[str, Tensor]:
    """The weights in a file, by their names. Raises `WeightsProblem`."""
    try:
        weights: dict[str, Tensor] = load_file(path)
    except FileNotFoundError:
        raise WeightsProblem(_("There are no weights: {path} is missing.").format(path=path)) from None
    except (OSError, safetensors.SafetensorError) as error:
        raise WeightsProblem(
            _("The weights in {path} cannot be read ({reason}).").format(path=path, reason=error)
        ) from None
    return weights


def give_weights(net: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    """Gives `net` (possibly on the meta device) the weights that were read from `path`. Raises `WeightsProblem`."""
    require_fit(net, weights, path)
    net.load_state_dict(weights, strict=True, assign=True)


def require_fit(net: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    """Raises `WeightsProblem` naming the first weight that the network and the file disagree on, or that is damaged."""
    wanted = net.state_dict()
    for name, value in wanted.items():
        shape = tuple(value.shape)
        if not isinstance(weights.get(name, value), Tensor):
            raise WeightsProblem(
                _("The weights in {path} are damaged: {name} is no tensor.").format(path=path, name=name)
            )
        if name not in weights:
            raise WeightsProblem(
                _("The weights in {path} are another network's: they have no {name}.").format(
                    path=path, name=name
                )
            )
        found = tuple(weights[name].shape)
        if found != shape:
            raise WeightsProblem(
                _(
                    "The weights in {path} are another network's: {name} is {found} there and {shape} here."
                ).format(path=path, name=name, found=_sizes(found), shape=_sizes(shape))
            )
        if weights[name].dtype != value.dtype:
            raise WeightsProblem(
                _("The weights in {path} do not fit: {name} is {found} there and {wanted} here.").format(
                    path=path, name=name, found=_dtype(weights[name]), wanted=_dtype(value)
                )
            )
        if not weights[name].isfinite().all():
            raise WeightsProblem(
                _("The weights in {path} are damaged: {name} has values that are no numbers.").format(
                    path=path, name=name
                )
            )
    for name in weights:
        if name not in wanted:
            raise WeightsProblem(
                _("The weights in {path} are another network's: {name} is not part of this one.").format(
                    path=path, name=name
                )
            )


def _dtype(value: Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"
