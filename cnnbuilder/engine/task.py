"""What a network is asked to do, and all that hangs on it: labels, loss, guess line, metrics and answer.

Its functions of plain torch stand alone: a training script is made of their very text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor


class Loss(Protocol):
    """The mean over a batch, a scalar that can be differentiated."""

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """`logits`: N×outputs; `labels`: N."""


def cross_entropy(logits: Tensor, labels: Tensor, reduction: str = "mean") -> Tensor:
    """How surprised the network is by the true classes, in nats."""
    return F.cross_entropy(logits, labels, reduction=reduction)


def varied_loss(weights: Tensor | None, others: Tensor | None, shares: Tensor | None) -> Loss:
    """The loss where classes count differently or images are mixed.

    `weights`: one a class. `others`: the class of each image's partner; `shares`: how
    much of the image is its own.
    """

    def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
        losses = cross_entropy(logits, labels, "none")
        weight = torch.ones_like(losses) if weights is None else weights[labels]
        if others is None or shares is None:
            return (weight * losses).sum() / weight.sum()
        weight = weight * shares
        other = (1 - shares) * (1 if weights is None else weights[others])
        losses = weight * losses + other * cross_entropy(logits, others, "none")
        return losses.sum() / (weight + other).sum()

    return loss_of


class Guess(NamedTuple):
    """What can be had without looking at the images."""

    accuracy: float
    """Of always saying the most frequent class."""
    loss: float
    """Of saying the shares of the classes, in nats."""


class Task(NamedTuple):
    """One kind of task."""

    loss: Callable[[Tensor, Tensor, str], Tensor]
    """Logits, labels, and "mean", "sum" or "none"."""
    said: Callable[[Tensor], Tensor]
    """Logits to labels."""
    guess: Callable[[Tensor], Guess]
    """Of the labels that are measured with."""
    balanced_accuracy: Callable[[Tensor, Tensor], float]
    """Of the labels that were said and the true ones."""
    answer: Callable[[Tensor, tuple[str, ...], bool], tuple[tuple[str, float], ...]]
    """The logits of one image and the names of the classes to those with their probabilities, likeliest first.

    The flag says that the network gives shares already, of which no softmax is taken.
    """


def _said(logits: Tensor) -> Tensor:
    return logits.argmax(1)


def _guess(labels: Tensor) -> Guess:
    if not len(labels):
        return Guess(0.0, 0.0)
    shares = labels.bincount().double() / len(labels)
    return Guess(float(shares.max()), float(-torch.special.xlogy(shares, shares).sum()))


def _balanced_accuracy(said: Tensor, labels: Tensor) -> float:
    there = labels.bincount()
    hits = labels[said == labels].bincount(minlength=len(there))
    return float((hits[there > 0] / there[there > 0].double()).mean())


def _answer(logits: Tensor, classes: tuple[str, ...], shares: bool) -> tuple[tuple[str, float], ...]:
    probabilities = (logits if shares else logits.softmax(0))[: len(classes)].tolist()
    pairs = sorted(zip(classes, probabilities, strict=False), key=lambda pair: -pair[1])
    return tuple(pairs)


CLASSIFICATION = Task(cross_entropy, _said, _guess, _balanced_accuracy, _answer)
"""Each image is of one class. The only one for now."""
