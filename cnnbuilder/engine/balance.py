"""What is done about uneven classes, in functions that stand alone: a training script is made of their very text."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from cnnbuilder.engine.augmentation import image_keys, scrambled


def balanced_order(labels: Tensor, rows: Tensor, seed: int, epoch: int) -> Tensor:
    """The order of an epoch that has every class equally often, and N images in all.

    Images of rare classes come again and again, some of frequent ones rest: all of a
    class once, then all once more, the last time a choice. `labels` and `rows` (of the
    prepared array) are N int64 on the CPU; on them, seed and epoch alone it depends.
    """
    classes = np.unique(labels.numpy()).tolist()
    keys = image_keys(seed, epoch, rows, torch.zeros_like(rows))
    drawn = []
    for place, label in enumerate(classes):
        members = np.flatnonzero(labels.numpy() == label)
        members = members[np.argsort(keys[members], kind="stable")]
        more = (place + epoch) % len(classes) < len(labels) % len(classes)
        drawn.append(np.resize(members, len(labels) // len(classes) + more))
    order = torch.from_numpy(np.concatenate(drawn))
    again = image_keys(seed, epoch, rows[order], times_before(order))
    return order[torch.from_numpy(np.argsort(scrambled(again), kind="stable"))]


def times_before(order: Tensor) -> Tensor:
    """How often each number of N came before in the order."""
    places = order.argsort(stable=True)
    counts = order.bincount()
    firsts = (counts.cumsum(0) - counts).repeat_interleave(counts)
    times = torch.empty_like(order)
    times[places] = torch.arange(len(order)) - firsts
    return times


def class_weights(labels: Tensor, classes: int) -> Tensor:
    """The weight of each class: images a class has on average by those that it has."""
    counts = labels.bincount(minlength=classes)
    there = counts > 0
    weights = len(labels) / (there.sum() * counts.clamp(min=1))
    return torch.where(there, weights, 0).to(torch.float32)
