"""The optimisers, on torch's fused kernels: one implementation for each row of `network.optimizers`.

They call the functions that `torch.optim.AdamW` and `torch.optim.SGD` are made of, with the same arithmetic bit by
bit. The classes themselves import torch's compiler when they are made, which costs a fresh child two seconds, and
half a millisecond a step (measured).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from cnnbuilder.network.optimizers import OPTIMIZERS
from cnnbuilder.network.project import Training
from cnnbuilder.text import _


class Optimizer(Protocol):
    """What a training step asks of an optimiser."""

    def step(self, learning_rate: float) -> None:
        """One step along the gradients, which are then let go of."""

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on: tensors by name, in lists."""

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Goes on from `state`. Raises `KeyError`, `TypeError` or `ValueError` where it is another network's."""


class AdamW:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019): betas 0.9 and 0.999, epsilon 1e-8."""

    def __init__(self, params: Iterable[Tensor], weight_decay: float) -> None:
        self._params = list(params)
        self._weight_decay = weight_decay
        self._means = [torch.zeros_like(param) for param in self._params]
        self._squares = [torch.zeros_like(param) for param in self._params]
        self._steps = [torch.zeros((), dtype=torch.float32, device=param.device) for param in self._params]
        self._fused = _fused(self._params)

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """One step along the gradients, which are then let go of."""
        adamw(
            self._params, _gradients(self._params), self._means, self._squares, [], self._steps,
            fused=self._fused, amsgrad=False, beta1=0.9, beta2=0.999, eps=1e-8, maximize=False,
            lr=learning_rate, weight_decay=self._weight_decay,
        )  # fmt: skip
        _forget_gradients(self._params)

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {"means": self._means, "squares": self._squares, "steps": self._steps}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Goes on from `state`. Raises `KeyError`, `TypeError` or `ValueError` where it is another network's."""
        for mine, saved in (
            (self._means, state["means"]),
            (self._squares, state["squares"]),
            (self._steps, state["steps"]),
        ):
            _copy(mine, saved)


class SGD:
    """Stochastic gradient descent with momentum, as torch has it: weight decay is added to the gradient."""

    def __init__(self, params: Iterable[Tensor], momentum: float, weight_decay: float) -> None:
        self._params = list(params)
        self._momentum = momentum
        self._weight_decay = weight_decay
        self._velocities: list[Tensor | None] = [None for _param in self._params]
        self._fused = _fused(self._params)

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """One step along the gradients, which are then let go of."""
        sgd(
            self._params, _gradients(self._params), self._velocities,
            fused=self._fused, momentum=self._momentum, dampening=0.0, nesterov=False, maximize=False,
            lr=learning_rate, weight_decay=self._weight_decay,
        )  # fmt: skip
        _forget_gradients(self._params)

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {"velocities": self._velocities}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Goes on from `state`. Raises `KeyError`, `TypeError` or `ValueError` where it is another network's."""
        for index, (param, saved) in enumerate(zip(self._params, state["velocities"], strict=True)):
            if saved is not None:
                _require_like(param, saved)
                self._velocities[index] = torch.empty_like(param).copy_(saved)


Implementation = Callable[[list[Tensor], Training], Optimizer]
IMPLEMENTATIONS: Mapping[str, Implementation] = {
    "adamw": lambda params, training: AdamW(params, training.weight_decay),
    "sgd": lambda params, training: SGD(params, training.momentum, training.weight_decay),
}
if set(IMPLEMENTATIONS) != set(OPTIMIZERS):
    raise TypeError(
        f"engine.optimizers implements {', '.join(sorted(IMPLEMENTATIONS))}, but the rows of network.optimizers are "
        f"{', '.join(sorted(OPTIMIZERS))}: add what is missing."
    )


def optimizer(params: Iterable[Tensor], training: Training) -> Optimizer:
    """The optimiser that the settings name."""
    learned = [param for param in params if param.requires_grad]
    return IMPLEMENTATIONS[training.optimizer](learned, training)


def _fused(params: list[Tensor]) -> bool | None:
    """Whether torch has the fused kernel for the device; None lets it choose."""
    return True if all(param.device.type in {"cpu", "cuda", "mps", "xpu"} for param in params) else None


def _gradients(params: list[Tensor]) -> list[Tensor]:
    # A weight behind a value that nothing uses has none; it stays as it is.
    return [torch.zeros_like(param) if param.grad is None else param.grad for param in params]


def _forget_gradients(params: list[Tensor]) -> None:
    for param in params:
        param.grad = None


def _copy(mine: list[Tensor], saved: list[Tensor]) -> None:
    for target, value in zip(mine, saved, strict=True):
        _require_like(target, value)
        target.copy_(value)


def _require_like(mine: Tensor, saved: object) -> None:
    """Torch would stretch a tensor of another shape, and convert one of another type, without a word."""
    if not isinstance(saved, Tensor):
        raise TypeError(_("a value is no tensor"))
    if saved.shape != mine.shape or saved.dtype != mine.dtype:
        raise ValueError(_("a tensor has another shape or type"))
    if not saved.isfinite().all():
        raise ValueError(_("a tensor has values that are no numbers"))
