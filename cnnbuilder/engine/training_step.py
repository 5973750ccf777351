"""What a training does with every batch, in functions that stand alone: a training script is made of their very text.

So nothing but `torch` and `cross_entropy` may stand in them, and lines of 88 columns once their types are gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from cnnbuilder.engine.task import Loss, cross_entropy

Numbers = TypeVar("Numbers", Tensor, range)
Both = tuple[Tensor, Tensor]
Forward = Callable[[Tensor], Tensor]
"""A network, or one in lower precision: N×C×H×W normalised float32 images to N×classes float32 logits."""


def shuffled(count: int, seed: int, epoch: int) -> Tensor:
    """The order of an epoch: it depends on seed and epoch alone."""
    generator = torch.Generator().manual_seed((seed << 20) + epoch)
    return torch.randperm(count, generator=generator)


def pick(images: Tensor, labels: Tensor, limit: int | None, device: torch.device) -> tuple[Tensor, Tensor]:
    """`limit` of the images, always the same ones; all of them where it is None."""
    chosen = shuffled(len(labels), 0, 0)[:limit].sort().values
    return images[chosen].to(device), labels[chosen].to(device)


def in_batches(order: Numbers, size: int) -> list[Numbers]:
    """The order in pieces; a single last image joins the batch before it."""
    starts: range = range(0, max(1, len(order) - (size > 1)), size)  # BatchNorm needs two
    return [order[a:b] for a, b in zip(starts, [*starts[1:], len(order)], strict=True)]


def normalise(images: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Whole numbers up to 255 as float32 of zero mean and unit deviation."""
    images = images.to(torch.float32, memory_format=torch.channels_last)
    return images.sub_(shift).mul_(scale)


def in_bfloat16(net: Forward) -> Forward:
    """The network, computed in bfloat16 where that is safe; weights stay float32."""

    def forward(images: Tensor) -> Tensor:
        with torch.autocast(images.device.type, torch.bfloat16):
            return net(images).float()

    return forward


def forward_backward(net: Forward, images: Tensor, labels: Tensor, loss_of: Loss = cross_entropy) -> Both:
    """Loss and logits of one batch; the weights have their gradients then."""
    logits = net(images)
    loss = loss_of(logits, labels)
    loss.backward()  # type: ignore[no-untyped-call]
    return loss, logits
