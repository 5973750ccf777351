"""What torchvision publishes of a network: its module, as a shape without memory, and its weights' descriptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from cnnbuilder.engine.torchvision_models import UnknownNetworkError
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.text import _

OLDEST = "0.21"
"""The first torchvision that has what is used here; pyproject.toml asks for it too."""

_AS_PUBLISHED: Mapping[str, Mapping[str, bool]] = {
    "googlenet": {"transform_input": True, "aux_logits": True, "init_weights": False},
    "inception_v3": {"transform_input": True, "aux_logits": True, "init_weights": False},
}
"""How torchvision's builders make those networks for their weights, where that is not their default."""


class NoTorchvisionError(UnknownNetworkError):
    """torchvision does not load, or is too old. Carries one sentence."""


class _WithoutMemory(TorchFunctionMode):
    """Weights get a shape and no memory: torch makes them with `torch.empty`, and first values then cost nothing.

    The device "meta" for everything would not do: RegNet computes its widths with tensors.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = dict(kwargs or {})
        if func is torch.empty:
            named["device"] = "meta"
        return func(*args, **named)


def skeleton(name: str) -> nn.Module:
    """The network of that name (as `torchvision_models.find` gives it) in evaluation form, weights on the meta device.

    With everything that its published weights have, auxiliary heads too. Raises `UnknownNetworkError`.
    """
    make = builder(name)
    with _WithoutMemory():
        return make()


def builder(name: str) -> Callable[[], nn.Module]:
    """What makes that network in evaluation form, with first values from torch's present seed.

    Raises `UnknownNetworkError`.
    """
    models = _models()
    try:
        make = models.get_model_builder(name)
    except (AttributeError, ValueError):
        raise _too_old(name) from None
    return lambda: make(weights=None, progress=False, **_AS_PUBLISHED.get(name, {})).eval()


def all_weights(name: str) -> tuple[Any, ...]:
    """What is said of a network's weights that name classes, the recommended first. Raises `UnknownNetworkError`."""
    models = _models()
    try:
        found = models.get_model_weights(name)
    except (AttributeError, ValueError):
        raise _too_old(name) from None
    entries = sorted(found, key=lambda weights: weights is not found.DEFAULT)
    return tuple(weights for weights in entries if weights.meta.get("categories"))


def is_leaf(module: nn.Module) -> bool:
    """Whether a module of torchvision's is one block, and not to be looked into."""
    return type(module).__module__.startswith("torchvision.") and type(module).__name__ in LAYERS


def _models() -> ModuleType:
    try:
        from torchvision import models
    except Exception as error:  # not there, or made for another torch: each version fails in its own way
        what = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise NoTorchvisionError(
            _("torchvision does not load here ({what}). Install torch and torchvision anew.").format(
                what=what
            )
        ) from None
    found: ModuleType = models
    return found


def _too_old(name: str) -> NoTorchvisionError:
    import torchvision

    return NoTorchvisionError(
        _("torchvision {version} has no {name}: install torchvision {oldest} or newer.").format(
            version=torchvision.__version__, name=name, oldest=OLDEST
        )
    )
